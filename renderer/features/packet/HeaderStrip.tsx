/** Who, where, what is running, what is held. */
import type { PacketView } from '../../../shared/api.ts';
import { DETAINER_LOCKS } from '../../../shared/domain/clock-table.ts';
import { packetClocks } from '../../../shared/domain/clocks.ts';
import { custodyTimes } from '../../../shared/domain/custody.ts';
import { isOpen } from '../../../shared/domain/holds.ts';
import { displayANumber, type PacketDocument } from '../../../shared/domain/packet.ts';
import { claimClocks, isClaimKind, MEMO_SENT } from '../../../shared/domain/claims.ts';
import type { Clock } from '../../../shared/domain/clocks.ts';
import { liftsOf, sourceWord, stopLabel } from '../../pieces/stops.ts';
import { SiteTime } from '../../pieces/Countdown.tsx';
import { holdLabel, releaserWords } from '../../../shared/domain/rule-words.ts';
import { FactsAsOf } from '../../pieces/FactsAsOf.tsx';
import { WorkMark } from '../../pieces/Work.tsx';
import { AUTHORITY_WORDS, isAuthorityUsable, MODEL_WORDS, PACKET_STATE_WORDS, PACKET_TYPE_WORDS } from '../../pieces/words.ts';
import { ClockStrip } from './ClockStrip.tsx';

/** The packet's clocks and those of its claims; a claim that the packet itself tells at the same moment counts once. */
function withClaims(clocks: readonly Clock[], view: PacketView): readonly Clock[] {
  const memoAt = (id: string): string | null => view.claims.find((c) => c.kind === MEMO_SENT && c.source === id)?.reportedAt ?? null;
  const own = view.claims.flatMap((c) => claimClocks(c, memoAt(c.id)));
  return [...clocks, ...own.filter((c, n) => ![...clocks, ...own.slice(0, n)].some((k) => k.id === c.id && k.startsAt === c.startsAt))];
}

type Props = { readonly view: PacketView; readonly document: PacketDocument; readonly now: string; readonly onVersion: (number: number | null) => void };
/** The strip on top of a packet. */
export function HeaderStrip({ view, document, now, onVersion }: Props) {
  const { packet, agency, preparer, subject } = view;
  const holds = view.holds.filter(isOpen);
  const claims = view.claims.filter((c) => isClaimKind(c.kind) && c.closedAt === null);
  const site = agency.sites.find((s) => s.id === document.siteId)?.name ?? document.siteId;
  return (
    <header className="strip">
      <div className="strip-who">
        <p className="strip-name">
          <b className="cut-3" dir="auto" title={subject.name}>{subject.name}</b>
          <span className="num nowrap">{displayANumber(subject.aNumber)}</span>
          <span className="tag">
            {PACKET_STATE_WORDS[packet.state]}
            {view.versions.length > 1 ? '' : ` · version ${view.version.number}`}
          </span>
        </p>
        <p className="soft small cut-2">
          {PACKET_TYPE_WORDS[packet.type]}
          {packet.isDetained ? ' · detained' : ' · not detained'} · {agency.name}, {site} · {MODEL_WORDS[agency.model]}
        </p>
        <p className="small row wrap">
          <span className="soft cut-2" title={preparer?.name}>
            Prepared by <bdi>{preparer?.name ?? document.preparerId}</bdi>
          </span>
          {preparer && (
            <span className={isAuthorityUsable(preparer.authorityState) ? 'soft' : 'amber strong'}>
              {isAuthorityUsable(preparer.authorityState) ? '✓' : '▲'} {AUTHORITY_WORDS[preparer.authorityState]}
            </span>
          )}
          {view.versions.length > 1 && (
            <label className="version">
              Version{' '}
              <select
                value={view.version.number}
                onChange={(e) => {
                  const n = Number(e.target.value);
                  onVersion(n === packet.currentVersion ? null : n);
                }}
              >
                {view.versions.map((n) => (
                  <option key={n} value={n}>
                    {n}
                    {n === packet.currentVersion ? ' (current)' : ''}
                  </option>
                ))}
              </select>
            </label>
          )}
          <WorkMark work={view.work} />
        </p>
      </div>
      <ClockStrip clocks={withClaims(packetClocks(document, { model: agency.model, lock: DETAINER_LOCKS[agency.fieldOffice], custody: custodyTimes(view.custody) }), view)} now={now} />
      <FactsAsOf now={now} zone={agency.zone} isQuiet />
      {holds.length > 0 && (
        <ul className="strip-holds">
          {holds.map((h) => (
            <li key={h.id}>
              <span aria-hidden="true">◆</span> <b>Hold: {holdLabel(h.rule)}</b>{' '}
              <span className="soft">
                placed <SiteTime at={h.placedAt} zone={agency.zone} />; released from HQ by {releaserWords(h.rule)}. {liftsOf(h.rule)} Signing is off; returning and holding work.
              </span>
            </li>
          ))}
        </ul>
      )}
      {claims.length > 0 && (
        <ul className="strip-holds">
          {claims.map((c) => (
            <li key={c.id}>
              <span aria-hidden="true">◷</span> <b>{stopLabel(c.kind)}</b>{' '}
              <span className="soft">
                told <SiteTime at={c.reportedAt} zone={c.zone} /> · {sourceWord(c.source)} · {c.consultedAt ? 'ICE was told' : 'ICE not told yet'}
              </span>{' '}
              <a href={`#/claims/${encodeURIComponent(c.agencyId)}`}>Claims</a>
            </li>
          ))}
        </ul>
      )}
      {view.version.number !== packet.currentVersion && (
        <p className="strip-old">
          <b>You look at version {view.version.number}.</b> The current one is {packet.currentVersion}.{' '}
          <button type="button" className="usa-button usa-button--unstyled" onClick={() => onVersion(null)}>
            Show the current version
          </button>
        </p>
      )}
    </header>
  );
}
