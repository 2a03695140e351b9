/**
 * The synthetic programme around the packets: 78 fictional agencies, 374 DIOs with authority and training, 20 PMs, HQ staff,
 * assignments and itinerary (domain 9.2). All of it follows from (seed, now); nothing here is a fact about a real agency.
 *
 * In 2018 every agreement was a jail model. Two agencies of the demo's own PM are shown as TFM and WSO all the same,
 * so that what the three models may do (domain 3.5) can be seen side by side.
 */
import { ANNUAL_COURSES, dueAfter, REQUIREMENTS, type RequirementId } from '../shared/domain/training.ts';
import type { AuthorityState, CardState, Model, Site } from '../shared/rows.ts';
import { addDays, DAY, dayAfter, HOUR, iso, localDay, localInstant, plus, weekday } from './instants.ts';
import { fullName } from './names.ts';
import { type Random, random } from './prng.ts';
import { TWINS } from './twins.ts';

export type AgencyLine = {
  readonly id: string; readonly name: string; readonly state: string; readonly county: string; readonly model: Model; readonly fieldOffice: string; readonly zone: string;
  readonly lat: number; readonly lon: number; readonly moaSignedOn: string | null; readonly moaStatus: 'in_force'; readonly sites: readonly Site[]; readonly isSynthetic: true;
};
export type IntervalLine = { readonly id: string; readonly model: Model; readonly startAt: string; readonly endAt: string | null; readonly endReason: string | null };
export type TrainingLine = {
  readonly id: string; readonly requirement: RequirementId; readonly title: string; readonly completedOn: string; readonly evidence: string; readonly provider: string;
  readonly verifiedBy: string | null; readonly verifiedAt: string | null;
};
export type OfficerLine = {
  readonly id: string; readonly agencyId: string; readonly name: string; readonly badge: string; readonly authorityState: AuthorityState; readonly cardState: CardState;
  readonly lastCardLoginAt: string | null; readonly isSeparated: boolean; readonly isSynthetic: true; readonly intervals: readonly IntervalLine[]; readonly training: readonly TrainingLine[];
};
export type StaffLine = {
  readonly id: string; readonly name: string; readonly role: 'pm' | 'opla' | 'sddo' | 'juvenile_coordinator' | 'restricted_officer' | 'fod' | 'national_pm' | 'unit_chief' | 'training_officer' | 'ice_security' | 'auditor';
  readonly legalTitle: string; readonly fieldOffice: string; readonly signerKid: null; readonly signerJwk: null; readonly activeFrom: string; readonly activeTo: string | null;
};
export type AssignmentLine = { readonly id: string; readonly pmId: string; readonly agencyId: string; readonly kind: 'assigned' | 'delegated'; readonly startAt: string; readonly endAt: string | null };
export type ItineraryLine = { readonly id: string; readonly pmId: string; readonly agencyId: string; readonly arriveAt: string; readonly departAt: string; readonly purpose: string; readonly note: string };
/** A change of an agreement's state: the suspension of scenario 15 and its end. */
export type MoaLine = { readonly agencyId: string; readonly status: 'suspended' | 'in_force'; readonly at: string };

export type Programme = {
  readonly agencies: readonly AgencyLine[]; readonly officers: readonly OfficerLine[]; readonly staff: readonly StaffLine[];
  readonly assignments: readonly AssignmentLine[]; readonly itinerary: readonly ItineraryLine[]; readonly moa: readonly MoaLine[];
};

/** The PM with 16 agencies around one field office (scenario 1). */
export const LARGE_PM_ID = 'pm-01';
/** The PM whose laptop the demo is: five sites in four states (scenario 2), one of them TFM and one WSO. */
export const DEMO_PM_ID = 'pm-02';
/** The agencies of the demo's PM. */
export const DEMO_AGENCIES = { jail: 'ag-az-01', taskForce: 'ag-az-02', warrantService: 'ag-nv-01', plains: 'ag-ne-01', suspended: 'ag-ok-01' } as const;
/** The DIO of scenario 9, who lapsed last Tuesday. */
export const LAPSED_OFFICER_ID = 'dio-az-01-04';
export const OFFICER_TOTAL = 374;
export const SIGNER_TITLE = 'Supervisory Detention and Deportation Officer';

/** `ag-tx-07` to `tx-07`. */
export const shortId = (agencyId: string): string => agencyId.slice(3);
/** Three letters that begin an agency's event numbers: `TXG` for the seventh of Texas. */
export const siteCode = (agencyId: string): string => agencyId.slice(3, 5).toUpperCase() + String.fromCharCode(64 + Number(agencyId.slice(6)));

function agencies(): readonly AgencyLine[] {
  return TWINS.map(([state, number, lat, lon, zone, fieldOffice, moaSignedOn]) => {
    const code = `${state}-${String(number).padStart(2, '0')}`;
    const id = `ag-${code.toLowerCase()}`;
    const model: Model = id === DEMO_AGENCIES.taskForce ? 'TFM' : id === DEMO_AGENCIES.warrantService ? 'WSO' : 'JEM';
    const jail: Site = { id: `${id}.jail`, name: `Example County Jail ${code}`, kind: 'jail' };
    const more: readonly Site[] = model === 'TFM' ? [{ id: `${id}.field`, name: `Field duty, Example County ${code}`, kind: 'field' }, { id: `${id}.office`, name: `Example County Office ${code}`, kind: 'office' }] : [];
    return { id, name: `Example County SO ${code}`, state, county: `Example ${code}`, model, fieldOffice, zone, lat, lon, moaSignedOn, moaStatus: 'in_force', sites: [jail, ...more], isSynthetic: true };
  });
}

/** DIOs per agency: 1 + Poisson(3.9), at most 25, moved one by one until the programme has 374; the demo's own agencies have four or more. */
function headcounts(r: Random, all: readonly AgencyLine[]): number[] {
  const own: ReadonlySet<string> = new Set(Object.values(DEMO_AGENCIES));
  const least = all.map((a) => (own.has(a.id) ? 5 : 1));
  const counts = all.map((_, i) => Math.max(least[i] ?? 1, Math.min(25, 1 + r.poisson(3.9))));
  const total = () => counts.reduce((sum, n) => sum + n, 0);
  while (total() !== OFFICER_TOTAL) {
    const i = r.int(0, counts.length - 1);
    const n = counts[i] ?? 1;
    if (total() < OFFICER_TOTAL && n < 25) counts[i] = n + 1;
    else if (total() > OFFICER_TOTAL && n > (least[i] ?? 1)) counts[i] = n - 1;
  }
  return counts;
}

/** The last Tuesday at 08:00 local that is at least a day before `now`. */
export function lastTuesday(now: string, zone: string): string {
  let day = addDays(localDay(now, zone), -1);
  while (weekday(day) !== 2) day = addDays(day, -1);
  return localInstant(day, '08:00', zone);
}

/** Twelve or 24 months before a day. */
const yearsBefore = (day: string, years: number): string => `${Number(day.slice(0, 4)) - years}${day.slice(4) === '-02-29' ? '-02-28' : day.slice(4)}`;

/**
 * The newest completion of each requirement; older ones are not on HQ's roster. `lapsedOn`: the last day of what a lapsed DIO let pass.
 * Scenario 4: at an agency where a course was withdrawn its last completion runs out soon, and nobody can take it again.
 */
function training(r: Random, agency: AgencyLine, id: string, now: string, kind: 'current' | 'due' | 'lapsed', isWithdrawn: boolean, lapsedOn: string, startOn: string): readonly TrainingLine[] {
  const rolling: readonly RequirementId[] = [...ANNUAL_COURSES, agency.model === 'TFM' ? 'authorization' : 'refresher'];
  const late = kind === 'lapsed' ? r.int(0, rolling.length - 1) : -1;
  const soon = kind === 'due' ? r.int(0, rolling.length - 1) : -1;
  const year = Number(now.slice(0, 4)) + (now.slice(5, 10) > '10-01' ? 1 : 0);
  const line = (requirement: RequirementId, completedOn: string, isVerified = true): TrainingLine => ({
    id: `${id}.${requirement}.${completedOn}`, requirement, title: REQUIREMENTS[requirement].title, completedOn, evidence: `SYNTHETIC certificate ${id}-${requirement}-${completedOn.slice(2, 4)}`,
    provider: requirement === 'refresher' || requirement === 'initial' ? 'FLETC' : requirement === 'authorization' ? 'ICE' : 'PALMS',
    verifiedBy: isVerified ? 'hq-training' : null, verifiedAt: isVerified ? plus(`${completedOn}T15:00:00.000Z`, 2 * DAY) : null,
  });
  const lines = rolling.flatMap((requirement, n): readonly TrainingLine[] => {
    const years = requirement.startsWith('palms-') ? 1 : 2;
    // Scenario 3: refreshers that fall due in October to December, when planning moves them to 30 September.
    const isTurn = requirement === 'refresher' && kind === 'current' && r.chance(0.12);
    const drawn = n === soon ? r.int(5, years === 2 ? 170 : 55) : r.int(years === 2 ? 190 : 65, years * 365 - 5);
    const dueOn = n === late ? lapsedOn : isWithdrawn && requirement === 'palms-3' && kind !== 'lapsed' ? dayAfter(now, 21) : isTurn ? `${year}-1${r.int(0, 2)}-${String(r.int(1, 28)).padStart(2, '0')}` : dayAfter(now, drawn);
    // A few renewed early, and nobody has looked at the certificate yet: until then it does not count.
    const isRenewed = n !== late && drawn < 120 && !isWithdrawn && r.chance(0.3);
    return [line(requirement, yearsBefore(dueOn, years)), ...(isRenewed ? [line(requirement, dayAfter(now, -r.int(1, 12)), false)] : [])];
  });
  return [line('initial', startOn), ...lines];
}

function officers(r: Random, all: readonly AgencyLine[], now: string): readonly OfficerLine[] {
  const counts = headcounts(r.fork('headcounts'), all);
  return all.flatMap((agency, a) => {
    const q = r.fork(agency.id);
    const isWaitingForIt = q.chance(0.25);
    const isWithdrawn = agency.id === DEMO_AGENCIES.plains || q.chance(0.05);
    return Array.from({ length: counts[a] ?? 1 }, (_, n): OfficerLine => {
      const id = `dio-${shortId(agency.id)}-${String(n + 1).padStart(2, '0')}`;
      const isScenario9 = id === LAPSED_OFFICER_ID;
      // The first two of every agency are in order, so that each agency can work.
      const state: AuthorityState = isScenario9 ? 'LAPSED' : n < 2 ? 'CERTIFIED' : q.chance(0.1) ? 'LAPSED' : q.chance(0.18) ? 'DUE_SOON' : q.chance(0.03) ? 'REINSTATED' : q.chance(0.02) ? 'SUSPENDED' : q.chance(0.015) ? 'SEPARATED' : 'CERTIFIED';
      const isOut = state === 'LAPSED' || state === 'SUSPENDED' || state === 'SEPARATED';
      const card: CardState = isWaitingForIt && n > 0 && q.chance(0.5) ? 'CARD_DEACTIVATED' : q.chance(0.12) ? 'CARD_DUE' : 'CARD_ACTIVE';
      const loginDays = card === 'CARD_DEACTIVATED' ? q.int(31, 120) : card === 'CARD_DUE' ? q.int(23, 29) : q.int(0, 20);
      const start = iso(Math.floor((Date.parse(now) - q.int(400, 2000) * DAY) / DAY) * DAY + 14 * HOUR);
      // Who lapsed did so as the last day of something ended; on Monday, for scenario 9, so that Tuesday found the DIO without authority.
      const lapsedOn = isScenario9 ? addDays(localDay(lastTuesday(now, agency.zone), agency.zone), -1) : dayAfter(now, -q.int(9, 120));
      const lapsed = dueAfter('palms-1', yearsBefore(lapsedOn, 1), { zone: agency.zone, anchorOn: null })?.endsAt ?? null;
      const end = state === 'LAPSED' ? lapsed : isOut ? plus(now, -q.int(9, 120) * DAY) : null;
      const reason = state === 'SUSPENDED' ? 'complaint under investigation' : state === 'SEPARATED' ? 'left the agency' : 'training past due';
      const gap = q.int(150, 300);
      const intervals: readonly IntervalLine[] = state === 'REINSTATED'
        ? [{ id: `${id}.1`, model: agency.model, startAt: start, endAt: plus(now, -gap * DAY), endReason: 'training past due' }, { id: `${id}.2`, model: agency.model, startAt: plus(now, -(gap - 60) * DAY), endAt: null, endReason: null }]
        : [{ id: `${id}.1`, model: agency.model, startAt: start, endAt: end, endReason: end ? reason : null }];
      return {
        id, agencyId: agency.id, name: fullName(q), badge: `X${q.int(100, 999)}${n}`, authorityState: state, cardState: card, lastCardLoginAt: plus(now, -loginDays * DAY - q.int(0, 20) * HOUR),
        isSeparated: state === 'SEPARATED', isSynthetic: true, intervals, training: training(q, agency, id, now, state === 'LAPSED' ? 'lapsed' : state === 'DUE_SOON' ? 'due' : 'current', isWithdrawn, lapsedOn, dayAfter(start, -q.int(7, 40))),
      };
    });
  });
}

function staff(r: Random, now: string): readonly StaffLine[] {
  const from = '2020-01-06T14:00:00.000Z';
  const person = (id: string, role: StaffLine['role'], legalTitle: string, fieldOffice: string): StaffLine =>
    ({ id, name: fullName(r.fork(id)), role, legalTitle, fieldOffice, signerKid: null, signerJwk: null, activeFrom: from, activeTo: null });
  const offices = ['Houston', 'Phoenix', 'Atlanta', 'Atlanta', 'Atlanta', 'Atlanta', 'Atlanta', 'Miami', 'Miami', 'New Orleans', 'New Orleans', 'Dallas', 'Dallas', 'San Antonio', 'Boston', 'Baltimore', 'Newark', 'Salt Lake City', 'Washington', 'Chicago'];
  const pms = offices.map((office, n) => person(`pm-${String(n + 1).padStart(2, '0')}`, 'pm', SIGNER_TITLE, office));
  return [
    // The demo's PM first: with it and its agencies the laptop can enrol.
    ...pms.filter((p) => p.id === DEMO_PM_ID), ...pms.filter((p) => p.id !== DEMO_PM_ID && p.id !== 'pm-20'),
    // Shows PK-07: a PM whose legal title is in no list, and whose own authority ends soon.
    ...pms.filter((p) => p.id === 'pm-20').map((p) => ({ ...p, legalTitle: 'Management and Program Analyst', activeTo: plus(now, 30 * DAY) })),
    person('hq-opla', 'opla', 'Assistant Chief Counsel', 'Headquarters'), person('hq-sddo', 'sddo', SIGNER_TITLE, 'Headquarters'),
    person('hq-juvenile', 'juvenile_coordinator', 'Juvenile Coordinator', 'Headquarters'), person('hq-restricted', 'restricted_officer', 'Restricted Cases Officer', 'Headquarters'),
    person('hq-fod', 'fod', 'Field Office Director', 'Phoenix'), person('hq-national-pm', 'national_pm', 'National Program Manager', 'Headquarters'),
    person('hq-unit-chief', 'unit_chief', 'Unit Chief', 'Headquarters'), person('hq-training', 'training_officer', 'Training Officer', 'Headquarters'),
    person('hq-security', 'ice_security', 'Security Officer', 'Headquarters'), person('hq-auditor', 'auditor', 'Auditor', 'Headquarters'),
  ];
}

const SIZES = [5, 1, 4, 2, 3, 5, 2, 4, 3, 3, 1, 5, 4, 2, 3, 4, 3, 3] as const;

function assignments(all: readonly AgencyLine[], now: string): readonly AssignmentLine[] {
  const own: readonly string[] = Object.values(DEMO_AGENCIES);
  const large = all.filter((a) => a.fieldOffice === 'Houston').map((a) => a.id);
  const rest = all.filter((a) => !own.includes(a.id) && !large.includes(a.id)).sort((a, b) => (a.fieldOffice < b.fieldOffice ? -1 : a.fieldOffice > b.fieldOffice ? 1 : 0)).map((a) => a.id);
  const line = (pmId: string, agencyId: string, kind: AssignmentLine['kind'] = 'assigned', startAt = plus(now, -400 * DAY), endAt: string | null = null): AssignmentLine =>
    ({ id: `as-${pmId}-${shortId(agencyId)}${kind === 'delegated' ? '-d' : ''}`, pmId, agencyId, kind, startAt, endAt });
  const start = (n: number): number => SIZES.slice(0, n).reduce<number>((sum, size) => sum + size, 0);
  const others = SIZES.flatMap((size, n) => rest.slice(start(n), start(n) + size).map((id) => line(`pm-${String(n + 3).padStart(2, '0')}`, id)));
  // Scenario 14: pm-03 is ill for two weeks; pm-04 acts for one of the agencies.
  const ill = others.find((a) => a.pmId === 'pm-03');
  return [
    ...own.map((id) => line(DEMO_PM_ID, id)), ...large.map((id) => line(LARGE_PM_ID, id)), ...others,
    ...(ill ? [line('pm-04', ill.agencyId, 'delegated', plus(now, -2 * DAY), plus(now, 12 * DAY))] : []),
  ];
}

function itinerary(r: Random, all: readonly AgencyLine[], assigned: readonly AssignmentLine[], now: string): readonly ItineraryLine[] {
  const byPm = new Map<string, string[]>();
  for (const a of assigned) if (a.kind === 'assigned') byPm.set(a.pmId, [...(byPm.get(a.pmId) ?? []), a.agencyId]);
  return [...byPm].flatMap(([pmId, ids]) => {
    const q = r.fork(pmId);
    const order = pmId === DEMO_PM_ID ? ids : q.shuffle(ids);
    let day = localDay(now, 'America/Chicago');
    return order.slice(0, 8).flatMap((agencyId, n): readonly ItineraryLine[] => {
      const agency = all.find((a) => a.id === agencyId);
      if (!agency) return [];
      day = n === 0 ? day : addDays(day, q.int(1, 3));
      while (weekday(day) > 5) day = addDays(day, 1);
      const hour = n % 2 === 0 ? 9 : 10;
      return [{
        id: `it-${pmId}-${n + 1}`, pmId, agencyId, arriveAt: localInstant(day, `${String(hour).padStart(2, '0')}:00`, agency.zone), departAt: localInstant(day, n % 3 === 0 ? '16:30' : '15:00', agency.zone),
        purpose: q.pick(['Packet review and sign-off', 'Training records review', 'MOA annual meeting', 'Packet review and sign-off']), note: n === 0 ? 'SYNTHETIC: bring the signed certificates of service.' : 'SYNTHETIC',
      }];
    });
  });
}

/** The programme as it stands at `now` for one seed. Same arguments, same programme. */
export function programme(seed: number, now: string): Programme {
  const r = random(seed).fork('programme');
  const all = agencies();
  const assigned = assignments(all, now);
  const suspended = all.find((a) => a.id === DEMO_AGENCIES.suspended);
  const suspendedAt = suspension(now);
  return {
    agencies: all, officers: officers(r.fork('officers'), all, now), staff: staff(r.fork('staff'), now), assignments: assigned, itinerary: itinerary(r.fork('itinerary'), all, assigned, now),
    moa: suspended ? [{ agencyId: suspended.id, status: 'suspended', at: suspendedAt.from }, { agencyId: suspended.id, status: 'in_force', at: suspendedAt.to }] : [],
  };
}

/** Scenario 15: the agreement of one agency was suspended in mid-shift, 30 hours before `now`, for ten hours. */
export const suspension = (now: string): { readonly from: string; readonly to: string } => ({ from: plus(now, -30 * HOUR), to: plus(now, -20 * HOUR) });
