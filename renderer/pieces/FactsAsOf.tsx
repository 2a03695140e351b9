/** How old the facts are that a decision rests on: since when this laptop has not had everything from HQ. */
import { age, msOf, siteTime, utcTime } from '../../shared/time.ts';
import { useQuery } from '../use-query.ts';

/** From this age on the packet's header says it too. */
const OLD_MS = 12 * 3_600_000;
type Props = { readonly now: string; readonly zone: string; /** Shown only when the facts are old. */ readonly isQuiet?: boolean };

/** `Facts as of 2 d 4 h ago (Sun 22 Nov 10:10 CST)`. */
export function FactsAsOf({ now, zone, isQuiet = false }: Props) {
  const status = useQuery('sync.status', {}).data;
  if (!status) return null;
  const asOf = status.hqDataAsOf;
  const isOld = asOf === null || msOf(now) - msOf(asOf) >= OLD_MS;
  if (isQuiet && !isOld) return null;
  return (
    <p className={`facts-as-of ${isOld ? 'old' : ''}`} role="note">
      <b>
        {isOld && <span aria-hidden="true">▲ </span>}
        {asOf === null ? 'Facts as of an unknown time: this laptop has not yet had everything from HQ.' : `Facts as of ${age(now, asOf)}`}
      </b>
      {asOf !== null && (
        <span title={utcTime(asOf)}>
          {' '}
          ({siteTime(asOf, zone)}). {isOld ? 'HQ may know more: holds, authority or agreement may have changed since.' : ''}
        </span>
      )}
    </p>
  );
}
