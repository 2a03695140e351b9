/** Agencies of this PM: agreement, open work, officers with authority, earliest limit. */
import { Button } from '@trussworks/react-uswds';
import type { AgencyItem } from '../../../shared/api.ts';
import { siteTime } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { useKeys } from '../../keys.ts';
import { AgencyName } from '../../pieces/AgencyName.tsx';
import { Countdown } from '../../pieces/Countdown.tsx';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { count, MOA_WORDS, MODEL_WORDS } from '../../pieces/words.ts';
import { Screen } from '../../shell/Screen.tsx';
import { paneWidth, useStore } from '../../store.ts';
import { type GridColumn, GridTable } from '../../ui/GridTable.tsx';
import { ListFrame } from '../../ui/ListFrame.tsx';
import { Empty } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';

const cell =
  (render: (item: AgencyItem) => React.ReactNode) =>
  ({ row }: { row: { original: AgencyItem } }) =>
    render(row.original);
function Limit({ item }: { readonly item: AgencyItem }) {
  const now = useNow();
  return item.earliestDeadlineAt ? <Countdown deadlineAt={item.earliestDeadlineAt} zone={item.agency.zone} now={now} hasTime={false} /> : <span className="soft">none</span>;
}
const openPackets = (item: AgencyItem): void => useStore.getState().go({ screen: 'queue', split: 'all', agencyId: item.agency.id });
/** The name leads to the agency's packets; the grid is one tab stop, so Enter on the row does the same. */
const OpenLink = ({ item }: { readonly item: AgencyItem }) => (
  <button type="button" className="cell-link cut" tabIndex={-1} title={`Packets of ${item.agency.name}`} onClick={() => openPackets(item)}>
    <AgencyName name={item.agency.name} />
  </button>
);
const COLUMNS: readonly GridColumn<AgencyItem>[] = [
  { id: 'name', header: 'Agency', accessorFn: (i) => i.agency.name, sortFn: 'basic', cell: cell((i) => <OpenLink item={i} />) },
  { id: 'model', header: 'Model', accessorFn: (i) => i.agency.model, sortFn: 'basic', cell: cell((i) => <span title={MODEL_WORDS[i.agency.model]}>{i.agency.model}</span>) },
  {
    id: 'moa',
    header: 'Agreement',
    accessorFn: (i) => i.agency.moaStatus,
    sortFn: 'basic',
    cell: cell((i) => (
      <span className={i.agency.moaStatus === 'in_force' ? 'soft' : 'amber strong'}>
        {i.agency.moaStatus === 'in_force' ? '' : '▲ '}
        {MOA_WORDS[i.agency.moaStatus]}
      </span>
    )),
  },
  { id: 'limit', header: 'Earliest limit', accessorFn: (i) => i.earliestDeadlineAt ?? '9', sortFn: 'basic', cell: cell((i) => <Limit item={i} />) },
  { id: 'open', header: 'Open', accessorFn: (i) => i.openPackets, sortFn: 'basic', cell: cell((i) => <span className="num">{i.openPackets}</span>) },
  {
    id: 'officers',
    header: 'DIOs with authority',
    accessorFn: (i) => i.officersValid,
    sortFn: 'basic',
    cell: cell((i) => (
      <span className={`num ${i.officersValid === 0 && i.officers > 0 ? 'amber strong' : ''}`}>
        {i.officersValid} of {i.officers}
      </span>
    )),
  },
  { id: 'office', header: 'Field office', accessorFn: (i) => i.agency.fieldOffice, sortFn: 'basic', cell: cell((i) => i.agency.fieldOffice) },
];
const WIDTHS = {
  name: 'minmax(176px, 1.6fr)',
  model: '48px',
  moa: 'minmax(104px, .9fr)',
  limit: '112px',
  open: '44px',
  officers: '120px',
  office: 'minmax(96px, .8fr)',
};

/** The list, with the chosen agency's sites and agreement beside it. */
export function AgenciesScreen() {
  const { data, problem, isSlow, reload } = useQuery('agencies.list', {});
  const { select, selected, go, look, setLook } = useStore();
  const id = selected.agencies ?? data?.[0]?.agency.id ?? null;
  const item = data?.find((i) => i.agency.id === id);
  const step = (by: number) => {
    const at = data?.findIndex((i) => i.agency.id === id) ?? -1;
    const next = data?.[at + by];
    if (next) select('agencies', next.agency.id);
  };
  const officers = () => {
    if (item) go({ screen: 'officers', agencyId: item.agency.id });
  };
  const packets = () => {
    if (item) openPackets(item);
  };
  useKeys([
    { keys: 'j', label: 'Next agency', group: 'Agencies', run: () => step(1) },
    { keys: 'k', label: 'Previous agency', group: 'Agencies', run: () => step(-1) },
    { keys: 'Enter', label: 'Packets of this agency', group: 'Agencies', run: packets },
    { keys: 'd', label: 'Officers of this agency', group: 'Agencies', run: officers },
  ]);
  const detailWidth = paneWidth(look.detailWidth, 0.26, 340, 460);
  return (
    <Screen title="Agencies">
      <ListFrame
        problem={problem && !data && <LoadProblem problem={problem} onRetry={reload} />}
        loading={!data && isSlow ? 'Loading agencies' : null}
        empty={data?.length === 0 && <Empty title="No agency on this laptop">Agencies arrive from HQ with your assignment.</Empty>}
        detail={item && <AgencyDetail item={item} onPackets={packets} onOfficers={officers} />}
        detailWidth={detailWidth}
        onDetailWidth={(width) => setLook({ detailWidth: width })}
      >
        {data && (
          <GridTable
            label="Agencies"
            columns={COLUMNS}
            widths={WIDTHS}
            hidden={innerWidth < 1500 ? ['office'] : []}
            rows={data}
            rowId={(i) => i.agency.id}
            selectedId={id}
            onSelect={(next) => select('agencies', next)}
            onOpen={openPackets}
            rowHeight={look.density === 'compact' ? 30 : 36}
            isSortable
            autoFocus
          />
        )}
      </ListFrame>
    </Screen>
  );
}

/** The chosen agency: agreement, site time, limits, sites, and the two ways on. */
function AgencyDetail({ item, onPackets, onOfficers }: { readonly item: AgencyItem; readonly onPackets: () => void; readonly onOfficers: () => void }) {
  const { agency } = item;
  return (
    <aside className="detail" aria-label={agency.name} data-region="detail">
      <div>
        <h2>{agency.name}</h2>
        <p className="soft">
          {agency.county}, {agency.state} · {MODEL_WORDS[agency.model]} · field office {agency.fieldOffice}
        </p>
      </div>
      <div className="row wrap">
        <Button type="button" onClick={onPackets}>
          {count(item.openPackets, 'open packet')} <kbd>Enter</kbd>
        </Button>
        <Button type="button" outline onClick={onOfficers}>
          Officers <kbd>D</kbd>
        </Button>
      </div>
      <dl className="facts">
        <dt>Agreement</dt>
        <dd>
          {MOA_WORDS[agency.moaStatus]}
          {agency.moaSignedOn ? `, signed ${agency.moaSignedOn}` : ''}
        </dd>
        <dt>Site time</dt>
        <dd>
          <SiteNow zone={agency.zone} />
        </dd>
        <dt>Earliest limit</dt>
        <dd>
          <SiteLimit item={item} />
        </dd>
        <dt>Officers</dt>
        <dd className="num">
          {item.officersValid} of {item.officers} with authority now
        </dd>
      </dl>
      <section>
        <h3>Sites</h3>
        {agency.sites.map((s) => (
          <p key={s.id} className="mini-row">
            <span>{s.name}</span>
            <span className="soft">{s.kind}</span>
          </p>
        ))}
      </section>
    </aside>
  );
}
function SiteLimit({ item }: { readonly item: AgencyItem }) {
  const now = useNow();
  return item.earliestDeadlineAt ? <Countdown deadlineAt={item.earliestDeadlineAt} zone={item.agency.zone} now={now} /> : <>none</>;
}
const SiteNow = ({ zone }: { readonly zone: string }) => <span className="num">{siteTime(useNow(), zone)}</span>;
