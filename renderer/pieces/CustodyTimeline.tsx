/** What happened to a person in custody, oldest first, in site time; a corrected event stays and is struck through. */
import { custodyLabel } from '../../shared/domain/custody.ts';
import type { CustodyEventRow } from '../../shared/rows.ts';
import { siteTime } from '../../shared/time.ts';
import { SiteTime } from './Countdown.tsx';

type Named = { readonly id: string; readonly name: string };
const HIDDEN = new Set(['eventId', 'callList', 'dioId']);
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
/** What does not say by itself what it is. */
const LABELS: Readonly<Record<string, string>> = {
  i203: 'I-203', i216: 'I-216', propertyReceipt: 'property receipt', medicalSummary: 'medical summary', medication: 'medication', languages: 'languages', accommodation: 'accommodation',
  dependants: 'dependants at home', counsel: 'counsel', fearClaim: 'fear of return', medicalNeeds: 'medical needs', subjectCopy: 'copy to the person', agencyCopy: 'agency copy', interpreter: 'interpreter',
};
function detailWords(key: string, value: string | number | boolean, zone: string): string {
  if (typeof value === 'boolean') return key === 'isWarrantless' ? (value ? 'without a warrant' : 'with a warrant') : '';
  if (key === 'calls') return `${value} ${value === 1 ? 'call' : 'calls'} made`;
  if (INSTANT.test(String(value))) return `${key === 'limitAt' ? 'limit ' : 'for '}${siteTime(String(value), zone)}`;
  return `${LABELS[key] ? `${LABELS[key]} ` : ''}${String(value).replaceAll('_', ' ')}`;
}
/** The details as a line: codes as words, instants in site time. */
const detailLine = (event: CustodyEventRow, zone: string): string =>
  Object.entries(event.details)
    .flatMap(([key, value]) => (value === null || value === '' || HIDDEN.has(key) ? [] : [detailWords(key, value, zone)]))
    .filter((t) => t !== '')
    .join(' · ');
/** The calls that a breach keeps, one each line, in site time. */
const callLines = (event: CustodyEventRow, zone: string): readonly string[] =>
  String(event.details.callList ?? '').split('\n').filter((l) => l !== '').map((l) => l.replace(/^\S+Z(?= )/, (at) => siteTime(at, zone)));

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
            {callLines(e, zone).map((line) => (
              <span key={line} className="soft small">
                {line}
              </span>
            ))}
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
