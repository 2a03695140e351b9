/** What may be signed in a packet as this laptop knows it, and why the rest may not. The backend decides again; this only explains. */
import type { PacketView } from '../../shared/api.ts';
import { type Form, formHash, type PacketDocument, SIGNABLE } from '../../shared/domain/packet.ts';
import { type SignState, signable } from '../../shared/domain/signoff.ts';
import { type CheckResult, warningsFor } from '../../shared/domain/sufficiency.ts';
import { no, type Problem } from '../../shared/result.ts';

export type SignCandidate = {
  readonly form: Form;
  readonly hash: string;
  readonly problem: Problem | null;
  readonly warnings: readonly CheckResult[];
  readonly isSigned: boolean;
};

const stateOf = (view: PacketView): SignState => ({
  packet: view.packet,
  version: view.version,
  holds: view.holds,
  statements: view.statements,
  reviews: view.lookbacks.map((l) => l.review),
  signer: view.signer,
  agency: view.agency,
  intervals: view.intervals,
  moa: view.moa,
  returns: view.returns,
  compared: view.earlier?.compared ?? null,
  packs: view.packs,
  pins: view.pins,
});

/** Every form that a PM signs in this packet, in the order of the ceremony. */
export function signCandidates(view: PacketView, document: PacketDocument, actor: string, at: string): readonly SignCandidate[] {
  const state = stateOf(view);
  const closed = view.packet.state === 'returned' || view.packet.state === 'closed' ? no('signoff/not-open', { state: view.packet.state }).problem : null;
  const old =
    view.version.number === view.packet.currentVersion
      ? null
      : no('signoff/version-changed', { looked: view.version.number, current: view.packet.currentVersion }).problem;
  return document.forms
    .filter((f) => SIGNABLE.includes(f.kind))
    .sort((a, b) => SIGNABLE.indexOf(a.kind) - SIGNABLE.indexOf(b.kind))
    .map((form) => {
      const isSigned = view.statements.some((s) => s.formId === form.id && s.number === view.version.number);
      const can = signable(document, form, state, actor, at);
      return {
        form,
        hash: formHash(form),
        problem: old ?? closed ?? (can.ok ? null : can.problem),
        warnings: can.ok ? warningsFor(can.value, `sign:${form.kind}`) : [],
        isSigned,
      };
    });
}
