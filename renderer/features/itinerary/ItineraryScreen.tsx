/** Where the PM will be, in order of arrival and in each site's own time, with what waits there. A stop leads to its agency's packets. */
import { Button } from '@trussworks/react-uswds';
import type { ItineraryItem } from '../../../shared/api.ts';
import { age, countdown, siteTime, utcTime } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { useKeys } from '../../keys.ts';
import { AgencyName } from '../../pieces/AgencyName.tsx';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { clockTime, count } from '../../pieces/words.ts';
import { Screen } from '../../shell/Screen.tsx';
import { paneWidth, useStore } from '../../store.ts';
import { type GridColumn, GridTable } from '../../ui/GridTable.tsx';
import { ListFrame } from '../../ui/ListFrame.tsx';
import { Empty } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';

/** A stop and where it stands in time. */
type Row = ItineraryItem & { readonly when: 'past' | 'here' | 'next' | 'later' };
const WHEN_WORDS: Readonly<Record<Row['when'], string>> = { past: 'past', here: 'here now', next: 'next', later: '' };

const cell =
  (render: (item: Row) => React.ReactNode) =>
  ({ row }: { row: { original: Row } }) =>
    render(row.original);
const openPackets = (item: Row): void => useStore.getState().go({ screen: 'queue', split: 'all', agencyId: item.stop.agencyId });
const COLUMNS: readonly GridColumn<Row>[] = [
  {
    id: 'arrive',
    header: 'Arrive',
    cell: cell((i) => (
      <time className="num strong" dateTime={i.stop.arriveAt} title={utcTime(i.stop.arriveAt)}>
        {siteTime(i.stop.arriveAt, i.zone)}
      </time>
    )),
  },
  {
    id: 'depart',
    header: 'Leave',
    cell: cell((i) => (
      <time className="num soft" dateTime={i.stop.departAt} title={utcTime(i.stop.departAt)}>
        {clockTime(i.stop.departAt, i.zone, i.stop.arriveAt)}
      </time>
    )),
  },
  {
    id: 'agency',
    header: 'Agency',
    cell: cell((i) => (
      <button type="button" className="cell-link cut" tabIndex={-1} title={`Packets of ${i.agencyName}`} onClick={() => openPackets(i)}>
        <AgencyName name={i.agencyName} />
      </button>
    )),
  },
  { id: 'purpose', header: 'Purpose', cell: cell((i) => <span title={i.stop.purpose}>{i.stop.purpose}</span>) },
  { id: 'open', header: 'Open', cell: cell((i) => <span className="num">{i.openPackets}</span>) },
  { id: 'when', header: 'When', cell: cell((i) => <span className={`small ${i.when === 'past' ? '' : 'strong'}`}>{WHEN_WORDS[i.when]}</span>) },
];
const WIDTHS = {
  arrive: '148px',
  depart: 'minmax(72px, .6fr)',
  agency: 'minmax(150px, 1.2fr)',
  purpose: 'minmax(110px, 1.2fr)',
  open: '40px',
  when: '72px',
};

/** Stops in order of arrival, marked past, here now, next. */
function rowsOf(items: readonly ItineraryItem[], now: string): readonly Row[] {
  const stops = [...items].sort((a, b) => (a.stop.arriveAt < b.stop.arriveAt ? -1 : 1));
  const next = stops.find((s) => s.stop.arriveAt > now);
  return stops.map((s) => ({
    ...s,
    when: s.stop.departAt < now ? 'past' : s.stop.arriveAt <= now ? 'here' : s === next ? 'next' : 'later',
  }));
}

/** The itinerary. */
export function ItineraryScreen() {
  const { data, problem, isSlow, reload } = useQuery('itinerary.list', {});
  const { select, selected, look, setLook } = useStore();
  const now = useNow();
  const rows = data && rowsOf(data, now);
  const current = rows?.find((r) => r.when === 'here') ?? rows?.find((r) => r.when === 'next') ?? rows?.at(-1);
  const item = rows?.find((r) => r.stop.id === selected.itinerary) ?? current;
  const step = (by: number) => {
    const next = rows?.[(item ? rows.indexOf(item) : -1) + by];
    if (next) select('itinerary', next.stop.id);
  };
  useKeys([
    { keys: 'j', label: 'Next stop', group: 'Itinerary', run: () => step(1) },
    { keys: 'k', label: 'Previous stop', group: 'Itinerary', run: () => step(-1) },
    { keys: 'Enter', label: 'Packets of this stop', group: 'Itinerary', run: () => item && openPackets(item) },
  ]);
  return (
    <Screen title="Itinerary">
      <ListFrame
        problem={problem && !data && <LoadProblem problem={problem} onRetry={reload} />}
        loading={!data && isSlow ? 'Loading the itinerary' : null}
        empty={rows?.length === 0 && <Empty title="No stop planned">Stops are planned with HQ and appear here, also without a network.</Empty>}
        detail={item && <StopDetail item={item} now={now} />}
        detailWidth={paneWidth(look.detailWidth, 0.26, 340, 460)}
        onDetailWidth={(width) => setLook({ detailWidth: width })}
      >
        {rows && (
          <GridTable
            label="Itinerary"
            columns={COLUMNS}
            widths={WIDTHS}
            rows={rows}
            rowId={(i) => i.stop.id}
            rowClass={(i) => (i.when === 'past' ? 'done' : '')}
            selectedId={item?.stop.id ?? null}
            onSelect={(id) => select('itinerary', id)}
            onOpen={openPackets}
            rowHeight={look.density === 'compact' ? 30 : 36}
            autoFocus
          />
        )}
      </ListFrame>
    </Screen>
  );
}

/** The chosen stop. */
function StopDetail({ item, now }: { readonly item: Row; readonly now: string }) {
  const { stop, zone } = item;
  const until =
    stop.departAt < now
      ? `over, ended ${age(now, stop.departAt)}`
      : stop.arriveAt > now
        ? `in ${countdown(now, stop.arriveAt)}`
        : `${countdown(now, stop.departAt)} left here`;
  return (
    <aside className="detail" aria-label={`Stop at ${item.agencyName}`} data-region="detail">
      <div>
        <h2>{item.agencyName}</h2>
        <p className="soft">{stop.purpose}</p>
      </div>
      <div className="row wrap">
        <Button type="button" onClick={() => openPackets(item)}>
          {count(item.openPackets, 'open packet')} <kbd>Enter</kbd>
        </Button>
      </div>
      <dl className="facts">
        <dt>Arrive</dt>
        <dd className="num" title={utcTime(stop.arriveAt)}>
          {siteTime(stop.arriveAt, zone)}
        </dd>
        <dt>Leave</dt>
        <dd className="num" title={utcTime(stop.departAt)}>
          {siteTime(stop.departAt, zone)}
        </dd>
        <dt>When</dt>
        <dd className="num">{until}</dd>
        <dt>Site time</dt>
        <dd className="num">{siteTime(now, zone)}</dd>
      </dl>
      {stop.note && (
        <section>
          <h3>Note</h3>
          <p dir="auto">{stop.note}</p>
        </section>
      )}
    </aside>
  );
}
