/** Records one step in the file of a DIO: only what the present state allows, with its time at the site and the details that the event asks for. */
import { Checkbox, Label, Select, Textarea, TextInput } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { CommandIn, OfficerItem } from '../../../shared/api.ts';
import { OFFICER_EVENTS, officerEventSpec, type RecordedOfficerKind } from '../../../shared/domain/officer-events.ts';
import { correctable, fieldsOf, type StepField, stepDetails, wrongFields } from '../../../shared/domain/officer-steps.ts';
import { localInput, siteTime, utcOfLocal } from '../../../shared/time.ts';
import { nowInstant } from '../../clock.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { AUTHORITY_WORDS, savedText } from '../../pieces/words.ts';
import { DecisionDialog, SavedDialog } from '../../ui/DecisionDialog.tsx';
import { useCommand } from '../../use-command.ts';
import { useDraft } from '../../use-draft.ts';
import { CHOICE_WORDS, FIELD_WORDS, hintOf } from './step-words.ts';

type StepDraft = { readonly kind: string; readonly at: string; readonly values: Readonly<Record<string, string>> };
const isStepDraft = (v: unknown): v is StepDraft =>
  typeof v === 'object' && v !== null && 'kind' in v && typeof v.kind === 'string' && 'at' in v && typeof v.at === 'string' && 'values' in v && typeof v.values === 'object' && v.values !== null;

type Props = { readonly item: OfficerItem; /** The step that a task asks for. */ readonly suggested?: RecordedOfficerKind | null; readonly onClose: () => void };
/** The dialog. What it was opened over stays as it was, whatever arrives meanwhile. */
export function StepDialog({ item, suggested = null, onClose }: Props) {
  const [{ officer, zone, steps, events, base }] = useState(item);
  const draft = useDraft<StepDraft>(`officer:${officer.id}`, { kind: suggested ?? '', at: localInput(nowInstant(), zone), values: {} }, isStepDraft);
  const { state, send } = useCommand('officer.record');
  const { kind, at, values } = draft.value;
  const chosen = steps.find((k) => k === kind) ?? null;
  const set = (change: Partial<StepDraft>) => draft.change({ ...draft.value, ...change });
  const utc = utcOfLocal(at, zone);
  const wrong = chosen ? wrongFields(chosen, values) : [];
  const why = chosen === null ? 'Choose what to record.' : utc === null ? 'The time is not a time at the site.' : wrong[0] !== undefined ? `Fill in: ${FIELD_WORDS[wrong[0]] ?? wrong[0]}.` : null;
  const record = async () => {
    if (!chosen || utc === null) return;
    const event = { kind: chosen, at: utc, details: stepDetails(chosen, values) } as CommandIn<'officer.record'>['event'];
    if (await send({ officerId: officer.id, event }, base)) draft.drop();
  };
  if (state.phase === 'saved') {
    return (
      <SavedDialog title={chosen ? OFFICER_EVENTS[chosen].label : 'Recorded'} receipt={savedText(state.saved, zone)} onClose={onClose} onNext={null} stay="Close">
        Recorded. Authority and checks follow at once, also offline.
      </SavedDialog>
    );
  }
  return (
    <DecisionDialog
      title={`Record a step of ${officer.name}`}
      why={why}
      meaning="A step is a fact: it is never changed, only corrected by a later one."
      verb="Record"
      busyVerb="Recording…"
      isBusy={state.phase === 'running'}
      onAct={() => void record()}
      onClose={onClose}
      problem={state.phase === 'refused' && <ProblemNote problem={state.problem} />}
    >
      <p>
        Now: <b>{AUTHORITY_WORDS[officer.authorityState]}</b>. Only what can follow from this is listed.
      </p>
      {draft.isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      <div>
        <Label htmlFor="step-kind">What to record</Label>
        <Select id="step-kind" name="step-kind" data-first value={chosen ?? ''} onChange={(e) => set({ kind: e.target.value, values: {} })}>
          <option value="">Choose…</option>
          {steps.map((k) => (
            <option key={k} value={k}>
              {OFFICER_EVENTS[k].label}
            </option>
          ))}
        </Select>
        {chosen && OFFICER_EVENTS[chosen].dimension === 'note' && chosen !== 'corrected' && <p className="soft small">This changes no authority by itself: the FOD decides.</p>}
      </div>
      <div>
        <Label htmlFor="step-at">When, at the site</Label>
        <input className="usa-input" id="step-at" name="step-at" type="datetime-local" value={at} onChange={(e) => set({ at: e.target.value })} />
        <p className="soft small">{zone.replaceAll('_', ' ')}. From this moment on it counts; when you record it is kept beside it.</p>
      </div>
      {chosen &&
        fieldsOf(chosen).map((field) => {
          const change = (value: string) => set({ values: { ...values, [field.name]: value } });
          const props = { field, value: values[field.name] ?? '', onChange: change, isWrong: wrong.includes(field.name) && (values[field.name] ?? '') !== '' };
          return field.kind === 'event' ? (
            <div key={field.name}>
              <Label htmlFor="step-eventId">{FIELD_WORDS.eventId}</Label>
              <Select id="step-eventId" name="step-eventId" value={props.value} onChange={(e) => change(e.target.value)}>
                <option value="">Choose…</option>
                {correctable(events, 'pm').map((e) => (
                  <option key={e.id} value={e.id}>
                    {officerEventSpec(e.kind)?.label}, {siteTime(e.at, zone)}
                  </option>
                ))}
              </Select>
            </div>
          ) : (
            <Field key={`${chosen}.${field.name}`} kind={chosen} {...props} />
          );
        })}
    </DecisionDialog>
  );
}

type FieldProps = { readonly kind: RecordedOfficerKind; readonly field: StepField; readonly value: string; readonly onChange: (value: string) => void; readonly isWrong: boolean };
/** One detail. What the command would refuse is said at the field itself. */
function Field({ kind, field, value, onChange, isWrong }: FieldProps) {
  const id = `step-${field.name}`;
  const words = FIELD_WORDS[field.name] ?? field.name;
  if (field.kind === 'yes') return <Checkbox id={id} name={id} label={words} checked={value === 'yes'} onChange={(e) => onChange(e.target.checked ? 'yes' : '')} />;
  const hint = isWrong ? `${words}: this is not enough, or not what is asked.` : hintOf(kind, field.name);
  const own = { id, name: id, value, 'aria-invalid': isWrong, ...(hint ? { 'aria-describedby': `${id}-hint` } : {}) };
  return (
    <div>
      <Label htmlFor={id}>
        {words}
        {field.isOptional ? ' (if any)' : ''}
      </Label>
      {field.kind === 'choice' ? (
        <Select {...own} onChange={(e) => onChange(e.target.value)}>
          <option value="">Choose…</option>
          {field.choices.map((c) => (
            <option key={c} value={c}>
              {CHOICE_WORDS[c] ?? c}
            </option>
          ))}
        </Select>
      ) : field.kind === 'long' ? (
        <Textarea {...own} rows={2} maxLength={400} onChange={(e) => onChange(e.target.value)} />
      ) : field.kind === 'day' ? (
        <input className="usa-input" type="date" {...own} onChange={(e) => onChange(e.target.value)} />
      ) : (
        <TextInput {...own} type="text" maxLength={200} onChange={(e) => onChange(e.target.value)} />
      )}
      {hint && (
        <p className={`small ${isWrong ? 'amber' : 'soft'}`} id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
