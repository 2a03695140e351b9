/**
 * What a DIO may do, when and where (domain 3.5): model capabilities, authority intervals, the MOA and the site.
 * Looks at the moment of the act only (0.4 item 3); there is no supervisor exception.
 */
import { no, ok, type Result } from '../result.ts';
import type { AgencyRow, AuthorityIntervalRow, Model, MoaIntervalRow, Site } from '../rows.ts';
import { msOf } from '../time.ts';

/** Acts of a DIO, as the MOA appendices list them. */
export const DIO_ACTS = [
  'interrogate', 'arrest_without_warrant', 'serve_warrant', 'take_statement', 'prepare_charging', 'prepare_warrant', 'issue_detainer', 'issue_i213', 'transport', 'hand_off',
] as const;
export type DioAct = (typeof DIO_ACTS)[number];

/** Domain 3.5 as data. A WSO only serves existing warrants in the jail and hands the person over. */
export const MODEL_CAPABILITIES = {
  JEM: ['interrogate', 'serve_warrant', 'take_statement', 'prepare_charging', 'prepare_warrant', 'issue_detainer', 'issue_i213', 'transport', 'hand_off'],
  TFM: ['interrogate', 'arrest_without_warrant', 'serve_warrant', 'take_statement', 'prepare_charging', 'prepare_warrant', 'issue_detainer', 'issue_i213', 'transport', 'hand_off'],

  // Typing a warrant for ICE's signature is clerical and exercises no authority [D]; the warrant is ICE's from its signature on.
  WSO: ['serve_warrant', 'prepare_warrant', 'hand_off'],
} as const satisfies Record<Model, readonly DioAct[]>;

/** Where a model's DIOs may act: JEM and WSO in the jail only (JEM20, WSO25 App. A). */
export const MODEL_SITES = { JEM: ['jail'], TFM: ['jail', 'field', 'office'], WSO: ['jail'] } as const satisfies Record<Model, readonly Site['kind'][]>;

export const canDo = (model: Model, act: DioAct): boolean => (MODEL_CAPABILITIES[model] as readonly DioAct[]).includes(act);

const covers = (interval: { readonly startAt: string; readonly endAt: string | null }, at: string): boolean =>
  msOf(interval.startAt) <= msOf(at) && (interval.endAt === null || msOf(at) < msOf(interval.endAt));

/** The interval of this officer that covers `at` (start included, end excluded), or null. */
export const intervalAt = (intervals: readonly AuthorityIntervalRow[], officerId: string, at: string): AuthorityIntervalRow | null =>
  intervals.find((i) => i.officerId === officerId && covers(i, at)) ?? null;

/** The MOA interval that covers `at`, or null when none is recorded. */
export const moaAt = (moa: readonly MoaIntervalRow[], agencyId: string, at: string): MoaIntervalRow | null =>
  moa.find((m) => m.agencyId === agencyId && covers(m, at)) ?? null;

/** True when the agency owns the site and the model lets its DIOs act there. */
export function isSiteAllowed(agency: Pick<AgencyRow, 'sites'>, model: Model, siteId: string): boolean {
  const site = agency.sites.find((s) => s.id === siteId);
  return site !== undefined && (MODEL_SITES[model] as readonly Site['kind'][]).includes(site.kind);
}

/**
 * Whether one officer (whose intervals these are) might do `act` (null: anything) at that instant and site. The first reason why not:
 * `authority/no-interval`, `authority/not-in-model`, `authority/moa-not-in-force`, `authority/outside-site`.
 */
export function authorityAt<I extends Pick<AuthorityIntervalRow, 'agencyId' | 'model' | 'startAt' | 'endAt'>>(
  intervals: readonly I[], moa: readonly MoaIntervalRow[], agency: AgencyRow, act: DioAct | null, at: string, siteId: string,
): Result<I> {
  const interval = intervals.find((i) => i.agencyId === agency.id && covers(i, at));
  if (!interval) return no('authority/no-interval', { at });
  if (act !== null && !canDo(interval.model, act)) return no('authority/not-in-model', { model: interval.model, act });
  const agreement = moaAt(moa, agency.id, at);
  if (agreement?.status !== 'in_force') return no('authority/moa-not-in-force', { status: agreement?.status ?? 'none recorded', at });
  if (!isSiteAllowed(agency, interval.model, siteId)) return no('authority/outside-site', { siteId });
  return ok(interval);
}
