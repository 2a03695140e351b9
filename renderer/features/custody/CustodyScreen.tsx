/** The custody board: the people of one agency from screened to ICE custody or release, the nearest limit first. Nationality and offence are not here. */
import { Button, Label, Select } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { CustodyBoard, CustodyCard } from '../../../shared/api.ts';
import { CUSTODY_STATE_WORDS, CUSTODY_STATES, CUSTODY_TASK_WORDS, type CustodyState, custodyLabel, isReleased, stepsFrom } from '../../../shared/domain/custody.ts';
import { msOf, siteTime, utcTime } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { useKeys } from '../../keys.ts';
import { Countdown } from '../../pieces/Countdown.tsx';
import { CustodyTimeline } from '../../pieces/CustodyTimeline.tsx';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { Screen } from '../../shell/Screen.tsx';
import { paneWidth, useStore } from '../../store.ts';
import { type GridColumn, GridTable } from '../../ui/GridTable.tsx';
import { ListFrame } from '../../ui/ListFrame.tsx';
import { Empty, Skeleton } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';
import { subjectOf, TaskNote, taskStep } from './custody-subject.tsx';
import { RecordDialog } from './RecordDialog.tsx';

type Row = { readonly card: CustodyCard; readonly zone: string; readonly next: string };
const ENDS: readonly CustodyState[] = ['ICE_CUSTODY', 'RELEASED_LIMIT', 'RELEASED_OTHER', 'CANCELLED'];
const cell =
  (render: (row: Row) => React.ReactNode) =>
  ({ row }: { row: { original: Row } }) =>
    render(row.original);

/** A limit that has passed while the person is still held. */
const isOver = (card: CustodyCard, now: string): boolean => card.custodyLimitAt !== null && msOf(card.custodyLimitAt) <= msOf(now) && !ENDS.includes(card.state);
function Limit({ row: { card, zone } }: { readonly row: Row }) {
  const now = useNow();
  const at = card.deadlineAt ?? card.custodyLimitAt;
  if (isReleased(card.state) || at === null) return <span className="soft">none</span>;
  return (
    <span className="row gap-s">
      <span className="mono soft">{card.deadlineClock ?? 'K2B'}</span>
      <Countdown deadlineAt={at} zone={zone} now={now} hasTime={false} />
    </span>
  );
}
function Next({ row: { card, next } }: { readonly row: Row }) {
  const now = useNow();
  if (isOver(card, now)) return <span className="red strong">■ {CUSTODY_TASK_WORDS.release}</span>;
  if (card.task) return <span className="amber strong">▲ {card.task === 'cancel_detainer' ? 'Cancel the detainer' : 'Issue the detainer again'}</span>;
  return card.openHolds > 0 ? <span className="strong">On hold</span> : <span className="soft">{next}</span>;
}
const COLUMNS: readonly GridColumn<Row>[] = [
  { id: 'person', header: 'Person', cell: cell(({ card }) => <span className="strong cut" dir="auto" title={card.subjectName}>{card.subjectName}</span>) },
  { id: 'event', header: 'Event', cell: cell(({ card }) => <span className="mono">{card.eventNumber}</span>) },
  { id: 'state', header: 'State', cell: cell(({ card }) => CUSTODY_STATE_WORDS[card.state]) },
  { id: 'limit', header: 'Clock', cell: cell((row) => <Limit row={row} />) },
  { id: 'next', header: 'Next step', cell: cell((row) => <Next row={row} />) },
  {
    id: 'last',
    header: 'Last recorded',
    cell: cell(({ card, zone }) => (card.lastAt ? <span className="soft">{card.lastKind ? `${custodyLabel(card.lastKind)}, ` : 'Packet, '}{siteTime(card.lastAt, zone)}</span> : <span className="soft">nothing</span>)),
  },
];
const WIDTHS = { person: 'minmax(120px, 1fr)', event: '132px', state: 'minmax(124px, .8fr)', limit: '128px', next: 'minmax(160px, 1.2fr)', last: 'minmax(160px, 1.2fr)' };

/** The board of one agency; agencies by their nearest limit. */
export function CustodyScreen({ agencyId }: { readonly agencyId: string | null }) {
  const { data, problem, isSlow, reload } = useQuery('custody.board', { agencyId });
  const { go, select, selected, look, setLook } = useStore();
  const [state, setState] = useState<CustodyState | ''>('');
  const [isRecording, setRecording] = useState(false);
  const agency = data?.agencies.find((a) => a.id === data.agencyId);
  const rows: readonly Row[] = (data?.cards ?? [])
    .filter((c) => state === '' || c.state === state)
    .map((card) => {
      const step = agency ? stepsFrom(card.state, agency.model, card.isArrested)[0] : undefined;
      return { card, zone: agency?.zone ?? 'UTC', next: step && !ENDS.includes(card.state) ? custodyLabel(step) : '' };
    });
  const id = rows.find((r) => r.card.packetId === selected.custody)?.card.packetId ?? rows[0]?.card.packetId ?? null;
  const open = (row: Row): void => go({ screen: 'packet', packetId: row.card.packetId, number: null });
  const step = (by: number) => {
    const next = rows[rows.findIndex((r) => r.card.packetId === id) + by];
    if (next) select('custody', next.card.packetId);
  };
  const none = 'Nobody is chosen.';
  useKeys([
    { keys: 'j', label: 'Next person', group: 'Custody', run: () => step(1) },
    { keys: 'k', label: 'Previous person', group: 'Custody', run: () => step(-1) },
    { keys: 'r', label: 'Record…', group: 'Custody', run: () => setRecording(true), disabled: id ? null : none },
    { keys: 'Enter', label: 'Open the packet', group: 'Custody', run: () => rows.filter((r) => r.card.packetId === id).forEach(open), disabled: id ? null : none },
  ]);
  return (
    <Screen title="Custody" tools={data && data.agencies.length > 0 && <Filters data={data} state={state} onState={setState} />}>
      <ListFrame
        problem={problem && !data && <LoadProblem problem={problem} onRetry={reload} />}
        loading={!data && isSlow ? 'Loading custody' : null}
        empty={
          data &&
          rows.length === 0 && (
            <Empty title={state === '' ? 'Nobody in custody' : `Nobody: ${CUSTODY_STATE_WORDS[state]}`}>
              {state === '' ? 'People appear here when a packet says that they are detained.' : 'Choose another state, or all of them.'}
            </Empty>
          )
        }
        detail={id && <PersonDetail key={id} packetId={id} isRecording={isRecording} onRecord={setRecording} />}
        detailWidth={paneWidth(look.detailWidth, 0.28, 340, 480)}
        onDetailWidth={(width) => setLook({ detailWidth: width })}
      >
        {data && (
          <GridTable
            label="People in custody"
            columns={COLUMNS}
            widths={WIDTHS}
            hidden={innerWidth < 1500 ? ['last', 'event'] : []}
            rows={rows}
            rowId={(r) => r.card.packetId}
            selectedId={id}
            onSelect={(next) => select('custody', next)}
            onOpen={open}
            rowHeight={look.density === 'compact' ? 30 : 36}
            rowClass={(r) => (isOver(r.card, data.now) ? 'over' : '')}
            autoFocus
          />
        )}
      </ListFrame>
    </Screen>
  );
}

function Filters({ data, state, onState }: { readonly data: CustodyBoard; readonly state: CustodyState | ''; readonly onState: (state: CustodyState | '') => void }) {
  const go = useStore((s) => s.go);
  const present = CUSTODY_STATES.filter((s) => data.cards.some((c) => c.state === s));
  return (
    <span className="row gap-s custody-filters">
      <Label htmlFor="custody-agency" className="hidden-text">
        Agency
      </Label>
      <Select id="custody-agency" name="custody-agency" value={data.agencyId ?? ''} onChange={(e) => go({ screen: 'custody', agencyId: e.target.value })}>
        {data.agencies.map((a) => (
          <option key={a.id} value={a.id}>
            {a.name} ({a.people})
          </option>
        ))}
      </Select>
      <Label htmlFor="custody-state" className="hidden-text">
        State
      </Label>
      <Select id="custody-state" name="custody-state" value={state} onChange={(e) => onState(CUSTODY_STATES.find((s) => s === e.target.value) ?? '')}>
        <option value="">All states</option>
        {present.map((s) => (
          <option key={s} value={s}>
            {CUSTODY_STATE_WORDS[s]}
          </option>
        ))}
      </Select>
    </span>
  );
}

function PersonDetail({ packetId, isRecording, onRecord }: { readonly packetId: string; readonly isRecording: boolean; readonly onRecord: (is: boolean) => void }) {
  const { data: view, problem, isSlow, reload } = useQuery('packet.open', { packetId, number: null });
  const go = useStore((s) => s.go);
  const now = useNow();
  if (!view) {
    return (
      <aside className="detail" aria-label="Person" data-region="detail">
        {problem ? <LoadProblem problem={problem} onRetry={reload} /> : isSlow ? <Skeleton rows={6} label="Loading the person" /> : null}
      </aside>
    );
  }
  const { subject, task } = subjectOf(view);
  const { packet, agency } = view;
  const limit = isReleased(subject.state) || subject.state === 'ICE_CUSTODY' ? null : packet.custodyLimitAt;
  return (
    <aside className="detail" aria-label={view.subject.name} data-region="detail">
      <div>
        <h2 className="cut-3" dir="auto" title={view.subject.name}>{view.subject.name}</h2>
        <p className="soft">
          {agency.name} · {packet.eventNumber}
        </p>
      </div>
      {task && <TaskNote task={task} />}
      <div className="row wrap">
        <Button type="button" onClick={() => onRecord(true)}>
          Record… <kbd>R</kbd>
        </Button>
        <Button type="button" outline onClick={() => go({ screen: 'packet', packetId, number: null })}>
          Packet <kbd>Enter</kbd>
        </Button>
      </div>
      <dl className="facts">
        <dt>State</dt>
        <dd>{CUSTODY_STATE_WORDS[subject.state]}</dd>
        <dt>{limit ? 'Release or notify required at' : 'Custody limit'}</dt>
        <dd>
          {limit ? (
            <span className="stack tight">
              <Countdown deadlineAt={limit} zone={agency.zone} now={now} />
              <span className="soft small">{utcTime(limit)}</span>
            </span>
          ) : (
            'none running'
          )}
        </dd>
        {packet.deadlineAt && packet.deadlineAt !== limit && (
          <>
            <dt>{packet.deadlineClock}</dt>
            <dd>
              <Countdown deadlineAt={packet.deadlineAt} zone={agency.zone} now={now} />
            </dd>
          </>
        )}
      </dl>
      <section>
        <h3>What happened</h3>
        <CustodyTimeline events={view.custody} zone={agency.zone} staff={view.staff} />
      </section>
      {isRecording && <RecordDialog subject={subject} suggested={taskStep(task)} onClose={() => onRecord(false)} />}
    </aside>
  );
}
