/** What happened to a person in custody, oldest first, in site time; a corrected event stays and is struck through. */
import { custodyLabel } from '../../shared/domain/custody.ts';
import { callLines, corrections, detailPieces } from '../../shared/domain/custody-words.ts';
import type { CustodyEventRow } from '../../shared/rows.ts';
import { SiteTime } from './Countdown.tsx';

type Named = { readonly id: string; readonly name: string };
/** The list; says so when there is nothing yet. */
export function CustodyTimeline({ events, zone, staff }: { readonly events: readonly CustodyEventRow[]; readonly zone: string; readonly staff: readonly Named[] }) {
  if (events.length === 0) return <p className="soft">Nothing recorded yet beside what the packet itself says.</p>;
  const corrected = corrections(events);
  return (
    <ol className="custody-timeline">
      {events.map((e) => (
        <li key={e.id} className={corrected.has(e.id) ? 'corrected' : e.kind === 'limit.passed' ? 'breach' : ''}>
          <span className="stack tight">
            <span>
              <b>{custodyLabel(e.kind)}</b> <SiteTime at={e.at} zone={zone} />
            </span>
            <span className="soft small">{detailPieces(e, zone).join(' · ')}</span>
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
