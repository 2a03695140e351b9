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
};

const INADMISSIBLE = ['arriving', 'present_without_admission'] as const satisfies readonly Box[];
const ADMITTED = ['admitted'] as const satisfies readonly Box[];

export const CHARGES: readonly Charge[] = [
  { section: '212(a)(6)(A)(i)', short: 'Present without admission or parole', boxes: ['present_without_admission'], elements: [['entry_date'], ['entry_place'], ['not_admitted']] },
  { section: '212(a)(7)(A)(i)(I)', short: 'No valid entry document', boxes: INADMISSIBLE, elements: [['document_facts']] },
  { section: '212(a)(6)(C)(i)', short: 'Fraud or misrepresentation', boxes: INADMISSIBLE, elements: [['representation']] },
  { section: '212(a)(6)(C)(ii)', short: 'False claim to citizenship', boxes: INADMISSIBLE, elements: [['representation']] },
  { section: '212(a)(2)(A)(i)(I)', short: 'Crime involving moral turpitude', boxes: INADMISSIBLE, elements: [['conviction']] },
  { section: '212(a)(2)(A)(i)(II)', short: 'Controlled substance', boxes: INADMISSIBLE, elements: [['conviction'], ['substance']] },
  { section: '212(a)(9)(A)(i)', short: 'Previously removed (arriving)', boxes: INADMISSIBLE, elements: [['prior_order'], ['departure'], ['reentry']] },
  { section: '212(a)(9)(A)(ii)', short: 'Previously removed', boxes: INADMISSIBLE, elements: [['prior_order'], ['departure'], ['reentry']] },
  { section: '212(a)(9)(C)(i)(I)', short: 'Unlawful re-entry after unlawful presence', boxes: INADMISSIBLE, elements: [['departure'], ['reentry']] },
  { section: '212(a)(9)(C)(i)(II)', short: 'Unlawful re-entry after removal', boxes: INADMISSIBLE, elements: [['prior_order'], ['departure'], ['reentry']] },
  { section: '237(a)(1)(A)', short: 'Inadmissible at entry', boxes: ADMITTED, elements: [['admission'], ['document_facts', 'representation', 'conviction', 'prior_order']] },
  { section: '237(a)(1)(B)', short: 'Present in violation of law', boxes: ADMITTED, elements: [['status_class'], ['admission'], ['authorized_until']] },
  { section: '237(a)(1)(C)(i)', short: 'Failed to maintain status', boxes: ADMITTED, elements: [['status_class'], ['violation']] },
  { section: '237(a)(2)(A)(i)', short: 'Crime involving moral turpitude within five years', boxes: ADMITTED, elements: [['admission'], ['conviction'], ['offense_date'], ['sentence']] },
  { section: '237(a)(2)(A)(ii)', short: 'Two crimes involving moral turpitude', boxes: ADMITTED, elements: [['admission'], ['conviction']] },
  { section: '237(a)(2)(A)(iii)', short: 'Aggravated felony', boxes: ADMITTED, elements: [['admission'], ['conviction']] },
  { section: '237(a)(2)(B)(i)', short: 'Controlled substance', boxes: ADMITTED, elements: [['conviction'], ['substance']] },
  { section: '237(a)(2)(C)', short: 'Firearms', boxes: ADMITTED, elements: [['conviction']] },
  { section: '237(a)(2)(E)(i)', short: 'Domestic violence', boxes: ADMITTED, elements: [['conviction'], ['relationship']] },
  { section: '237(a)(2)(E)(ii)', short: 'Protection order', boxes: ADMITTED, elements: [['violation'], ['relationship']] },
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
