/** Time left to a legal limit, with the limit in the site's zone. Red inside four hours and after; words carry the meaning as well. */
import { countdown, siteTime, utcTime } from '../../shared/time.ts';

const HOUR = 3_600_000;
export type Urgency = 'over' | 'urgent' | 'soon' | 'far';

/** How near a limit is: passed, within 4 hours (tier T1), within 24 hours (T2), or later. */
export function urgencyOf(deadlineAt: string, now: string): Urgency {
  const left = Date.parse(deadlineAt) - Date.parse(now);
  return left < 0 ? 'over' : left <= 4 * HOUR ? 'urgent' : left <= 24 * HOUR ? 'soon' : 'far';
}

type Props = { readonly deadlineAt: string | null; readonly zone: string; readonly now: string; readonly hasTime?: boolean; readonly isQuiet?: boolean };

/** `3 h 10 m  Tue 24 Nov 14:10 CST`; UTC in the tooltip. Without a running clock it says so. */
export function Countdown({ deadlineAt, zone, now, hasTime = true, isQuiet = false }: Props) {
  if (deadlineAt === null) return <span className="soft">No clock running</span>;
  return (
    <span className={`countdown ${isQuiet ? 'far' : urgencyOf(deadlineAt, now)}`} title={utcTime(deadlineAt)}>
      <span className="left">{countdown(now, deadlineAt)}</span>
      {hasTime && <span className="soft small">{siteTime(deadlineAt, zone)}</span>}
    </span>
  );
}

/** An instant in the site's zone with UTC in the tooltip. */
export const SiteTime = ({ at, zone }: { readonly at: string; readonly zone: string }) => (
  <time dateTime={at} title={utcTime(at)} className="num nowrap">
    {siteTime(at, zone)}
  </time>
);
