/** Agencies that are being set up: where each stands in the 180 days, what is critical and whose, and the PM's prospects. Nothing is on time without data. */
import { Button } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { OnboardingItem } from '../../../shared/api.ts';
import { INSTALL_GOAL_DAYS, ONBOARDING_STEPS, STEP_OWNER_WORDS, type StepId } from '../../../shared/domain/onboarding.ts';
import type { ProspectRow } from '../../../shared/rows.ts';
import { useKeys } from '../../keys.ts';
import { AgencyName } from '../../pieces/AgencyName.tsx';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { count } from '../../pieces/words.ts';
import { Screen } from '../../shell/Screen.tsx';
import { paneWidth, useStore } from '../../store.ts';
import { type GridColumn, GridTable } from '../../ui/GridTable.tsx';
import { ListFrame } from '../../ui/ListFrame.tsx';
import { Empty } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';
import { CardsSection, ReactivationDialog } from './CardsSection.tsx';
import { Gantt } from './Gantt.tsx';
import { ProspectDialog, stageWords } from './ProspectDialog.tsx';
import { StepDialog } from './StepDialog.tsx';

const cell =
  (render: (item: OnboardingItem) => React.ReactNode) =>
  ({ row }: { row: { original: OnboardingItem } }) =>
    render(row.original);
/** The step that holds everything up now: critical and not done, the first of them. */
const criticalOf = (item: OnboardingItem) => item.schedule.find((s) => s.standing !== 'done' && s.float === 0) ?? null;
const goalWords = ({ elapsed, left, isDone }: OnboardingItem['outlook']): string =>
  elapsed === null || left === null ? 'no MOA day' : isDone ? `installed on day ${elapsed}` : `day ${elapsed} of ${INSTALL_GOAL_DAYS}`;
const isOver = (item: OnboardingItem): boolean => item.outlook.left !== null && item.outlook.left < 0;

const COLUMNS: readonly GridColumn<OnboardingItem>[] = [
  { id: 'agency', header: 'Agency', accessorFn: (i) => i.name, sortFn: 'basic', cell: cell((i) => <AgencyName name={i.name} />) },
  {
    id: 'day',
    header: 'Since the MOA',
    accessorFn: (i) => -(i.outlook.elapsed ?? -1),
    sortFn: 'basic',
    cell: cell((i) => (
      <span className={`num ${isOver(i) ? 'amber strong' : ''}`}>
        {isOver(i) ? '▲ ' : ''}
        {goalWords(i.outlook)}
      </span>
    )),
  },
  {
    id: 'step',
    header: 'Holds it up now',
    accessorFn: (i) => criticalOf(i)?.step ?? '',
    sortFn: 'basic',
    cell: cell((i) => {
      const step = criticalOf(i);
      if (!step) return <span className="soft">{i.schedule.at(-1)?.standing === 'done' ? 'nothing: processing' : 'unknown'}</span>;
      const spec = ONBOARDING_STEPS[step.step];
      return (
        <span title={`${spec.label}, ${STEP_OWNER_WORDS[spec.owner]}`}>
          {spec.label} <span className="soft">{STEP_OWNER_WORDS[spec.owner]}</span>
        </span>
      );
    }),
  },
  {
    id: 'plan',
    header: 'Installed by plan',
    accessorFn: (i) => i.outlook.byPlan ?? '9',
    sortFn: 'basic',
    cell: cell((i) => <span className={`num ${(i.outlook.planDays ?? 0) > INSTALL_GOAL_DAYS ? 'amber' : ''}`}>{i.outlook.byPlan ? `${i.outlook.byPlan} (day ${i.outlook.planDays})` : 'unknown'}</span>),
  },
  { id: 'queue', header: 'Installer', accessorFn: (i) => i.position ?? 9999, sortFn: 'basic', cell: cell((i) => <span className="num soft">{i.position === null ? 'no place' : `place ${i.position}`}</span>) },
];
const WIDTHS = { agency: 'minmax(96px, 1fr)', day: 'minmax(136px, .9fr)', step: 'minmax(150px, 1.4fr)', plan: 'minmax(168px, 1fr)', queue: '76px' };

/** The screen. */
export function OnboardingScreen() {
  const { data, problem, isSlow, reload } = useQuery('onboarding.list', {});
  const { select, selected, look, setLook } = useStore();
  const [dialog, setDialog] = useState<{ readonly step: StepId } | { readonly prospect: ProspectRow | null } | 'cards' | null>(null);
  const rows = data?.items;
  const item = rows?.find((i) => i.agencyId === selected.onboarding) ?? rows?.[0];
  const move = (by: number) => {
    const next = rows?.[(item ? rows.indexOf(item) : -1) + by];
    if (next) select('onboarding', next.agencyId);
  };
  const recordStep = () => item && setDialog({ step: criticalOf(item)?.step ?? 'moa' });
  useKeys([
    { keys: 'j', label: 'Next agency', group: 'Onboarding', run: () => move(1) },
    { keys: 'k', label: 'Previous agency', group: 'Onboarding', run: () => move(-1) },
    { keys: 'r', label: 'Record a step', group: 'Onboarding', run: recordStep },
    { keys: 'n', label: 'New prospect', group: 'Onboarding', run: () => setDialog({ prospect: null }) },
  ]);
  const today = (data?.now ?? '').slice(0, 10);
  return (
    <Screen
      title="Onboarding"
      tools={
        <Button type="button" outline onClick={() => setDialog({ prospect: null })}>
          New prospect <kbd>N</kbd>
        </Button>
      }
    >
      <ListFrame
        problem={problem && !data && <LoadProblem problem={problem} onRetry={reload} />}
        loading={!data && isSlow ? 'Loading agencies' : null}
        empty={data && data.items.length === 0 && data.prospects.length === 0 && <Empty title="No agency is being set up">An agency appears here with its first recorded step; a prospect with its first contact.</Empty>}
        detail={
          data && (
            <aside className="detail" aria-label={item ? item.name : 'Prospects'} data-region="detail">
              {item && <ItemDetail item={item} onStep={(step) => setDialog({ step })} onRecord={recordStep} onCards={() => setDialog('cards')} />}
              <Prospects all={data.prospects} onOpen={(prospect) => setDialog({ prospect })} />
            </aside>
          )
        }
        detailWidth={paneWidth(look.detailWidth, 0.42, 460, 640)}
        onDetailWidth={(width) => setLook({ detailWidth: width })}
      >
        {rows && (
          <GridTable
            label="Agencies that are being set up"
            columns={COLUMNS}
            widths={WIDTHS}
            hidden={innerWidth >= 1500 ? [] : ['queue', 'plan']}
            rows={rows}
            rowId={(i) => i.agencyId}
            selectedId={item?.agencyId ?? null}
            onSelect={(id) => select('onboarding', id)}
            rowHeight={look.density === 'compact' ? 30 : 36}
            isSortable
            autoFocus
          />
        )}
      </ListFrame>
      {dialog === 'cards' && item?.cards && <ReactivationDialog item={item} cards={item.cards} onClose={() => setDialog(null)} />}
      {dialog && dialog !== 'cards' && 'step' in dialog && item && <StepDialog item={item} step={dialog.step} onClose={() => setDialog(null)} />}
      {dialog && dialog !== 'cards' && 'prospect' in dialog && <ProspectDialog prospect={dialog.prospect} today={today} onClose={() => setDialog(null)} />}
    </Screen>
  );
}

/** The chosen agency: the goal, the forecast, what to look at, the bars, whose the slips were. */
function ItemDetail({ item, onStep, onRecord, onCards }: { readonly item: OnboardingItem; readonly onStep: (step: StepId) => void; readonly onRecord: () => void; readonly onCards: () => void }) {
  const { outlook } = item;
  return (
    <>
      <div>
        <h2>{item.name}</h2>
        <p className="soft">{item.fieldOffice}</p>
      </div>
      <div className={`note ${isOver(item) ? 'amber' : ''}`}>
        <p className="strong">
          {isOver(item) ? '▲ ' : ''}
          {goalWords(outlook)}
          {!outlook.isDone && outlook.left !== null && (outlook.left >= 0 ? `, ${count(outlook.left, 'day')} left` : `, ${count(-outlook.left, 'day')} over`)}
        </p>
        {outlook.elapsed !== null && !outlook.isDone && (
          <progress max={INSTALL_GOAL_DAYS} value={Math.min(INSTALL_GOAL_DAYS, outlook.elapsed)} aria-label={`Days since the MOA, of ${INSTALL_GOAL_DAYS}`} />
        )}
        {outlook.byPlan && !outlook.isDone && <p className="small">By plan and targets the equipment is installed on {outlook.byPlan}, day {outlook.planDays}.</p>}
        {outlook.half !== null && outlook.nineOfTen !== null && (
          <p className="soft small">Of the 22 sites of the report, half of those that had waited as long were installed by day {outlook.half}, nine of ten by day {outlook.nineOfTen}.</p>
        )}
        {item.installer && item.installer.waits > 0 && <p className="small">The installer comes {count(item.installer.waits, 'day')} after the delivery: other sites are before it.</p>}
        {item.priorityBasis && <p className="soft small">Place {item.position} in the queue, by this rule: {item.priorityBasis}</p>}
      </div>
      {item.readyEarly !== null && (
        <div className="note amber">
          <p>▲ People are ready {count(item.readyEarly, 'day')} before the terminal. Their cards die after 30 days without a log-in: plan training later, or log in at a working site.</p>
        </div>
      )}
      <div className="row wrap">
        <Button type="button" onClick={onRecord}>
          Record a step… <kbd>R</kbd>
        </Button>
      </div>
      <section>
        <h3>Steps</h3>
        <Gantt item={item} onStep={onStep} />
      </section>
      {item.cards && <CardsSection item={item} cards={item.cards} onAsk={onCards} />}
      {item.slips.length > 0 && (
        <section>
          <h3>Days that plans moved, by office</h3>
          <dl className="facts">
            {item.slips.map(([owner, days]) => (
              <div key={owner} className="contents">
                <dt>{STEP_OWNER_WORDS[owner]}</dt>
                <dd className="num">{days > 0 ? `${count(days, 'day')} later` : `${count(-days, 'day')} earlier`}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </>
  );
}

function Prospects({ all, onOpen }: { readonly all: readonly ProspectRow[]; readonly onOpen: (prospect: ProspectRow) => void }) {
  return (
    <section>
      <h3>Prospects</h3>
      {all.length === 0 && <p className="soft">None on record.</p>}
      {all.map((p) => (
        <div key={p.id} className="mini-row">
          <button type="button" className="cell-link" onClick={() => onOpen(p)}>
            {p.name}
          </button>
          <span className="soft">
            {p.county}, {p.state}
          </span>
          <span>{stageWords(p.stage)}</span>
          <span className="soft small">{p.contacts.length === 0 ? 'no contact yet' : `${count(p.contacts.length, 'contact')}, last ${p.contacts.at(-1)?.on}`}</span>
        </div>
      ))}
    </section>
  );
}
