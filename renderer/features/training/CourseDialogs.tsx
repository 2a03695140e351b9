/** What is not a completion: a course that cannot be taken, the annual verification of a DIO, and who answers for a requirement at the agency. */
import { Checkbox } from '@trussworks/react-uswds';
import { useState } from 'react';
import { doesCount, isRequirement, REQUIREMENTS } from '../../../shared/domain/training.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { StandingLine } from '../../pieces/StandingLine.tsx';
import { savedText } from '../../pieces/words.ts';
import { DecisionDialog, SavedDialog } from '../../ui/DecisionDialog.tsx';
import { useCommand } from '../../use-command.ts';
import { coursesOf } from './CompletionDialogs.tsx';
import { ChoiceField, LongField, TextField, useFields } from './fields.tsx';
import type { TrainingDialogProps } from './TrainingDialog.tsx';

const MIN_REASON = 10;

/** `course.unavailable`. */
export function UnavailableDialog({ view, requirement, onClose }: TrainingDialogProps) {
  const [looked] = useState(view);
  const { officer, agency } = looked;
  const options = coursesOf(agency.model);
  const { values, set, drop, isRestored } = useFields(`course.unavailable:${officer.id}`, { requirement: options.some(([r]) => r === requirement) ? (requirement ?? '') : '', whom: 'officer', evidence: '', reason: '' });
  const { state, send } = useCommand('course.unavailable');
  const problem = state.phase === 'refused' ? state.problem : null;
  const why =
    values.requirement === '' ? 'Choose the course.'
    : values.whom === '' ? 'Say for whom.'
    : values.evidence.trim() === '' ? 'Name the evidence with its date: the notice, the message of the provider.'
    : values.reason.trim().length < MIN_REASON ? `Say why in ${MIN_REASON} characters or more.` : null;
  const file = async () => {
    if (!isRequirement(values.requirement)) return;
    if (await send({ agencyId: agency.id, officerId: values.whom === 'officer' ? officer.id : null, requirement: values.requirement, evidence: values.evidence.trim(), reason: values.reason.trim() }, looked.base)) drop();
  };
  if (state.phase === 'saved')
    return (
      <SavedDialog title="Reported to HQ" receipt={savedText(state.saved, agency.zone)} onClose={onClose} onNext={null} stay="Close">
        A National PM answers with a waiver or another course. Until then the due day stands, and nothing is extended.
      </SavedDialog>
    );
  const at = (name: keyof typeof values) => ({ id: `unavailable-${name}`, name, problem, value: values[name], onChange: (text: string) => set(name, text) });
  return (
    <DecisionDialog title="Report a course that cannot be taken" why={why} meaning="It asks HQ. It extends nothing." verb="Report" busyVerb="Reporting…" isBusy={state.phase === 'running'} onAct={() => void file()} onClose={onClose} problem={problem && <ProblemNote problem={problem} />}>
      {isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      <ChoiceField {...at('requirement')} label="Course" options={options} isFirst />
      <ChoiceField {...at('whom')} label="For whom" options={[['officer', officer.name], ['agency', `Every officer of ${agency.name}`]]} />
      <TextField {...at('evidence')} label="Evidence, with its date" max={400} />
      <LongField {...at('reason')} label="What is wrong with the course" />
    </DecisionDialog>
  );
}

/** `officer.attest`: ERO 13004.2. */
export function AttestDialog({ view, onClose }: TrainingDialogProps) {
  const [looked] = useState(view);
  const { officer, agency, period } = looked;
  const asked = looked.standings.filter((s) => s.requirement !== 'card');
  const missing = asked.filter((s) => !doesCount(s.standing));
  const unowned = asked.filter((s) => !looked.owners.some((o) => o.requirement === s.requirement));
  const done = looked.attestations.find((a) => a.period === period);
  const { values, set, drop, isRestored } = useFields(`officer.attest:${officer.id}`, { note: '' });
  const { state, send } = useCommand('officer.attest');
  const titles = (all: typeof asked): string => `${all.slice(0, 2).map((s) => REQUIREMENTS[s.requirement].title).join(', ')}${all.length > 2 ? ` and ${all.length - 2} more` : ''}`;
  const why = done ? `The verification of ${period} is on record.` : missing.length > 0 ? `Not done or not verified: ${titles(missing)}.` : unowned.length > 0 ? `Nobody is named who answers for: ${titles(unowned)}.` : null;
  const attest = async () => {
    if (await send({ officerId: officer.id, note: values.note.trim() }, looked.base)) drop();
  };
  if (state.phase === 'saved')
    return (
      <SavedDialog title={`Verified for ${period}`} receipt={savedText(state.saved, agency.zone)} onClose={onClose} onNext={null} stay="Close">
        The verification names each requirement with its due day as you saw it.
      </SavedDialog>
    );
  return (
    <DecisionDialog title={`Annual verification of ${officer.name}, ${period}`} why={why} meaning="You verify the recertification of this officer for the fiscal year (ERO 13004.2)." verb={`Verify for ${period}`} busyVerb="Verifying…" isBusy={state.phase === 'running'} onAct={() => void attest()} onClose={onClose} problem={state.phase === 'refused' && <ProblemNote problem={state.problem} />}>
      <div>
        {asked.map((s) => (
          <StandingLine key={s.requirement} standing={s} />
        ))}
      </div>
      {isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      <LongField id="attest-note" name="note" label="Note (if any)" problem={state.phase === 'refused' ? state.problem : null} value={values.note} onChange={(text) => set('note', text)} />
    </DecisionDialog>
  );
}

/** `requirement.own`: for every requirement of the agency that is marked. */
export function OwnerDialog({ view, requirement, onClose }: TrainingDialogProps) {
  const [looked] = useState(view);
  const { agency, owners } = looked;
  const options = coursesOf(agency.model);
  const unowned = options.filter(([r]) => !owners.some((o) => o.requirement === r)).map(([r]) => r);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(requirement !== null && requirement !== 'card' ? [requirement] : unowned));
  const { values, set, drop, isRestored } = useFields(`requirement.own:${agency.id}`, { name: '', title: '', contact: '' });
  const { state, send } = useCommand('requirement.own');
  const problem = state.phase === 'refused' ? state.problem : null;
  const why =
    values.name.trim() === '' ? 'Name the training officer.' : values.title.trim() === '' ? 'Give the title.' : values.contact.trim() === '' ? 'Say how to reach them.' : chosen.size === 0 ? 'Choose at least one requirement.' : null;
  const name = async () => {
    const own = { name: values.name.trim(), title: values.title.trim(), contact: values.contact.trim() };
    if (await send({ agencyId: agency.id, requirements: options.map(([r]) => r).filter((r) => chosen.has(r)), ...own }, looked.base)) drop();
  };
  if (state.phase === 'saved')
    return (
      <SavedDialog title={`${values.name} answers for it`} receipt={savedText(state.saved, agency.zone)} onClose={onClose} onNext={null} stay="Close">
        The newest name counts; those before stay on record.
      </SavedDialog>
    );
  const at = (field: keyof typeof values) => ({ id: `owner-${field}`, name: field, problem, value: values[field], onChange: (text: string) => set(field, text) });
  return (
    <DecisionDialog title={`Who answers for training at ${agency.name}`} why={why} meaning="The annual verification asks for a name at every requirement." verb="Name" busyVerb="Saving…" isBusy={state.phase === 'running'} onAct={() => void name()} onClose={onClose} problem={problem && <ProblemNote problem={problem} />}>
      {isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      <TextField {...at('name')} label="Training officer" isFirst />
      <TextField {...at('title')} label="Title" />
      <TextField {...at('contact')} label="Telephone or mail" />
      <fieldset className="choices completion-list">
        <legend>Answers for</legend>
        {options.map(([r, title]) => (
          <Checkbox
            key={r}
            id={`owner-of-${r}`}
            name="owner-of"
            label={title}
            labelDescription={<span className="small">{owners.find((o) => o.requirement === r)?.name ?? 'nobody yet'}</span>}
            checked={chosen.has(r)}
            onChange={(e) => {
              const next = new Set(chosen);
              if (e.target.checked) next.add(r);
              else next.delete(r);
              setChosen(next);
            }}
          />
        ))}
      </fieldset>
    </DecisionDialog>
  );
}
