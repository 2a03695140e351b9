/** Where the PM will be: stops by day in each site's own time, with what waits there. */
import { Button } from '@trussworks/react-uswds';
import type { ItineraryItem } from '../../../shared/api.ts';
import { siteDay, siteTime, utcTime } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { clockTime, count } from '../../pieces/words.ts';
import { Screen } from '../../shell/Screen.tsx';
import { useStore } from '../../store.ts';
import { Empty, Skeleton } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';

/** The itinerary in order of arrival. */
export function ItineraryScreen() {
  const { data, problem, isSlow, reload } = useQuery('itinerary.list', {});
  const now = useNow();
  const go = useStore((s) => s.go);
  const stops = [...(data ?? [])].sort((a, b) => (a.stop.arriveAt < b.stop.arriveAt ? -1 : 1));
  const next = stops.find((s) => s.stop.departAt > now);
  const days = new Map<string, ItineraryItem[]>();
  for (const s of stops) {
    const day = siteDay(s.stop.arriveAt, s.zone);
    days.set(day, [...(days.get(day) ?? []), s]);
  }
  return (
    <Screen title="Itinerary">
      <div className="scroll">
        {problem && !data && (
          <div className="pad">
            <ProblemNote problem={problem}>
              <Button type="button" outline className="start" onClick={reload}>
                Try again
              </Button>
            </ProblemNote>
          </div>
        )}
        {!data && isSlow && <Skeleton rows={6} label="Loading the itinerary" />}
        {data && stops.length === 0 && <Empty title="No stop planned">Stops are planned with HQ and appear here, also without a network.</Empty>}
        <div className="days">
          {[...days].map(([day, list]) => (
            <section key={day} className="day" aria-label={day}>
              <h2 className="num">
                {siteTime(list[0]?.stop.arriveAt ?? now, list[0]?.zone ?? 'UTC')
                  .split(' ')
                  .slice(0, 3)
                  .join(' ')}
              </h2>
              <ol>
                {list.map((s) => (
                  <Stop key={s.stop.id} item={s} now={now} isNext={s === next} onQueue={() => go({ screen: 'queue', split: 'all' })} />
                ))}
              </ol>
            </section>
          ))}
        </div>
      </div>
    </Screen>
  );
}

function Stop({ item, now, isNext, onQueue }: { readonly item: ItineraryItem; readonly now: string; readonly isNext: boolean; readonly onQueue: () => void }) {
  const { stop, zone } = item;
  const isPast = stop.departAt < now;
  const isHere = stop.arriveAt <= now && !isPast;
  return (
    <li className={`stop ${isPast ? 'past' : ''} ${isNext ? 'next' : ''}`}>
      <p className="stop-time num" title={utcTime(stop.arriveAt)}>
        {clockTime(stop.arriveAt, zone, stop.arriveAt)}
        <span className="soft"> to {clockTime(stop.departAt, zone, stop.arriveAt)}</span>
      </p>
      <div className="stack tight">
        <p>
          <b>{item.agencyName}</b> {isHere ? <span className="tag">here now</span> : isNext ? <span className="tag">next</span> : isPast ? <span className="soft small">past</span> : null}
        </p>
        <p>{stop.purpose}</p>
        {stop.note && <p className="soft small">{stop.note}</p>}
      </div>
      <button type="button" className="usa-button usa-button--unstyled push" onClick={onQueue}>
        {count(item.openPackets, 'open packet')}
      </button>
    </li>
  );
}
