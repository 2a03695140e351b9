/** Records what happened to a person in custody: one event with its time at the site. What is in the person's favour can be recorded in every state. */
import { Checkbox, Label, Select, Textarea, TextInput } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { CommandIn } from '../../../shared/api.ts';
import { CUSTODY_EVENTS, CUSTODY_STATE_WORDS, type CustodyState, custodyLabel, FAVOUR_KINDS, type RecordedKind, stepsFrom } from '../../../shared/domain/custody.ts';
import type { CustodyEventRow, Model } from '../../../shared/rows.ts';
import { localInput, siteTime, utcOfLocal } from '../../../shared/time.ts';
import { nowInstant } from '../../clock.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { savedText } from '../../pieces/words.ts';
import { DecisionDialog, SavedDialog } from '../../ui/DecisionDialog.tsx';
import { useCommand } from '../../use-command.ts';
import { useDraft } from '../../use-draft.ts';
import { detailsOf, EVENT_FIELDS, type EventField, missingField } from './event-fields.ts';

export type RecordSubject = {
  readonly packetId: string; readonly subjectName: string; readonly zone: string; readonly model: Model; readonly state: CustodyState; readonly isArrested: boolean;
  readonly events: readonly CustodyEventRow[]; readonly base: Readonly<Record<string, number>>;
};
type RecordDraft = { readonly kind: string; readonly at: string; readonly values: Readonly<Record<string, string>> };
const isRecordDraft = (v: unknown): v is RecordDraft =>
  typeof v === 'object' && v !== null && 'kind' in v && typeof v.kind === 'string' && 'at' in v && typeof v.at === 'string' && 'values' in v && typeof v.values === 'object' && v.values !== null;
const isRecorded = (kind: string): kind is RecordedKind => Object.hasOwn(EVENT_FIELDS, kind);
const FACTS = (Object.keys(EVENT_FIELDS) as RecordedKind[]).filter((k) => CUSTODY_EVENTS[k].class === 'fact');

/** The dialog. `suggested`: the kind that a task asks for. */
export function RecordDialog({ subject, suggested = null, onClose }: { readonly subject: RecordSubject; readonly suggested?: RecordedKind | null; readonly onClose: () => void }) {
  const [looked] = useState(subject);
  const steps = stepsFrom(looked.state, looked.model, looked.isArrested);
  const draft = useDraft<RecordDraft>(`custody:${looked.packetId}`, { kind: suggested ?? steps[0] ?? '', at: localInput(nowInstant(), looked.zone), values: {} }, isRecordDraft);
  const { state, send } = useCommand('custody.record');
  const { kind, at, values } = draft.value;
  const chosen = isRecorded(kind) ? kind : null;
  const set = (change: Partial<RecordDraft>) => draft.change({ ...draft.value, ...change });
  const missing = chosen ? missingField(chosen, values) : null;
  const isBadTime = utcOfLocal(at, looked.zone) === null;
  const why = chosen === null ? 'Choose what happened.' : isBadTime ? 'The time is not a time at the site.' : missing ? `Fill in: ${missing}.` : null;
  const toUtc = (local: string): string => utcOfLocal(local, looked.zone) ?? local;
  const record = async () => {
    if (!chosen) return;
    // The command checks the shape again; a wrong one is answered with the field's name.
    const event = { kind: chosen, at: toUtc(at), details: detailsOf(chosen, values, toUtc) } as unknown as CommandIn<'custody.record'>['event'];
    if (await send({ packetId: looked.packetId, event }, looked.base)) draft.drop();
  };
  if (state.phase === 'saved') {
    return (
      <SavedDialog title={chosen ? custodyLabel(chosen) : 'Recorded'} receipt={savedText(state.saved, looked.zone)} onClose={onClose} onNext={null} stay="Close">
        Recorded. The clocks follow at once, also offline.
      </SavedDialog>
    );
  }
  const options = (kinds: readonly RecordedKind[]) =>
    kinds.map((k) => (
      <option key={k} value={k}>
        {custodyLabel(k)}
      </option>
    ));
  return (
    <DecisionDialog
      title={`Record custody of ${looked.subjectName}`}
      why={why}
      meaning="An event is a fact: it is never changed, only corrected by a later one."
      verb="Record"
      busyVerb="Recording…"
      isBusy={state.phase === 'running'}
      onAct={() => void record()}
      onClose={onClose}
      problem={state.phase === 'refused' && <ProblemNote problem={state.problem} />}
    >
      <p>
        Now: <b>{CUSTODY_STATE_WORDS[looked.state]}</b>. What is in the person's favour can be recorded in every state, under every hold.
      </p>
      {draft.isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      <div>
        <Label htmlFor="custody-kind">What happened</Label>
        <Select id="custody-kind" name="custody-kind" data-first value={kind} onChange={(e) => set({ kind: e.target.value, values: {} })}>
          <option value="">Choose…</option>
          <optgroup label="Next step">{options(steps)}</optgroup>
          <optgroup label="In the person's favour">{options(FAVOUR_KINDS.filter((k) => !steps.includes(k)))}</optgroup>
          <optgroup label="Facts">{options(FACTS.filter((k) => !steps.includes(k)))}</optgroup>
        </Select>
      </div>
      <div>
        <Label htmlFor="custody-at">When, at the site</Label>
        <input className="usa-input" id="custody-at" name="custody-at" type="datetime-local" value={at} onChange={(e) => set({ at: e.target.value })} />
        <p className="soft small">{looked.zone.replaceAll('_', ' ')}</p>
      </div>
      {chosen &&
        EVENT_FIELDS[chosen].map((field) =>
          field.name === 'eventId' ? (
            <div key={field.name}>
              <Label htmlFor="custody-eventId">Event to correct</Label>
              <Select id="custody-eventId" name="custody-eventId" value={values.eventId ?? ''} onChange={(e) => set({ values: { ...values, eventId: e.target.value } })}>
                <option value="">Choose…</option>
                {looked.events
                  .filter((e) => e.kind !== 'corrected' && e.kind !== 'reissue.planned')
                  .map((e) => (
                    <option key={e.id} value={e.id}>
                      {custodyLabel(e.kind)}, {siteTime(e.at, looked.zone)}
                    </option>
                  ))}
              </Select>
            </div>
          ) : (
            <Field key={`${chosen}.${field.name}`} field={field} value={values[field.name] ?? ''} onChange={(value) => set({ values: { ...values, [field.name]: value } })} />
          ),
        )}
    </DecisionDialog>
  );
}

function Field({ field, value, onChange }: { readonly field: EventField; readonly value: string; readonly onChange: (value: string) => void }) {
  const id = `custody-${field.name}`;
  if (field.kind === 'yes') return <Checkbox id={id} name={id} label={field.label} checked={value === 'yes'} onChange={(e) => onChange(e.target.checked ? 'yes' : '')} />;
  return (
    <div>
      <Label htmlFor={id}>
        {field.label}
        {field.isOptional ? ' (if any)' : ''}
      </Label>
      {field.kind === 'choice' ? (
        <Select id={id} name={id} value={value} onChange={(e) => onChange(e.target.value)}>
          <option value="">Choose…</option>
          {(field.choices ?? []).map(([v, words]) => (
            <option key={v} value={v}>
              {words}
            </option>
          ))}
        </Select>
      ) : field.kind === 'long' ? (
        <Textarea id={id} name={id} rows={2} maxLength={1000} value={value} onChange={(e) => onChange(e.target.value)} />
      ) : field.kind === 'time' ? (
        <input className="usa-input" id={id} name={id} type="datetime-local" value={value} onChange={(e) => onChange(e.target.value)} />
      ) : (
        <TextInput id={id} name={id} type="text" maxLength={200} value={value} onChange={(e) => onChange(e.target.value)} />
      )}
      {field.hint && <p className="soft small">{field.hint}</p>}
    </div>
  );
}
