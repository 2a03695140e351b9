/** Places a hold: protects the person at once, in every state [PK-00]. Says who can release it; that is never the signer. */
import { Label, Select, Textarea } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import { HOLD_RULES, type HoldRule } from '../../../shared/domain/holds.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { releaserWords } from '../../../shared/domain/rule-words.ts';
import { packetName, savedText } from '../../pieces/words.ts';
import type { Decision } from '../../store.ts';
import { DecisionDialog, SavedDialog } from '../../ui/DecisionDialog.tsx';
import { useCommand } from '../../use-command.ts';
import { useDraft } from '../../use-draft.ts';

type HoldDraft = { readonly rule: HoldRule | ''; readonly reason: string };
const isHoldRule = (v: unknown): v is HoldRule => typeof v === 'string' && v in HOLD_RULES;
const isHoldDraft = (v: unknown): v is HoldDraft =>
  typeof v === 'object' && v !== null && 'rule' in v && (v.rule === '' || isHoldRule(v.rule)) && 'reason' in v && typeof v.reason === 'string';
const RULES = Object.entries(HOLD_RULES) as readonly (readonly [HoldRule, (typeof HOLD_RULES)[HoldRule]])[];
const MIN_REASON = 10;

type Props = { readonly view: PacketView; readonly onClose: () => void; readonly onNext: (() => void) | null; readonly onDecided: ((decision: Decision) => void) | null };

/** The hold dialog of one packet. */
export function HoldDialog({ view, onClose, onNext, onDecided }: Props) {
  const [looked] = useState(view);
  const draft = useDraft<HoldDraft>(`hold:${looked.packet.id}`, { rule: '', reason: '' }, isHoldDraft);
  const { state, send } = useCommand('hold.place');
  const { rule, reason } = draft.value;
  const why = rule === '' ? 'Choose the cause.' : reason.trim().length < MIN_REASON ? `Say why in ${MIN_REASON} characters or more.` : null;
  const place = async () => {
    if (rule === '') return;
    const saved = await send({ packetId: looked.packet.id, rule, reason: reason.trim() }, looked.base);
    if (!saved) return;
    draft.drop();
    onDecided?.({ title: `${packetName(looked.packet)} is on hold. Signing it is off from now on.`, receipt: savedText(saved, looked.agency.zone), at: saved.at });
  };
  if (state.phase === 'saved') {
    if (onDecided) return null;
    return (
      <SavedDialog title="On hold" receipt={savedText(state.saved, looked.agency.zone)} onClose={onClose} onNext={onNext}>
        Signing is off for this packet from now on. Returning it and acts in the person's favour still work.
      </SavedDialog>
    );
  }
  return (
    <DecisionDialog
      title={`Hold for ${looked.subject.name}`}
      why={why}
      meaning="Holding protects the person at once, also offline."
      verb="Place the hold"
      busyVerb="Placing…"
      isBusy={state.phase === 'running'}
      onAct={() => void place()}
      onClose={onClose}
      problem={state.phase === 'refused' && <ProblemNote problem={state.problem} />}
    >
      <p>A hold stops signing and issuing. It stops nothing in the person's favour, and no clock.</p>
      {draft.isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      <div>
        <Label htmlFor="hold-rule">Cause</Label>
        <Select
          id="hold-rule"
          name="hold-rule"
          data-first
          value={rule}
          onChange={(e) => draft.change({ rule: isHoldRule(e.target.value) ? e.target.value : '', reason })}
        >
          <option value="">Choose…</option>
          {RULES.map(([id, r]) => (
            <option key={id} value={id}>
              {r.label}
            </option>
          ))}
        </Select>
        {rule !== '' && (
          <p className="soft small">
            Released only from HQ, by {releaserWords(rule)}, never by you.
          </p>
        )}
      </div>
      <div>
        <Label htmlFor="hold-reason">Reason</Label>
        <Textarea dir="auto" id="hold-reason" name="hold-reason" rows={4} maxLength={2000} value={reason} onChange={(e) => draft.change({ rule, reason: e.target.value })} />
        {rule === 'RESTRICTED' && <p className="amber small">▲ Do not write what protects the person or why. “Restricted handling asked” is enough.</p>}
      </div>
    </DecisionDialog>
  );
}
