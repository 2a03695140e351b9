/**
 * Intake: what HQ receives from agencies and from its own systems, as commands of the `service` role.
 * Receiving the same content twice is answered, not repeated. Must never change a packet version once it has landed [PK-21].
 */
import { z } from 'zod';
import { canonical } from '../canonical.ts';
import { command, many, one, put, type AnyCommand, type Envelope, type Put } from '../command.ts';
import { agencyStream, deriveId, pmStream, PROGRAM_STREAM } from '../ids.ts';
import { no, ok } from '../result.ts';
import { ROLES, type Role } from '../roles.ts';
import { type Draft, type HoldRow, type PacketRow, type TableName, versionId } from '../rows.ts';
import { isZone, msOf, utcInstant } from '../time.ts';
import { minorIndicia } from './checks/packet-checks.ts';
import { custodyHead } from './custody.ts';
import { HOLD_RULES, holdReasons, isOpen, laneOf, RESTRICTED_BY, RESTRICTED_REASON } from './holds.ts';
import { displayName, packetSchema, sealContent, type PacketDocument } from './packet.ts';
import { type CheckFacts, evaluate, inputsHash, signingCounts, storedResults } from './sufficiency.ts';
import { officerReceive } from './officer-intake.ts';
import { isUnderReview } from './under-review.ts';
import { activePack } from './published-packs.ts';

const INTAKE_ROLES: readonly Role[] = ['service', 'national_pm'];
/** Where the MOA stands and who answers for an agency are also decided by people at HQ. */
const PROGRAM_ROLES: readonly Role[] = ['service', 'national_pm', 'unit_chief', 'fod'];

const id = z.string().trim().min(1).max(64);
const text = (max = 200) => z.string().trim().min(1).max(max);
const instant = z.iso.datetime({ offset: true });
const day = z.iso.date();
/** Stored instants are UTC with milliseconds, however the line wrote them. */
const utc = (at: string): string => utcInstant(msOf(at));
const utcOrNull = (at: string | null): string | null => (at === null ? null : utc(at));

/** True when the stored row already says what the new one would (`ignore`: fields that only record when we learned it). */
function isSame(stored: object | null | undefined, row: object, ignore: readonly string[] = []): boolean {
  if (!stored) return false;
  const bare = (value: object): string => canonical(Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'version' && key !== 'changedBy' && !ignore.includes(key))));
  return bare(stored) === bare(row);
}
const alreadyHave = (what: TableName, which: string) => no('intake/already-have-it', { what, id: which });

// ---- packets ----

export const packetReceiveInput = z.strictObject({ document: packetSchema, isRestricted: z.boolean().optional() });

/** Newest moment of the indicia that ask for a hold of this rule; null when there are none. */
function newestIndicium(document: PacketDocument, rule: 'PK-08' | 'PK-09'): string | null {
  const at = rule === 'PK-08' ? document.subject.citizenshipIndicia.map((i) => i.at) : minorIndicia(document).map((i) => i.at);
  return at.length === 0 ? null : utcInstant(Math.max(...at.map(msOf)));
}

/** Holds that intake itself places: on indicia of citizenship or minority that no hold has answered, on expedited removal, and the generic restricted one. */
function automaticHolds(document: PacketDocument, isRestricted: boolean, holds: readonly HoldRow[], env: Envelope): readonly Draft<'holds'>[] {
  const made = (rule: 'PK-08' | 'PK-09' | 'ER-01' | 'RESTRICTED'): Draft<'holds'> => ({
    id: deriveId(env.id, `hold.${rule}`), stream: agencyStream(document.agencyId), agencyId: document.agencyId, packetId: document.packetId, subjectId: document.subject.subjectId,
    rule, reason: rule === 'RESTRICTED' ? RESTRICTED_REASON : `${HOLD_RULES[rule].label}: placed on receipt`, placedBy: rule === 'RESTRICTED' ? RESTRICTED_BY : env.actor, placedAt: env.at, releasedBy: null, releasedRole: null, releasedAt: null, releaseNote: null,
  });
  const rules: Draft<'holds'>[] = [];
  for (const rule of ['PK-08', 'PK-09'] as const) {
    const newest = newestIndicium(document, rule);
    const answered = holds.some((h) => h.rule === rule && (isOpen(h) || (h.releasedAt !== null && newest !== null && msOf(h.releasedAt) > msOf(newest))));
    if (newest !== null && !answered) rules.push(made(rule));
  }
  // [ER-01] Expedited removal is held from receipt until OPLA confirms the designation; one hold per version at the most.
  const isExpedited = document.type === 'P-ER' || document.forms.some((f) => f.kind === 'I-860');
  if (isExpedited && !holds.some((h) => h.rule === 'ER-01' && (isOpen(h) || (h.releasedAt !== null && msOf(h.releasedAt) > msOf(document.submittedAt))))) rules.push(made('ER-01'));
  if (isRestricted && !holds.some((h) => h.rule === 'RESTRICTED' && isOpen(h))) rules.push(made('RESTRICTED'));
  return rules;
}

/**
 * `packet.receive`: lands one packet version with its checks, clocks and automatic holds. Versions land in order; a version that is here
 * already is answered `intake/already-have-it`, and one with the same number and other content `intake/version-conflict`.
 */
export const packetReceive = command({
  name: 'packet.receive', conflict: 'merge', roles: INTAKE_ROLES, input: packetReceiveInput,
  reads: [({ document: d }) => ({
    packet: one('packets', d.packetId), version: one('packet_versions', versionId(d.packetId, d.number)), agency: one('agencies', d.agencyId), preparer: one('officers', d.preparerId),
    subject: one('subjects', d.subject.subjectId), intervals: many('authority_intervals', { agencyId: d.agencyId }), moa: many('moa_intervals', { agencyId: d.agencyId }),
    holds: many('holds', { packetId: d.packetId }), statements: many('statements', { packetId: d.packetId }), custody: many('custody_events', { packetId: d.packetId }), reviews: many('lookback_reviews', { packetId: d.packetId }),
    packs: many('rule_packs', { stream: PROGRAM_STREAM }),
  })],
  stream: (_first, { document }) => agencyStream(document.agencyId),
  decide: ({ packet, version, agency, preparer, subject, intervals, moa, holds, statements, custody, reviews, packs }, { document, isRestricted = false }, env) => {
    const { packetId, number } = document;
    const { content, contentHash } = sealContent(document);
    if (!isZone(document.zone)) return no('intake/unknown-zone', { zone: document.zone });
    if (!agency) return no('intake/unknown-agency', { agencyId: document.agencyId });
    if (!preparer || preparer.agencyId !== agency.id) return no('intake/unknown-preparer', { officerId: document.preparerId, agencyId: agency.id });
    if (packet && packet.agencyId !== agency.id) return no('intake/agency-changed', { id: packetId, stored: packet.agencyId, received: agency.id });
    if (packet && packet.subjectId !== document.subject.subjectId) return no('intake/subject-changed', { packetId, stored: packet.subjectId, received: document.subject.subjectId });
    if (subject && subject.agencyId !== agency.id) return no('intake/agency-changed', { id: subject.id, stored: subject.agencyId, received: agency.id });
    if (version) return version.contentHash === contentHash ? alreadyHave('packet_versions', version.id) : no('intake/version-conflict', { packetId, number });
    const expected = (packet?.currentVersion ?? 0) + 1;
    if (number !== expected) return no('intake/version-order', { packetId, number, expected });

    const stream = agencyStream(agency.id);
    const placed = automaticHolds(document, isRestricted, holds, env);
    const allHolds: readonly HoldRow[] = [...holds, ...placed.map((h) => ({ ...h, version: 0, changedBy: '' }))];
    const facts: CheckFacts = { agency, moa, intervals, holds: allHolds, statements, now: env.at };
    const { pack } = activePack(packs, env.at);
    const results = evaluate(document, facts, pack);
    const state: PacketRow['state'] = 'in_review';
    const { identity } = document.subject;
    const key = { stream, agencyId: agency.id, packetId };
    const puts: Put[] = [
      put('subjects', { id: document.subject.subjectId, stream, agencyId: agency.id, name: displayName(identity), aNumber: identity.aNumber, fin: identity.fin, bornOn: identity.bornOn, isSynthetic: document.isSynthetic }),
      put('packets', {
        id: packetId, stream, agencyId: agency.id, subjectId: document.subject.subjectId, preparerId: document.preparerId, type: document.type, state, currentVersion: number,
        eventNumber: document.eventNumber, isResubmitted: number > 1, receivedAt: env.at, ...custodyHead(document, agency, custody, env.at),
        lane: laneOf(state, allHolds, isUnderReview(statements, reviews)), ...signingCounts(results),
          holdCount: holdReasons({ results, evaluatedAt: env.at }, allHolds).size, openHolds: allHolds.filter(isOpen).length,
      }),
      put('packet_versions', { id: versionId(packetId, number), ...key, number, preparerId: document.preparerId, content, contentHash, preparedAt: utc(document.preparedAt), receivedAt: env.at }),
      put('check_runs', {
        id: versionId(packetId, number), ...key, number, pack: pack.version, evaluatedAt: env.at,
        results: storedResults(results), inputsHash: inputsHash(document, facts, pack, contentHash),
      }),
      ...placed.map((hold) => put('holds', hold)),
    ];
    return ok(puts);
  },
});

// ---- agencies and their MOA ----

export const agencyLine = z.strictObject({
  id, name: text(), state: z.string().length(2), county: z.string().max(120), model: z.enum(['JEM', 'TFM', 'WSO']), fieldOffice: text(), zone: text(60),
  lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180), moaSignedOn: day.nullable(), moaStatus: z.enum(['in_force', 'suspended', 'terminated']).optional(),
  sites: z.array(z.strictObject({ id, name: text(), kind: z.enum(['jail', 'field', 'office']) })).max(100), isSynthetic: z.boolean(),
});

/** `agency.receive`: an agency, and with its first line its first MOA interval. Later MOA changes go through `moa.set`. */
export const agencyReceive = command({
  name: 'agency.receive', conflict: 'merge', roles: INTAKE_ROLES, input: agencyLine,
  reads: [(line) => ({ agency: one('agencies', line.id) })],
  stream: (_first, line) => agencyStream(line.id),
  decide: ({ agency }, { moaStatus = 'in_force', ...line }, env) => {
    if (!isZone(line.zone)) return no('intake/unknown-zone', { zone: line.zone });
    const stream = agencyStream(line.id);
    const row = { ...line, stream, moaStatus: agency?.moaStatus ?? moaStatus };
    if (isSame(agency, row)) return alreadyHave('agencies', line.id);
    if (agency) return ok([put('agencies', row)]);
    return ok([
      put('agencies', row),
      put('moa_intervals', { id: `${line.id}.moa.1`, stream, agencyId: line.id, status: moaStatus, startAt: `${line.moaSignedOn ?? '2000-01-01'}T00:00:00.000Z`, endAt: null, recordedAt: env.at }),
    ]);
  },
});

/** `moa.set`: from `at` on the MOA is in force, suspended or terminated [PK-04]. Closes the interval before; intervals never overlap. */
export const moaSet = command({
  name: 'moa.set', conflict: 'merge', roles: PROGRAM_ROLES,
  input: z.strictObject({ agencyId: id, status: z.enum(['in_force', 'suspended', 'terminated']), at: instant }),
  reads: [(i) => ({ agency: one('agencies', i.agencyId), moa: many('moa_intervals', { agencyId: i.agencyId }) })],
  stream: (_first, i) => agencyStream(i.agencyId),
  decide: ({ agency, moa }, i, env) => {
    if (!agency) return no('intake/unknown-agency', { agencyId: i.agencyId });
    const at = utc(i.at);
    const open = moa.find((m) => m.endAt === null);
    if (open?.status === i.status) return alreadyHave('moa_intervals', open.id);
    const latest = Math.max(0, ...moa.map((m) => msOf(m.endAt ?? m.startAt)));
    if (moa.length > 0 && msOf(at) <= latest) return no('intake/moa-order', { agencyId: agency.id, at, after: utcInstant(latest) });
    const { version: _v, changedBy: _c, ...head } = agency;
    const puts: Put[] = [put('agencies', { ...head, moaStatus: i.status })];
    if (open) {
      const { version: _v2, changedBy: _c2, ...before } = open;
      puts.push(put('moa_intervals', { ...before, endAt: at, recordedAt: env.at }));
    }
    puts.push(put('moa_intervals', { id: `${agency.id}.moa.${moa.length + 1}`, stream: agencyStream(agency.id), agencyId: agency.id, status: i.status, startAt: at, endAt: null, recordedAt: env.at }));
    return ok(puts);
  },
});

// ---- staff, assignments, itinerary ----

export const staffLine = z.strictObject({
  id, name: text(), role: z.enum(ROLES), legalTitle: text(), fieldOffice: z.string().max(200), signerKid: z.string().max(200).nullable(), signerJwk: z.string().max(4000).nullable(),
  activeFrom: instant, activeTo: instant.nullable(),
});

/** `staff.receive`: a federal staff member. A line without keys leaves enrolled keys alone. */
export const staffReceive = command({
  name: 'staff.receive', conflict: 'merge', roles: INTAKE_ROLES, input: staffLine,
  reads: [(line) => ({ staff: one('staff', line.id) })],
  stream: () => PROGRAM_STREAM,
  decide: ({ staff }, line) => {
    const row: Draft<'staff'> = {
      ...line, stream: PROGRAM_STREAM, signerKid: line.signerKid ?? staff?.signerKid ?? null, signerJwk: line.signerJwk ?? staff?.signerJwk ?? null,
      activeFrom: utc(line.activeFrom), activeTo: utcOrNull(line.activeTo),
    };
    return isSame(staff, row) ? alreadyHave('staff', line.id) : ok([put('staff', row)]);
  },
});

/** `assignment.set`: which PM answers for which agency, and when [SYN-7]. Person and agency of an assignment never change. */
export const assignmentSet = command({
  name: 'assignment.set', conflict: 'merge', roles: PROGRAM_ROLES,
  input: z.strictObject({ id, pmId: id, agencyId: id, kind: z.enum(['assigned', 'delegated']), startAt: instant, endAt: instant.nullable() }),
  reads: [(i) => ({ assignment: one('assignments', i.id), pm: one('staff', i.pmId), agency: one('agencies', i.agencyId) })],
  stream: (_first, i) => pmStream(i.pmId),
  decide: ({ assignment, pm, agency }, i) => {
    if (!pm) return no('intake/unknown-staff', { staffId: i.pmId });
    if (!agency) return no('intake/unknown-agency', { agencyId: i.agencyId });
    if (assignment && (assignment.pmId !== i.pmId || assignment.agencyId !== i.agencyId)) return no('intake/key-changed', { what: 'assignments', id: i.id });
    if (i.endAt !== null && msOf(i.endAt) <= msOf(i.startAt)) return no('intake/ends-before-start', { id: i.id });
    const row: Draft<'assignments'> = { ...i, stream: pmStream(i.pmId), startAt: utc(i.startAt), endAt: utcOrNull(i.endAt) };
    return isSame(assignment, row) ? alreadyHave('assignments', i.id) : ok([put('assignments', row)]);
  },
});

/** `itinerary.set`: one stop of a PM's road plan. */
export const itinerarySet = command({
  name: 'itinerary.set', conflict: 'merge', roles: INTAKE_ROLES,
  input: z.strictObject({ id, pmId: id, agencyId: id, arriveAt: instant, departAt: instant, purpose: text(), note: z.string().max(2000) }),
  reads: [(i) => ({ stop: one('itinerary_stops', i.id), pm: one('staff', i.pmId), agency: one('agencies', i.agencyId) })],
  stream: (_first, i) => pmStream(i.pmId),
  decide: ({ stop, pm, agency }, i) => {
    if (!pm) return no('intake/unknown-staff', { staffId: i.pmId });
    if (!agency) return no('intake/unknown-agency', { agencyId: i.agencyId });
    if (stop && (stop.pmId !== i.pmId || stop.agencyId !== i.agencyId)) return no('intake/key-changed', { what: 'itinerary_stops', id: i.id });
    if (msOf(i.departAt) <= msOf(i.arriveAt)) return no('intake/ends-before-start', { id: i.id });
    const row: Draft<'itinerary_stops'> = { ...i, stream: pmStream(i.pmId), arriveAt: utc(i.arriveAt), departAt: utc(i.departAt) };
    return isSame(stop, row) ? alreadyHave('itinerary_stops', i.id) : ok([put('itinerary_stops', row)]);
  },
});

/** Commands that HQ alone runs, by name. */
export const INTAKE_COMMANDS = {
  'packet.receive': packetReceive, 'agency.receive': agencyReceive, 'officer.receive': officerReceive, 'staff.receive': staffReceive,
  'assignment.set': assignmentSet, 'itinerary.set': itinerarySet, 'moa.set': moaSet,
} as const satisfies Readonly<Record<string, AnyCommand>>;
