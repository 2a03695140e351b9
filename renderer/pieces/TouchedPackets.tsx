/** Packets touched by a lapse: who is in custody first, then what was served, then what was signed, with the acts and where the review stands. */
import type { OfficerLapses, TouchedPacket } from '../../shared/api.ts';
import { LOOKBACK_OUTCOMES } from '../../shared/domain/lookback.ts';
import { siteTime } from '../../shared/time.ts';
import { useStore } from '../store.ts';

const GROUPS: readonly (readonly [group: TouchedPacket['group'], words: string])[] = [
  ['custody', 'In custody'],
  ['served', 'Served'],
  ['signed', 'Signed, not served'],
];
/** Acts that are named before the rest is counted. */
const FEW = 3;

/** Where the review of one packet stands. Only a signed one gets one. */
function reviewWords({ review, isSigned }: TouchedPacket, zone: string): string {
  if (review?.outcome) return `Look-back closed: ${LOOKBACK_OUTCOMES[review.outcome].label}`;
  if (review) return `Look-back due ${siteTime(review.dueAt, zone)}`;
  return isSigned ? 'HQ opens the review when it has received this' : 'Not signed: PK-03 stops it';
}

/** The list of one DIO. */
export function TouchedPackets({ lapses }: { readonly lapses: OfficerLapses }) {
  const go = useStore((s) => s.go);
  return GROUPS.map(([group, words]) => {
    const own = lapses.packets.filter((p) => p.group === group);
    if (own.length === 0) return null;
    return (
      <div key={group}>
        <h4>
          {words} <span className="soft num">{own.length}</span>
        </h4>
        <ul className="link-list">
          {own.map((p) => (
            <li key={p.packetId}>
              <button type="button" onClick={() => go({ screen: 'packet', packetId: p.packetId, number: null })}>
                <span className="shape" aria-hidden="true">
                  ▲
                </span>
                <span className="stack tight">
                  <span>
                    <span className="strong" dir="auto">{p.subjectName}</span> <span className="soft num">{p.eventNumber}</span>
                  </span>
                  <span className="soft small">
                    {p.acts.slice(0, FEW).map((a) => `${a.words} ${siteTime(a.at, lapses.zone)}`).join(' · ')}
                    {p.acts.length > FEW ? ` · and ${p.acts.length - FEW} more` : ''}
                  </span>
                  <span className="small">{reviewWords(p, lapses.zone)}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    );
  });
}
