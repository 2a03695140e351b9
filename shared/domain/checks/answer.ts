/**
 * What a predicate gets and gives, and the few readings of a packet that several predicates share.
 * A predicate is code named `id@n`, pure, and never edited in place once released: a change is `id@n+1`.
 */
import { z } from 'zod';
import type { PinRows } from '../pins.ts';
import type { AgencyRow, AuthorityIntervalRow, HoldRow, Model, MoaIntervalRow, StaffRow, StatementRow } from '../../rows.ts';
import { msOf, siteDay } from '../../time.ts';
import { intervalAt } from '../authority.ts';
import type { Form, FormKind, FormOf, PacketDocument } from '../packet.ts';
import type { Act, Finding } from '../sufficiency.ts';

export type CheckFacts = {
  readonly agency: AgencyRow; readonly moa: readonly MoaIntervalRow[]; readonly intervals: readonly AuthorityIntervalRow[];
  readonly holds: readonly HoldRow[]; readonly statements: readonly StatementRow[]; readonly now: string;
  /** Pins that signers added; absent: none. */
  readonly pins?: PinRows;
  /** The act that is about to happen: facts that it creates are taken from here (0.4 item 2). */
  readonly proposed?: {
    readonly act: Act; readonly formId: string; readonly at: string; readonly signer: StaffRow | null;
    /** Ids of the forms signed in the same ceremony. Absent: a preview, in which any form of the packet may still join it. */
    readonly alongside?: readonly string[];
  };
  /**
   * Facts that one laptop cannot compute (0.4 item 6): HQ does, and they travel with their date. Absent: not known here, and the check
   * answers "not applicable"; an empty list: HQ looked and found nothing.
   */
  readonly duplicates?: readonly Duplicate[];
  readonly similarNarratives?: readonly SimilarNarrative[];
  /** Compliance items of the agency's sites (domain 4.5); only `complaint_poster` is read here. */
  readonly compliance?: readonly ComplianceFact[];
};
/** Another open packet with the same fingerprint number or A-number. `asOf`: when HQ looked. */
export type Duplicate = { readonly packetId: string; readonly basis: 'fin' | 'aNumber'; readonly asOf: string };
/** Another person's I-213 narrative that is alike once names and dates are taken out; `similarity` from 0 to 1. */
export type SimilarNarrative = { readonly packetId: string; readonly formId: string; readonly similarity: number; readonly asOf: string };
/** When an item was last seen in place at a site, and until when that holds. */
export type ComplianceFact = { readonly siteId: string; readonly item: string; readonly checkedAt: string; readonly dueAt: string };

/** `null`: the question does not arise. Otherwise what is wrong; an empty list is a pass. */
export type Answer = null | readonly Finding[];
export type Parameters = Readonly<Record<string, unknown>>;
/** `parameters`: the shape of what a rule row may set; absent: the row sets nothing. */
export type Predicate = ((document: PacketDocument, facts: CheckFacts, parameters?: Parameters) => Answer) & { readonly parameters?: z.ZodType };

/**
 * A predicate that a rule row tunes. Parameters are parsed once per row object; they were checked when the pack was, so a wrong one is a bug and throws.
 */
export function tuned<S extends z.ZodType>(schema: S, check: (document: PacketDocument, facts: CheckFacts, parameters: z.infer<S>) => Answer): Predicate {
  const parsed = new WeakMap<Parameters, z.infer<S>>();
  const predicate = (document: PacketDocument, facts: CheckFacts, parameters: Parameters = {}): Answer => {
    let own = parsed.get(parameters);
    if (own === undefined) {
      own = schema.parse(parameters);
      parsed.set(parameters, own);
    }
    return check(document, facts, own);
  };
  return Object.assign(predicate, { parameters: schema });
}
/** What a row may set for this predicate. */
export const parametersOf = (predicate: Predicate): z.ZodType => predicate.parameters ?? z.strictObject({});

/** One finding: field path, what stands there, what was expected. Values of fields, never names of people beyond what the form shows. */
export const finding = (field: string, found: unknown, expected: string, evidenceIds: readonly string[] = []): Finding => ({
  field, found: found === null || found === undefined || found === '' ? 'nothing' : String(found), expected, evidenceIds,
});

export const formsOf = <K extends FormKind>(document: PacketDocument, kind: K): readonly FormOf<K>[] => document.forms.filter((f): f is FormOf<K> => (f.kind as FormKind) === kind);
export const hasForm = (document: PacketDocument, ...kinds: readonly FormKind[]): boolean => document.forms.some((f) => kinds.includes(f.kind));
export const path = (form: Pick<Form, 'id'>, field: string): string => `forms.${form.id}.${field}`;

/** Runs a check on every form of one kind; null when there is none or the question arises on none. */
export const onEach = <K extends FormKind>(kind: K, check: (form: FormOf<K>, document: PacketDocument, facts: CheckFacts) => Answer): Predicate => (document, facts) =>
  together(formsOf(document, kind).map((form) => check(form, document, facts)));
/** The same with parameters. */
export const onEachTuned = <K extends FormKind, S extends z.ZodType>(
  kind: K, schema: S, check: (form: FormOf<K>, parameters: z.infer<S>, document: PacketDocument, facts: CheckFacts) => Answer,
): Predicate => tuned(schema, (document, facts, parameters) => together(formsOf(document, kind).map((form) => check(form, parameters, document, facts))));
/** Several answers as one: null only when the question arose nowhere. */
export function together(answers: readonly Answer[]): Answer {
  const given = answers.filter((a) => a !== null);
  return given.length === 0 ? null : given.flat();
}

/** Pins that point at evidence which the packet holds. */
export const knownPins = (document: PacketDocument, ids: readonly string[]): readonly string[] => ids.filter((id) => document.evidence.some((e) => e.id === id));

/** The signature that gives a form its force: as sealed here, as about to be sealed, or as the form arrived. */
export type Signature = { readonly byKind: 'staff' | 'officer'; readonly byId: string; readonly title: string; readonly at: string; readonly place: string | null; readonly from: 'form' | 'statement' | 'proposed' };

export function signatureOf(document: PacketDocument, form: Form, facts: CheckFacts): Signature | null {
  if (form.issued) return { byKind: form.issued.byKind, byId: form.issued.byId, title: form.issued.title, at: form.issued.at, place: form.issued.place, from: 'form' };
  const sealed = facts.statements.find((s) => s.formId === form.id && s.number === document.number);
  if (sealed) return { byKind: 'staff', byId: sealed.signerId, title: sealed.legalTitle, at: sealed.signedAt, place: null, from: 'statement' };
  const p = facts.proposed;
  if (p && p.act === `sign:${form.kind}` && p.formId === form.id && p.signer) {
    return { byKind: 'staff', byId: p.signer.id, title: p.signer.legalTitle, at: p.at, place: null, from: 'proposed' };
  }
  return null;
}

/** The moment that counts as now for an act: its own time when one is proposed. */
export const actAt = (facts: CheckFacts): string => facts.proposed?.at ?? facts.now;

/** The model under which an officer acted; the agency's when no interval says otherwise. */
export const modelOf = (facts: CheckFacts, officerId: string, at: string): Model => intervalAt(facts.intervals, officerId, at)?.model ?? facts.agency.model;

const days = new Map<string, string>();
/** The site's calendar day of an instant. The last few thousand are kept: one packet asks for the same ones many times. */
export function dayAt(at: string, zone: string): string {
  const key = `${at} ${zone}`;
  const known = days.get(key);
  if (known !== undefined) return known;
  const day = siteDay(at, zone);
  if (days.size >= 4096) days.clear();
  days.set(key, day);
  return day;
}
const DAY_MS = 86_400_000;
/** Days since 1970 of a calendar day: differences of calendar days without time zones. */
const dayNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
/** Whole calendar days from `from` to `to`. */
export const daysBetween = (from: string, to: string): number => dayNumber(to) - dayNumber(from);
/** The calendar day `n` days after. */
export const dayPlus = (day: string, n: number): string => new Date((dayNumber(day) + n) * DAY_MS).toISOString().slice(0, 10);
/** The calendar day `n` years after; 29 February becomes 1 March. */
export const yearsAfter = (day: string, n: number): string => new Date(Date.UTC(Number(day.slice(0, 4)) + n, Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)))).toISOString().slice(0, 10);

type Indicium = { readonly field: string; readonly kind: string; readonly at: string };
export type { Indicium };
/**
 * A protective finding stands unless a hold of that rule (or of a rule that stands for it) is released later than the newest indicium; an
 * open hold always stands. The signer cannot lift it: only the HQ role of the hold can (0.4 item 4).
 */
export function protective(rules: string | readonly string[], indicia: readonly Indicium[], holds: readonly HoldRow[], expected: string): readonly Finding[] {
  const names = typeof rules === 'string' ? [rules] : rules;
  const own = holds.filter((h) => names.includes(h.rule));
  const open = own.find((h) => h.releasedAt === null);
  if (open) return [finding('holds', `${open.rule} open`, 'released by the role that may release it')];
  if (indicia.length === 0) return [];
  const newest = Math.max(...indicia.map((i) => msOf(i.at)));
  if (own.some((h) => h.releasedAt !== null && msOf(h.releasedAt) > newest)) return [];
  return indicia.map((i) => finding(i.field, i.kind, expected));
}

/** When the person was encountered: interview, else booking, else the packet's preparation. */
export const encounteredAt = (document: PacketDocument): string => document.events.interviewAt ?? document.events.bookedAt ?? document.preparedAt;

/** Age in completed years at the encounter, on the site's calendar; null without a date of birth. */
export function ageAtEncounter(document: PacketDocument): number | null {
  const born = document.subject.identity.bornOn;
  if (born === null) return null;
  const day = dayAt(encounteredAt(document), document.zone);
  const years = Number(day.slice(0, 4)) - Number(born.slice(0, 4));
  return day.slice(5) < born.slice(5) ? years - 1 : years;
}
