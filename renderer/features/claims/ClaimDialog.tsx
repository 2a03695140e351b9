/** Records a protective matter on a packet: kind, source, the words as they were said. The hold comes with it; who lifts it is said before anything is saved. */
import { Label, Select, Textarea } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { PacketView, Saved } from '../../../shared/api.ts';
import { CLAIM_KIND_IDS, CLAIM_KINDS, type ClaimKind, isClaimKind, sourcesOf } from '../../../shared/domain/claims.ts';
import type { Problem } from '../../../shared/result.ts';
import { instantAtSite, siteInput, zoneName } from '../../../shared/time.ts';
import { run } from '../../api.ts';
import { useNow } from '../../clock.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { releaserWords } from '../../../shared/domain/rule-words.ts';
import { sourceWord } from '../../pieces/stops.ts';
import { savedText } from '../../pieces/words.ts';
import { DecisionDialog, SavedDialog } from '../../ui/DecisionDialog.tsx';
import { useDraft } from '../../use-draft.ts';

type ClaimDraft = { readonly kind: ClaimKind | ''; readonly source: string; readonly statement: string; readonly at: string };
const isClaimDraft = (v: unknown): v is ClaimDraft =>
  typeof v === 'object' && v !== null && 'kind' in v && typeof v.kind === 'string' && (v.kind === '' || isClaimKind(v.kind)) && 'source' in v && typeof v.source === 'string' && 'statement' in v &&
  typeof v.statement === 'string' && 'at' in v && typeof v.at === 'string';
const MIN = 10;

/** The dialog of one packet. */
export function ClaimDialog({ view, onClose, onNext }: { readonly view: PacketView; readonly onClose: () => void; readonly onNext: (() => void) | null }) {
  const [looked] = useState(view);
  const { zone } = looked.agency;
  const now = useNow();
  const [opened] = useState(now);
  const draft = useDraft<ClaimDraft>(`claim:${looked.packet.id}`, { kind: '', source: '', statement: '', at: '' }, isClaimDraft);
  const { kind, source, statement, at } = draft.value;
  const local = at === '' ? siteInput(opened, zone) : at;
  const reportedAt = instantAtSite(local, zone);
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly claim: Saved | null; readonly last: Saved | null; readonly problem: Problem | null }>({ isBusy: false, claim: null, last: null, problem: null });
  const why = kind === '' ? 'Choose what it is.' : source === '' ? 'Choose the source.' : statement.trim().length < MIN ? `Write what was said or seen in ${MIN} characters or more.` : reportedAt === null ? 'Give the time.' : null;
  const save = async (): Promise<void> => {
    if (kind === '' || reportedAt === null) return;
    setState((s) => ({ ...s, isBusy: true, problem: null }));
    const claim = state.claim ?? (await run('claim.record', { packetId: looked.packet.id, kind, source, statement: statement.trim(), reportedAt }, looked.base));
    if ('ok' in claim && !claim.ok) return setState((s) => ({ ...s, isBusy: false, problem: claim.problem }));
    const saved = 'ok' in claim ? claim.value : claim;
    // What stands behind restricted handling goes where nobody here reads it; the packet itself gets the generic hold.
    const hold = kind === 'restricted_tip' ? await run('hold.place', { packetId: looked.packet.id, rule: 'RESTRICTED', reason: 'Restricted handling asked' }, looked.base) : null;
    if (hold && !hold.ok) return setState({ isBusy: false, claim: saved, last: null, problem: hold.problem });
    draft.drop();
    setState({ isBusy: false, claim: saved, last: hold?.value ?? saved, problem: null });
  };
  if (state.last) {
    return (
      <SavedDialog title="Recorded and on hold" receipt={savedText(state.last, zone)} onClose={onClose} onNext={onNext}>
        Signing is off for this packet from now on, and for the person's other packets on this laptop; HQ holds the rest. Acts in the person's favour still work.
      </SavedDialog>
    );
  }
  return (
    <DecisionDialog
      title={`Protective matter of ${looked.subject.name}`}
      why={why}
      meaning="Recording it places the hold at once, also offline."
      verb="Record and hold"
      busyVerb="Saving…"
      isBusy={state.isBusy}
      onAct={() => void save()}
      onClose={onClose}
      problem={state.problem && <ProblemNote problem={state.problem} />}
    >
      {draft.isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      <div>
        <Label htmlFor="claim-kind">What it is</Label>
        <Select id="claim-kind" name="claim-kind" data-first value={kind} onChange={(e) => draft.change({ ...draft.value, kind: isClaimKind(e.target.value) ? e.target.value : '', source: '' })}>
          <option value="">Choose…</option>
          {CLAIM_KIND_IDS.map((id) => (
            <option key={id} value={id}>
              {CLAIM_KINDS[id].label}
            </option>
          ))}
        </Select>
        {kind !== '' && (
          <p className="small">
            <b>Now:</b> {CLAIM_KINDS[kind].next} <span className="soft">Lifted when: {CLAIM_KINDS[kind].lifts} Released from HQ by {releaserWords(CLAIM_KINDS[kind].rule)}, never by you.</span>
          </p>
        )}
      </div>
      {kind !== '' && (
        <div>
          <Label htmlFor="claim-source">{kind === 'restricted_tip' ? 'Who told it' : 'Source'}</Label>
          <Select id="claim-source" name="claim-source" value={source} onChange={(e) => draft.change({ ...draft.value, source: e.target.value })}>
            <option value="">Choose…</option>
            {sourcesOf(kind).map((s) => (
              <option key={s} value={s}>
                {sourceWord(s)}
              </option>
            ))}
          </Select>
        </div>
      )}
      <div>
        <Label htmlFor="claim-statement">What was said or seen, word for word</Label>
        <Textarea dir="auto" id="claim-statement" name="claim-statement" rows={4} maxLength={4000} value={statement} onChange={(e) => draft.change({ ...draft.value, statement: e.target.value })} />
        {kind === 'restricted_tip' && <p className="soft small">Goes to the officer for restricted handling and shows nowhere on this laptop.</p>}
      </div>
      <div>
        <Label htmlFor="claim-at">When, at the site ({zoneName(reportedAt ?? opened, zone)})</Label>
        <input className="usa-input" id="claim-at" name="claim-at" type="datetime-local" value={local} onChange={(e) => draft.change({ ...draft.value, at: e.target.value })} />
      </div>
    </DecisionDialog>
  );
}
