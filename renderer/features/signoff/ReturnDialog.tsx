/** Back to the DIO with coded deficiencies. Prefilled from the failed checks; at least one must stay. Works in every state [SYN-18]. */
import { Button, Label, Select, Textarea } from '@trussworks/react-uswds';
import { useMemo, useState } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import { type Form, openContent, type PacketDocument } from '../../../shared/domain/packet.ts';
import type { RulePack } from '../../../shared/domain/packs.ts';
import { linkFacts } from '../../../shared/domain/links.ts';
import { activePack } from '../../../shared/domain/published-packs.ts';
import { evaluate } from '../../../shared/domain/sufficiency.ts';
import type { Problem } from '../../../shared/result.ts';
import type { Deficiency } from '../../../shared/rows.ts';
import { returnDraftKey } from '../../../shared/domain/waiting-return.ts';
import { act } from '../../api.ts';
import { nowInstant } from '../../clock.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { encounterSections, formSections } from '../../../shared/domain/form-fields.ts';
import { expectedWords, fieldWords, ruleIds, ruleOf } from '../../../shared/domain/rule-words.ts';
import { count } from '../../pieces/words.ts';
import { useStore } from '../../store.ts';
import { DecisionDialog } from '../../ui/DecisionDialog.tsx';
import { useDraft } from '../../use-draft.ts';

type Item = Deficiency & { readonly key: string };
type ReturnDraft = { readonly items: readonly Item[]; readonly note: string };
const isReturnDraft = (v: unknown): v is ReturnDraft =>
  typeof v === 'object' && v !== null && 'items' in v && Array.isArray(v.items) && 'note' in v && typeof v.note === 'string';

/** Restricted handling is no deficiency of the paper: the return must not name it. */
const RESTRICTED_RULE = 'PK-10';
const codesOf = (pack: RulePack): readonly string[] => ruleIds(pack).filter((id) => id !== RESTRICTED_RULE);

/** What the checks already say is wrong, as deficiencies. A restricted cause is never named. */
function prefilled(view: PacketView, at: string): readonly Item[] {
  const document = openContent(view.version.content);
  const facts = { agency: view.agency, moa: view.moa, intervals: view.intervals, holds: view.holds, statements: view.statements, now: at, ...linkFacts(view.links, document) };
  const rules = activePack(view.packs, at).pack;
  const results = evaluate(document, facts, rules);
  return results
    .filter((r) => r.rule !== RESTRICTED_RULE && r.outcome === 'fail' && (r.severity === 'BLOCK' || r.severity === 'WARN') && r.gates.some((g) => g.startsWith('sign:')))
    .map((r) => {
      const [first] = r.findings;
      const note = first ? `Found: ${first.found}. Expected: ${expectedWords(first)}`.slice(0, 1000) : ruleOf(r.rule, rules).sentence;
      return { key: r.rule, rule: r.rule, field: first?.field ?? 'packet', note };
    });
}

/** The return dialog of one packet. */
export function ReturnDialog({ view, onClose, onDecided }: { readonly view: PacketView; readonly onClose: () => void; readonly onDecided: ((decision: null) => void) | null }) {
  const { look } = useStore();
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [looked] = useState(view);
  const rules = useMemo(() => activePack(looked.packs, nowInstant()).pack, [looked]);
  const initial = useMemo<ReturnDraft>(() => ({ items: prefilled(looked, nowInstant()), note: '' }), [looked]);
  const draft = useDraft<ReturnDraft>(returnDraftKey(looked.packet.id), initial, isReturnDraft);
  const { items, note } = draft.value;
  const document = useMemo(() => openContent(looked.version.content), [looked]);
  const edit = (key: string, change: Partial<Deficiency>) => draft.change({ items: items.map((i) => (i.key === key ? { ...i, ...change } : i)), note });
  const add = () => {
    // Unique among the items that are there, also after one was taken out.
    const key = `added-${1 + Math.max(0, ...items.map((i) => Number(/^added-(\d+)$/.exec(i.key)?.[1] ?? 0)))}`;
    const rule = codesOf(rules).find((id) => !items.some((i) => i.rule === id)) ?? 'PK-02';
    draft.change({ items: [...items, { key, rule, field: '', note: '' }], note });
    requestAnimationFrame(() => window.document.getElementById(`rule-${key}`)?.focus());
  };
  const incomplete = items.find((i) => !i.field.trim() || !i.note.trim());
  const why =
    items.length === 0 ? 'A return names at least one deficiency.' : incomplete ? `${incomplete.rule}: choose the field and say what to correct.` : null;
  const giveBack = async () => {
    const deficiencies = items.map(({ rule, field, note: n }) => ({ rule, field: field.trim(), note: n.trim() }));
    setRunning(true);
    // Stored with the dialog's content: taking it back finds both.
    draft.release();
    const answer = await act('return.wait', {
      input: { packetId: looked.packet.id, version: looked.version.number, note: note.trim(), deficiencies }, base: looked.base, seconds: look.graceSeconds, dialog: JSON.stringify(draft.value),
    });
    setRunning(false);
    if (!answer.ok) return setProblem(answer.problem);
    if (onDecided) onDecided(null);
    else onClose();
  };
  return (
    <DecisionDialog
      title={`Return to ${looked.preparer?.name ?? 'the DIO'}`}
      size="wide"
      why={why}
      meaning={`The clock keeps running; the packet stays in your queue as returned. For ${look.graceSeconds} seconds you can take it back.`}
      verb={`Return with ${count(items.length, 'deficiency', 'deficiencies')}`}
      busyVerb="Returning…"
      isBusy={isRunning}
      onAct={() => void giveBack()}
      onClose={onClose}
      problem={problem && <ProblemNote problem={problem} />}
    >
      {draft.isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      <ol className="deficiencies">
        {items.map((i, n) => (
          <li key={i.key} className="deficiency">
            <div className="row">
              <Label htmlFor={`rule-${i.key}`} className="hidden-text">
                Code
              </Label>
              <Select id={`rule-${i.key}`} name="rule" value={i.rule} onChange={(e) => edit(i.key, { rule: e.target.value })} className="rule-select">
                {[...new Set([i.rule, ...codesOf(rules)])].map((id) => (
                  <option key={id} value={id}>
                    {id}
                  </option>
                ))}
              </Select>
              <span className="soft small cut">{ruleOf(i.rule, rules).sentence}</span>
              <button
                type="button"
                className="icon-button push"
                onClick={() => draft.change({ items: items.filter((x) => x.key !== i.key), note })}
                aria-label={`Leave out ${i.rule}`}
              >
                Leave out
              </button>
            </div>
            <div>
              <Label htmlFor={`field-${i.key}`}>Field</Label>
              <FieldSelect
                id={`field-${i.key}`}
                value={i.field}
                document={document}
                onChange={(field) => edit(i.key, { field })}
                isFirst={n === 0 && i.field === ''}
              />
            </div>
            <div>
              <Label htmlFor={`note-${i.key}`}>What to correct</Label>
              <Textarea
                id={`note-${i.key}`}
                name="note"
                rows={2}
                data-first={n === 0 || undefined}
                value={i.note}
                maxLength={1000}
                onChange={(e) => edit(i.key, { note: e.target.value })}
              />
            </div>
          </li>
        ))}
      </ol>
      <Button type="button" outline className="start" onClick={add} data-first={items.length === 0 || undefined}>
        Add a deficiency
      </Button>
      <div>
        <Label htmlFor="return-note">
          Note to the DIO <span className="usa-hint">optional</span>
        </Label>
        <Textarea id="return-note" name="return-note" rows={2} value={note} maxLength={2000} onChange={(e) => draft.change({ items, note: e.target.value })} />
      </div>
    </DecisionDialog>
  );
}

type FieldProps = {
  readonly id: string;
  readonly value: string;
  readonly document: PacketDocument;
  readonly isFirst: boolean;
  readonly onChange: (field: string) => void;
};
/** Every field of the packet, by form, in the forms' own words; what a check named beside them is kept as it is. */
function FieldSelect({ id, value, document, isFirst, onChange }: FieldProps) {
  const groups = useMemo(
    () => [
      ...document.forms.map((form) => ({ key: form.id, label: form.kind, fields: formOptions(form, document) })),
      { key: '', label: 'Encounter', fields: optionsOf(encounterSections(document), '') },
      { key: 'evidence', label: 'Evidence', fields: [{ path: 'evidence', words: 'something is missing' }, ...document.evidence.map((e) => ({ path: `evidence.${e.id}`, words: e.title }))] },
    ],
    [document],
  );
  const isKnown = value === '' || groups.some((g) => g.fields.some((f) => f.path === value));
  return (
    <Select id={id} name="field" value={value} onChange={(e) => onChange(e.target.value)} data-first={isFirst || undefined}>
      <option value="">Choose…</option>
      {!isKnown && <option value={value}>{fieldWords(value, document)}</option>}
      {groups.map((g) => (
        <optgroup key={g.key} label={g.label}>
          {g.fields.map((f) => (
            <option key={f.path} value={f.path}>
              {g.label} · {f.words}
            </option>
          ))}
        </optgroup>
      ))}
    </Select>
  );
}
/** Not on the paper, and nothing that a DIO corrects by itself. */
const NO_FIELDS: readonly string[] = ['id', 'kind', 'rendition'];
/** The form's fields as its paper has them, the typed facts behind them that the paper does not show, and the form as a whole. */
function formOptions(form: Form, document: PacketDocument): ReturnType<typeof optionsOf> {
  const prefix = `forms.${form.id}.`;
  const onPaper = optionsOf(formSections(form, document.zone), prefix);
  const behind = Object.keys(form).filter((key) => !NO_FIELDS.includes(key) && !onPaper.some((f) => f.path === prefix + key || f.path.startsWith(`${prefix}${key}.`)));
  return [...onPaper, ...behind.map((key) => ({ path: prefix + key, words: fieldWords(prefix + key, document).replace(`${form.kind} · `, '') })), { path: `forms.${form.id}`, words: 'the whole form' }];
}
const optionsOf = (sections: ReturnType<typeof formSections>, prefix: string): readonly { readonly path: string; readonly words: string }[] =>
  sections.flatMap((s) => s.fields.map((f) => ({ path: prefix + f.path, words: [s.title, f.label].filter(Boolean).join(' · ') })));
