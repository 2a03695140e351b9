/**
 * Onboarding of an agency (domain 4.1, 4.4): two tracks from the signed MOA to the first processing, as data; what is planned and done as dated facts; and what
 * follows from them: critical path and float, the burn-down to the goal of 180 days (K28), whose days a slip was, a forecast from the 22 sites of the report.
 * Blame-free: a slip is counted in days by owner, never by person.
 */
import { z } from 'zod';
import { command, many, one, put } from '../command.ts';
import { agencyStream, deriveId, pmStream } from '../ids.ts';
import { no, ok } from '../result.ts';
import { FIELD_ROLES, type Role } from '../roles.ts';
import type { Draft, OnboardingFactRow } from '../rows.ts';
import { siteDay } from '../time.ts';
import { addDays as addCalendarDays } from './calendar.ts';
import { daysBetween } from './training.ts';

/** Who answers for a step. */
export const STEP_OWNERS = ['agency', 'ice', 'ocio', 'ciso', 'oam', 'vendor', 'pm', 'fletc', 'fod', 'ice_security'] as const;
export type StepOwner = (typeof STEP_OWNERS)[number];
export const STEP_OWNER_WORDS = {
  agency: 'Agency', ice: 'ICE', ocio: 'OCIO', ciso: 'CISO', oam: 'Acquisition (OAM)', vendor: 'Vendor', pm: 'PM', fletc: 'FLETC', fod: 'FOD', ice_security: 'ICE security',
} as const satisfies Record<StepOwner, string>;

type Step = { readonly label: string; readonly track: 'agreement' | 'it' | 'people' | 'both'; readonly owner: StepOwner; /** Target length in days. */ readonly days: number; readonly after: readonly string[]; readonly source: string };
/** Every step with its target and what it waits for. Stage 0 comes before the clock; the MOA's day is day 0. */
export const ONBOARDING_STEPS = {
  application: { label: 'Application, needs and rights record', track: 'agreement', owner: 'agency', days: 30, after: [], source: 'CRS' },
  moa: { label: 'MOA signed', track: 'agreement', owner: 'ice', days: 0, after: ['application'], source: 'OIG-18-77 p. 6' },
  it_request: { label: 'IT request to OCIO', track: 'it', owner: 'ocio', days: 5, after: ['moa'], source: 'OIG-18-77 p. 6; [D]' },
  isa: { label: 'Interconnection Security Agreement', track: 'it', owner: 'ciso', days: 45, after: ['it_request'], source: 'OIG-18-77 p. 6' },
  bids: { label: 'Bids and purchase', track: 'it', owner: 'oam', days: 120, after: ['isa'], source: 'OIG-18-77 p. 6' },
  delivery: { label: 'Delivery', track: 'it', owner: 'vendor', days: 30, after: ['bids'], source: 'OIG-18-77 p. 6' },
  install: { label: 'Install and test', track: 'it', owner: 'ocio', days: 10, after: ['delivery'], source: 'OIG-18-77 p. 6; [D]' },
  nomination: { label: 'Nominations', track: 'people', owner: 'agency', days: 14, after: ['moa'], source: 'MOA; [D]' },
  vetting: { label: 'Vetting', track: 'people', owner: 'ice_security', days: 45, after: ['nomination'], source: 'MOA; [D]' },
  academy: { label: 'Initial training, four weeks', track: 'people', owner: 'fletc', days: 28, after: ['vetting'], source: 'OIG-18-77 p. 8' },
  letter: { label: 'FOD letter and form 70-006', track: 'people', owner: 'fod', days: 10, after: ['academy'], source: 'JEM20 s.IV.D; [D]' },
  card: { label: 'Security cards', track: 'people', owner: 'ice_security', days: 10, after: ['letter'], source: 'OIG-18-77 p. 8; [D]' },
  login: { label: 'First log-in of each DIO', track: 'both', owner: 'pm', days: 5, after: ['install', 'card'], source: 'OIG-18-77 p. 8; [D]' },
  processing: { label: 'First processing', track: 'both', owner: 'agency', days: 5, after: ['login'], source: 'OIG-18-77 p. 7; [D]' },
} as const satisfies Readonly<Record<string, Step>>;
export type StepId = keyof typeof ONBOARDING_STEPS;
export const STEP_IDS = Object.keys(ONBOARDING_STEPS) as readonly StepId[];
const stepOf = (id: StepId): Step => ONBOARDING_STEPS[id];
export const isStep = (id: string): id is StepId => Object.hasOwn(ONBOARDING_STEPS, id);

/** `planned` moves a date and says whose days a slip was; `queued` is the place in the installer's queue and why. */
export const FACT_KINDS = ['planned', 'started', 'done', 'queued', 'withdrawn'] as const;
export type FactKind = (typeof FACT_KINDS)[number];
/** The goal in days from the MOA to the installed equipment (K28). */
export const INSTALL_GOAL_DAYS = 180;
/** People ready more than this many days before the terminal are warned of (4.4). */
export const READY_AHEAD_DAYS = 30;

type Fact = Pick<OnboardingFactRow, 'id' | 'step' | 'kind' | 'on' | 'cause' | 'note' | 'position' | 'priorityBasis' | 'recordedAt' | 'withdraws'>;
/** Facts that count, oldest record first: the newest of a kind and step is what holds. Equal records by id, the same on every device. */
export function liveFacts<F extends Fact>(facts: readonly F[]): readonly F[] {
  const gone = new Set(facts.map((f) => f.withdraws).filter((id) => id !== null));
  return facts.filter((f) => f.kind !== 'withdrawn' && !gone.has(f.id)).sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : a.recordedAt > b.recordedAt ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** One step as it stands. Days are `YYYY-MM-DD`. */
export type StepStanding = {
  readonly step: StepId; readonly standing: 'done' | 'running' | 'waiting' | 'unknown';
  readonly startedOn: string | null; readonly doneOn: string | null; /** The first date that was named for its end, and the newest. */ readonly baselineOn: string | null; readonly plannedOn: string | null;
  /** When it begins and ends by what is known: done, else planned, else target; never before today when it is not done. */
  readonly from: string | null; readonly to: string | null;
  /** Days that it may slip without moving the first processing; 0 = critical. Null when it is done, nothing is known, or nothing waits for it any more. */
  readonly float: number | null;
  /** Days between the baseline and the end as it stands now; negative is early. */
  readonly slip: number | null;
};
const later = (a: string, b: string): string => (a > b ? a : b);
const addDays = (day: string, days: number): string => addCalendarDays(day, days, false);

/**
 * Every step as of a day. Without the day of the MOA the later steps are unknown, never on time. `moved`: as if that step ended on another day, to ask what a
 * slip would move.
 */
export function scheduleOf(facts: readonly Fact[], today: string, moved: { readonly step: StepId; readonly to: string } | null = null): readonly StepStanding[] {
  const live = liveFacts(facts);
  const newest = (step: StepId, kind: FactKind): Fact | null => live.findLast((f) => f.step === step && f.kind === kind) ?? null;
  const ends = new Map<StepId, string | null>();
  const drafts = STEP_IDS.map((step) => {
    const { after, days } = stepOf(step);
    const doneOn = newest(step, 'done')?.on ?? null;
    const plannedOn = newest(step, 'planned')?.on ?? null;
    const startedOn = newest(step, 'started')?.on ?? null;
    const before = after.map((s) => ends.get(s as StepId) ?? null);
    // Day 0 is a fact or a plan of its own: no target leads to a signature.
    const ready = step === 'moa' || before.includes(null) ? (step === 'moa' ? (plannedOn ?? doneOn) : null) : (before as readonly string[]).reduce<string | null>((a, b) => (a === null ? b : later(a, b)), null);
    const from = startedOn ?? ready;
    // A plan that what comes before it has made impossible gives way to the target.
    const expected = plannedOn !== null && (ready === null || ready <= plannedOn) ? plannedOn : from === null ? null : addDays(ready === null ? from : later(from, ready), days);
    const to = moved?.step === step ? moved.to : (doneOn ?? (expected === null ? null : later(expected, today)));
    ends.set(step, to);
    const begins = from ?? (to === null ? null : addDays(to, -days));
    return { step, startedOn, doneOn, plannedOn, baselineOn: live.find((f) => f.step === step && f.kind === 'planned')?.on ?? null, from: begins !== null && to !== null && begins > to ? to : begins, to };
  });
  // Backward: the latest day on which each may end without moving the last one. A plan holds until what comes before it passes the plan itself.
  const latest = new Map<StepId, string>();
  const last = drafts.at(-1)?.to ?? null;
  for (const { step } of [...drafts].reverse()) {
    const followers = drafts.filter((d) => (stepOf(d.step).after as readonly string[]).includes(step));
    const bounds = followers.filter((d) => d.doneOn === null && latest.has(d.step)).map((d) => {
      const byTarget = addDays(latest.get(d.step) as string, -stepOf(d.step).days);
      return d.plannedOn !== null && d.to !== null && d.plannedOn <= (latest.get(d.step) as string) ? later(d.plannedOn, byTarget) : byTarget;
    });
    // What only done steps came after holds nothing up any more.
    const end = followers.length === 0 ? last : ([...bounds].sort()[0] ?? null);
    if (end !== null) latest.set(step, end);
  }
  return drafts.map((d): StepStanding => {
    const end = latest.get(d.step);
    return {
      ...d, standing: d.doneOn !== null ? 'done' : d.to === null ? 'unknown' : d.startedOn !== null || (d.from !== null && d.from <= today) ? 'running' : 'waiting',
      float: d.doneOn !== null || d.to === null || end === undefined ? null : Math.max(0, daysBetween(d.to, end)),
      slip: d.baselineOn === null || d.to === null ? null : daysBetween(d.baselineOn, d.to),
    };
  });
}

/** Days by which plans moved, by whose they were. A plan that moved earlier gives back. Without a named cause they are the step's owner's. */
export function slipByOwner(facts: readonly Fact[]): ReadonlyMap<StepOwner, number> {
  const days = new Map<StepOwner, number>();
  for (const step of STEP_IDS) {
    const plans = liveFacts(facts).filter((f) => f.step === step && (f.kind === 'planned' || f.kind === 'done'));
    for (const [n, plan] of plans.entries()) {
      const before = plans[n - 1];
      if (!before) continue;
      const moved = daysBetween(before.on, plan.on);
      const owner = (STEP_OWNERS as readonly string[]).includes(plan.cause ?? '') ? (plan.cause as StepOwner) : stepOf(step).owner;
      if (moved !== 0) days.set(owner, (days.get(owner) ?? 0) + moved);
    }
  }
  return days;
}

// ---- the goal and the forecast ----

/** Days from the MOA to the installed equipment at 22 sites (OIG-18-77 p. 6-7), as the triangular fit of domain 9.2: more than half passed 180, about half 200, the longest 258. */
const FIT = { least: 95, most: 258, peak: 215 } as const;
const share = (days: number): number => {
  const { least, most, peak } = FIT;
  if (days <= least) return 0;
  if (days >= most) return 1;
  return days <= peak ? (days - least) ** 2 / ((most - least) * (peak - least)) : 1 - (most - days) ** 2 / ((most - least) * (most - peak));
};
/** Days by which a share (0 to 1) of the sites were installed. */
function quantile(p: number): number {
  const { least, most, peak } = FIT;
  const turn = share(peak);
  return p <= turn ? least + Math.sqrt(p * (most - least) * (peak - least)) : most - Math.sqrt((1 - p) * (most - least) * (most - peak));
}
export type InstallOutlook = {
  /** Days since the MOA; null without one. */ readonly elapsed: number | null; /** Days left of the goal; negative when it passed. */ readonly left: number | null;
  /** When the equipment is installed by the plan and targets, and how many days after the MOA. */ readonly byPlan: string | null; readonly planDays: number | null; readonly isDone: boolean;
  /** What sites of the report that had waited as long did: half of them within, nine of ten within so many days of the MOA. Null when installed, without MOA, or when none waited that long. */
  readonly half: number | null; readonly nineOfTen: number | null;
};
/** The burn-down to K28 and the forecast, as of a day. */
export function installOutlook(schedule: readonly StepStanding[], today: string): InstallOutlook {
  const moa = schedule.find((s) => s.step === 'moa')?.doneOn ?? null;
  const install = schedule.find((s) => s.step === 'install');
  if (moa === null || !install) return { elapsed: null, left: null, byPlan: null, planDays: null, isDone: false, half: null, nineOfTen: null };
  const isDone = install.doneOn !== null;
  const elapsed = daysBetween(moa, isDone ? (install.doneOn as string) : today);
  const waited = share(elapsed);
  const at = (p: number): number | null => (isDone || waited >= 1 ? null : Math.ceil(quantile(waited + (1 - waited) * p)));
  return { elapsed, left: INSTALL_GOAL_DAYS - elapsed, byPlan: install.to, planDays: install.to === null ? null : daysBetween(moa, install.to), isDone, half: at(0.5), nineOfTen: at(0.9) };
}

/** By how many days people are ready before the terminal is [4.4]; null when it is no more than 30, or unknown. */
export function readyTooEarly(schedule: readonly StepStanding[]): number | null {
  const [card, install] = [schedule.find((s) => s.step === 'card')?.to ?? null, schedule.find((s) => s.step === 'install')?.to ?? null];
  if (card === null || install === null) return null;
  const ahead = daysBetween(card, install);
  return ahead > READY_AHEAD_DAYS ? ahead : null;
}

export type InstallWish = { readonly agencyId: string; /** The first day on which it can be installed. */ readonly readyOn: string; /** Lower comes first; null: by the day. */ readonly position: number | null };
/** When each site is installed with so many installers, each busy for the target length. By recorded position, then by day, then by id. */
export function installQueue(wishes: readonly InstallWish[], installers: number): readonly { readonly agencyId: string; readonly from: string; readonly to: string; readonly waits: number }[] {
  const free: string[] = Array.from({ length: Math.max(1, installers) }, () => '0000-01-01');
  const order = [...wishes].sort((a, b) => (a.position ?? Number.POSITIVE_INFINITY) - (b.position ?? Number.POSITIVE_INFINITY) || (a.readyOn < b.readyOn ? -1 : a.readyOn > b.readyOn ? 1 : a.agencyId < b.agencyId ? -1 : 1));
  return order.map(({ agencyId, readyOn }) => {
    const next = free.reduce((best, day, n) => (day < (free[best] as string) ? n : best), 0);
    const from = later(readyOn, free[next] as string);
    const to = addDays(from, ONBOARDING_STEPS.install.days);
    free[next] = to;
    return { agencyId, from, to, waits: daysBetween(readyOn, from) };
  });
}

// ---- commands ----

const id = z.string().trim().min(1).max(64);
const text = (max = 400) => z.string().trim().min(1).max(max);
const RECORDERS = [...FIELD_ROLES, 'national_pm', 'unit_chief', 'fod'] as const satisfies readonly Role[];

/**
 * `onboarding.record`: one dated fact of one step. `planned` that moves a date names whose days it was (`cause`, an owner) and says why; `queued` is the place in
 * the installer's queue with the rule by which it was given (`priorityBasis`, recommendation 3); `withdrawn` takes an earlier fact back.
 */
export const onboardingRecord = command({
  name: 'onboarding.record', conflict: 'merge', roles: RECORDERS,
  input: z.strictObject({
    agencyId: id, step: z.enum(STEP_IDS as [StepId, ...StepId[]]), kind: z.enum(FACT_KINDS), on: z.iso.date(), cause: z.enum(STEP_OWNERS).nullable(), note: z.string().trim().max(1000),
    position: z.int().min(1).max(9999).nullable(), priorityBasis: z.string().trim().min(3).max(200).nullable(), withdraws: id.nullable(),
  }),
  reads: [(i) => ({ agency: one('agencies', i.agencyId), facts: many('onboarding_facts', { agencyId: i.agencyId }) })],
  stream: (_first, i) => agencyStream(i.agencyId),
  decide: ({ agency, facts }, i, env) => {
    if (!agency) return no('intake/unknown-agency', { agencyId: i.agencyId });
    const today = siteDay(env.at, agency.zone);
    const live = liveFacts(facts);
    if ((i.kind === 'done' || i.kind === 'started') && i.on > today) return no('onboarding/future', { field: 'on', on: i.on });
    if (i.kind === 'queued' && (i.step !== 'install' || i.position === null || i.priorityBasis === null)) return no('onboarding/queue-incomplete', { field: i.step !== 'install' ? 'step' : i.position === null ? 'position' : 'priorityBasis' });
    if (i.kind === 'withdrawn') {
      if (!live.some((f) => f.id === i.withdraws && f.step === i.step)) return no('onboarding/unknown-fact', { field: 'withdraws' });
      if (i.note.length < 10) return no('onboarding/say-why', { field: 'note' });
    }
    const before = live.findLast((f) => f.step === i.step && f.kind === 'planned');
    if (i.kind === 'planned' && before && before.on < i.on && (i.cause === null || i.note.length < 10)) return no('onboarding/say-why', { field: i.cause === null ? 'cause' : 'note', from: before.on, to: i.on });
    const moa = live.findLast((f) => f.step === 'moa' && f.kind === 'done');
    if (i.kind === 'done' && i.step !== 'application' && i.step !== 'moa' && moa && i.on < moa.on) return no('onboarding/before-moa', { field: 'on', moaOn: moa.on });
    const row: Draft<'onboarding_facts'> = {
      id: deriveId(env.id, 0), stream: agencyStream(agency.id), agencyId: agency.id, step: i.step, kind: i.kind, on: i.on, cause: i.cause, note: i.note,
      position: i.kind === 'queued' ? i.position : null, priorityBasis: i.kind === 'queued' ? i.priorityBasis : null, withdraws: i.kind === 'withdrawn' ? i.withdraws : null, recordedBy: env.actor, recordedAt: env.at,
    };
    const isAgain = live.some((f) => f.step === row.step && f.kind === row.kind && f.on === row.on && f.note === row.note && f.position === row.position && row.kind !== 'withdrawn' && f === live.findLast((x) => x.step === row.step && x.kind === row.kind));
    return ok(isAgain ? [] : [put('onboarding_facts', row)]);
  },
});

/** Where a prospect stands before there is an agreement (stage -1). */
export const PROSPECT_STAGES = ['contact', 'interested', 'applied', 'declined', 'signed'] as const;
export type ProspectStage = (typeof PROSPECT_STAGES)[number];
/** `prospect.save`: an agency that may apply, and one contact with it. The first save opens it; each contact stays. */
export const prospectSave = command({
  name: 'prospect.save', conflict: 'merge', roles: FIELD_ROLES,
  input: z.strictObject({ prospectId: id.nullable(), name: text(200), state: z.string().regex(/^[A-Z]{2}$/), county: text(200), stage: z.enum(PROSPECT_STAGES), contact: z.strictObject({ on: z.iso.date(), who: text(200), what: text() }).nullable() }),
  reads: [(i) => ({ prospect: one('prospects', i.prospectId) })],
  stream: (_first, _i, env) => pmStream(env.actor),
  decide: ({ prospect }, i, env) => {
    if (i.prospectId !== null && (!prospect || prospect.pmId !== env.actor)) return no('onboarding/unknown-prospect', { prospectId: i.prospectId });
    if (i.contact && i.contact.on > env.at.slice(0, 10)) return no('onboarding/future', { field: 'contact.on', on: i.contact.on });
    const contacts = [...(prospect?.contacts ?? []), ...(i.contact ? [i.contact] : [])];
    return ok([put('prospects', {
      id: prospect?.id ?? deriveId(env.id, 0), stream: pmStream(env.actor), pmId: env.actor, name: i.name, state: i.state, county: i.county, stage: i.stage, contacts, openedAt: prospect?.openedAt ?? env.at, changedAt: env.at,
    })]);
  },
});
export const ONBOARDING_COMMANDS = { 'onboarding.record': onboardingRecord, 'prospect.save': prospectSave } as const;
