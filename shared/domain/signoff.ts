/**
 * Sign-off: one ceremony over named forms of one packet version, one sealed statement per form; and the return to the DIO.
 * What a statement says is computed here from rows, on the laptop and again at HQ. Must never trust the screen for a hash.
 */
import { z } from 'zod';
import { canonical } from '../canonical.ts';
import { many, one, put, sealedCommand, command, type Envelope } from '../command.ts';
import { agencyStream, deriveId, PROGRAM_STREAM } from '../ids.ts';
import { no, ok, type Result } from '../result.ts';
import { FIELD_ROLES, HQ_ROLES } from '../roles.ts';
import type { AgencyRow, AuthorityIntervalRow, HoldRow, LookbackReviewRow, MoaIntervalRow, PacketLinkRow, PacketRow, PacketVersionRow, PinRow, ReturnRow, RulePackRow, StaffRow, StatementRow } from '../rows.ts';
import { msOf } from '../time.ts';
import { versionId } from '../rows.ts';
import { isOpen, laneOf } from './holds.ts';
import { linkFacts } from './links.ts';
import { reviewOfAct } from './lookback.ts';
import { formHash, openContent, SIGNABLE, type Form, type PacketDocument } from './packet.ts';
import { regionInput, sealedPins, type SealedPins } from './pins.ts';
import { activePack, packHash } from './published-packs.ts';
import { comparedVersion, elementsOf, mustBeShown, notShown, placeOf } from './must-be-shown.ts';
import { factAges, shownChanges, type FactAge, type FactKind, type ShownChanges } from './statement-facts.ts';
import { blockersFor, evaluate, warningsFor, type Act, type CheckResult, type SharedAnswers } from './sufficiency.ts';
import { isUnderReview } from './under-review.ts';

export const signInput = z.object({
  packetId: z.string().min(1), version: z.int().min(1),
  forms: z.array(z.object({ formId: z.string().min(1), contentHash: z.string().regex(/^[0-9a-f]{64}$/), capacity: z.string().trim().min(3).max(120) })).min(1).max(20),
  /** Forms that were on screen, and for how many seconds; every signed form must be among them. */
  shown: z.array(z.object({ formId: z.string(), seconds: z.number().min(0).max(86_400) })).max(60),
  /** A reason of 20 characters or more for each failed WARN that touches these forms (domain 1.4). */
  warnReasons: z.array(z.object({ rule: z.string(), reason: z.string().trim().min(20).max(1000) })).max(60),
  /** A resubmission: the version that it was compared with, and each changed field that was on screen, for how many seconds. */
  comparedWith: z.int().min(1).optional(),
  shownFields: z.array(z.object({ field: z.string().min(1).max(400), seconds: z.number().min(0).max(86_400) })).max(5000).optional(),
  /** Places of pins that were on screen, for how many seconds. */
  shownPins: z.array(z.object({ evidenceId: z.string().min(1).max(64), page: z.int(), region: regionInput.nullable(), seconds: z.number().min(0).max(86_400) })).max(1000).optional(),
});
export type SignInput = z.infer<typeof signInput>;

/** What one signature covers. Sealed as compact JWS; RFC 8785 text is the payload. */
export type Statement = {
  readonly v: 1; readonly decision: 'sign'; readonly commandId: string;
  readonly packetId: string; readonly number: number; readonly contentHash: string;
  readonly formId: string; readonly formKind: string; readonly formHash: string; readonly capacity: string;
  readonly signer: { readonly id: string; readonly legalTitle: string; readonly kid: string; readonly actingFor: string | null };
  readonly at: string; readonly zone: string;
  /** Every rule of the pack by outcome, each with its predicate's version (`NTA-06@1`). Severity, gates and dates of the rows are what `packHash` pins. */
  readonly checks: { readonly pack: string; readonly packHash: string; readonly passed: readonly string[]; readonly failed: readonly string[]; readonly notApplicable: readonly string[] };
  readonly facts: {
    readonly openHolds: readonly string[];
    /** Of the officers whom the packet names; the agency's others have no part in it. */
    readonly authority: readonly { readonly id: string; readonly startAt: string; readonly endAt: string | null }[];
    readonly moa: readonly { readonly id: string; readonly status: string; readonly startAt: string; readonly endAt: string | null }[];
    readonly signerActiveTo: string | null;
  };
  /** Age of every fact relied on: stream versions that the signer's laptop had, and HQ's checkpoint they came with. */
  readonly asOf: {
    readonly base: Readonly<Record<string, number>>; readonly anchor: string;
    /** Absent in statements that were sealed before they were kept; so are the optional ones below. */
    readonly dataAsOf?: string; readonly ages?: Readonly<Record<FactKind, FactAge>>;
  };
  readonly shown: readonly { readonly formId: string; readonly seconds: number }[];
  /** Pages of the form as the agency printed it; 1 for a form that is rendered from data. */
  readonly pages?: number;
  /** A resubmission: the version that it was compared with, and which changes were on screen. */
  readonly comparedWith?: number; readonly shownFields?: ShownChanges;
  readonly warnReasons: readonly { readonly rule: string; readonly reason: string }[];
  readonly packs: readonly string[]; readonly tz: string;
  /** Where each element behind this form stands, the DIO's pins and the signers', each with its time on screen. Absent where the packet has none. */
  readonly pins?: SealedPins;
};

/** Rows that signing looks at; the host's preview and `statements` use the same set. */
export type SignState = {
  readonly packet: PacketRow | null; readonly version: PacketVersionRow | null; readonly holds: readonly HoldRow[]; readonly statements: readonly StatementRow[];
  readonly reviews: readonly LookbackReviewRow[];
  readonly signer: StaffRow | null; readonly agency: AgencyRow | null; readonly intervals: readonly AuthorityIntervalRow[]; readonly moa: readonly MoaIntervalRow[];
  /** Every return of this packet, and the version that `comparedVersion` names. A preview of one form does without. */
  readonly returns?: readonly ReturnRow[]; readonly compared?: PacketVersionRow | null;
  /** Published packs: the one that counts at the moment of the act judges it. */
  readonly packs: readonly RulePackRow[];
  /** What HQ found beside the packet (PK-22, PK-23); absent where nobody asked. */
  readonly links?: readonly PacketLinkRow[];
  readonly pins?: readonly PinRow[];
};

/**
 * Checks of a packet as they stand for signing one form now: facts that the act itself creates come from the act (0.4 item 2).
 * `alongside`: ids of the forms of the same ceremony; absent in a preview, where any form may still join.
 * `shared`: one map for all forms of one ceremony, on one state and moment; what does not depend on the form is then answered once.
 */
export function checksForSigning(document: PacketDocument, form: Form, state: SignState, at: string, alongside?: readonly string[], shared?: SharedAnswers): readonly CheckResult[] {
  if (!state.agency) return [];
  return evaluate(document, {
    agency: state.agency, moa: state.moa, intervals: state.intervals, holds: state.holds, now: at, statements: state.statements, ...linkFacts(state.links, document), ...(state.pins ? { pins: state.pins } : {}),
    proposed: { act: `sign:${form.kind}`, formId: form.id, at, signer: state.signer, alongside },
  }, activePack(state.packs, at).pack, undefined, shared);
}

/** Why one form cannot be signed now, as a problem; ok with its check results when it can. */
export function signable(document: PacketDocument, form: Form, state: SignState, actor: string, at: string, alongside?: readonly string[], shared?: SharedAnswers): Result<readonly CheckResult[]> {
  const { signer, packet } = state;
  if (!packet || !state.version || !state.agency) return no('packet/unknown', {});
  if (!SIGNABLE.includes(form.kind)) return no('signoff/not-signable', { form: form.kind });
  if (state.statements.some((s) => s.formId === form.id && s.number === state.version?.number)) return no('signoff/already-signed', { form: form.kind });
  if (!signer) return no('signoff/unknown-signer', {});
  // [PK-06] Preparer and signer are two persons (AC-5). Also for any officer who touched the form.
  if (actor === document.preparerId || actor === form.preparedById || actor === packet.preparerId) return no('signoff/preparer-is-signer', { rule: 'PK-06' });
  if (signer.activeFrom > at || (signer.activeTo !== null && signer.activeTo <= at)) return no('signoff/signer-not-active', { rule: 'PK-07', activeTo: signer.activeTo });
  const results = checksForSigning(document, form, state, at, alongside, shared);
  const act: Act = `sign:${form.kind}`;
  const blockers = blockersFor(results, act);
  if (blockers.length > 0) return no('signoff/blocked', { form: form.kind, rules: blockers.map((b) => b.rule), pack: activePack(state.packs, at).pack.version });
  const holds = state.holds.filter(isOpen);
  if (holds.length > 0) return no('signoff/held', { form: form.kind, rules: holds.map((h) => h.rule) });
  // [SYN-17] What HQ looks back at does not go further meanwhile.
  if (isUnderReview(state.statements, state.reviews)) return no('signoff/under-review', { form: form.kind });
  return ok(results);
}

/** `NTA-06@1`; a rule that borrows another's predicate as `NTA-06=DET-01@1`. In the order of the pack. */
const named = (results: readonly CheckResult[], outcome: CheckResult['outcome']): readonly string[] =>
  results.filter((r) => r.outcome === outcome).map(({ rule, predicate }) => (predicate.startsWith(`${rule}@`) ? predicate : `${rule}=${predicate}`));
const ruleOf = (name: string): string => name.split(/[=@]/)[0] ?? name;

/**
 * What must have been on screen and was not: changes of a resubmission, places of pins behind the signed forms; null when all was. From the stored contents and
 * rows, never from a list that the screen made.
 */
function whatWasNotShown(state: SignState, document: PacketDocument, i: SignInput, actor: string, pins: readonly PinRow[]): Result<never> | null {
  const number = comparedVersion(i.version, actor, state.returns ?? [], state.statements);
  if (number !== null && (!state.compared || state.compared.number !== number)) return no('packet/unknown-version', { packetId: i.packetId, version: number });
  const must = mustBeShown(document, state.compared && number !== null ? openContent(state.compared.content) : null, pins, new Set(i.forms.map((f) => f.formId)));
  const missing = notShown(must, new Set(number !== null && i.comparedWith === number ? i.shownFields?.map((f) => f.field) : []), new Set(i.shownPins?.map(placeOf)));
  if (missing.fields.length > 0) return no('signoff/changes-not-shown', { comparedWith: number, count: missing.fields.length, fields: missing.fields.slice(0, 50) });
  const elements = elementsOf(missing.pins);
  return elements.length === 0 ? null : no('signoff/pins-not-shown', { count: missing.pins.length, elements: elements.slice(0, 50).map((e) => e.label), ids: elements.slice(0, 50).map((e) => e.id) });
}

/** Statements for the ceremony, or the first reason why it must not happen. */
function statementsOf(state: SignState, i: SignInput, env: Envelope): Result<readonly Statement[]> {
  const { packet, version } = state;
  if (!packet) return no('packet/unknown', { packetId: i.packetId });
  if (packet.currentVersion !== i.version) return no('signoff/version-changed', { looked: i.version, current: packet.currentVersion });
  if (!version) return no('packet/unknown-version', { packetId: i.packetId, version: i.version });
  if (packet.state === 'returned' || packet.state === 'closed') return no('signoff/not-open', { state: packet.state });
  const document = openContent(version.content);
  const ids = new Set(i.forms.map((f) => f.formId));
  if (ids.size !== i.forms.length) return no('signoff/form-twice', {});
  const chosen = document.forms.filter((f) => ids.has(f.id)).sort((a, b) => SIGNABLE.indexOf(a.kind) - SIGNABLE.indexOf(b.kind));
  if (chosen.length !== i.forms.length) return no('signoff/unknown-form', { forms: i.forms.map((f) => f.formId) });
  // Pins that somebody added after the act had no part in it.
  const pinRows = (state.pins ?? []).filter((p) => p.addedAt <= env.at);
  const unseen = whatWasNotShown(state, document, i, env.actor, pinRows);
  if (unseen) return unseen;
  const authority = state.intervals.filter((x) => version.content.includes(JSON.stringify(x.officerId)));
  const ages = factAges({ version, holds: state.holds, authority, moa: state.moa }, env);
  const compared = i.comparedWith === undefined ? {} : { comparedWith: i.comparedWith, shownFields: shownChanges(i.shownFields ?? []) };
  const statements: Statement[] = [];
  const { pack } = activePack(state.packs, env.at);
  const shared: SharedAnswers = new Map();
  const secondsAt = new Map(i.shownPins?.map((p) => [placeOf(p), p.seconds]));
  for (const form of chosen) {
    const pins = sealedPins(document, pinRows, form.id, (p) => secondsAt.get(placeOf(p)) ?? null);
    const asked = i.forms.find((f) => f.formId === form.id);
    const hash = formHash(form);
    if (!asked || asked.contentHash !== hash) return no('signoff/form-changed', { form: form.kind });
    if (!i.shown.some((s) => s.formId === form.id)) return no('signoff/not-shown', { form: form.kind });
    const can = signable(document, form, state, env.actor, env.at, [...ids], shared);
    if (!can.ok) return can;
    const missing = warningsFor(can.value, `sign:${form.kind}`).filter((w) => !i.warnReasons.some((r) => r.rule === w.rule));
    if (missing.length > 0) return no('signoff/warn-reason-missing', { rules: missing.map((m) => m.rule) });
    statements.push({
      v: 1, decision: 'sign', commandId: env.id, packetId: packet.id, number: version.number, contentHash: version.contentHash,
      formId: form.id, formKind: form.kind, formHash: hash, capacity: asked.capacity,
      signer: { id: env.actor, legalTitle: state.signer?.legalTitle ?? '', kid: state.signer?.signerKid ?? '', actingFor: env.actingFor ?? null },
      at: env.at, zone: env.zone,
      checks: { pack: pack.version, packHash: packHash(pack), passed: named(can.value, 'pass'), failed: named(can.value, 'fail'), notApplicable: named(can.value, 'not_applicable') },
      facts: {
        openHolds: state.holds.filter(isOpen).map((h) => h.id).sort(),
        authority: authority.map(({ id, startAt, endAt }) => ({ id, startAt, endAt })).sort(byId),
        moa: state.moa.map(({ id, status, startAt, endAt }) => ({ id, status, startAt, endAt })).sort(byId),
        signerActiveTo: state.signer?.activeTo ?? null,
      },
      asOf: { base: env.base, anchor: env.anchor, ...(env.dataAsOf === undefined ? {} : { dataAsOf: env.dataAsOf }), ages },
      shown: i.shown, pages: form.rendition?.pages ?? 1, ...compared, warnReasons: i.warnReasons, packs: env.packs, tz: env.tz,
      ...(pins.count > 0 ? { pins } : {}),
    });
  }
  return ok(statements);
}
/** Authority as far as an act can rest on it: when it will end is moved by every course that is done, and is no part of the act. */
const inForceAt = <I extends { readonly endAt: string | null }>(intervals: readonly I[], at: string): readonly I[] => intervals.map((i) => (i.endAt !== null && msOf(i.endAt) > msOf(at) ? { ...i, endAt: null } : i));
const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Facts that matter to the act: a difference puts it under review (SYN-4, SYN-17). An agency's new phone number does not. */
function differencesOf(sealed: Statement, hq: Statement): readonly string[] {
  // Canonical text: a sealed statement comes back from its JWS with its keys in RFC 8785 order.
  const same = (a: unknown, b: unknown) => canonical(a) === canonical(b);
  const found: string[] = [];
  if (sealed.contentHash !== hq.contentHash || sealed.formHash !== hq.formHash) found.push('content');
  if (!same(sealed.facts.openHolds, hq.facts.openHolds)) found.push('holds');
  if (!same(inForceAt(sealed.facts.authority, sealed.at), inForceAt(hq.facts.authority, sealed.at))) found.push('authority');
  if (!same(sealed.facts.moa, hq.facts.moa)) found.push('moa');
  if (sealed.facts.signerActiveTo !== hq.facts.signerActiveTo || sealed.signer.legalTitle !== hq.signer.legalTitle) found.push('signer');
  const failed = (s: Statement) => s.checks.failed.map(ruleOf).sort();
  // Another pack alone changes nothing: the statement says by which one it was judged. With another outcome it is the reason that people need to read.
  if (!same(failed(sealed), failed(hq))) found.push('checks', ...(sealed.checks.packHash === hq.checks.packHash ? [] : ['pack']));
  const onScreen = (s: Statement) => ({
    shown: s.shown, comparedWith: s.comparedWith ?? null, shownFields: s.shownFields ?? null,
    // Another pin on record at HQ is no difference by itself; what had to be on screen is asked of HQ's own rows.
    pins: s.pins?.pins.flatMap((p) => (p.seconds === null ? [] : [[placeOf(p), p.seconds]])) ?? null,
  });
  if (!same(onScreen(sealed), onScreen(hq))) found.push('shown');
  return found;
}

const versionToCompare = (i: SignInput, actor: string, returns: readonly ReturnRow[], statements: readonly StatementRow[]): string | null => {
  const number = comparedVersion(i.version, actor, returns, statements);
  return number === null ? null : versionId(i.packetId, number);
};
const signReads = (i: SignInput, env: Envelope) => ({
  packet: one('packets', i.packetId), version: one('packet_versions', versionId(i.packetId, i.version)),
  holds: many('holds', { packetId: i.packetId }), statements: many('statements', { packetId: i.packetId }), signer: one('staff', env.actor), packs: many('rule_packs', { stream: PROGRAM_STREAM }),
  returns: many('returns', { packetId: i.packetId }), reviews: many('lookback_reviews', { packetId: i.packetId }), links: many('packet_links', { packetId: i.packetId }), pins: many('pins', { packetId: i.packetId }),
});
type FirstStage = { readonly packet: PacketRow | null; readonly returns: readonly ReturnRow[]; readonly statements: readonly StatementRow[] };
/** Second stage: the agency of the packet and the version to compare with, never those that the input names. */
const signAuthorityReads = (i: SignInput, env: Envelope, { packet, returns, statements }: FirstStage) => ({
  compared: one('packet_versions', versionToCompare(i, env.actor, returns, statements)),
  agency: one('agencies', packet?.agencyId), intervals: many('authority_intervals', { agencyId: packet?.agencyId ?? '' }), moa: many('moa_intervals', { agencyId: packet?.agencyId ?? '' }),
});

/** `signoff.sign`: seals the named forms; a fact from then on (SYN-17). */
export const signoffSign = sealedCommand<SignInput, ReturnType<typeof signReads>, ReturnType<typeof signAuthorityReads>, Statement>({
  name: 'signoff.sign', conflict: 'strict', roles: FIELD_ROLES, input: signInput,
  reads: [signReads, signAuthorityReads],
  stream: (first: { readonly packet: PacketRow | null }) => (first.packet ? agencyStream(first.packet.agencyId) : null),
  statements: (state, i, env) => statementsOf(state, i, env),
  differences: (sealed, hq) => differencesOf(sealed, hq),
  record: (state, _i, env, sealed, verdict) => {
    const { packet, version } = state;
    if (!packet) return [];
    const rows = sealed.map(({ statement, jws }, n) => ({
      id: deriveId(env.id, n), stream: agencyStream(packet.agencyId), agencyId: packet.agencyId, packetId: packet.id, number: statement.number, formId: statement.formId,
      formHash: statement.formHash, signerId: statement.signer.id, legalTitle: statement.signer.legalTitle, capacity: statement.capacity, signedAt: statement.at, zone: statement.zone,
      jws, effect: verdict.effect, reviewReasons: verdict.reasons,
    }));
    const document = version ? openContent(version.content) : null;
    const signed = new Set([...state.statements, ...rows].filter((s) => s.number === packet.currentVersion).map((s) => s.formId));
    const open = document?.forms.filter((f) => SIGNABLE.includes(f.kind) && !signed.has(f.id)) ?? [];
    // A ceremony over an old version never closes the new one.
    const nextState: PacketRow['state'] = packet.state === 'returned' || packet.state === 'closed' || version?.number !== packet.currentVersion ? packet.state : open.length === 0 ? 'signed' : 'part_signed';
    const isHeldBack = verdict.effect === 'under_review' || isUnderReview(state.statements, state.reviews);
    const { version: _v, changedBy: _c, ...head } = { ...packet, state: nextState, lane: laneOf(nextState, state.holds, isHeldBack) };
    const review = reviewOfAct(env.id, sealed[0]?.statement, rows[0]?.id ?? null, { ...state, packet }, verdict);
    return [...rows.map((row) => put('statements', row)), put('packets', head), ...review.map((row) => put('lookback_reviews', row))];
  },
});

/** `signoff.return`: back to the DIO with coded deficiencies, at least one. Always in the person's favour: accepted in every state (SYN-18). */
export const signoffReturn = command({
  name: 'signoff.return', conflict: 'merge', roles: [...FIELD_ROLES, ...HQ_ROLES],
  input: z.object({
    packetId: z.string().min(1), version: z.int().min(1), note: z.string().trim().max(2000),
    deficiencies: z.array(z.object({ rule: z.string().regex(/^[A-Z0-9]+-[0-9A-Z]+$/), field: z.string().trim().min(1).max(200), note: z.string().trim().min(1).max(1000) })).min(1).max(100),
  }),
  reads: [(i) => ({ packet: one('packets', i.packetId), holds: many('holds', { packetId: i.packetId }), statements: many('statements', { packetId: i.packetId }), reviews: many('lookback_reviews', { packetId: i.packetId }) })],
  stream: (first) => (first.packet ? agencyStream(first.packet.agencyId) : null),
  decide: ({ packet, holds, statements, reviews }, i, env) => {
    if (!packet) return no('packet/unknown', { packetId: i.packetId });
    const isCurrent = packet.currentVersion === i.version;
    const state: PacketRow['state'] = isCurrent ? 'returned' : packet.state;
    const { version: _v, changedBy: _c, ...head } = { ...packet, state, lane: laneOf(state, holds, isUnderReview(statements, reviews)) };
    return ok([
      put('returns', { id: deriveId(env.id, 0), stream: agencyStream(packet.agencyId), agencyId: packet.agencyId, packetId: packet.id, number: i.version, deficiencies: i.deficiencies, note: i.note, returnedBy: env.actor, returnedAt: env.at }),
      put('packets', head),
    ]);
  },
});
