/** Completions of one DIO: recorded by hand, verified against their evidence, taken back with a reason. A completion is a fact and stays on record. */
import { Checkbox } from '@trussworks/react-uswds';
import { useState } from 'react';
import { COURSE_IDS, isRequirement, REQUIREMENTS, requirementsOf, type RequirementId } from '../../../shared/domain/training.ts';
import type { TrainingRow } from '../../../shared/rows.ts';
import { siteDay } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { count, savedText } from '../../pieces/words.ts';
import { DecisionDialog, SavedDialog } from '../../ui/DecisionDialog.tsx';
import { useCommand } from '../../use-command.ts';
import { ChoiceField, DayField, LongField, TextField, useFields } from './fields.tsx';
import type { TrainingDialogProps } from './TrainingDialog.tsx';

const MIN_REASON = 10;
const titleOf = (t: TrainingRow): string => (isRequirement(t.requirement) ? REQUIREMENTS[t.requirement].title : t.title);
/** Courses that this DIO's model is asked for. */
export const coursesOf = (model: Parameters<typeof requirementsOf>[0]): readonly (readonly [RequirementId, string])[] => COURSE_IDS.filter((r) => requirementsOf(model).includes(r)).map((r) => [r, REQUIREMENTS[r].title]);

/** `training.record`, one completion. */
export function RecordCompletionDialog({ view, requirement, onClose }: TrainingDialogProps) {
  const [looked] = useState(view);
  const { officer, agency } = looked;
  const options = coursesOf(agency.model);
  const today = siteDay(useNow(), agency.zone);
  const { values, set, drop, isRestored } = useFields(`training.record:${officer.id}`, { requirement: options.some(([r]) => r === requirement) ? (requirement ?? '') : '', completedOn: '', evidence: '', provider: '', seen: '' });
  const { state, send } = useCommand('training.record');
  const problem = state.phase === 'refused' ? state.problem : null;
  const why =
    values.requirement === '' ? 'Choose the requirement.'
    : values.completedOn === '' ? 'Give the day of completion.'
    : values.completedOn > today ? 'The day of completion lies in the future.'
    : values.evidence.trim() === '' ? 'Say what shows it: a transcript, a certificate number.'
    : values.provider.trim() === '' ? 'Say who gave the course.' : null;
  const record = async () => {
    if (!isRequirement(values.requirement)) return;
    const completion = { officerId: officer.id, requirement: values.requirement, completedOn: values.completedOn, evidence: values.evidence.trim(), provider: values.provider.trim(), isVerified: values.seen === 'yes' };
    if (await send({ agencyId: agency.id, completions: [completion], source: null }, looked.base)) drop();
  };
  if (state.phase === 'saved')
    return (
      <SavedDialog title="Completion recorded" receipt={savedText(state.saved, agency.zone)} onClose={onClose} onNext={null} stay="Close">
        {values.seen === 'yes' ? 'It counts from its day on. A gap before it stays on record.' : 'It does not count until somebody has verified it against its evidence.'}
      </SavedDialog>
    );
  const at = (name: keyof typeof values) => ({ id: `record-${name}`, name, problem, value: values[name], onChange: (text: string) => set(name, text) });
  return (
    <DecisionDialog title={`Record training of ${officer.name}`} why={why} meaning="A completion is a fact: it can be withdrawn, never changed." verb="Record" busyVerb="Recording…" isBusy={state.phase === 'running'} onAct={() => void record()} onClose={onClose} problem={problem && <ProblemNote problem={problem} />}>
      {isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      <ChoiceField {...at('requirement')} label="Requirement" options={options} isFirst />
      <DayField {...at('completedOn')} label="Day of completion" max={today} hint={`Day at the site (${agency.zone.replaceAll('_', ' ')})`} />
      <TextField {...at('evidence')} label="Evidence" hint="What shows it, and where it lies" max={400} />
      <TextField {...at('provider')} label="Provider" hint="PALMS, FLETC, or who gave it" max={100} />
      <Checkbox id="record-seen" name="record-seen" label="I have seen the evidence: it counts at once" checked={values.seen === 'yes'} onChange={(e) => set('seen', e.target.checked ? 'yes' : '')} />
    </DecisionDialog>
  );
}

type ListProps = { readonly rows: readonly TrainingRow[]; readonly chosen: ReadonlySet<string>; readonly onChange: (chosen: ReadonlySet<string>) => void; readonly legend: string };
function CompletionList({ rows, chosen, onChange, legend }: ListProps) {
  return (
    <fieldset className="choices completion-list">
      <legend>{legend}</legend>
      {rows.map((t, n) => (
        <Checkbox
          key={t.id}
          id={`completion-${t.id}`}
          name="completion"
          data-first={n === 0 || undefined}
          label={
            <>
              {titleOf(t)}, <span className="num">{t.completedOn}</span>
            </>
          }
          labelDescription={
            <span className="small">
              {t.evidence ? `${t.evidence}. ` : 'No evidence named. '}
              {t.provider ?? ''} {t.verifiedBy ? '· verified' : '· not verified'}
            </span>
          }
          checked={chosen.has(t.id)}
          onChange={(e) => {
            const next = new Set(chosen);
            if (e.target.checked) next.add(t.id);
            else next.delete(t.id);
            onChange(next);
          }}
        />
      ))}
    </fieldset>
  );
}
/** Those of the chosen requirement are marked at the start. */
const preset = (rows: readonly TrainingRow[], requirement: RequirementId | null): ReadonlySet<string> => new Set(rows.filter((t) => t.requirement === requirement).map((t) => t.id));

/** `training.verify`: the ones whose evidence was seen. */
export function VerifyDialog({ view, requirement, onClose }: TrainingDialogProps) {
  const [looked] = useState(view);
  const { officer, agency } = looked;
  const rows = looked.completions.filter((t) => t.verifiedBy === null && t.withdrawnAt === null && t.completedOn !== null);
  const [chosen, setChosen] = useState(() => preset(rows, requirement));
  const { state, send } = useCommand('training.verify');
  if (state.phase === 'saved')
    return (
      <SavedDialog title={`${count(chosen.size, 'completion')} verified`} receipt={savedText(state.saved, agency.zone)} onClose={onClose} onNext={null} stay="Close">
        From now on {chosen.size === 1 ? 'it counts' : 'they count'}, each from its own day. Authority that has lapsed meanwhile comes back only through reinstatement.
      </SavedDialog>
    );
  return (
    <DecisionDialog
      title={`Verify training of ${officer.name}`}
      why={rows.length === 0 ? 'Nothing waits to be verified.' : chosen.size === 0 ? 'Choose the completions whose evidence you have seen.' : null}
      meaning="You say that you have seen the evidence of each."
      verb={chosen.size > 1 ? `Verify ${chosen.size}` : 'Verify'}
      busyVerb="Verifying…"
      isBusy={state.phase === 'running'}
      onAct={() => void send({ agencyId: agency.id, completionIds: [...chosen] }, looked.base)}
      onClose={onClose}
      problem={state.phase === 'refused' && <ProblemNote problem={state.problem} />}
    >
      <p>A completion does not count until somebody has seen its evidence.</p>
      {rows.length > 0 && <CompletionList rows={rows} chosen={chosen} onChange={setChosen} legend="Not verified" />}
    </DecisionDialog>
  );
}

/** `training.withdraw`. */
export function WithdrawDialog({ view, requirement, onClose }: TrainingDialogProps) {
  const [looked] = useState(view);
  const { officer, agency } = looked;
  const rows = looked.completions.filter((t) => t.withdrawnAt === null && t.completedOn !== null && (requirement === null || requirement === 'card' || t.requirement === requirement));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { values, set, drop, isRestored } = useFields(`training.withdraw:${officer.id}`, { reason: '' });
  const { state, send } = useCommand('training.withdraw');
  const problem = state.phase === 'refused' ? state.problem : null;
  const why = rows.length === 0 ? 'No completion is on record.' : chosen.size === 0 ? 'Choose what is wrong.' : values.reason.trim().length < MIN_REASON ? `Say why in ${MIN_REASON} characters or more.` : null;
  const withdraw = async () => {
    if (await send({ agencyId: agency.id, which: { completionIds: [...chosen] }, reason: values.reason.trim() }, looked.base)) drop();
  };
  if (state.phase === 'saved')
    return (
      <SavedDialog title={`${count(chosen.size, 'completion')} withdrawn`} receipt={savedText(state.saved, agency.zone)} onClose={onClose} onNext={null} stay="Close">
        {chosen.size === 1 ? 'It stays' : 'They stay'} on record with your reason, and no longer {chosen.size === 1 ? 'counts' : 'count'}. Authority that rested on it is counted anew.
      </SavedDialog>
    );
  return (
    <DecisionDialog title={`Withdraw training of ${officer.name}`} why={why} meaning="What is withdrawn stays on record, and no longer counts." verb="Withdraw" busyVerb="Withdrawing…" isBusy={state.phase === 'running'} onAct={() => void withdraw()} onClose={onClose} problem={problem && <ProblemNote problem={problem} />}>
      <p>▲ Authority may end where it rested on what you withdraw: papers prepared since then are looked at again.</p>
      {isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      {rows.length > 0 && <CompletionList rows={rows} chosen={chosen} onChange={setChosen} legend={requirement === null || requirement === 'card' ? 'On record' : `On record of ${REQUIREMENTS[requirement].title}`} />}
      <LongField id="withdraw-reason" name="reason" label="Reason" problem={problem} value={values.reason} onChange={(text) => set('reason', text)} />
    </DecisionDialog>
  );
}
