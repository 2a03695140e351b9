/** Claims and calls of one agency or of all: what runs out first, what to do next, and the memorandum. Every act here is in the person's favour. */
import { Button, Label, Textarea } from '@trussworks/react-uswds';
import { useState } from 'react';
import { offer } from '../../pieces/offer.ts';
import type { StopItem } from '../../../shared/api.ts';
import { CLAIM_KINDS, isClaimKind } from '../../../shared/domain/claims.ts';
import { displayANumber } from '../../../shared/domain/packet.ts';
import type { Problem, Result } from '../../../shared/result.ts';
import { countdown, siteTime, utcTime } from '../../../shared/time.ts';
import { act, run } from '../../api.ts';
import { useNow } from '../../clock.ts';
import { useKeys } from '../../keys.ts';
import { Countdown, SiteTime, urgencyOf } from '../../pieces/Countdown.tsx';
import { LoadProblem, ProblemNote } from '../../pieces/ProblemNote.tsx';
import { releaserWords } from '../../../shared/domain/rule-words.ts';
import { outcomeWord, sourceWord, stopLabel } from '../../pieces/stops.ts';
import { Screen } from '../../shell/Screen.tsx';
import { paneWidth, useStore } from '../../store.ts';
import { type GridColumn, GridTable } from '../../ui/GridTable.tsx';
import { ListFrame } from '../../ui/ListFrame.tsx';
import { Empty } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';

const cell =
  (render: (item: StopItem) => React.ReactNode) =>
  ({ row }: { row: { original: StopItem } }) =>
    render(row.original);
const kindOf = (i: StopItem): string => i.claim?.kind ?? i.call?.kind ?? '';
const toldAt = (i: StopItem): string => i.claim?.reportedAt ?? i.call?.calledAt ?? '';
const COLUMNS: readonly GridColumn<StopItem>[] = [
  { id: 'due', header: 'Due', cell: cell((i) => <Left item={i} />) },
  { id: 'who', header: 'About', cell: cell((i) => <span className="strong cut" dir="auto" title={i.name}>{i.name}</span>) },
  { id: 'what', header: 'What', cell: cell((i) => <span className="cut">{i.call ? 'Call · ' : ''}{stopLabel(kindOf(i))}</span>) },
  { id: 'agency', header: 'Agency', cell: cell((i) => <span className="cut" title={i.agencyName}>{i.agencyName}</span>) },
  { id: 'told', header: 'Told', cell: cell((i) => <SiteTime at={toldAt(i)} zone={i.zone} />) },
];
const WIDTHS = { due: '96px', who: 'minmax(90px, 1.2fr)', what: 'minmax(90px, 1fr)', agency: 'minmax(70px, 1fr)', told: '150px' };

function Left({ item }: { readonly item: StopItem }) {
  const now = useNow();
  const next = item.clocks.find((c) => c.stoppedAt === null && c.deadlineAt === item.deadlineAt);
  if (!item.isOpen) return <span className="soft">Closed</span>;
  if (!next) return <span className="soft">Open</span>;
  return (
    <span className="row nowrap">
      <span className="soft small">{next.id}</span>
      <Countdown deadlineAt={next.deadlineAt} zone={item.zone} now={now} hasTime={false} />
    </span>
  );
}

/** The Claims screen. `agencyId` null: of all agencies. */
export function ClaimsScreen({ agencyId }: { readonly agencyId: string | null }) {
  const { data, problem, isSlow, reload } = useQuery('claims.list', { agencyId }, { refreshMs: 60_000 });
  const { select, selected, look, setLook, setOverlay, go } = useStore();
  const item = data?.find((i) => i.id === selected.claims) ?? data?.[0];
  const step = (by: number) => {
    const next = data?.[(item ? data.indexOf(item) : -1) + by];
    if (next) select('claims', next.id);
  };
  const open = (i: StopItem) => {
    if (i.packetId) go({ screen: 'packet', packetId: i.packetId, number: null });
  };
  useKeys([
    { keys: 'j', label: 'Next claim', group: 'Claims', run: () => step(1) },
    { keys: 'k', label: 'Previous claim', group: 'Claims', run: () => step(-1) },
    { keys: 'Enter', label: 'Packet of this claim', group: 'Claims', run: () => item && open(item), disabled: item?.packetId ? null : 'No packet is linked.' },
  ]);
  return (
    <Screen
      title={agencyId === null ? 'Claims' : `Claims at ${data?.[0]?.agencyName ?? agencyId}`}
      tools={
        <span className="row">
          {agencyId !== null && (
            <Button type="button" outline onClick={() => go({ screen: 'claims', agencyId: null })}>
              All agencies
            </Button>
          )}
          <Button type="button" onClick={() => setOverlay('call')}>
            Log a call… <kbd>C</kbd>
          </Button>
        </span>
      }
    >
      <ListFrame
        problem={problem && !data && <LoadProblem problem={problem} onRetry={reload} />}
        loading={!data && isSlow ? 'Loading the claims' : null}
        empty={data?.length === 0 && <Empty title="No claim and no call">A claim is recorded on its packet; a call with C, from anywhere.</Empty>}
        detail={item && <StopDetail key={item.id} item={item} onOpen={() => open(item)} />}
        detailWidth={paneWidth(look.detailWidth, 0.34, 360, 520)}
        onDetailWidth={(width) => setLook({ detailWidth: width })}
      >
        {data && (
          <GridTable
            label="Claims and calls"
            columns={COLUMNS}
            widths={WIDTHS}
            rows={data}
            rowId={(i) => i.id}
            rowClass={(i) => (i.isOpen ? '' : 'done')}
            selectedId={item?.id ?? null}
            onSelect={(id) => select('claims', id)}
            onOpen={open}
            rowHeight={look.density === 'compact' ? 30 : 36}
            autoFocus
          />
        )}
      </ListFrame>
    </Screen>
  );
}

type Step = { readonly phase: 'idle' | 'busy' } | { readonly phase: 'done'; readonly text: string } | { readonly phase: 'refused'; readonly problem: Problem };
function StopDetail({ item, onOpen }: { readonly item: StopItem; readonly onOpen: () => void }) {
  const now = useNow();
  const [step, setStep] = useState<Step>({ phase: 'idle' });
  const [note, setNote] = useState('');
  const { claim, call } = item;
  const kind = claim && isClaimKind(claim.kind) ? CLAIM_KINDS[claim.kind] : null;
  const doing = async <T,>(what: Promise<Result<T>>, done: (value: T) => string): Promise<void> => {
    setStep({ phase: 'busy' });
    const answer = await what;
    setStep(answer.ok ? { phase: 'done', text: done(answer.value) } : { phase: 'refused', problem: answer.problem });
    if (answer.ok) setNote('');
  };
  const isBusy = step.phase === 'busy';
  const hasNote = note.trim().length >= 10;
  const isCitizenship = claim?.kind === 'citizenship';
  const asksNote = item.isOpen && ((isCitizenship && item.memoAt === null) || call !== null);
  return (
    <aside className="detail" aria-label={`${stopLabel(kindOf(item))}: ${item.name}`} data-region="detail">
      <div>
        <h2 className="cut-3" dir="auto" title={item.name}>{item.name}</h2>
        <p className="soft">
          {stopLabel(kindOf(item))} · {item.agencyName} {item.aNumber && <span className="num nowrap">· {displayANumber(item.aNumber)}</span>}
        </p>
      </div>
      {item.clocks.map((c) => {
        const isOver = c.deadlineAt <= now;
        return (
          <div key={c.id} className={`clock ${c.stoppedAt ? 'far' : isOver ? 'over' : urgencyOf(c.deadlineAt, now)}`} data-clock={c.id} title={`${c.source} · ${c.owner}`}>
            <div className="clock-main">
              <span className="clock-label">
                {c.id} {c.label}
              </span>
              <span className="clock-left num">{c.stoppedAt ? '✓ stopped' : countdown(now, c.deadlineAt)}</span>
              <span className="small num">{siteTime(c.stoppedAt ?? c.deadlineAt, c.zone)}</span>
              <span className="small num soft">{utcTime(c.stoppedAt ?? c.deadlineAt)}</span>
              {!c.stoppedAt && isOver && <span className="clock-over">{c.atEnd}</span>}
            </div>
          </div>
        );
      })}
      {item.isOpen && (
        <p className="note">
          <b>Next:</b> {kind ? kind.next : isCitizenshipCall(item) ? CLAIM_KINDS.citizenship.next : 'Say what became of it, then close the call.'}
        </p>
      )}
      <dl className="facts">
        <dt>Told</dt>
        <dd className="num" title={utcTime(toldAt(item))}>
          {siteTime(toldAt(item), item.zone)}
        </dd>
        {claim && (
          <>
            <dt>Source</dt>
            <dd>{sourceWord(claim.source)}</dd>
            <dt>Words</dt>
            <dd className="pre-line" dir="auto">{claim.statement}</dd>
            <dt>ICE told</dt>
            <dd className="num">{claim.consultedAt ? siteTime(claim.consultedAt, item.zone) : 'not recorded'}</dd>
            {isCitizenship && (
              <>
                <dt>Memo sent</dt>
                <dd className="num">{item.memoAt ? siteTime(item.memoAt, item.zone) : 'not recorded'}</dd>
              </>
            )}
            <dt>Hold</dt>
            <dd>{item.openHolds > 0 && kind ? `Open. Released from HQ by ${releaserWords(kind.rule)}. ${kind.lifts}` : 'None open of this cause'}</dd>
            {claim.outcome && (
              <>
                <dt>Outcome</dt>
                <dd>
                  {outcomeWord(claim.outcome)}. {claim.outcomeNote}
                </dd>
              </>
            )}
          </>
        )}
        {call && (
          <>
            <dt>Caller</dt>
            <dd className="pre-line" dir="auto">{call.caller}</dd>
            <dt>About</dt>
            <dd className="pre-line" dir="auto">{call.about}</dd>
            <dt>Done</dt>
            <dd className="pre-line" dir="auto">{call.action}</dd>
          </>
        )}
      </dl>
      {asksNote && (
        <div>
          <Label htmlFor="stop-note">{call ? 'What became of it: who was told, who goes on' : 'Memo: to whom it went, and how'}</Label>
          <Textarea id="stop-note" name="stop-note" rows={2} maxLength={2000} value={note} onChange={(e) => setNote(e.target.value)} />
        </div>
      )}
      <div className="row wrap">
        {claim && item.isOpen && claim.consultedAt === null && (
          <Button type="button" disabled={isBusy} onClick={() => void doing(run('claim.consult', { claimId: claim.id, at: now }, item.base), () => 'Recorded: ICE was told.')}>
            ICE was told now
          </Button>
        )}
        {claim && isCitizenship && (
          <Button
            type="button"
            outline
            disabled={isBusy}
            onClick={() =>
              void doing(act('claim.draft', { claimId: claim.id }), (file) => {
                offer(file.name, new Blob([Uint8Array.from(atob(file.base64), (c) => c.charCodeAt(0))], { type: 'application/pdf' }));
                return `Draft handed over as ${file.name}. Not sent: send it to OPLA, then record it here.`;
              })
            }
          >
            Draft memo to OPLA (PDF)
          </Button>
        )}
        {claim && isCitizenship && item.isOpen && item.memoAt === null && (
          <Button type="button" outline disabled={isBusy || !hasNote} title={hasNote ? undefined : 'Say to whom and how in 10 characters or more.'} onClick={() => void doing(run('claim.memo', { claimId: claim.id, at: now, note: note.trim() }, item.base), () => 'Recorded: the memo was sent.')}>
            Memo was sent
          </Button>
        )}
        {call && item.isOpen && (
          <Button type="button" disabled={isBusy || !hasNote} title={hasNote ? undefined : 'Say what became of it in 10 characters or more.'} onClick={() => void doing(run('call.close', { callId: call.id, note: note.trim() }, item.base), () => 'The call is closed.')}>
            Close the call
          </Button>
        )}
        {item.packetId && (
          <Button type="button" outline onClick={onOpen}>
            Open the packet <kbd>Enter</kbd>
          </Button>
        )}
      </div>
      <p role="status" className="small">{step.phase === 'done' ? `◐ ${step.text}` : ''}</p>
      {step.phase === 'refused' && <ProblemNote problem={step.problem} />}
    </aside>
  );
}
const isCitizenshipCall = (item: StopItem): boolean => item.call?.kind === 'citizenship';
