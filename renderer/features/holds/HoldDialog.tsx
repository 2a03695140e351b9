/** Places a hold: protects the person at once, in every state [PK-00]. Says who can release it; that is never the signer. */
import { Button, Label, Select, Textarea } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import { HOLD_RULES, type HoldRule, releasersOf } from '../../../shared/domain/holds.ts';
import { siteTime } from '../../../shared/time.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useCommand } from '../../use-command.ts';
import { useDraft } from '../../use-draft.ts';

type HoldDraft = { readonly rule: HoldRule | ''; readonly reason: string };
const isHoldDraft = (v: unknown): v is HoldDraft =>
  typeof v === 'object' && v !== null && 'rule' in v && (v.rule === '' || (typeof v.rule === 'string' && v.rule in HOLD_RULES)) && 'reason' in v && typeof v.reason === 'string';
const RULES = Object.entries(HOLD_RULES) as readonly (readonly [HoldRule, (typeof HOLD_RULES)[HoldRule]])[];
const MIN_REASON = 10;

/** The hold dialog of one packet. */
export function HoldDialog({ view, onClose }: { readonly view: PacketView; readonly onClose: () => void }) {
  const [looked] = useState(view);
  const draft = useDraft<HoldDraft>(`hold:${looked.packet.id}`, { rule: '', reason: '' }, isHoldDraft);
  const { state, send } = useCommand('hold.place');
  const { rule, reason } = draft.value;
  const why = rule === '' ? 'Choose the cause.' : reason.trim().length < MIN_REASON ? `Say why in ${MIN_REASON} characters or more.` : null;
  const place = async () => {
    if (rule === '') return;
    if (await send({ packetId: looked.packet.id, rule, reason: reason.trim() }, looked.base)) draft.drop();
  };
  if (state.phase === 'saved') {
    return (
      <Dialog
        title="On hold"
        onClose={onClose}
        footer={
          <Button type="button" outline onClick={onClose}>
            Close
          </Button>
        }
      >
        <div className="note" role="status">
          <p className="strong">◐ Saved on this laptop</p>
          <p>Signing is off for this packet from now on. HQ spreads the hold to every packet of this person.</p>
          <p className="soft small num">
            Ledger entry {state.saved.seq} · {siteTime(state.saved.at, looked.agency.zone)}
          </p>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={`Hold for ${looked.subject.name}`}
      onClose={onClose}
      footer={
        <>
          <span className="soft small" id="hold-why" aria-live="polite">
            {why}
          </span>
          <Button type="button" outline className="push" onClick={onClose}>
            Cancel
          </Button>
          <Button type="button" disabled={why !== null || state.phase === 'running'} onClick={() => void place()} aria-describedby="hold-why">
            Place the hold
          </Button>
        </>
      }
    >
      <p>A hold stops signing and issuing. It stops nothing in the person's favour, and no clock.</p>
      {draft.isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      <div>
        <Label htmlFor="hold-rule">Cause</Label>
        <Select id="hold-rule" name="hold-rule" value={rule} onChange={(e) => draft.change({ rule: e.target.value in HOLD_RULES ? (e.target.value as HoldRule) : '', reason })}>
          <option value="">Choose…</option>
          {RULES.map(([id, r]) => (
            <option key={id} value={id}>
              {r.label}
            </option>
          ))}
        </Select>
        {rule !== '' && (
          <p className="soft small">
            Released only from HQ, by{' '}
            {releasersOf(rule)
              .map((r) => r.replaceAll('_', ' ').replace('opla', 'OPLA').replace('sddo', 'SDDO'))
              .join(' or ')}
            , never by you.
          </p>
        )}
      </div>
      <div>
        <Label htmlFor="hold-reason">Reason</Label>
        <Textarea id="hold-reason" name="hold-reason" rows={4} maxLength={2000} value={reason} onChange={(e) => draft.change({ rule, reason: e.target.value })} />
        {rule === 'RESTRICTED' && <p className="amber small">▲ Do not write what protects the person or why. “Restricted handling asked” is enough.</p>}
      </div>
      {state.phase === 'refused' && <ProblemNote problem={state.problem} />}
    </Dialog>
  );
}
