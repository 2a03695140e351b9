/** Intake as pure functions: landing, repeating, order, conflicts, automatic holds; agencies, officers, staff, assignments, itinerary, MOA. */
import { CORE_PACK } from '../../shared/domain/packs.ts';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../shared/canonical.ts';
import type { AnyCommand, Envelope, Put } from '../../shared/command.ts';
import { INTAKE_COMMANDS } from '../../shared/domain/intake.ts';
import { packetSchema, type PacketDocument } from '../../shared/domain/packet.ts';
import type { Result } from '../../shared/result.ts';
import { cleanFacts, cleanHold, cleanMoa, cleanOfficer, cleanPacket, cleanSigner, cleanStatement, NOW, rowsOf } from './clean-packets.ts';

const env: Envelope = { id: 'cmd-00000009', ledger: 'hq', epoch: 'e', seq: 1, prev: '', device: 'hq', actor: 'svc', role: 'service', at: NOW, zone: 'UTC', mono: 0, bootId: '', anchor: '', base: {}, packs: [], tz: '', salt: '' };
type Name = keyof typeof INTAKE_COMMANDS;
/** Parses and decides, as both runners do; the command's own refusal or its puts. */
function run(name: Name, input: unknown, state: Record<string, unknown>): Result<readonly Put[]> {
  const command: AnyCommand = INTAKE_COMMANDS[name];
  if (command.kind !== 'plain') throw new Error('not plain');
  return command.decide(state, command.input.parse(input), env);
}
const codeOf = (r: Result<readonly Put[]>): string => (r.ok ? 'ok' : r.problem.code);
const rowOf = (r: Result<readonly Put[]>, table: string): Record<string, unknown> | undefined => (r.ok ? (r.value.find((p) => p.table === table)?.row as unknown as Record<string, unknown>) : undefined);
/** The stored form of a row that `decide` made. */
const stored = (row: object | undefined) => (row ? { ...row, version: 3, changedBy: 'hq' } : null);

const empty = { packet: null, version: null, agency: cleanFacts().agency, preparer: cleanOfficer(), subject: null, intervals: cleanFacts().intervals, moa: [cleanMoa()], holds: [], statements: [], custody: [], reviews: [], packs: [] };
const receive = (document: PacketDocument, over: Record<string, unknown> = {}, isRestricted?: boolean) => run('packet.receive', { document, isRestricted }, { ...empty, ...over });
const second = (): PacketDocument => packetSchema.parse({ ...cleanPacket(), number: 2, changeReason: 'time of hearing added' });

describe('packet.receive', () => {
  it('[SYN-6] lands head, version, subject and checks in one stream, the same each time', () => {
    const result = receive(cleanPacket());
    expect(result.ok && result.value.map((p) => p.table)).toEqual(['subjects', 'packets', 'packet_versions', 'check_runs']);
    expect(result.ok && new Set(result.value.map((p) => p.row.stream))).toEqual(new Set(['agency:ag-07']));
    expect(rowOf(result, 'packets')).toMatchObject({ state: 'in_review', lane: 1, currentVersion: 1, isResubmitted: false, receivedAt: NOW, deadlineAt: '2026-11-27T15:00:00.000Z', deadlineClock: 'K4', custodyLimitAt: '2026-11-29T15:00:00.000Z', blockCount: 0, holdCount: 0, warnCount: 0, openHolds: 0 });
    expect(rowOf(result, 'packet_versions')).toMatchObject({ id: 'pk-p-nta.1', contentHash: rowsOf(cleanPacket()).version.contentHash, content: canonical(cleanPacket()) });
    expect(rowOf(result, 'check_runs')).toMatchObject({ id: 'pk-p-nta.1', evaluatedAt: NOW });
    const again = receive(cleanPacket());
    expect(result.ok && again.ok && canonical(result.value) === canonical(again.value)).toBe(true);
  });
  it('[NTA-06] counts what stands in the way of a signature', () => {
    const document = cleanPacket();
    for (const form of document.forms) if (form.kind === 'I-862') form.hearing.time = null;
    expect(rowOf(receive(document), 'packets')).toMatchObject({ blockCount: 1, holdCount: 0, warnCount: 0 });
  });
  it('answers the same content again, and refuses another text under the same number', () => {
    const rows = rowsOf(cleanPacket());
    expect(codeOf(receive(cleanPacket(), rows))).toBe('intake/already-have-it');
    expect(codeOf(receive({ ...cleanPacket(), eventNumber: 'EXC2611000008' }, rows))).toBe('intake/version-conflict');
  });
  it('lands versions in order', () => {
    const rows = rowsOf(cleanPacket());
    expect(codeOf(receive(second()))).toBe('intake/version-order');
    expect(codeOf(receive({ ...second(), number: 3 }, { ...rows, version: null }))).toBe('intake/version-order');
    expect(rowOf(receive(second(), { ...rows, version: null }), 'packets')).toMatchObject({ currentVersion: 2, isResubmitted: true, state: 'in_review' });
  });
  it('[K2B] keeps the limit that a custody event set, and a release', () => {
    const { packet } = rowsOf(cleanPacket());
    const event = (kind: string, at: string, details: Record<string, unknown>) => ({ id: kind, kind, at, recordedAt: at, details });
    const gone = event('local.released', '2026-11-24T10:00:00.000Z', { toldBy: 'Jail desk' });
    const head = (...custody: readonly object[]) => rowOf(receive(second(), { packet: { ...packet, state: 'returned' }, custody }), 'packets');
    expect(head(gone)).toMatchObject({ currentVersion: 2, custodyLimitAt: '2026-11-26T10:00:00.000Z', deadlineAt: '2026-11-26T10:00:00.000Z', deadlineClock: 'K2B', isDetained: true });
    expect(head(gone, event('released', '2026-11-24T12:00:00.000Z', { reason: 'court', by: 'Jail desk' }))).toMatchObject({ custodyLimitAt: null, deadlineAt: null, isDetained: false });
  });
  it('brings a returned packet back to review and keeps its open holds', () => {
    const rows = rowsOf(cleanPacket());
    const result = receive(second(), { ...rows, version: null, packet: { ...rows.packet, state: 'returned', lane: 5 }, holds: [cleanHold('PK-08')] });
    expect(rowOf(result, 'packets')).toMatchObject({ state: 'in_review', lane: 0, openHolds: 1, isResubmitted: true });
    expect(rowOf(result, 'holds')).toBeUndefined();
  });
  it('[SYN-17] keeps a packet with an act under review at the top', () => {
    const rows = rowsOf(cleanPacket());
    expect(rowOf(receive(second(), { ...rows, version: null, statements: [cleanStatement('i862', { effect: 'under_review' })] }), 'packets')).toMatchObject({ lane: 0 });
  });
  it.each([
    ['intake/unknown-agency', { agency: null }], ['intake/unknown-preparer', { preparer: null }], ['intake/unknown-preparer', { preparer: { ...cleanOfficer(), agencyId: 'ag-99' } }],
    ['intake/agency-changed', { packet: { ...rowsOf(cleanPacket()).packet, agencyId: 'ag-99' } }], ['intake/agency-changed', { subject: { ...rowsOf(cleanPacket()).subject, agencyId: 'ag-99' } }],
    ['intake/subject-changed', { packet: { ...rowsOf(cleanPacket()).packet, subjectId: 'su-9' } }],
  ] as const)('refuses with %s', (code, over) => expect(codeOf(receive(cleanPacket(), over))).toBe(code));
  it('refuses a zone that does not exist, which no clock could be counted in', () => {
    expect(codeOf(receive({ ...cleanPacket(), zone: 'America/Nowhere' }))).toBe('intake/unknown-zone');
    expect(codeOf(run('agency.receive', { ...agency, zone: 'Mars' }, { agency: null }))).toBe('intake/unknown-zone');
  });
  it('[ER-01] holds expedited removal from receipt, until OPLA has released it after this version came', () => {
    const er = cleanPacket('P-ER');
    expect(rowOf(receive(er), 'holds')).toMatchObject({ rule: 'ER-01', packetId: er.packetId, releasedAt: null });
    expect(rowOf(receive(er), 'packets')).toMatchObject({ lane: 1, openHolds: 1 });
    const placedOn = (over: Parameters<typeof cleanHold>[1]) => { const r = receive(er, { holds: [cleanHold('ER-01', over)] }); return r.ok && r.value.some((p) => p.table === 'holds'); };
    expect([placedOn({}), placedOn({ releasedAt: '2026-11-24T12:00:00.000Z' }), placedOn({ releasedAt: '2026-11-23T12:00:00.000Z' })]).toEqual([false, false, true]);
    expect(rowOf(receive(cleanPacket()), 'check_runs')).toMatchObject({ pack: CORE_PACK.version, inputsHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
  it('[PK-08] [PK-09] places a hold on indicia, once', () => {
    const usc = cleanPacket();
    usc.subject.citizenshipIndicia = [{ kind: 'claim', at: '2026-11-23T16:05:00Z', source: 'interview' }];
    const result = receive(usc);
    expect(rowOf(result, 'holds')).toMatchObject({ rule: 'PK-08', packetId: 'pk-p-nta', placedBy: 'svc', releasedAt: null });
    expect(rowOf(result, 'packets')).toMatchObject({ lane: 0, openHolds: 1, holdCount: 2 });
    expect(rowOf(receive(usc, { holds: [cleanHold('PK-08')] }), 'holds')).toBeUndefined();
    expect(rowOf(receive(usc, { holds: [cleanHold('PK-08', { releasedAt: '2026-11-24T00:00:00.000Z' })] }), 'holds')).toBeUndefined();
    expect(rowOf(receive(usc, { holds: [cleanHold('PK-08', { releasedAt: '2026-11-23T00:00:00.000Z' })] }), 'holds')).toMatchObject({ rule: 'PK-08' });
    const minor = cleanPacket();
    minor.subject.identity.bornOn = '2010-01-01';
    expect(rowOf(receive(minor), 'holds')).toMatchObject({ rule: 'PK-09' });
  });
  it('[PK-10] places one generic restricted hold that does not say why', () => {
    const result = receive(cleanPacket(), {}, true);
    expect(rowOf(result, 'holds')).toMatchObject({ rule: 'RESTRICTED', reason: 'Restricted handling: HQ knows the ground' });
    expect(rowOf(result, 'packets')).toMatchObject({ lane: 1, openHolds: 1, holdCount: 1 });
    expect(rowOf(receive(cleanPacket(), { holds: [cleanHold('RESTRICTED')] }, true), 'holds')).toBeUndefined();
  });
});

const agency = { id: 'ag-07', name: 'Example County SO TX-07', state: 'TX', county: 'Example', model: 'JEM', fieldOffice: 'Example FO', zone: 'America/Chicago', lat: 31.5, lon: -97.5, moaSignedOn: '2025-03-04', sites: [], isSynthetic: true };
describe('agency.receive and moa.set', () => {
  it('makes the first MOA interval with the first line', () => {
    const result = run('agency.receive', agency, { agency: null });
    expect(rowOf(result, 'moa_intervals')).toEqual({ id: 'ag-07.moa.1', stream: 'agency:ag-07', agencyId: 'ag-07', status: 'in_force', startAt: '2025-03-04T00:00:00.000Z', endAt: null, recordedAt: NOW });
    expect(rowOf(run('agency.receive', { ...agency, moaSignedOn: null }, { agency: null }), 'moa_intervals')).toMatchObject({ startAt: '2000-01-01T00:00:00.000Z' });
    const row = stored(rowOf(result, 'agencies'));
    expect(codeOf(run('agency.receive', agency, { agency: row }))).toBe('intake/already-have-it');
    const changed = run('agency.receive', { ...agency, name: 'Example County SO TX-08' }, { agency: row });
    expect(changed.ok && changed.value.map((p) => p.table)).toEqual(['agencies']);
  });
  it('[PK-04] closes one interval and opens the next, never overlapping', () => {
    const row = stored(rowOf(run('agency.receive', agency, { agency: null }), 'agencies'));
    const set = (status: string, at: string, moa: unknown[] = [cleanMoa()]) => run('moa.set', { agencyId: 'ag-07', status, at }, { agency: row, moa });
    const result = set('suspended', '2026-11-24T10:00:00-06:00');
    expect(result.ok && result.value.map((p) => p.row)).toMatchObject([{ moaStatus: 'suspended' }, { id: 'ag-07.moa.1', endAt: '2026-11-24T16:00:00.000Z' }, { id: 'ag-07.moa.2', status: 'suspended', startAt: '2026-11-24T16:00:00.000Z', endAt: null }]);
    expect(codeOf(set('in_force', '2026-11-24T10:00:00Z'))).toBe('intake/already-have-it');
    expect(codeOf(set('suspended', '2025-01-01T00:00:00Z'))).toBe('intake/moa-order');
    expect(codeOf(run('moa.set', { agencyId: 'ag-07', status: 'suspended', at: NOW }, { agency: null, moa: [] }))).toBe('intake/unknown-agency');
  });
});

describe('officer.receive', () => {
  const line = {
    id: 'dio-1', agencyId: 'ag-07', name: 'Mira Tolan', badge: 'X-001', authorityState: 'CERTIFIED', cardState: 'CARD_ACTIVE', lastCardLoginAt: null, isSynthetic: true,
    intervals: [{ id: 'ai-1', model: 'JEM', startAt: '2025-06-01T00:00:00Z', endAt: null, endReason: null }],
    training: [{ id: 'tr-1', requirement: 'palms-1', title: 'INA overview', completedOn: '2026-02-01', verifiedBy: null, verifiedAt: null }],
  };
  const none = { officer: null, agency: cleanFacts().agency, intervals: [], training: [], events: [], waivers: [], programme: [] };
  it('lands officer, intervals and training; the same line again changes nothing', () => {
    const result = run('officer.receive', line, none);
    expect(result.ok && result.value.map((p) => p.table)).toEqual(['officer_events', 'training', 'authority_intervals', 'officers']);
    const have = { ...none, officer: stored(rowOf(result, 'officers')), intervals: [stored({ ...rowOf(result, 'authority_intervals'), recordedAt: '2026-01-01T00:00:00.000Z' })], training: [stored(rowOf(result, 'training'))], events: [stored(rowOf(result, 'officer_events'))] };
    expect(codeOf(run('officer.receive', line, have))).toBe('intake/already-have-it');
    const lapsed = run('officer.receive', { ...line, intervals: [{ ...line.intervals[0], endAt: '2026-11-20T00:00:00Z', endReason: 'course past due' }] }, have);
    expect(lapsed.ok && lapsed.value.map((p) => p.row)).toMatchObject([{ kind: 'roster.closed', details: { state: 'LAPSED', why: 'course past due' } }, { id: 'ai-1', endAt: '2026-11-20T00:00:00.000Z', recordedAt: NOW }, { authorityState: 'LAPSED' }]);
  });
  it('refuses an officer of nobody, and a change of agency', () => {
    expect(codeOf(run('officer.receive', line, { ...none, agency: null }))).toBe('intake/unknown-agency');
    expect(codeOf(run('officer.receive', line, { ...none, officer: { ...cleanOfficer(), agencyId: 'ag-99' } }))).toBe('intake/agency-changed');
  });
});

describe('staff, assignments, itinerary', () => {
  const staff = { id: 'pm-1', name: 'Sela Marin', role: 'pm', legalTitle: 'Supervisory Deportation Officer', fieldOffice: 'Example FO', signerKid: null, signerJwk: null, activeFrom: '2024-01-01T00:00:00Z', activeTo: null };
  it('keeps enrolled keys when a line brings none', () => {
    const result = run('staff.receive', staff, { staff: { ...cleanSigner(), signerKid: 'kid-7', signerJwk: '{}' } });
    expect(rowOf(result, 'staff')).toMatchObject({ signerKid: 'kid-7', signerJwk: '{}', stream: 'program' });
    expect(codeOf(run('staff.receive', staff, { staff: stored(rowOf(result, 'staff')) }))).toBe('intake/already-have-it');
  });
  const people = { pm: cleanSigner(), agency: cleanFacts().agency };
  const assignment = { id: 'as-1', pmId: 'pm-1', agencyId: 'ag-07', kind: 'assigned', startAt: '2026-01-01T00:00:00Z', endAt: null };
  const stop = { id: 'it-1', pmId: 'pm-1', agencyId: 'ag-07', arriveAt: '2026-11-25T15:00:00Z', departAt: '2026-11-25T20:00:00Z', purpose: 'packet review', note: '' };
  it.each([['assignment.set', 'assignment', 'assignments', assignment], ['itinerary.set', 'stop', 'itinerary_stops', stop]] as const)('[SYN-7] %s writes the stream of the PM and repeats safely', (name, key, table, input) => {
    const result = run(name, input, { ...people, [key]: null });
    expect(rowOf(result, table)).toMatchObject({ stream: 'pm:pm-1', agencyId: 'ag-07' });
    const row = stored(rowOf(result, table));
    expect(codeOf(run(name, input, { ...people, [key]: row }))).toBe('intake/already-have-it');
    expect(codeOf(run(name, { ...input, agencyId: 'ag-08' }, { ...people, [key]: row }))).toBe('intake/key-changed');
    expect(codeOf(run(name, input, { ...people, pm: null, [key]: null }))).toBe('intake/unknown-staff');
    expect(codeOf(run(name, input, { ...people, agency: null, [key]: null }))).toBe('intake/unknown-agency');
  });
  it('refuses what ends before it starts', () => {
    expect(codeOf(run('assignment.set', { ...assignment, endAt: '2025-01-01T00:00:00Z' }, { ...people, assignment: null }))).toBe('intake/ends-before-start');
    expect(codeOf(run('itinerary.set', { ...stop, departAt: stop.arriveAt }, { ...people, stop: null }))).toBe('intake/ends-before-start');
  });
  it('is open to the roles that answer for it', () => {
    for (const [name, command] of Object.entries(INTAKE_COMMANDS)) {
      expect([name, command.roles.includes('pm'), command.roles.includes('service'), command.roles.includes('fod')]).toEqual([name, false, true, name === 'moa.set' || name === 'assignment.set']);
    }
  });
});
