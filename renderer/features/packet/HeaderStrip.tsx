/** Who, where, what is running, what is held. The detainer's two computations stand side by side; the earlier one is the alarm. */
import type { PacketView } from '../../../shared/api.ts';
import { type Clock, packetClocks } from '../../../shared/domain/clocks.ts';
import { isOpen } from '../../../shared/domain/holds.ts';
import { displayANumber, type PacketDocument } from '../../../shared/domain/packet.ts';
import { countdown, siteTime, utcTime } from '../../../shared/time.ts';
import { SiteTime, urgencyOf } from '../../pieces/Countdown.tsx';
import { holdLabel, releaserWords } from '../../pieces/rules.ts';
import { WorkMark } from '../../pieces/Work.tsx';
import { AUTHORITY_WORDS, isAuthorityUsable, MODEL_WORDS, PACKET_STATE_WORDS, PACKET_TYPE_WORDS } from '../../pieces/words.ts';

type Props = { readonly view: PacketView; readonly document: PacketDocument; readonly now: string; readonly onVersion: (number: number | null) => void };
/** The strip on top of a packet. */
export function HeaderStrip({ view, document, now, onVersion }: Props) {
  const { packet, agency, preparer, subject } = view;
  const clocks = packetClocks(document);
  const hasBothK2 = clocks.some((c) => c.id === 'K2') && clocks.some((c) => c.id === 'K2B');
  const shown = clocks.filter((c) => !(hasBothK2 && c.id === 'K2'));
  const running = shown.filter((c) => c.stoppedAt === null).sort((a, b) => (a.deadlineAt < b.deadlineAt ? -1 : 1));
  const stopped = shown.filter((c) => c.stoppedAt !== null);
  const holds = view.holds.filter(isOpen);
  const site = agency.sites.find((s) => s.id === document.siteId)?.name ?? document.siteId;
  return (
    <header className="strip">
      <div className="strip-who">
        <p className="strip-name">
          <b>{subject.name}</b>
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
          <span className="soft">Prepared by {preparer?.name ?? document.preparerId}</span>
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
      <div className="strip-clocks" role="group" aria-label="Clocks">
        {running.length === 0 && <p className="soft small no-clock">No clock is running for this packet.</p>}
        {running.map((c, n) => (
          <RunningClock key={c.id + c.startsAt} clock={c} now={now} isFirst={n === 0} />
        ))}
        {stopped.length > 0 && <p className="soft small no-clock">Stopped: {stopped.map((c) => `${c.id} ${siteTime(c.stoppedAt ?? c.deadlineAt, c.zone)}`).join(' · ')}</p>}
      </div>
      {holds.length > 0 && (
        <ul className="strip-holds">
          {holds.map((h) => (
            <li key={h.id}>
              <span aria-hidden="true">◆</span> <b>Hold: {holdLabel(h.rule)}</b>{' '}
              <span className="soft">
                placed <SiteTime at={h.placedAt} zone={agency.zone} />; released from HQ by {releaserWords(h.rule)}. Signing is off; returning and holding work.
              </span>
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

function RunningClock({ clock, now, isFirst }: { readonly clock: Clock; readonly now: string; readonly isFirst: boolean }) {
  const level = urgencyOf(clock.deadlineAt, now);
  return (
    <div
      className={`clock ${level} ${isFirst ? 'first' : ''}`}
      title={`${clock.id} · ${clock.source} · started ${utcTime(clock.startsAt)} · limit ${utcTime(clock.deadlineAt)}`}
    >
      <span className="clock-label">
        {clock.id === 'K2B' ? 'K2' : clock.id} {clock.label.replace(', form', '')}
      </span>
      <span className="clock-left num">{countdown(now, clock.deadlineAt)}</span>
      <span className="small num">{siteTime(clock.deadlineAt, clock.zone)}</span>
      {clock.outerAt && (
        <span className="small soft">
          48 h straight, {clock.source}: the alarm
          <br />
          Outer: {siteTime(clock.outerAt, clock.zone)}, 8 CFR 287.7(d)
        </span>
      )}
      {level === 'over' && clock.isCustodyLimit && <span className="clock-over">Release or notify required</span>}
    </div>
  );
}
