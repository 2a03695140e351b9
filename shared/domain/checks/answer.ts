/**
 * What a predicate gets and gives, and the few readings of a packet that several predicates share.
 * A predicate is code named `id@n`, pure, and never edited in place once released: a change is `id@n+1`.
 */
import type { AgencyRow, AuthorityIntervalRow, HoldRow, Model, MoaIntervalRow, StaffRow, StatementRow } from '../../rows.ts';
import { siteDay } from '../../time.ts';
import { intervalAt } from '../authority.ts';
import type { Form, FormKind, FormOf, PacketDocument } from '../packet.ts';
import type { Act, Finding } from '../sufficiency.ts';

export type CheckFacts = {
  readonly agency: AgencyRow; readonly moa: readonly MoaIntervalRow[]; readonly intervals: readonly AuthorityIntervalRow[];
  readonly holds: readonly HoldRow[]; readonly statements: readonly StatementRow[]; readonly now: string;
  /** The act that is about to happen: facts that it creates are taken from here (0.4 item 2). */
  readonly proposed?: {
    readonly act: Act; readonly formId: string; readonly at: string; readonly signer: StaffRow | null;
    /** Ids of the forms signed in the same ceremony. Absent: a preview, in which any form of the packet may still join it. */
    readonly alongside?: readonly string[];
  };
};

/** `null`: the question does not arise. Otherwise what is wrong; an empty list is a pass. */
export type Answer = null | readonly Finding[];
export type Predicate = (document: PacketDocument, facts: CheckFacts) => Answer;

/** One finding: field path, what stands there, what was expected. Values of fields, never names of people beyond what the form shows. */
export const finding = (field: string, found: unknown, expected: string, evidenceIds: readonly string[] = []): Finding => ({
  field, found: found === null || found === undefined || found === '' ? 'nothing' : String(found), expected, evidenceIds,
});

export const formsOf = <K extends FormKind>(document: PacketDocument, kind: K): readonly FormOf<K>[] => document.forms.filter((f): f is FormOf<K> => (f.kind as FormKind) === kind);
export const hasForm = (document: PacketDocument, ...kinds: readonly FormKind[]): boolean => document.forms.some((f) => kinds.includes(f.kind));
export const path = (form: Pick<Form, 'id'>, field: string): string => `forms.${form.id}.${field}`;

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

/** When the person was encountered: interview, else booking, else the packet's preparation. */
export const encounteredAt = (document: PacketDocument): string => document.events.interviewAt ?? document.events.bookedAt ?? document.preparedAt;

/** Age in completed years at the encounter, on the site's calendar; null without a date of birth. */
export function ageAtEncounter(document: PacketDocument): number | null {
  const born = document.subject.identity.bornOn;
  if (born === null) return null;
  const day = siteDay(encounteredAt(document), document.zone);
  const years = Number(day.slice(0, 4)) - Number(born.slice(0, 4));
  return day.slice(5) < born.slice(5) ? years - 1 : years;
}
