/**
 * Charges that an I-862 may state, and what each one needs (domain 1.7). Seed set of statute sections: counsel reviews it [K].
 * Data only. Must never decide from the words of an allegation: elements are what the DIO marked and pinned.
 */
import type { Element, FormOf } from './packet.ts';

export type Box = FormOf<'I-862'>['boxes'][number];
export type Charge = {
  readonly section: string; readonly short: string;
  /** Classification boxes of the I-862 under which this charge can stand. */
  readonly boxes: readonly Box[];
  /** Every entry is one element of the charge; any of its alternatives covers it. */
  readonly elements: readonly (readonly Element[])[];
  /** What the typed facts of the cited allegations must show besides. */
  readonly proofs: readonly Proof[];
};
/**
 * Needs of domain 1.7 that marks on an allegation cannot show. Each is decided on typed facts of the allegations that the charge cites:
 * `conviction`: statute, court and date; `two_convictions`: not of one scheme; `within_five_years`: offense after admission; `year_possible`: a sentence
 * of 12 months or more; `felony_named`: subparagraph of INA 101(a)(43); `scheduled`: a federal schedule; `not_own_use`: not one offense of 30 g of
 * marijuana or less for own use; `stay_over`: authorised stay ended before the act; `representation`: what, when, to whom; `prior_dates`: order, departure, re-entry in order.
 */
export type Proof =
  | 'conviction' | 'two_convictions' | 'within_five_years' | 'year_possible' | 'felony_named' | 'scheduled' | 'not_own_use' | 'stay_over' | 'representation' | 'prior_dates';

const INADMISSIBLE = ['arriving', 'present_without_admission'] as const satisfies readonly Box[];
const ADMITTED = ['admitted'] as const satisfies readonly Box[];

export const CHARGES: readonly Charge[] = [
  { section: '212(a)(6)(A)(i)', short: 'Present without admission or parole', boxes: ['present_without_admission'], elements: [['entry_date'], ['entry_place'], ['not_admitted']], proofs: [] },
  { section: '212(a)(7)(A)(i)(I)', short: 'No valid entry document', boxes: INADMISSIBLE, elements: [['document_facts']], proofs: [] },
  { section: '212(a)(6)(C)(i)', short: 'Fraud or misrepresentation', boxes: INADMISSIBLE, elements: [['representation']], proofs: ['representation'] },
  { section: '212(a)(6)(C)(ii)', short: 'False claim to citizenship', boxes: INADMISSIBLE, elements: [['representation']], proofs: ['representation'] },
  { section: '212(a)(2)(A)(i)(I)', short: 'Crime involving moral turpitude', boxes: INADMISSIBLE, elements: [['conviction', 'crime_admitted']], proofs: ['conviction'] },
  { section: '212(a)(2)(A)(i)(II)', short: 'Controlled substance', boxes: INADMISSIBLE, elements: [['conviction', 'crime_admitted'], ['substance']], proofs: ['conviction', 'scheduled'] },
  { section: '212(a)(9)(A)(i)', short: 'Previously removed (arriving)', boxes: INADMISSIBLE, elements: [['prior_order'], ['departure'], ['reentry']], proofs: ['prior_dates'] },
  { section: '212(a)(9)(A)(ii)', short: 'Previously removed', boxes: INADMISSIBLE, elements: [['prior_order'], ['departure'], ['reentry']], proofs: ['prior_dates'] },
  { section: '212(a)(9)(C)(i)(I)', short: 'Unlawful re-entry after unlawful presence', boxes: INADMISSIBLE, elements: [['departure'], ['reentry']], proofs: ['prior_dates'] },
  { section: '212(a)(9)(C)(i)(II)', short: 'Unlawful re-entry after removal', boxes: INADMISSIBLE, elements: [['prior_order'], ['departure'], ['reentry']], proofs: ['prior_dates'] },
  { section: '237(a)(1)(A)', short: 'Inadmissible at entry', boxes: ADMITTED, elements: [['admission'], ['document_facts', 'representation', 'conviction', 'prior_order']], proofs: [] },
  { section: '237(a)(1)(B)', short: 'Present in violation of law', boxes: ADMITTED, elements: [['status_class'], ['admission'], ['authorized_until']], proofs: ['stay_over'] },
  { section: '237(a)(1)(C)(i)', short: 'Failed to maintain status', boxes: ADMITTED, elements: [['status_class'], ['violation']], proofs: [] },
  { section: '237(a)(2)(A)(i)', short: 'Crime involving moral turpitude within five years', boxes: ADMITTED, elements: [['admission'], ['conviction'], ['offense_date'], ['sentence']], proofs: ['conviction', 'within_five_years', 'year_possible'] },
  { section: '237(a)(2)(A)(ii)', short: 'Two crimes involving moral turpitude', boxes: ADMITTED, elements: [['admission'], ['conviction']], proofs: ['conviction', 'two_convictions'] },
  { section: '237(a)(2)(A)(iii)', short: 'Aggravated felony', boxes: ADMITTED, elements: [['admission'], ['conviction']], proofs: ['conviction', 'felony_named'] },
  { section: '237(a)(2)(B)(i)', short: 'Controlled substance', boxes: ADMITTED, elements: [['conviction'], ['substance']], proofs: ['conviction', 'scheduled', 'not_own_use'] },
  { section: '237(a)(2)(C)', short: 'Firearms', boxes: ADMITTED, elements: [['conviction']], proofs: ['conviction'] },
  { section: '237(a)(2)(E)(i)', short: 'Domestic violence', boxes: ADMITTED, elements: [['conviction'], ['relationship']], proofs: ['conviction'] },
  { section: '237(a)(2)(E)(ii)', short: 'Protection order', boxes: ADMITTED, elements: [['violation'], ['relationship']], proofs: [] },
];

/** What every I-862 must cover whatever the charge (INA 239(a)(1)(C)): alienage, citizenship, and entry or status. */
export const ALWAYS_COVERED: readonly (readonly Element[])[] = [
  ['alienage'], ['citizenship'], ['entry_date', 'entry_place', 'not_admitted', 'admission', 'status_class'],
];

/** Domain 1.5: the only shapes in which a charge may be typed. */
const SHAPE = /^(212\(a\)\(\d{1,2}\)(\([A-Z]\))?(\([ivx]+\))?(\([IVX]+\))?|237\(a\)\([1-7]\)(\([A-Z]\))?(\([ivx]+\))?(\([IVX]+\))?)$/;

/** The section without `INA`, `section` and spaces, or null when it is not a charge at all. */
export function parseSection(typed: string): string | null {
  const section = typed.replace(/^\s*(INA\s+)?(section\s+)?/i, '').replace(/\s+/g, '');
  return SHAPE.test(section) ? section : null;
}

/** The charge that was typed, or null when it does not parse or is not in the table. */
export function chargeOf(typed: string): Charge | null {
  const section = parseSection(typed);
  return section === null ? null : (CHARGES.find((c) => c.section === section) ?? null);
}
