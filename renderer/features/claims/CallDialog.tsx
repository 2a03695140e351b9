/**
 * The on-call log: one key from anywhere, three fields, the site's own time. Works offline and for sites that are not this officer's. When the person is known
 * here, the claim and its hold are written in the same breath; when not, the clocks hang on the call.
 */
import { Button, Label, Select, Textarea } from '@trussworks/react-uswds';
import { useEffect, useState } from 'react';
import type { QueueItem, Saved } from '../../../shared/api.ts';
import { CALL_KIND_IDS, CALL_KINDS, type CallKind, isCallKind } from '../../../shared/domain/calls.ts';
import { claimClocks } from '../../../shared/domain/claims.ts';
import { displayANumber } from '../../../shared/domain/packet.ts';
import type { Problem } from '../../../shared/result.ts';
import { countdown, instantAtSite, siteInput, siteTime, zoneName } from '../../../shared/time.ts';
import { act, run } from '../../api.ts';
import { useNow } from '../../clock.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { READER_ZONE, savedText } from '../../pieces/words.ts';
import { useStore } from '../../store.ts';
import { DecisionDialog } from '../../ui/DecisionDialog.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useDraft } from '../../use-draft.ts';
import { useQuery } from '../../use-query.ts';

type CallDraft = { readonly kind: CallKind; readonly agencyId: string; readonly caller: string; readonly about: string; readonly action: string; readonly at: string; readonly zone: string; readonly packetId: string };
const KEYS = ['kind', 'agencyId', 'caller', 'about', 'action', 'at', 'zone', 'packetId'] as const;
const isCallDraft = (v: unknown): v is CallDraft =>
  typeof v === 'object' && v !== null && KEYS.every((k) => k in v && typeof (v as Record<string, unknown>)[k] === 'string') && isCallKind(String((v as Record<string, unknown>).kind));
const ZONES = ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Phoenix', 'America/Los_Angeles', 'America/Anchorage', 'Pacific/Honolulu'] as const;

/** The dialog. What is typed is kept as an encrypted draft, over a lock too. */
export function CallDialog({ onClose }: { readonly onClose: () => void }) {
  const now = useNow();
  const go = useStore((s) => s.go);
  const draft = useDraft<CallDraft>('call', { kind: 'citizenship', agencyId: '', caller: '', about: '', action: '', at: '', zone: READER_ZONE, packetId: '' }, isCallDraft);
  const { value, change } = draft;
  const agencies = useQuery('agencies.list', {}).data ?? [];
  const agency = agencies.find((a) => a.agency.id === value.agencyId)?.agency ?? null;
  const zone = agency?.zone ?? value.zone;
  const [opened] = useState(now);
  const local = value.at === '' ? siteInput(opened, zone) : value.at;
  const calledAt = instantAtSite(local, zone);
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => {
      const words = value.about.trim().slice(0, 80);
      setAsked(words);
      if (words.length > 2) void act('access.note', { what: 'search', packetId: null });
    }, 300);
    return () => clearTimeout(timer);
  }, [value.about]);
  const found = useQuery('queue.list', { split: 'all', search: asked, offset: 0, limit: 4 }, { isOff: asked.length < 3 }).data?.items ?? [];
  const [linked, setLinked] = useState<QueueItem | null>(null);
  const link = value.packetId === '' ? null : (found.find((f) => f.packet.id === value.packetId) ?? linked);
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly call: Saved | null; readonly claim: Saved | null; readonly problem: Problem | null }>({ isBusy: false, call: null, claim: null, problem: null });
  const claimKind = CALL_KINDS[value.kind].claim;
  const needsClaim = claimKind !== null && link !== null;
  const isDone = state.call !== null && (!needsClaim || state.claim !== null);

  const why =
    value.caller.trim().length < 2 ? 'Say which site and who called.'
    : value.about.trim().length < 2 ? 'Say about whom or what.'
    : value.action.trim().length < 2 ? 'Say what was said and done.'
    : calledAt === null ? 'Give the time of the call.' : null;
  const save = async (): Promise<void> => {
    if (calledAt === null) return;
    setState((s) => ({ ...s, isBusy: true, problem: null }));
    // A call that was saved stays saved: a second try writes only what is still missing.
    const fields = { caller: value.caller.trim(), about: value.about.trim(), action: value.action.trim() };
    const call = state.call ? null : await run('call.log', { ...fields, kind: value.kind, calledAt, zone, agencyId: agency?.id ?? link?.packet.agencyId ?? null, packetId: link?.packet.id ?? null, subjectId: link?.packet.subjectId ?? null }, {});
    if (call && !call.ok) return setState((s) => ({ ...s, isBusy: false, problem: call.problem }));
    const saved = call?.value ?? state.call;
    setState((s) => ({ ...s, call: saved }));
    if (claimKind !== null && link) {
      const statement = `${fields.caller}: ${fields.about}. ${fields.action}`.padEnd(10, '.').slice(0, 4000);
      const claim = await run('claim.record', { packetId: link.packet.id, kind: claimKind, source: 'other', statement, reportedAt: calledAt }, {});
      if (!claim.ok) return setState({ isBusy: false, call: saved, claim: null, problem: claim.problem });
      setState({ isBusy: false, call: saved, claim: claim.value, problem: null });
    } else setState({ isBusy: false, call: saved, claim: null, problem: null });
    draft.drop();
  };

  if (isDone && state.call && calledAt !== null) {
    const clocks = claimClocks({ kind: value.kind, reportedAt: calledAt, zone, consultedAt: null, closedAt: null }, null);
    return (
      <Dialog
        title="Call logged"
        onClose={onClose}
        footer={
          <>
            <Button type="button" outline className="push" onClick={onClose}>
              Close
            </Button>
            <Button
              type="button"
              data-first
              onClick={() => {
                onClose();
                go({ screen: 'claims', agencyId: null });
              }}
            >
              Open Claims
            </Button>
          </>
        }
      >
        <div className="note" role="status">
          <p className="strong">◐ Saved on this laptop</p>
          {state.claim && <p>The claim is on the packet, and a hold with it. Packets of the same person on this laptop are held too; HQ holds the others.</p>}
          {!state.claim && claimKind !== null && <p>No packet of the person is linked. The clocks run on the call; record the claim on the packet as soon as it is here.</p>}
          {clocks.map((c) => (
            <p key={c.id} className="num">
              <b>{c.id}</b> {c.label}: due {siteTime(c.deadlineAt, zone)}, {countdown(now, c.deadlineAt)}
            </p>
          ))}
          <p className="soft small num">{savedText(state.call, zone)} HQ's receipt follows by itself and shows in Sync.</p>
        </div>
      </Dialog>
    );
  }
  const area = (key: 'caller' | 'about' | 'action', label: string, hint: string, rows: number, isFirst = false) => (
    <div>
      <Label htmlFor={`call-${key}`}>{label}</Label>
      <Textarea id={`call-${key}`} name={`call-${key}`} rows={rows} maxLength={2000} placeholder={hint} value={value[key]} data-first={isFirst || undefined} onChange={(e) => change({ ...value, [key]: e.target.value })} />
    </div>
  );
  return (
    <DecisionDialog
      title="Log a call"
      size="wide"
      why={why}
      meaning={needsClaim ? 'Saves the call, the claim and a hold on the packet.' : 'Saves the call. It counts from the time of the call.'}
      verb="Save the call"
      busyVerb="Saving…"
      isBusy={state.isBusy}
      onAct={() => void save()}
      onClose={onClose}
      problem={state.problem && <ProblemNote problem={state.problem}>{state.call && <p>The call itself is saved.</p>}</ProblemNote>}
    >
      {draft.isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      <div className="call-grid">
        <div>
          <Label htmlFor="call-kind">What it is about</Label>
          <Select id="call-kind" name="call-kind" value={value.kind} disabled={state.call !== null} onChange={(e) => isCallKind(e.target.value) && change({ ...value, kind: e.target.value })}>
            {CALL_KIND_IDS.map((k) => (
              <option key={k} value={k}>
                {CALL_KINDS[k].label}
              </option>
            ))}
          </Select>
        </div>
        <div>
          <Label htmlFor="call-agency">Agency</Label>
          <Select id="call-agency" name="call-agency" value={value.agencyId} onChange={(e) => change({ ...value, agencyId: e.target.value, at: '' })}>
            <option value="">Another site, not on this laptop</option>
            {agencies.map((a) => (
              <option key={a.agency.id} value={a.agency.id}>
                {a.agency.name}
              </option>
            ))}
          </Select>
        </div>
        <div>
          <Label htmlFor="call-at">Time at the site ({zoneName(calledAt ?? opened, zone)})</Label>
          <input className="usa-input" id="call-at" name="call-at" type="datetime-local" value={local} onChange={(e) => change({ ...value, at: e.target.value })} />
        </div>
        {!agency && (
          <div>
            <Label htmlFor="call-zone">Time zone of the site</Label>
            <Select id="call-zone" name="call-zone" value={value.zone} onChange={(e) => change({ ...value, zone: e.target.value })}>
              {[...new Set([READER_ZONE, ...ZONES])].map((z) => (
                <option key={z} value={z}>
                  {z.replace('_', ' ')}
                </option>
              ))}
            </Select>
          </div>
        )}
      </div>
      {area('caller', 'Site and caller', 'Who called, from where, on which number', 1, true)}
      {area('about', 'About whom or what', 'Name, A-number or event number finds the packet here', 2)}
      {(found.length > 0 || link) && (
        <fieldset className="call-found">
          <legend className="small">On this laptop</legend>
          {[...new Map([...(link ? [link] : []), ...found].map((f) => [f.packet.id, f])).values()].map((f) => (
            <label key={f.packet.id} className="row">
              <input
                type="radio"
                name="call-link"
                checked={value.packetId === f.packet.id}
                onChange={() => {
                  setLinked(f);
                  change({ ...value, packetId: f.packet.id });
                }}
              />
              <span className="strong cut" dir="auto">{f.subjectName}</span>
              <span className="soft num nowrap">{displayANumber(f.aNumber)}</span>
              <span className="soft cut">{f.agencyName}</span>
            </label>
          ))}
          <label className="row">
            <input type="radio" name="call-link" checked={value.packetId === ''} onChange={() => change({ ...value, packetId: '' })} />
            <span className="soft">None of these</span>
          </label>
        </fieldset>
      )}
      {area('action', 'What was said and done', 'In their words; what you told them to do', 3)}
    </DecisionDialog>
  );
}
