/** What happened to a person in custody, oldest first, in site time; a corrected event stays and is struck through. */
import { custodyLabel } from '../../shared/domain/custody.ts';
import type { CustodyEventRow } from '../../shared/rows.ts';
import { siteTime } from '../../shared/time.ts';
import { SiteTime } from './Countdown.tsx';

type Named = { readonly id: string; readonly name: string };
const HIDDEN = new Set(['eventId']);
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
/** The details as a line: codes as words, instants in site time. */
const detailLine = (event: CustodyEventRow, zone: string): string =>
  Object.entries(event.details)
    .filter(([key, value]) => value !== null && value !== '' && !HIDDEN.has(key))
    .map(([key, value]) => (typeof value === 'boolean' ? (key === 'isWarrantless' ? (value ? 'without a warrant' : 'with a warrant') : '') : key === 'calls' ? `${value} ${value === 1 ? 'call' : 'calls'} made` : INSTANT.test(String(value)) ? `${key === 'limitAt' ? 'limit ' : 'for '}${siteTime(String(value), zone)}` : String(value).replaceAll('_', ' ')))
    .filter((t) => t !== '')
    .join(' · ');

/** The list; says so when there is nothing yet. */
export function CustodyTimeline({ events, zone, staff }: { readonly events: readonly CustodyEventRow[]; readonly zone: string; readonly staff: readonly Named[] }) {
  if (events.length === 0) return <p className="soft">Nothing recorded yet beside what the packet itself says.</p>;
  const corrected = new Map(events.flatMap((e) => (e.kind === 'corrected' ? [[String(e.details.eventId), String(e.details.why ?? '')] as const] : [])));
  return (
    <ol className="custody-timeline">
      {events.map((e) => (
        <li key={e.id} className={corrected.has(e.id) ? 'corrected' : e.kind === 'limit.passed' ? 'breach' : ''}>
          <span className="stack tight">
            <span>
              <b>{custodyLabel(e.kind)}</b> <SiteTime at={e.at} zone={zone} />
            </span>
            <span className="soft small">{detailLine(e, zone)}</span>
            {corrected.has(e.id) && <span className="amber small">▲ Corrected: {corrected.get(e.id)}</span>}
            <span className="soft small">
              Recorded by {staff.find((s) => s.id === e.recordedBy)?.name ?? e.recordedBy}
              {e.version === 0 ? ', not yet at HQ' : ''}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
