/** Agencies of this PM: agreement, open work, officers with authority, earliest limit. */
import { Button } from '@trussworks/react-uswds';
import type { AgencyItem } from '../../../shared/api.ts';
import { siteTime } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { useKeys } from '../../keys.ts';
import { Countdown } from '../../pieces/Countdown.tsx';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { MOA_WORDS, MODEL_WORDS } from '../../pieces/words.ts';
import { Screen } from '../../shell/Screen.tsx';
import { useStore } from '../../store.ts';
import { type GridColumn, GridTable } from '../../ui/GridTable.tsx';
import { Empty, Skeleton } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';

const cell =
  (render: (item: AgencyItem) => React.ReactNode) =>
  ({ row }: { row: { original: AgencyItem } }) =>
    render(row.original);
function Limit({ item }: { readonly item: AgencyItem }) {
  const now = useNow();
  return item.earliestDeadlineAt ? <Countdown deadlineAt={item.earliestDeadlineAt} zone={item.agency.zone} now={now} hasTime={false} /> : <span className="soft">none</span>;
}
const COLUMNS: readonly GridColumn<AgencyItem>[] = [
  { id: 'name', header: 'Agency', accessorFn: (i) => i.agency.name, sortFn: 'basic', cell: cell((i) => <span className="strong">{i.agency.name}</span>) },
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
const WIDTHS = { name: 'minmax(160px, 1.6fr)', model: '52px', moa: 'minmax(110px, .9fr)', limit: '120px', open: '52px', officers: '132px', office: 'minmax(100px, .9fr)' };

/** The list, with the chosen agency's sites and agreement beside it. */
export function AgenciesScreen() {
  const { data, problem, isSlow, reload } = useQuery('agencies.list', {});
  const { select, selected, go, look } = useStore();
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
  useKeys([
    { keys: 'j', label: 'Next agency', group: 'Agencies', run: () => step(1) },
    { keys: 'k', label: 'Previous agency', group: 'Agencies', run: () => step(-1) },
    { keys: 'Enter', label: 'Officers of this agency', group: 'Agencies', run: officers },
  ]);
  return (
    <Screen title="Agencies">
      {problem && !data && (
        <div className="pad">
          <ProblemNote problem={problem}>
            <Button type="button" outline className="start" onClick={reload}>
              Try again
            </Button>
          </ProblemNote>
        </div>
      )}
      {!data && isSlow && <Skeleton rows={8} label="Loading agencies" />}
      {data?.length === 0 && <Empty title="No agency on this laptop">Agencies arrive from HQ with your assignment.</Empty>}
      {data && data.length > 0 && (
        <div className="two-pane">
          <GridTable
            label="Agencies"
            columns={COLUMNS}
            widths={WIDTHS}
            hidden={['office']}
            rows={data}
            rowId={(i) => i.agency.id}
            selectedId={id}
            onSelect={(next) => select('agencies', next)}
            onOpen={officers}
            rowHeight={look.density === 'compact' ? 30 : 36}
            isSortable
            autoFocus
          />
          {item && (
            <aside className="detail" aria-label={item.agency.name} data-region="detail">
              <div>
                <h2>{item.agency.name}</h2>
                <p className="soft">
                  {item.agency.county}, {item.agency.state} · {MODEL_WORDS[item.agency.model]} · field office {item.agency.fieldOffice}
                </p>
              </div>
              <dl className="facts">
                <dt>Agreement</dt>
                <dd>
                  {MOA_WORDS[item.agency.moaStatus]}
                  {item.agency.moaSignedOn ? `, signed ${item.agency.moaSignedOn}` : ''}
                </dd>
                <dt>Site time</dt>
                <dd>
                  <SiteNow zone={item.agency.zone} />
                </dd>
                <dt>Earliest limit</dt>
                <dd>
                  <SiteLimit item={item} />
                </dd>
                <dt>Open packets</dt>
                <dd className="num">{item.openPackets}</dd>
                <dt>Officers</dt>
                <dd className="num">
                  {item.officersValid} of {item.officers} with authority now
                </dd>
              </dl>
              <section>
                <h3>Sites</h3>
                {item.agency.sites.map((s) => (
                  <p key={s.id} className="mini-row">
                    <span>{s.name}</span>
                    <span className="soft">{s.kind}</span>
                  </p>
                ))}
              </section>
              <div className="row wrap">
                <Button type="button" outline onClick={officers}>
                  Officers
                </Button>
                <Button type="button" outline onClick={() => go({ screen: 'queue', split: 'all' })}>
                  Queue
                </Button>
              </div>
            </aside>
          )}
        </div>
      )}
    </Screen>
  );
}
function SiteLimit({ item }: { readonly item: AgencyItem }) {
  const now = useNow();
  return item.earliestDeadlineAt ? <Countdown deadlineAt={item.earliestDeadlineAt} zone={item.agency.zone} now={now} /> : <>none</>;
}
const SiteNow = ({ zone }: { readonly zone: string }) => <span className="num">{siteTime(useNow(), zone)}</span>;
