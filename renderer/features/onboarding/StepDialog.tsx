/** Records one dated fact of one step: a plan, a start, an end, a place in the installer's queue; or takes an entry back. A slip names an office, never a person. */
import { Label, Select, Textarea, TextInput } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { OnboardingItem } from '../../../shared/api.ts';
import { ONBOARDING_STEPS, STEP_IDS, STEP_OWNER_WORDS, STEP_OWNERS, type StepId, type StepOwner, isStep } from '../../../shared/domain/onboarding.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { savedText } from '../../pieces/words.ts';
import { DecisionDialog, SavedDialog } from '../../ui/DecisionDialog.tsx';
import { useCommand } from '../../use-command.ts';

type Kind = 'planned' | 'started' | 'done' | 'queued' | 'withdrawn';
const KIND_WORDS: Readonly<Record<Kind, string>> = { planned: 'Planned end', started: 'Started', done: 'Done', queued: 'Place in the installer queue', withdrawn: 'Take an entry back' };
const isKind = (v: string): v is Kind => v in KIND_WORDS;
const MIN_WHY = 10;

/** The dialog. `step`: the one that is chosen at the start. */
export function StepDialog({ item, step: asked, onClose }: { readonly item: OnboardingItem; readonly step: StepId; readonly onClose: () => void }) {
  const { state, send } = useCommand('onboarding.record');
  const [step, setStep] = useState<StepId>(asked);
  const [kind, setKind] = useState<Kind>('planned');
  const [on, setOn] = useState(item.today);
  const [cause, setCause] = useState<StepOwner | ''>('');
  const [note, setNote] = useState('');
  const [position, setPosition] = useState('');
  const [basis, setBasis] = useState('');
  const [withdraws, setWithdraws] = useState('');
  const before = item.schedule.find((s) => s.step === step)?.plannedOn ?? null;
  const isLater = kind === 'planned' && before !== null && on > before;
  const entries = item.facts.filter((f) => f.step === step);
  const needsWhy = isLater || kind === 'withdrawn';
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(on);
  const why =
    !isDay ? 'Give the day.'
    : (kind === 'done' || kind === 'started') && on > item.today ? 'That day has not come yet.'
    : isLater && cause === '' ? `The plan moves later than ${before}: say whose days they are.`
    : kind === 'queued' && !/^[1-9]\d{0,3}$/.test(position) ? 'Give the place in the queue as a number.'
    : kind === 'queued' && basis.trim().length < 3 ? 'Say by which rule the place was given.'
    : kind === 'withdrawn' && withdraws === '' ? 'Choose the entry.'
    : needsWhy && note.trim().length < MIN_WHY ? `Say why in ${MIN_WHY} characters or more.`
    : null;
  const record = () =>
    send({
      agencyId: item.agencyId, step, kind, on, cause: isLater && cause !== '' ? cause : null, note: note.trim(), position: kind === 'queued' ? Number(position) : null,
      priorityBasis: kind === 'queued' ? basis.trim() : null, withdraws: kind === 'withdrawn' ? withdraws : null,
    }, {});
  if (state.phase === 'saved')
    return (
      <SavedDialog title={`${ONBOARDING_STEPS[step].label}: recorded`} receipt={savedText(state.saved, item.zone)} onClose={onClose} onNext={null}>
        The schedule counts it from now on.
      </SavedDialog>
    );
  return (
    <DecisionDialog
      title={`Onboarding of ${item.name}`}
      why={why}
      meaning="Earlier entries stay on record."
      verb="Record"
      busyVerb="Recording…"
      isBusy={state.phase === 'running'}
      onAct={() => void record()}
      onClose={onClose}
      problem={state.phase === 'refused' && <ProblemNote problem={state.problem} />}
    >
      <div>
        <Label htmlFor="onboarding-step">Step</Label>
        <Select id="onboarding-step" name="onboarding-step" data-first value={step} onChange={(e) => isStep(e.target.value) && setStep(e.target.value)}>
          {STEP_IDS.map((id) => (
            <option key={id} value={id}>
              {ONBOARDING_STEPS[id].label}
            </option>
          ))}
        </Select>
      </div>
      <div>
        <Label htmlFor="onboarding-kind">What</Label>
        <Select id="onboarding-kind" name="onboarding-kind" value={kind} onChange={(e) => isKind(e.target.value) && setKind(e.target.value)}>
          {Object.entries(KIND_WORDS)
            .filter(([id]) => (id !== 'queued' || step === 'install') && (id !== 'withdrawn' || entries.length > 0))
            .map(([id, label]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
        </Select>
      </div>
      <div>
        <Label htmlFor="onboarding-on">Day</Label>
        <input className="usa-input" id="onboarding-on" name="onboarding-on" type="date" value={on} onChange={(e) => setOn(e.target.value)} />
      </div>
      {isLater && (
        <div>
          <Label htmlFor="onboarding-cause">Whose days</Label>
          <Select id="onboarding-cause" name="onboarding-cause" value={cause} onChange={(e) => setCause(STEP_OWNERS.find((o) => o === e.target.value) ?? '')}>
            <option value="">Choose…</option>
            {STEP_OWNERS.map((o) => (
              <option key={o} value={o}>
                {STEP_OWNER_WORDS[o]}
              </option>
            ))}
          </Select>
        </div>
      )}
      {kind === 'queued' && (
        <>
          <div>
            <Label htmlFor="onboarding-position">Place in the queue</Label>
            <TextInput id="onboarding-position" name="onboarding-position" type="text" inputMode="numeric" value={position} onChange={(e) => setPosition(e.target.value)} />
          </div>
          <div>
            <Label htmlFor="onboarding-basis">Rule by which it was given</Label>
            <TextInput id="onboarding-basis" name="onboarding-basis" type="text" maxLength={200} value={basis} onChange={(e) => setBasis(e.target.value)} />
          </div>
        </>
      )}
      {kind === 'withdrawn' && (
        <div>
          <Label htmlFor="onboarding-entry">Entry</Label>
          <Select id="onboarding-entry" name="onboarding-entry" value={withdraws} onChange={(e) => setWithdraws(e.target.value)}>
            <option value="">Choose…</option>
            {entries.map((f) => (
              <option key={f.id} value={f.id}>
                {isKind(f.kind) ? KIND_WORDS[f.kind] : f.kind} {f.on}
              </option>
            ))}
          </Select>
        </div>
      )}
      <div>
        <Label htmlFor="onboarding-note">{needsWhy ? 'Reason' : 'Note'}</Label>
        <Textarea dir="auto" id="onboarding-note" name="onboarding-note" rows={3} maxLength={1000} value={note} onChange={(e) => setNote(e.target.value)} />
      </div>
    </DecisionDialog>
  );
}
