/**
 * The clocks of one packet, nearest first, in the site's time and in UTC. Both computations of the detainer stand side by side; the earlier
 * one is the alarm. Once local release has passed, the custody limit stands first. Must never say that a clock can be made longer.
 */
import type { Clock } from '../../../shared/domain/clocks.ts';
import { age, countdown, msOf, siteTime, utcTime } from '../../../shared/time.ts';
import { urgencyOf } from '../../pieces/Countdown.tsx';
import { stripOrder } from './strip-order.ts';

/** The strip's right half. */
export function ClockStrip({ clocks, now }: { readonly clocks: readonly Clock[]; readonly now: string }) {
  const { running, floors, stopped } = stripOrder(clocks, now);
  return (
    <div className="strip-clocks" role="group" aria-label="Clocks">
      {running.length === 0 && <p className="soft small no-clock">No clock is running for this packet.</p>}
      {running.map((c, n) => (
        <RunningClock key={c.id + c.label + c.startsAt} clock={c} now={now} isFirst={n === 0} locked={c.id === 'K2B' ? (clocks.find((k) => k.isLocked)?.id ?? null) : null} />
      ))}
      {floors.length > 0 && (
        <p className="soft small no-clock">Not before: {floors.map((c) => `${c.id} ${c.label.toLowerCase()} ${siteTime(c.deadlineAt, c.zone)} (${utcTime(c.deadlineAt)})`).join(' · ')}</p>
      )}
      {stopped.length > 0 && <p className="soft small no-clock">Stopped: {stopped.map((c) => `${c.id} ${siteTime(c.stoppedAt ?? c.deadlineAt, c.zone)}`).join(' · ')}</p>}
    </div>
  );
}

type Props = { readonly clock: Clock; readonly now: string; readonly isFirst: boolean; /** Which computation the field office names as the legal limit. */ readonly locked: string | null };
function RunningClock({ clock, now, isFirst, locked }: Props) {
  const isOver = msOf(clock.deadlineAt) <= msOf(now);
  const hasHappened = isOver && clock.kind === 'event';
  // Red is for a legal clock: neither a target that passes nor an event that took place.
  const level = clock.kind === 'target' || hasHappened ? 'far' : isOver ? 'over' : urgencyOf(clock.deadlineAt, now);
  const title = `${clock.id} · ${clock.source} · ${clock.owner} · started ${siteTime(clock.startsAt, clock.zone)}, ${utcTime(clock.startsAt)}`;
  return (
    <div className={`clock ${level} ${isFirst ? 'first' : ''}`} data-clock={clock.id} title={title}>
      <div className="clock-main">
        <span className="clock-label">
          {clock.id} {clock.label}
        </span>
        <span className="clock-left num">{hasHappened ? age(now, clock.deadlineAt) : countdown(now, clock.deadlineAt)}</span>
        {clock.isCustodyLimit && <span className={isOver ? 'clock-over' : 'small'}>Release or notify required at</span>}
        <span className="small num">{siteTime(clock.deadlineAt, clock.zone)}</span>
        <span className="small num soft">{utcTime(clock.deadlineAt)}</span>
        {isOver && !clock.isCustodyLimit && <span className={level === 'over' ? 'clock-over' : 'small'}>{clock.atEnd}</span>}
      </div>
      {clock.outerAt && (
        <div className="clock-outer small soft num">
          <span>48 h straight, Form I-247A: the alarm.</span>
          <span>Outer limit K2, 8 CFR 287.7(d):</span>
          <span>{siteTime(clock.outerAt, clock.zone)}</span>
          <span>{utcTime(clock.outerAt)}</span>
          {locked && <span className="strong">Legal limit of the field office: {locked}</span>}
        </div>
      )}
    </div>
  );
}
