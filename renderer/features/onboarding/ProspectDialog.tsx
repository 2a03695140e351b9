/** An agency that may apply, and one contact with it (stage -1). Earlier contacts stay. */
import { Label, Select, Textarea, TextInput } from '@trussworks/react-uswds';
import { useState } from 'react';
import { PROSPECT_STAGES, type ProspectStage } from '../../../shared/domain/onboarding.ts';
import type { ProspectRow } from '../../../shared/rows.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { READER_ZONE, savedText } from '../../pieces/words.ts';
import { DecisionDialog, SavedDialog } from '../../ui/DecisionDialog.tsx';
import { useCommand } from '../../use-command.ts';

export const PROSPECT_WORDS: Readonly<Record<ProspectStage, string>> = { contact: 'First contact', interested: 'Interested', applied: 'Applied', declined: 'Declined', signed: 'MOA signed' };
export const stageWords = (stage: string): string => PROSPECT_WORDS[stage as ProspectStage] ?? stage;

/** The dialog. `prospect` null: a new one. */
export function ProspectDialog({ prospect, today, onClose }: { readonly prospect: ProspectRow | null; readonly today: string; readonly onClose: () => void }) {
  const { state, send } = useCommand('prospect.save');
  const [name, setName] = useState(prospect?.name ?? '');
  const [usState, setUsState] = useState(prospect?.state ?? '');
  const [county, setCounty] = useState(prospect?.county ?? '');
  const [stage, setStage] = useState<ProspectStage>(PROSPECT_STAGES.find((s) => s === prospect?.stage) ?? 'contact');
  const [on, setOn] = useState(today);
  const [who, setWho] = useState('');
  const [what, setWhat] = useState('');
  const hasContact = who.trim() !== '' || what.trim() !== '';
  const why =
    name.trim() === '' ? 'Name the agency.'
    : !/^[A-Z]{2}$/.test(usState) ? 'Give the state by its two letters.'
    : county.trim() === '' ? 'Name the county.'
    : hasContact && (who.trim() === '' || what.trim() === '') ? 'A contact needs who and what.'
    : hasContact && on > today ? 'That day has not come yet.'
    : null;
  const save = () => send({ prospectId: prospect?.id ?? null, name: name.trim(), state: usState, county: county.trim(), stage, contact: hasContact ? { on, who: who.trim(), what: what.trim() } : null }, {});
  if (state.phase === 'saved')
    return (
      <SavedDialog title={`${name.trim()}: saved`} receipt={savedText(state.saved, READER_ZONE)} onClose={onClose} onNext={null}>
        Only you see your prospects.
      </SavedDialog>
    );
  const field = (id: string, label: string, value: string, set: (v: string) => void, isFirst = false) => (
    <div>
      <Label htmlFor={id}>{label}</Label>
      <TextInput id={id} name={id} type="text" maxLength={200} value={value} onChange={(e) => set(e.target.value)} {...(isFirst ? { 'data-first': true } : {})} />
    </div>
  );
  return (
    <DecisionDialog
      title={prospect ? prospect.name : 'New prospect'}
      why={why}
      meaning="Earlier contacts stay on record."
      verb="Save"
      busyVerb="Saving…"
      isBusy={state.phase === 'running'}
      onAct={() => void save()}
      onClose={onClose}
      problem={state.phase === 'refused' && <ProblemNote problem={state.problem} />}
    >
      {field('prospect-name', 'Agency', name, setName, true)}
      {field('prospect-state', 'State', usState, (v) => setUsState(v.toUpperCase().slice(0, 2)))}
      {field('prospect-county', 'County', county, setCounty)}
      <div>
        <Label htmlFor="prospect-stage">Stage</Label>
        <Select id="prospect-stage" name="prospect-stage" value={stage} onChange={(e) => setStage(PROSPECT_STAGES.find((s) => s === e.target.value) ?? stage)}>
          {PROSPECT_STAGES.map((s) => (
            <option key={s} value={s}>
              {PROSPECT_WORDS[s]}
            </option>
          ))}
        </Select>
      </div>
      <div>
        <Label htmlFor="prospect-on">Day of the contact</Label>
        <input className="usa-input" id="prospect-on" name="prospect-on" type="date" value={on} onChange={(e) => setOn(e.target.value)} />
      </div>
      {field('prospect-who', 'With whom', who, setWho)}
      <div>
        <Label htmlFor="prospect-what">What was said</Label>
        <Textarea dir="auto" id="prospect-what" name="prospect-what" rows={3} maxLength={400} value={what} onChange={(e) => setWhat(e.target.value)} />
      </div>
    </DecisionDialog>
  );
}
