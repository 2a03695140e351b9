/**
 * The ceremony: exactly what will be signed, form by form with hashes, in which capacity, on which facts and how old, then the passphrase.
 * No default button, no single key. Must never keep the passphrase.
 */
import { Label, TextInput } from '@trussworks/react-uswds';
import { useMemo, useState } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import { PRACTICE_PASSPHRASE } from '../../../shared/domain/practice.ts';
import { displayANumber, openContent } from '../../../shared/domain/packet.ts';
import { nowInstant } from '../../clock.ts';
import { FactsAsOf } from '../../pieces/FactsAsOf.tsx';
import { ProblemNote, problemLine } from '../../pieces/ProblemNote.tsx';
import { signCandidates } from '../../pieces/signing.ts';
import { CAPACITY, count, formTitle, packetName, savedText, shortHash } from '../../pieces/words.ts';
import { useOpen } from '../../session.ts';
import type { Decision } from '../../store.ts';
import { DecisionDialog, SavedDialog } from '../../ui/DecisionDialog.tsx';
import { useCommand } from '../../use-command.ts';
import { useDraft } from '../../use-draft.ts';
import { SignFacts } from './SignFacts.tsx';
import { WarnReasons } from './WarnReasons.tsx';
import { activePack } from '../../../shared/domain/published-packs.ts';

type SignDraft = { readonly forms: readonly string[] | null; readonly reasons: Readonly<Record<string, string>> };
const isSignDraft = (v: unknown): v is SignDraft =>
  typeof v === 'object' &&
  v !== null &&
  'reasons' in v &&
  typeof v.reasons === 'object' &&
  v.reasons !== null &&
  'forms' in v &&
  (v.forms === null || Array.isArray(v.forms));
const MIN_REASON = 20;
type Props = {
  readonly view: PacketView;
  readonly shown: { readonly forms: readonly { readonly formId: string; readonly seconds: number }[]; readonly comparedWith: number | null; readonly fields: readonly { readonly field: string; readonly seconds: number }[] };
  readonly onClose: () => void;
  readonly onNext: (() => void) | null;
  readonly onDecided: ((decision: Decision) => void) | null;
};

/** The sign dialog of one packet. */
export function SignDialog({ view, shown, onClose, onNext, onDecided }: Props) {
  const { session } = useOpen();
  const [at] = useState(nowInstant);
  // The dialog shows what it was opened on; the backend refuses when the packet changed meanwhile.
  const [looked] = useState(view);
  const candidates = useMemo(() => signCandidates(looked, openContent(looked.version.content), session.me.id, at), [looked, session.me.id, at]);
  const draft = useDraft<SignDraft>(`sign:${looked.packet.id}`, { forms: null, reasons: {} }, isSignDraft);
  const [passphrase, setPassphrase] = useState('');
  const { state, send } = useCommand('signoff.sign');

  const ready = candidates.filter((c) => c.problem === null);
  const chosen = ready.filter((c) => draft.value.forms === null || draft.value.forms.includes(c.form.id));
  const unseen = chosen.filter((c) => !shown.forms.some((s) => s.formId === c.form.id));
  const warnings = [...new Map(chosen.flatMap((c) => c.warnings).map((w) => [w.rule, w])).values()];
  const missing = warnings.filter((w) => (draft.value.reasons[w.rule] ?? '').trim().length < MIN_REASON);
  const toggle = (id: string) => {
    const now = chosen.map((c) => c.form.id);
    draft.change({ ...draft.value, forms: now.includes(id) ? now.filter((f) => f !== id) : [...now, id] });
  };
  const why =
    chosen.length === 0
      ? 'Choose at least one form.'
      : unseen.length > 0
        ? `Not yet on screen: ${unseen.map((c) => c.form.kind).join(', ')}. Close this, look at it, then sign.`
        : missing.length > 0
          ? `A reason of ${MIN_REASON} characters or more is missing for ${missing.map((m) => m.rule).join(', ')}.`
          : passphrase.length === 0
            ? 'Type your passphrase.'
            : null;
  // What was left out is usually returned next: then the packet stays.
  const leave = chosen.length === ready.length ? onDecided : null;
  const isRunning = state.phase === 'running';
  const sign = async () => {
    const saved = await send(
      {
        packetId: looked.packet.id,
        version: looked.version.number,
        forms: chosen.map((c) => ({ formId: c.form.id, contentHash: c.hash, capacity: CAPACITY[c.form.kind] ?? 'Immigration officer' })),
        shown: [...shown.forms],
        ...(shown.comparedWith === null ? {} : { comparedWith: shown.comparedWith, shownFields: [...shown.fields] }),
        warnReasons: warnings.map((w) => ({ rule: w.rule, reason: (draft.value.reasons[w.rule] ?? '').trim() })),
      },
      looked.base,
      passphrase,
    );
    setPassphrase('');
    if (!saved) return;
    draft.drop();
    leave?.({ title: `${packetName(looked.packet)}: ${count(chosen.length, 'form')} signed. A signature is sealed and has no undo.`, receipt: savedText(saved, looked.agency.zone), at: saved.at });
  };

  if (state.phase === 'saved') {
    if (leave) return null;
    return (
      <SavedDialog title="Signed" receipt={savedText(state.saved, looked.agency.zone)} onClose={onClose} onNext={onNext}>
        {count(chosen.length, 'form')} sealed: {chosen.map((c) => c.form.kind).join(', ')}.
      </SavedDialog>
    );
  }
  return (
    <DecisionDialog
      title={`Sign ${count(chosen.length, 'form')} for ${looked.subject.name}`}
      size="wide"
      why={why}
      meaning="Sealing is final. A signed form is never unsigned; it can be withdrawn by a later act."
      verb={`Sign ${count(chosen.length, 'form')}`}
      busyVerb="Sealing…"
      isBusy={isRunning}
      onAct={() => void sign()}
      onClose={onClose}
      problem={state.phase === 'refused' && <ProblemNote problem={state.problem} />}
      secret={
        <>
          <Label htmlFor="sign-passphrase">{session.practice ? `Passphrase: type "${PRACTICE_PASSPHRASE}"` : 'Passphrase'}</Label>
          <TextInput
            id="sign-passphrase"
            name="sign-passphrase"
            type="password"
            data-first
            value={passphrase}
            onChange={(e) => setPassphrase(e.target.value)}
            autoComplete="off"
            disabled={isRunning}
            aria-describedby="sign-list sign-by"
          />
        </>
      }
    >
      <p className="soft">
        {displayANumber(looked.subject.aNumber)} · {looked.agency.name} · packet version {looked.version.number}, content{' '}
        <span className="mono">{shortHash(looked.version.contentHash)}</span>
      </p>
      <FactsAsOf now={at} zone={looked.agency.zone} />
      {shown.comparedWith !== null && (
        <p className="soft small">
          Compared with version {shown.comparedWith}: {count(shown.fields.length, 'change')} on screen.
        </p>
      )}
      <section aria-labelledby="sign-forms">
        <h3 id="sign-forms">What is signed</h3>
        <ul className="sign-forms" id="sign-list">
          {candidates.map((c) => {
            const isUnseen = unseen.includes(c);
            return (
              <li key={c.form.id} className={c.problem ? 'out' : ''}>
                <label className="sign-form">
                  <input type="checkbox" checked={chosen.includes(c)} disabled={c.problem !== null || isRunning} onChange={() => toggle(c.form.id)} />
                  <span className="stack tight">
                    <span>
                      <b>{c.form.kind}</b> {formTitle(c.form)}
                    </span>
                    <span className="soft small">
                      {c.isSigned ? '✓ Already signed' : c.problem ? problemLine(c.problem) : <>as {CAPACITY[c.form.kind] ?? 'Immigration officer'}</>}
                    </span>
                    {isUnseen && <span className="amber small strong">▲ Not yet on screen</span>}
                  </span>
                  <span className="mono soft push" title={c.hash}>
                    {shortHash(c.hash)}
                  </span>
                </label>
              </li>
            );
          })}
        </ul>
        <p id="sign-by">
          Signed by <b>{session.me.name}</b>, {session.me.legalTitle}, {session.me.fieldOffice}.
        </p>
      </section>
      <SignFacts view={looked} at={at} />
      {warnings.length > 0 && (
        <WarnReasons
          warnings={warnings}
          reasons={draft.value.reasons}
          isRestored={draft.isRestored}
          minimum={MIN_REASON}
          rules={activePack(looked.packs, at).pack}
          onChange={(rule, text) => draft.change({ ...draft.value, reasons: { ...draft.value.reasons, [rule]: text } })}
        />
      )}
    </DecisionDialog>
  );
}
