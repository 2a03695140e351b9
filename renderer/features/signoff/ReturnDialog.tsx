/** Back to the DIO with coded deficiencies. Prefilled from the failed checks; at least one must stay. Works in every state [SYN-18]. */
import { Button, Label, Select, Textarea, TextInput } from '@trussworks/react-uswds';
import { useMemo, useState } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import { openContent } from '../../../shared/domain/packet.ts';
import { evaluate } from '../../../shared/domain/sufficiency.ts';
import type { Deficiency } from '../../../shared/rows.ts';
import { nowInstant } from '../../clock.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { fieldWords, RULE_IDS, ruleOf } from '../../pieces/rules.ts';
import { count } from '../../pieces/words.ts';
import { useStore } from '../../store.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useCommand } from '../../use-command.ts';
import { useDraft } from '../../use-draft.ts';
import { SavedNote } from './SavedNote.tsx';

type Item = Deficiency & { readonly key: string };
type ReturnDraft = { readonly items: readonly Item[]; readonly note: string };
const isReturnDraft = (v: unknown): v is ReturnDraft => typeof v === 'object' && v !== null && 'items' in v && Array.isArray(v.items) && 'note' in v && typeof v.note === 'string';

/** What the checks already say is wrong, as deficiencies. A restricted cause is never named. */
function prefilled(view: PacketView, at: string): readonly Item[] {
  const results = evaluate(openContent(view.version.content), { agency: view.agency, moa: view.moa, intervals: view.intervals, holds: view.holds, statements: view.statements, now: at });
  return results
    .filter((r) => r.outcome === 'fail' && (r.severity === 'BLOCK' || r.severity === 'WARN') && r.gates.some((g) => g.startsWith('sign:')))
    .map((r) => {
      const [first] = r.findings;
      return { key: r.rule, rule: r.rule, field: first?.field ?? 'packet', note: first ? `Found: ${first.found}. Expected: ${first.expected}`.slice(0, 1000) : ruleOf(r.rule).sentence };
    });
}

/** The return dialog of one packet. */
export function ReturnDialog({ view, onClose }: { readonly view: PacketView; readonly onClose: () => void }) {
  const [looked] = useState(view);
  const go = useStore((s) => s.go);
  const initial = useMemo<ReturnDraft>(() => ({ items: prefilled(looked, nowInstant()), note: '' }), [looked]);
  const draft = useDraft<ReturnDraft>(`return:${looked.packet.id}`, initial, isReturnDraft);
  const { state, send } = useCommand('signoff.return');
  const { items, note } = draft.value;
  const document = useMemo(() => openContent(looked.version.content), [looked]);
  const edit = (key: string, change: Partial<Deficiency>) => draft.change({ items: items.map((i) => (i.key === key ? { ...i, ...change } : i)), note });
  const add = () =>
    draft.change({ items: [...items, { key: `added-${items.length}-${Date.now()}`, rule: RULE_IDS.find((id) => !items.some((i) => i.rule === id)) ?? 'PK-02', field: '', note: '' }], note });
  const incomplete = items.find((i) => !i.field.trim() || !i.note.trim());
  const why = items.length === 0 ? 'A return names at least one deficiency.' : incomplete ? `${incomplete.rule}: say which field and what to correct.` : null;
  const giveBack = async () => {
    const isSaved = await send(
      { packetId: looked.packet.id, version: looked.version.number, note: note.trim(), deficiencies: items.map(({ rule, field, note: n }) => ({ rule, field: field.trim(), note: n.trim() })) },
      looked.base,
    );
    if (isSaved) draft.drop();
  };
  if (state.phase === 'saved') {
    return (
      <Dialog
        title="Returned"
        onClose={onClose}
        footer={
          <>
            <Button type="button" outline onClick={onClose}>
              Stay on this packet
            </Button>
            {looked.nextId && (
              <Button
                type="button"
                onClick={() => {
                  onClose();
                  go({ screen: 'packet', packetId: looked.nextId ?? '', number: null });
                }}
              >
                Next packet
              </Button>
            )}
          </>
        }
      >
        <SavedNote saved={state.saved} zone={looked.agency.zone}>
          Goes back to {looked.preparer?.name ?? 'the DIO'} with {count(items.length, 'deficiency', 'deficiencies')}.
        </SavedNote>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={`Return to ${looked.preparer?.name ?? 'the DIO'}`}
      onClose={onClose}
      size="wide"
      footer={
        <>
          <span className="soft small" id="return-why" aria-live="polite">
            {why ?? 'Its clock keeps running and stays in your queue.'}
          </span>
          <Button type="button" outline className="push" onClick={onClose}>
            Cancel
          </Button>
          <Button type="button" disabled={why !== null || state.phase === 'running'} onClick={() => void giveBack()} aria-describedby="return-why">
            Return with {count(items.length, 'deficiency', 'deficiencies')}
          </Button>
        </>
      }
    >
      {draft.isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      <ol className="deficiencies">
        {items.map((i) => (
          <li key={i.key} className="deficiency">
            <div className="row">
              <Label htmlFor={`rule-${i.key}`} className="hidden-text">
                Code
              </Label>
              <Select id={`rule-${i.key}`} name="rule" value={i.rule} onChange={(e) => edit(i.key, { rule: e.target.value })} className="rule-select">
                {[...new Set([i.rule, ...RULE_IDS])].map((id) => (
                  <option key={id} value={id}>
                    {id}
                  </option>
                ))}
              </Select>
              <span className="soft small cut">{ruleOf(i.rule).sentence}</span>
              <button type="button" className="icon-button push" onClick={() => draft.change({ items: items.filter((x) => x.key !== i.key), note })} aria-label={`Leave out ${i.rule}`}>
                Leave out
              </button>
            </div>
            <div>
              <Label htmlFor={`field-${i.key}`}>
                Field <span className="usa-hint">{i.field.includes('.') ? fieldWords(i.field, document) : ''}</span>
              </Label>
              <TextInput id={`field-${i.key}`} name="field" type="text" value={i.field} maxLength={200} onChange={(e) => edit(i.key, { field: e.target.value })} />
            </div>
            <div>
              <Label htmlFor={`note-${i.key}`}>What to correct</Label>
              <Textarea id={`note-${i.key}`} name="note" rows={2} value={i.note} maxLength={1000} onChange={(e) => edit(i.key, { note: e.target.value })} />
            </div>
          </li>
        ))}
      </ol>
      <Button type="button" outline className="start" onClick={add}>
        Add a deficiency
      </Button>
      <div>
        <Label htmlFor="return-note">
          Note to the DIO <span className="usa-hint">optional</span>
        </Label>
        <Textarea id="return-note" name="return-note" rows={2} value={note} maxLength={2000} onChange={(e) => draft.change({ items, note: e.target.value })} />
      </div>
      {state.phase === 'refused' && <ProblemNote problem={state.problem} />}
    </Dialog>
  );
}
