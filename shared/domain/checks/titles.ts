/**
 * Legal titles by which federal staff may sign each form, as data with its source (0.2 item 4: never the working title).
 * [K]: from general knowledge of the regulations; counsel re-reads the eCFR before release. A missing title blocks, which is the safe error.
 */
import type { FormKind } from '../packet.ts';

export type TitleList = { readonly source: string; readonly titles: readonly string[] };

/** 8 CFR 239.1(a), the entries that ERO staff hold: items 33 to 36 read, the rest [K]. */
export const TITLES_239_1: TitleList = {
  source: '8 CFR 239.1(a)',
  titles: [
    'Field Office Director', 'Deputy Field Office Director', 'Supervisory Deportation Officer', 'Supervisory Detention and Deportation Officer',
    'Special Agent in Charge', 'Deputy Special Agent in Charge', 'Supervisory Special Agent', 'District Director', 'Deputy District Director', 'Officer in Charge',
  ],
};
/** 8 CFR 287.5(e)(2), issuing warrants of arrest [K]. */
export const TITLES_287_5_E_2: TitleList = {
  source: '8 CFR 287.5(e)(2)',
  titles: [
    'Field Office Director', 'Deputy Field Office Director', 'Supervisory Deportation Officer', 'Supervisory Detention and Deportation Officer',
    'Special Agent in Charge', 'Deputy Special Agent in Charge', 'Supervisory Special Agent', 'District Director', 'Deputy District Director', 'Officer in Charge',
  ],
};
/** 8 CFR 241.2(a)(1), issuing warrants of removal [K]. */
export const TITLES_241_2: TitleList = {
  source: '8 CFR 241.2(a)(1)',
  titles: [
    'Field Office Director', 'Deputy Field Office Director', 'Supervisory Deportation Officer', 'Supervisory Detention and Deportation Officer',
    'District Director', 'Deputy District Director', 'Officer in Charge',
  ],
};
/** 8 CFR 287.7(b), issuing detainers: deportation officers too [K]. */
export const TITLES_287_7_B: TitleList = { source: '8 CFR 287.7(b)', titles: [...TITLES_287_5_E_2.titles, 'Deportation Officer', 'Immigration Enforcement Agent'] };
/** Review of an I-213, custody determinations and the other notices: supervisory immigration officers, and for the I-213 deportation officers [K]. */
const TITLES_REVIEW: TitleList = { source: '8 CFR 287.3 [K]', titles: [...TITLES_287_5_E_2.titles, 'Deportation Officer'] };

/** The list that PK-07 reads per form. A form without a list is signed by nobody. */
export const SIGNING_TITLES: Readonly<Partial<Record<FormKind, TitleList>>> = {
  'I-862': TITLES_239_1, 'I-851': TITLES_239_1, 'I-200': TITLES_287_5_E_2, 'I-205': TITLES_241_2, 'I-247A': TITLES_287_7_B,
  'I-286': { source: '8 CFR 236.1(g) [K]', titles: TITLES_287_5_E_2.titles }, 'I-871': { source: '8 CFR 241.8 [K]', titles: TITLES_REVIEW.titles },
  // The deciding Service officer: any of the same officers, but not the one who issued the notice (FARO-03).
  'I-851A': { source: '8 CFR 238.1(a)', titles: TITLES_239_1.titles },
  // The review of a packet in which nothing is done [D].
  'ENCOUNTER-NOTE': TITLES_REVIEW,
  'I-860': { source: '8 CFR 235.3(b)(7) [K]', titles: TITLES_287_5_E_2.titles }, 'I-213': TITLES_REVIEW,
};

const normal = (title: string): string => title.trim().replace(/\s+/g, ' ').toLowerCase();
/** True when the title stands in the list; case and spacing do not matter, an added "acting" does (acting authority is a delegation). */
export const hasTitle = (list: TitleList, title: string): boolean => list.titles.some((t) => normal(t) === normal(title));
