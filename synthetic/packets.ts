/**
 * Synthetic packets: about 60 open ones for the demo's PM and 400 in all, with the types, defects and arrival times of domain 9.2
 * and the scenarios of 9.3. Everything follows from (seed, now); `dailyPackets` adds the work of later days.
 */
import { isHoliday } from '../shared/domain/calendar.ts';
import type { PacketDocument } from '../shared/domain/packet.ts';
import type { PacketType } from '../shared/rows.ts';
import {
  allegationGap, type Change, citizenshipClaim, counselUnserved, fearVoiced, fromWarrantService, interpreterBlank, issuerDecides, noHearing, noWarrant, possibleMinor, SHARES,
} from './defects.ts';
import { addDays, DAY, HOUR, iso, localDay, localInstant, MINUTE, plus, weekday } from './instants.ts';
import { COUNTRIES, demoANumber, demoFin, syllables } from './names.ts';
import { buildPacket, type PacketSpec, type Person } from './packet-builder.ts';
import { type Random, random } from './prng.ts';
import { type AgencyLine, DEMO_AGENCIES, LAPSED_OFFICER_ID, lastTuesday, type OfficerLine, type Programme, programme, shortId, SIGNER_TITLE, suspension } from './programme.ts';

export type DemoPacket = {
  readonly document: PacketDocument;
  /** Handled by the restricted path (8.2). Never part of the document: the cause must not travel with it. */
  readonly isRestricted: boolean;
  /** Number of the scenario in domain 9.3, or null. */
  readonly scenario: number | null;
  /** What was broken on purpose, or null for a packet that can be signed. */
  readonly defect: string | null;
  /** The packet is sent back with this rule before its next version arrives, or stays returned. */
  readonly returned: { readonly rule: string; readonly field: string; readonly note: string } | null;
};

/** The packet as one line of intake: the document, or document and flag for the restricted path. */
export const packetLine = (packet: DemoPacket): unknown => (packet.isRestricted ? { document: packet.document, isRestricted: true } : packet.document);

export const DEMO_PM_PACKETS = 60;
export const ALL_PACKETS = 400;

const TYPES: readonly (readonly [PacketType, number])[] = [['P-NTA', 55], ['P-REIN', 20], ['P-FINAL', 10], ['P-NONE', 7], ['P-FARO', 5], ['P-VR', 3]];
const OFFENSES = [
  { offense: 'Driving without a license', statute: 'Example Traffic Code 12.1' }, { offense: 'Trespass', statute: 'Example Penal Code 30.05' },
  { offense: 'Public intoxication', statute: 'Example Penal Code 49.02' }, { offense: 'Failure to appear', statute: 'Example Penal Code 38.10' },
  { offense: 'Disorderly conduct', statute: 'Example Penal Code 42.01' }, { offense: 'Criminal mischief', statute: 'Example Penal Code 28.03' },
] as const;
const STORY = [
  ['The booking officer asked for a status check after the subject gave a foreign place of birth.', 'The check was part of the ordinary booking questions put to everybody.', 'The referral came from the night shift of the booking desk.', 'The name came up in the daily list of new bookings.'],
  ['The subject was calm and answered each question without delay.', 'The subject asked to have two questions repeated and then answered them.', 'The subject asked what would happen next and I explained the steps.', 'The subject spoke slowly; I waited for each answer before I went on.'],
  ['No promise and no threat was made.', 'Nobody else was in the room apart from the second officer.', 'The door stayed open and the subject could end the interview.', 'The interview was held in the room beside the booking desk.'],
  ['Property was counted together with the jail officer and sealed.', 'The jail nurse had seen the subject before the interview.', 'The subject used the telephone before the interview began.', 'A meal was served before the interview; times are in the jail log.'],
  ['I read the statement back and the subject corrected one date.', 'I read the statement back and the subject had no correction.', 'The statement was read back line by line and signed on each page.', 'The subject read the statement and placed initials beside two corrections.'],
] as const;

/** What makes each narrative its own: one of each row. */
const DETAILS = [
  ['We sat at the table nearest to the window of the interview room.', 'The interview took place at the end of the corridor, away from the cells.', 'A partition divided the desk; documents were passed under it.', 'The heating had failed, and a blanket was brought before we started.', 'We had to change rooms once because the first one was needed for a visit.'],
  ['The subject described working on a farm before coming to the county.', 'The subject described a job in a restaurant kitchen.', 'The subject said that construction work had ended last month.', 'The subject had looked after a relative until this spring.', 'The subject named no work and lived with friends.'],
  ['A sister was named as the person to be told of the arrest.', 'The subject wanted an employer to be told about the car.', 'A neighbour holds the key of the apartment.', 'No telephone number of a relative was known by heart.', 'The subject asked that a priest be called, and the jail did so.'],
  ['The passport was at home, the subject said, in a drawer under the television.', 'A consular card was in the wallet and was photographed.', 'No document of identity was carried.', 'An expired driving licence was among the belongings.', 'A school certificate with a photograph was shown.'],
  ['Asked about travel, the subject spoke of a bus, a long walk and a river.', 'Asked about travel, the subject named an airport and a cousin who was waiting there.', 'The subject remembered a night in a warehouse before the crossing.', 'The subject came with three others whose names were not known.', 'The subject had paid a driver and was let out at a filling station.'],
  ['Fingerprints were taken twice because of a scar on one thumb.', 'The first scan was refused by the machine and repeated after cleaning.', 'All ten prints were taken at the first try.', 'Two fingers were bandaged; the jail nurse loosened the dressing.', 'The printer was out of paper, so that the receipt came later.'],
] as const;
/** Now and then an officer writes one text for everybody: what PK-23 is there to find. */
const isCopied = (serial: number): boolean => serial % 45 === 44;
function storyOf(r: Random, serial: number): readonly string[] {
  const drawn = STORY.map((choices) => r.pick(choices));
  // Its own generator: what else a packet draws stays as it was.
  const own = random(isCopied(serial) ? 7000 : 7001 + serial);
  return [...(isCopied(serial) ? STORY.map(([first]) => first) : drawn), ...DETAILS.map((choices) => own.pick(choices))];
}

/** A quota of kinds over `total` places, exact to rounding, in a seeded order. */
function quota<T>(r: Random, shares: readonly (readonly [T, number])[], total: number): readonly T[] {
  const sum = shares.reduce((all, [, share]) => all + share, 0);
  const list = shares.flatMap(([kind, share]) => Array.from({ length: Math.round((share / sum) * total) }, () => kind));
  const most = shares[0]?.[0];
  while (list.length < total && most !== undefined) list.push(most);
  return r.shuffle(list).slice(0, total);
}

/** A Tuesday to Thursday four to ten weeks after `at` that is no federal holiday. */
function hearingDay(r: Random, at: string, zone: string): string {
  let day = addDays(localDay(at, zone), r.int(28, 70));
  while (weekday(day) < 2 || weekday(day) > 4 || isHoliday(day)) day = addDays(day, 1);
  return day;
}

/** When a packet of the last days was finished: 20 % by day, 45 % in the evening, 35 % at night, more at weekends; before `now`. */
function preparedAt(r: Random, now: string, zone: string, withinDays: number): string {
  for (let tries = 0; tries < 200; tries += 1) {
    const day = addDays(localDay(now, zone), -r.int(0, withinDays));
    if (weekday(day) < 6 && !r.chance(1 / 1.2)) continue;
    const part = r.next();
    const hour = part < 0.2 ? r.int(8, 15) : part < 0.65 ? r.int(16, 23) : r.int(0, 7);
    const at = localInstant(day, `${String(hour).padStart(2, '0')}:${String(r.int(0, 59)).padStart(2, '0')}`, zone);
    if (at < plus(now, -40 * MINUTE)) return at;
  }
  return plus(now, -50 * MINUTE);
}

function person(r: Random, serial: number, now: string): Person {
  const country = r.pick(COUNTRIES);
  const familyName = syllables(r) + (r.chance(0.2) ? `-${syllables(r)}` : '');
  return {
    subjectId: `su-${serial}`, familyName, givenName: syllables(r), bornOn: iso(Date.parse(now) - (r.int(20, 58) * 365 + r.int(0, 364)) * DAY).slice(0, 10), sex: r.chance(0.5) ? 'M' : 'F',
    country, aNumber: demoANumber(serial * 37 + 11), fin: demoFin(serial * 53 + 7), needsInterpreter: country.language !== 'English' && r.chance(0.55),
  };
}

/** Officers of an agency whose authority is open at `at`. */
const working = (officers: readonly OfficerLine[], agencyId: string, at: string): readonly OfficerLine[] =>
  officers.filter((o) => o.agencyId === agencyId && !o.isSeparated && o.intervals.some((i) => i.startAt <= plus(at, -2 * DAY) && (i.endAt === null || i.endAt > at)));

type Wanted = { readonly agency: AgencyLine; readonly type: PacketType; readonly serial: number; readonly preparedAt?: string; readonly preparerId?: string; readonly localReleaseAt?: string | null; readonly isDetained?: boolean; readonly charge?: PacketSpec['charge']; /** Scenario 15 only. */ readonly isInSuspension?: true };

function draft(r: Random, p: Programme, now: string, wanted: Wanted): PacketSpec {
  const { agency, type, serial } = wanted;
  const drawn = wanted.preparedAt ?? preparedAt(r, now, agency.zone, 3);
  // A packet without action is reviewed within a day (NONE-01): the same hour, but of the last day.
  const usual = type === 'P-NONE' && drawn < plus(now, -20 * HOUR) ? plus(now, -((Date.parse(now) - Date.parse(drawn)) % (18 * HOUR)) - HOUR) : drawn;
  const gap = suspension(now);
  // Only scenario 15 works while the agreement is suspended; interview to packet takes at most six hours.
  const isInGap = agency.id === DEMO_AGENCIES.suspended && !wanted.isInSuspension && usual >= gap.from && usual < plus(gap.to, 6 * HOUR);
  const prepared = !isInGap ? usual : type === 'P-NONE' ? plus(gap.to, 6 * HOUR) : plus(gap.from, -2 * HOUR);
  const ready = working(p.officers, agency.id, prepared);
  const preparerId = wanted.preparerId ?? r.pick(ready).id;
  const examiner = ready.filter((o) => o.id !== preparerId);
  // Preparation takes 90 minutes at the median, all of it before the packet is finished.
  const minutes = Math.max(45, Math.min(300, r.lognormal(90, 0.4)));
  const interviewAt = plus(prepared, -minutes * MINUTE);
  const bookedAt = plus(interviewAt, -r.int(3, 20) * HOUR - r.int(0, 59) * MINUTE);
  const mixture = r.next();
  const stay = mixture < 0.3 ? r.int(10, 23) * HOUR : mixture < 0.7 ? r.int(24, 168) * HOUR : r.int(7, 120) * DAY;
  return {
    packetId: `pk-${shortId(agency.id)}-${serial}`, serial, number: 1, changeReason: null, type, agency, preparerId, examinerId: examiner.length > 0 ? r.pick(examiner).id : preparerId,
    person: person(r, serial, now), isDetained: wanted.isDetained ?? !(type === 'P-NONE' || type === 'P-VR' || r.chance(0.1)),
    charge: wanted.charge ?? (r.chance(0.35) ? 'overstay' : 'entry'), bookedAt, interviewAt, preparedAt: prepared, submittedAt: plus(prepared, r.int(4, 25) * MINUTE),
    localReleaseAt: wanted.localReleaseAt === undefined ? plus(bookedAt, stay) : wanted.localReleaseAt, hearingOn: hearingDay(r, prepared, agency.zone), hearingTime: r.pick(['08:30', '09:00', '10:30', '13:00']),
    offense: r.pick(OFFENSES), story: storyOf(r, serial),
  };
}

const plainPacket = (document: PacketDocument): DemoPacket => ({ document, isRestricted: false, scenario: null, defect: null, returned: null });

/** The next Friday at 17:00 local whose Monday is a federal holiday (scenario 5). */
function fridayBeforeHoliday(now: string, zone: string): string {
  let day = localDay(now, zone);
  while (weekday(day) !== 5 || !isHoliday(addDays(day, 3)) || localInstant(day, '17:00', zone) <= now) day = addDays(day, 1);
  return localInstant(day, '17:00', zone);
}

function scenarios(r: Random, p: Programme, now: string, serial: () => number): readonly DemoPacket[] {
  const agency = (id: string): AgencyLine => {
    const found = p.agencies.find((a) => a.id === id);
    if (!found) throw new Error(`no agency ${id}`);
    return found;
  };
  const jail = agency(DEMO_AGENCIES.jail);
  const plains = agency(DEMO_AGENCIES.plains);
  const wso = agency(DEMO_AGENCIES.warrantService);
  const wsoSite = wso.sites[0]?.id ?? wso.id;
  const stopped = agency(DEMO_AGENCIES.suspended);
  const make = (scenario: number, defect: string | null, wanted: Omit<Wanted, 'serial'>, change: Change = (d) => d, isRestricted = false): DemoPacket =>
    ({ document: change(buildPacket(draft(r, p, now, { ...wanted, serial: serial() }))), isRestricted, scenario, defect, returned: null });
  const soon = (hours: number) => plus(now, hours * HOUR);
  const wsoOfficer = working(p.officers, wso.id, now)[0];
  if (!wsoOfficer) throw new Error('the WSO agency has no officer');
  const monday = plus(localInstant(addDays(localDay(lastTuesday(now, jail.zone), jail.zone), -1), '15:00', jail.zone), 0);
  return [
    make(5, null, { agency: plains, type: 'P-NTA', isDetained: true, localReleaseAt: fridayBeforeHoliday(now, plains.zone) }),
    make(6, 'no-hearing', { agency: jail, type: 'P-NTA', isDetained: true, localReleaseAt: soon(19) }, noHearing),
    make(7, 'no-warrant', { agency: jail, type: 'P-NTA', isDetained: true, preparedAt: soon(-8), localReleaseAt: soon(9) }, noWarrant),
    make(8, 'citizenship', { agency: plains, type: 'P-NTA', isDetained: true, localReleaseAt: soon(30) }, citizenshipClaim),
    make(9, null, { agency: jail, type: 'P-NTA', isDetained: true, preparedAt: monday, preparerId: LAPSED_OFFICER_ID, localReleaseAt: soon(28), charge: 'entry' }),
    make(10, 'wso-i213', { agency: { ...wso, model: 'JEM' }, type: 'P-NTA', isDetained: true, preparerId: wsoOfficer.id, localReleaseAt: soon(50) }, fromWarrantService({ agencyId: wso.id, officerId: wsoOfficer.id, siteId: wsoSite })),
    make(11, 'issuer-decides', { agency: plains, type: 'P-FARO', isDetained: true, localReleaseAt: soon(90) }, issuerDecides('hq-sddo', SIGNER_TITLE)),
    make(12, 'restricted', { agency: jail, type: 'P-NTA', isDetained: true, localReleaseAt: soon(40) }, undefined, true),
    make(15, 'moa-suspended', { agency: stopped, type: 'P-NTA', isDetained: true, preparedAt: plus(suspension(now).from, HOUR), localReleaseAt: soon(36), isInSuspension: true }),
    make(0, 'minor', { agency: jail, type: 'P-NTA', isDetained: true, localReleaseAt: soon(26) }, possibleMinor),
    make(0, 'fear', { agency: plains, type: 'P-REIN', isDetained: true, localReleaseAt: soon(60) }, fearVoiced),
  ].map((packet) => (packet.scenario === 0 ? { ...packet, scenario: null } : packet));
}

/** Local releases of the demo PM's clean packets, in hours from `now`: some passed, some within four hours, then a day, three days, longer. */
const RELEASES = [-50, -46.5, -20, 0.7, 1.4, 2.5, 3.4, 3.9, 5, 6, 7, 8.5, 10, 12, 14, 15, 17, 19, 20, 22, 23, 26, 29, 33, 36, 41, 44, 48, 52, 57, 63, 68, 71, 80, 96, 110, 130, 160, 210, 300, 420, 600, 900] as const;

/** Version 1 with its defect, its return, and the corrected version 2. */
function resubmitted(spec: PacketSpec, change: Change, defect: string, rule: string, field: string, now: string): readonly DemoPacket[] {
  const first = buildPacket(spec);
  const at = iso(Math.min(Date.parse(spec.submittedAt) + 90 * MINUTE, Date.parse(now) - 5 * MINUTE));
  return [
    { document: change(first), isRestricted: false, scenario: null, defect, returned: { rule, field, note: 'SYNTHETIC: please complete and send again.' } },
    plainPacket({ ...first, number: 2, changeReason: `Corrected after return: ${rule}`, submittedAt: at }),
  ];
}

/** All packets that the programme holds at `now`, the demo PM's first, each packet's versions in order. */
export function packets(seed: number, now: string, p: Programme = programme(seed, now)): readonly DemoPacket[] {
  const r = random(seed).fork('packets');
  let last = 1000;
  const serial = () => {
    last += 1;
    return last;
  };
  const own: readonly string[] = Object.values(DEMO_AGENCIES);
  const ownAgencies = p.agencies.filter((a) => own.includes(a.id));
  const processing = ownAgencies.filter((a) => a.model !== 'WSO');
  const found: DemoPacket[] = [...scenarios(r.fork('scenarios'), p, now, serial)];
  const q = r.fork('own');

  // The demo PM's desk: mostly ready to sign, so that a ceremony over several forms can be shown at once.
  const types = quota(q, TYPES, RELEASES.length - 1);
  for (const [n, hours] of RELEASES.entries()) {
    const isOver = hours < -40;
    // The first clean packets are complete detained P-NTA with five forms to sign.
    const type = n < 9 ? 'P-NTA' : types[n - 1] ?? 'P-NTA';
    const agency = n < 4 ? ownAgencies[0] ?? q.pick(processing) : q.pick(processing.filter((a) => a.model === 'JEM' || n % 5 === 0));
    // A task force arrests without a warrant, and its 48 hours run from then: its packets are of the last day.
    const recent = agency.model === 'TFM' ? plus(now, -q.int(2, 30) * HOUR) : undefined;
    const prepared = isOver ? plus(now, (hours - 6) * HOUR) : hours < 0 ? plus(now, (hours - 3) * HOUR) : recent;
    const spec = draft(q, p, now, { agency, type, serial: serial(), localReleaseAt: plus(now, hours * HOUR), ...(n < 9 ? { isDetained: true } : {}), ...(prepared ? { preparedAt: prepared } : {}) });
    const defect = n > 22 && n % 7 === 0 ? SHARES.find((s) => s.types.includes(type) && s.name !== 'no-hearing') : undefined;
    found.push(defect ? { ...plainPacket(defect.change(buildPacket(spec))), defect: defect.name } : plainPacket(buildPacket(spec)));
  }
  const wso = ownAgencies.find((a) => a.model === 'WSO');
  if (wso) for (const hours of [3, 21]) found.push(plainPacket(buildPacket(draft(q, p, now, { agency: wso, type: 'P-WSO', serial: serial(), isDetained: true, preparedAt: plus(now, -hours * HOUR), localReleaseAt: plus(now, -hours * HOUR) }))));
  const again = (change: Change, defect: string, rule: string, field: string) =>
    found.push(...resubmitted(draft(q, p, now, { agency: q.pick(processing.filter((a) => a.model === 'JEM')), type: 'P-NTA', serial: serial(), isDetained: true, localReleaseAt: plus(now, q.int(8, 60) * HOUR), preparedAt: plus(now, -q.int(6, 30) * HOUR) }), change, defect, rule, field, now));
  again(noHearing, 'no-hearing', 'NTA-06', 'forms.i862.hearing');
  again(interpreterBlank, 'interpreter', 'PK-11', 'interpreter');
  // Still with the DIO: returned, clock running.
  for (const [change, defect, rule, field] of [[allegationGap, 'allegation-gap', 'NTA-03', 'forms.i862.allegations'], [counselUnserved, 'counsel', 'PK-18', 'subject.counsel']] as const) {
    found.push({ ...plainPacket(change(buildPacket(draft(q, p, now, { agency: q.pick(processing), type: 'P-NTA', serial: serial(), isDetained: true, localReleaseAt: plus(now, q.int(20, 70) * HOUR) })))), defect, returned: { rule, field, note: 'SYNTHETIC: please complete and send again.' } });
  }

  // Everybody else: agency by lognormal weight, type and defect by quota.
  const o = r.fork('others');
  const heads = new Set(found.map((f) => f.document.packetId)).size;
  const others = p.agencies.filter((a) => !own.includes(a.id));
  const weights = others.map(() => o.lognormal(320, 1.17));
  const edges = weights.map((_, n) => weights.slice(0, n + 1).reduce((a, b) => a + b, 0));
  const sum = edges.at(-1) ?? 0;
  const total = ALL_PACKETS - heads;
  const kinds = quota(o, TYPES, total);
  // 22 of 100 with a defect, dealt to packets of a type that can have it.
  const plan = o.shuffle(SHARES.flatMap((s) => Array.from({ length: Math.round((s.percent / 100) * total) }, () => s)));
  const broken = new Map<number, (typeof SHARES)[number]>();
  for (const share of plan) {
    const free = kinds.flatMap((type, n) => (share.types.includes(type) && !broken.has(n) ? [n] : []));
    if (free.length > 0) broken.set(o.pick(free), share);
  }
  // 1.0 citizenship, 0.3 minor, 0.8 restricted, of all packets; what the scenarios do not already hold.
  const spare = o.shuffle(kinds.flatMap((type, n) => (type === 'P-NTA' && !broken.has(n) ? [n] : [])));
  const claims = new Set(spare.slice(0, 3));
  const restricted = new Set(spare.slice(3, 5));
  for (const [n, type] of kinds.entries()) {
    const at = o.next() * sum;
    const agency = others[edges.findIndex((edge) => at <= edge)] ?? o.pick(others);
    const document = buildPacket(draft(o, p, now, { agency, type, serial: serial() }));
    const share = broken.get(n);
    const isClaim = claims.has(n);
    found.push({ document: share ? share.change(document) : isClaim ? citizenshipClaim(document) : document, isRestricted: restricted.has(n), scenario: null, defect: share?.name ?? (isClaim ? 'citizenship' : restricted.has(n) ? 'restricted' : null), returned: null });
  }
  return found;
}

/**
 * The new packets of one later day for the demo PM's agencies: eight, good and bad as in 9.2, prepared in the two hours before `now`.
 * The same (seed, dayIndex) gives the same people and ids, so that sending them twice adds nothing.
 */
export function dailyPackets(seed: number, dayIndex: number, now: string, p: Programme = programme(seed, now)): readonly DemoPacket[] {
  const r = random(seed).fork(`day/${dayIndex}`);
  const processing = p.agencies.filter((a) => (Object.values(DEMO_AGENCIES) as readonly string[]).includes(a.id) && a.model !== 'WSO');
  const types = quota(r, TYPES, 8);
  return types.map((type, n) => {
    const spec = draft(r, p, now, { agency: r.pick(processing), type, serial: 10_000 + dayIndex * 10 + n, preparedAt: plus(now, -r.int(35, 120) * MINUTE), localReleaseAt: plus(now, r.int(3, 90) * HOUR) });
    const share = r.chance(0.22) ? SHARES.find((s) => s.types.includes(type)) : undefined;
    const document = buildPacket(spec);
    return share ? { ...plainPacket(share.change(document)), defect: share.name } : plainPacket(document);
  });
}
