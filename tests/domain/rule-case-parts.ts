/** What a rule case is made of: a clean packet, its facts, and helpers that change one thing. Must never hold a case itself. */
import type { FormKind, PacketDocument } from '../../shared/domain/packet.ts';
import type { CheckFacts, Rule } from '../../shared/domain/sufficiency.ts';
import type { PacketType } from '../../shared/rows.ts';
import { cleanFacts, cleanHold, cleanPacket, type MutableFacts, signingFacts } from './clean-packets.ts';

export type Outcome = 'pass' | 'fail' | 'not_applicable';
export type Change = (d: PacketDocument, f: MutableFacts) => void;
export type RuleCase = {
  readonly rule: string; readonly name: string; readonly outcome: Outcome; readonly type: PacketType; readonly signs: FormKind | null;
  /** Where a case needs a start other than clean: applied to both sides of the comparison. */
  readonly given?: Change;
  readonly change?: Change;
  /** What this case sets otherwise in the rule's row: parameters or places that the core pack leaves to the field offices. */
  readonly row?: Partial<Rule>;
  /** What the first finding's field starts with, for failing cases. */
  readonly field?: string;
};

/** The document and facts of a case; `before` is the same without the one change. */
export function build(c: RuleCase): { readonly document: PacketDocument; readonly facts: CheckFacts; readonly before: { readonly document: PacketDocument; readonly facts: CheckFacts } } {
  const make = (changes: readonly (Change | undefined)[]) => {
    const document = cleanPacket(c.type);
    const facts = structuredClone(c.signs ? signingFacts(document, c.signs) : cleanFacts(c.type)) as MutableFacts;
    for (const change of changes) change?.(document, facts);
    return { document, facts: facts as CheckFacts };
  };
  return { ...make([c.given, c.change]), before: make([c.given]) };
}

export type Options = { readonly type?: PacketType; readonly signs?: FormKind; readonly given?: Change; readonly field?: string; readonly row?: Partial<Rule> };
export const fails = (rule: string, name: string, change: Change, o: Options = {}): RuleCase => ({ rule, name, outcome: 'fail', type: o.type ?? 'P-NTA', signs: o.signs ?? null, given: o.given, change, field: o.field, row: o.row });
export const passes = (rule: string, name: string, change?: Change, o: Options = {}): RuleCase => ({ rule, name, outcome: 'pass', type: o.type ?? 'P-NTA', signs: o.signs ?? null, given: o.given, change, row: o.row });
export const skips = (rule: string, name: string, change?: Change, o: Options = {}): RuleCase => ({ ...passes(rule, name, change, o), outcome: 'not_applicable' });
/** The clean packet itself fails: what the rule awaits has not happened yet. */
export const NOTHING: Change = () => undefined;
export const signNta: Options = { signs: 'I-862' };

/** The n-th item, which the fixture must have. */
export function nth<T>(items: readonly T[], n: number): T {
  const item = items[n];
  if (item === undefined) throw new Error(`no item ${n}`);
  return item;
}
export function proposedOf(f: MutableFacts): NonNullable<MutableFacts['proposed']> {
  if (!f.proposed) throw new Error('no proposed act');
  return f.proposed;
}
export function signerOf(f: MutableFacts): NonNullable<NonNullable<MutableFacts['proposed']>['signer']> {
  const { signer } = proposedOf(f);
  if (!signer) throw new Error('no signer');
  return signer;
}
export const released = (rule: string, releasedAt: string) => cleanHold(rule, { releasedAt, releasedBy: 'hq-1', releasedRole: 'opla', releaseNote: 'synthetic ground' });
export const served = (at: string, byId = 'dio-1', interpreter: string | null = 'INT-0007') => ({ byKind: 'officer' as const, byId, at, method: 'in_person' as const, place: 'Example County Jail', language: 'Spanish', interpreter });
export const issuedBy = (byKind: 'staff' | 'officer', title: string, at = '2026-11-24T18:00:00.000Z') => ({ byKind, byId: byKind === 'staff' ? 'pm-1' : 'dio-1', name: 'Synthetic', title, at, place: 'Example' });
export const SDDO = 'Supervisory Detention and Deportation Officer';
export const claim: Change = (d) => { d.subject.citizenshipIndicia = [{ kind: 'claim', at: '2026-11-23T16:05:00.000Z', source: 'interview' }]; };
export const fearYes: Change = (d) => { d.fear = { askedAt: '2026-11-23T16:20:00.000Z', answer: 'yes', referredAt: '2026-11-23T19:00:00.000Z', referredTo: 'asylum office' }; };
/** A pin of the DIO for each allegation of the clean P-NTA. */
export const dioPins = (d: PacketDocument): void => { d.pins = [1, 2, 3, 4].map((n) => ({ element: `i862.allegations.${n}`, evidenceId: 'e-statement', page: 1, region: null, quote: '' })); };
/** A pin that the signer added to the clean P-NTA. */
export const signerPin = (element: string) => ({ id: `pin-${element}`, packetId: 'pk-p-nta', number: 1, element, evidenceId: 'e-statement', page: 1, region: null, quote: '', addedBy: 'pm-1', addedAt: '2026-11-24T19:00:00.000Z' });
