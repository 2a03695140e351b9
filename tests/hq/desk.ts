/**
 * A whole small HQ and laptops that speak its wire by hand: keys, envelopes, chains and seals are made here, so that tests can forge each of them.
 * Uses no code of `db/` or `host/`: what HQ accepts must follow from the contract alone.
 */
import { randomUUID, type JsonWebKey } from 'node:crypto';
import { commandHash, entryHash, ledgerEntry, type PullLine, type PushReply, type PushItem } from '../../shared/sync.ts';
import { sha256Hex } from '../../shared/ids.ts';
import type { Envelope } from '../../shared/command.ts';
import { signoffSign, type SignInput, type SignState, type Statement } from '../../shared/domain/signoff.ts';
import { comparedVersion, mustBeShown } from '../../shared/domain/must-be-shown.ts';
import { formHash, openContent, type PacketDocument } from '../../shared/domain/packet.ts';
import type { AgencyRow, AuthorityIntervalRow, HoldRow, LookbackReviewRow, MoaIntervalRow, PacketRow, PacketVersionRow, RulePackRow, Rows, StaffRow, StatementRow, TableName } from '../../shared/rows.ts';
import { buildPacket } from '../../synthetic/packet-builder.ts';
import { newPrivateJwk, publicJwk, signJws } from '../../hq/jws.ts';
import { createHq, type Hq } from '../../hq/server.ts';
import { ASSERTION_TYPE } from '../../hq/auth.ts';
import type { HqDb } from '../../hq/open.ts';
import type { TestDatabase } from '../support/hq-databases.ts';

export const SERVICE = 'service-token-of-the-tests';
export const START = '2026-11-23T15:00:00.000Z';
export const AGENCIES = { mine: 'ag-tx-01', other: 'ag-ok-01' } as const;
export const PM = 'pm-1';
export const PM_TWO = 'pm-2';
export const DIO = 'dio-tx-1';

type Answer = { readonly status: number; readonly body: Record<string, never> & { readonly ok?: boolean; readonly problem?: { readonly code: string; readonly details: Record<string, unknown> } } };
export type Desk = {
  readonly hq: Hq;
  readonly db: HqDb;
  readonly time: { at: string };
  readonly close: () => Promise<void>;
  readonly command: (name: string, input: unknown, as?: string, actor?: string) => Promise<Answer>;
  readonly must: (name: string, input: unknown, as?: string, actor?: string) => Promise<void>;
  readonly ingest: (
    kind: string,
    body: string | Buffer,
    type?: string,
  ) => Promise<{
    readonly landed: number;
    readonly already: number;
    readonly rejectedCount: number;
    readonly rejected: readonly { readonly line: number; readonly field: string; readonly reason: string; readonly code: string }[];
  }>;
};

/** Opens an HQ on a fresh store of this kind, with a clock that only the test moves. */
export async function openDesk(database: TestDatabase, options: { readonly isDemo?: boolean; readonly hold?: boolean } = {}): Promise<Desk> {
  const { db, drop } = await database.open();
  const time = { at: START };
  const hq = await createHq({ db: { ...db, close: async () => undefined }, isDemo: options.isDemo ?? false, serviceToken: SERVICE, now: () => time.at });
  const command: Desk['command'] = async (name, input, as = 'service', actor = 'hq-intake') => {
    const reply = await hq.app.inject({ method: 'POST', url: '/commands', headers: { authorization: `Bearer ${SERVICE}` }, payload: { name, input, as, actor } as object });
    return { status: reply.statusCode, body: reply.json() };
  };
  return {
    hq,
    db,
    time,
    command,
    must: async (name, input, as, actor) => {
      const answer = await command(name, input, as, actor);
      if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`);
    },
    ingest: async (kind, body, type = 'application/x-ndjson') => {
      const reply = await hq.app.inject({ method: 'POST', url: `/ingest/${kind}`, headers: { authorization: `Bearer ${SERVICE}`, 'content-type': type }, payload: body });
      if (reply.statusCode !== 200) throw new Error(`ingest ${reply.statusCode}: ${reply.body}`);
      return reply.json();
    },
    close: async () => {
      await hq.close();
      await drop();
    },
  };
}

export const agencyLine = (id: string) => ({
  id,
  name: `${id} Sheriff (synthetic)`,
  state: id.slice(3, 5).toUpperCase(),
  county: 'Example',
  model: 'JEM' as const,
  fieldOffice: 'Dallas',
  zone: 'America/Chicago',
  lat: 33,
  lon: -97,
  moaSignedOn: '2024-01-15',
  sites: [{ id: `${id}.jail`, name: 'Example jail', kind: 'jail' as const }],
  isSynthetic: true as const,
});
export const officerLine = (id: string, agencyId: string) => ({
  id,
  agencyId,
  name: 'Kelan Bamor',
  badge: 'B-1',
  authorityState: 'CERTIFIED',
  cardState: 'CARD_ACTIVE',
  lastCardLoginAt: '2026-11-20T12:00:00.000Z',
  isSynthetic: true,
  intervals: [{ id: `${id}.int.1`, model: 'JEM', startAt: '2025-01-01T00:00:00.000Z', endAt: null as string | null, endReason: null as string | null }],
  training: [],
});
export const staffLine = (id: string, role = 'pm') => ({
  id,
  name: `Staff ${id}`,
  role,
  legalTitle: 'Supervisory Detention and Deportation Officer',
  fieldOffice: 'Dallas',
  signerKid: null,
  signerJwk: null,
  activeFrom: '2024-01-01T00:00:00.000Z',
  activeTo: null as string | null,
});

/** A complete packet of the demo's builder for one of the two agencies. */
export function packetFor(packetId: string, agencyId: string = AGENCIES.mine, number = 1): PacketDocument {
  const serial = Number(packetId.replace(/\D/g, '')) || 1;
  return buildPacket({
    packetId,
    serial,
    number,
    changeReason: number > 1 ? 'Corrected after return' : null,
    type: 'P-NTA',
    agency: agencyLine(agencyId),
    preparerId: agencyId === AGENCIES.mine ? DIO : 'dio-ok-1',
    examinerId: agencyId === AGENCIES.mine ? 'dio-tx-2' : 'dio-ok-2',
    person: {
      subjectId: `su-${packetId}`,
      familyName: 'Sample',
      givenName: 'Person',
      bornOn: '1990-03-04',
      sex: 'M',
      country: { name: 'Canada', language: 'English' },
      aNumber: `A0000${String(10_000 + serial)}`,
      fin: `1000${String(100_000 + serial)}`,
      needsInterpreter: false,
    },
    isDetained: true,
    charge: 'entry',
    bookedAt: '2026-11-23T02:00:00.000Z',
    interviewAt: '2026-11-23T10:00:00.000Z',
    preparedAt: '2026-11-23T12:00:00.000Z',
    submittedAt: '2026-11-23T12:20:00.000Z',
    localReleaseAt: null,
    hearingOn: '2027-01-13',
    hearingTime: '09:00',
    offense: { offense: 'Trespass', statute: 'Example Penal Code 30.05' },
    // Words of its own: two packets must not read the same unless a test wants it (PK-23).
    story: ['The check was part of the booking questions.', Array.from({ length: 40 }, (_, n) => sha256Hex(`${packetId}/${n}`).replace(/\d/g, '')).join(' ')],
  });
}

/** Two agencies with a DIO each, two PMs; the first PM answers for the first agency. */
export async function fillDesk(desk: Desk): Promise<void> {
  for (const id of Object.values(AGENCIES)) await desk.must('agency.receive', agencyLine(id));
  await desk.must('officer.receive', officerLine(DIO, AGENCIES.mine));
  await desk.must('officer.receive', officerLine('dio-tx-2', AGENCIES.mine));
  await desk.must('officer.receive', officerLine('dio-ok-1', AGENCIES.other));
  for (const id of [PM, PM_TWO]) await desk.must('staff.receive', staffLine(id));
  await desk.must('assignment.set', { id: 'as-1', pmId: PM, agencyId: AGENCIES.mine, kind: 'assigned', startAt: '2025-01-01T00:00:00.000Z', endAt: null });
  await desk.must('assignment.set', { id: 'as-2', pmId: PM_TWO, agencyId: AGENCIES.other, kind: 'assigned', startAt: '2025-01-01T00:00:00.000Z', endAt: null });
}

export type Pulled = {
  readonly lines: readonly PullLine[];
  readonly rows: readonly { readonly table: TableName; readonly row: Record<string, unknown> & { readonly id: string; readonly stream: string; readonly version: number } }[];
  readonly cursors: Record<string, number>;
  readonly start: Extract<PullLine, { t: 'start' }>;
  readonly text: string;
};

/** One enrolled laptop that writes its own chain. */
export class Laptop {
  readonly desk: Desk;
  readonly deviceKey: JsonWebKey;
  readonly signerKey: JsonWebKey;
  deviceId = '';
  pmId = '';
  ledger = '';
  issuer = '';
  generation = '';
  hqJwk: JsonWebKey = {};
  epoch = 'epoch-1';
  seq = 0;
  head = '';
  anchor = '';
  token = '';
  tokenAt = 0;

  constructor(desk: Desk) {
    this.desk = desk;
    this.deviceKey = newPrivateJwk();
    this.signerKey = newPrivateJwk();
  }

  static async enrol(desk: Desk, pmId: string = PM): Promise<Laptop> {
    const laptop = new Laptop(desk);
    const code = await desk.hq.issueEnrolmentCode(pmId);
    const reply = await desk.hq.app.inject({
      method: 'POST',
      url: '/enrol',
      payload: { code, deviceJwk: publicJwk({ ...laptop.deviceKey }), signerJwk: publicJwk({ ...laptop.signerKey }), deviceName: 'test laptop' } as object,
    });
    if (reply.statusCode !== 200) throw new Error(reply.body);
    const body = reply.json() as { deviceId: string; pmId: string; ledger: string; issuer: string; generation: string; hqJwk: JsonWebKey };
    Object.assign(laptop, { deviceId: body.deviceId, pmId: body.pmId, ledger: body.ledger, issuer: body.issuer, generation: body.generation, hqJwk: body.hqJwk });
    await laptop.signIn();
    return laptop;
  }

  assertion(claims: Record<string, unknown> = {}, key: JsonWebKey = this.deviceKey): string {
    const at = Math.floor(Date.parse(this.desk.time.at) / 1000);
    return signJws(key, { iss: this.deviceId, sub: this.deviceId, aud: this.issuer, jti: randomUUID(), iat: at, exp: at + 120, ...claims }, { typ: 'JWT' });
  }

  exchange(assertion: string) {
    return this.desk.hq.app.inject({
      method: 'POST',
      url: '/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: ASSERTION_TYPE, client_assertion: assertion }).toString(),
    });
  }

  async signIn(): Promise<void> {
    const reply = await this.exchange(this.assertion());
    if (reply.statusCode !== 200) throw new Error(reply.body);
    this.token = (reply.json() as { access_token: string }).access_token;
    this.tokenAt = Date.parse(this.desk.time.at);
  }

  /** A token that is good now, as the sync loop keeps one. */
  async fresh(): Promise<string> {
    if (Math.abs(Date.parse(this.desk.time.at) - this.tokenAt) > 300_000) await this.signIn();
    return this.token;
  }

  envelope(over: Partial<Envelope> = {}): Envelope {
    return {
      id: randomUUID().replaceAll('-', ''),
      ledger: this.ledger,
      epoch: this.epoch,
      seq: this.seq + 1,
      prev: this.head,
      device: this.deviceId,
      actor: this.pmId,
      role: 'pm',
      at: this.desk.time.at,
      zone: 'America/Chicago',
      mono: 1,
      bootId: 'boot-1',
      anchor: this.anchor,
      base: {},
      packs: ['pack'],
      tz: '2026a',
      salt: randomUUID(),
      ...over,
    };
  }

  /** Adds one command to the chain. `forge` changes the envelope after its hash was made. */
  item(name: string, input: unknown, over: Partial<Envelope> = {}, forge?: (item: PushItem) => PushItem): PushItem {
    const envelope = this.envelope(over);
    const made: PushItem = { name, input, envelope, hash: entryHash(ledgerEntry(name, input, envelope)) };
    const item = forge ? forge(made) : made;
    this.seq = envelope.seq;
    this.head = item.hash;
    return item;
  }

  hold(packetId: string, over: Partial<Envelope> = {}): PushItem {
    return this.item('hold.place', { packetId, rule: 'OTHER', reason: 'Something that protects the person' }, over);
  }

  async send(items: readonly PushItem[], over: Record<string, unknown> = {}) {
    const last = items.at(-1);
    const epoch = last?.envelope.epoch ?? this.epoch;
    const headJws = signJws(this.deviceKey, { ledger: this.ledger, epoch, seq: last?.envelope.seq ?? this.seq, head: last?.hash ?? this.head });
    return this.desk.hq.app.inject({
      method: 'POST',
      url: '/sync/push',
      headers: { authorization: `Bearer ${await this.fresh()}` },
      payload: {
        protocol: 1,
        schema: 1,
        ledger: this.ledger,
        epoch,
        headJws,
        items,
        heartbeat: { unsent: items.length, oldestAt: null, clocksUnder12h: 0, appVersion: 'test' },
        access: [],
        ...over,
      } as object,
    });
  }

  async push(items: readonly PushItem[]): Promise<PushReply> {
    const reply = await this.send(items);
    if (reply.statusCode !== 200) throw new Error(`push ${reply.statusCode}: ${reply.body}`);
    const body = reply.json() as PushReply;
    if (body.checkpointJws) this.anchor = sha256Hex(body.checkpointJws);
    return body;
  }

  async pull(cursors: Record<string, number> = {}, over: Record<string, unknown> = {}): Promise<Pulled> {
    const reply = await this.desk.hq.app.inject({
      method: 'POST',
      url: '/sync/pull',
      headers: { authorization: `Bearer ${await this.fresh()}` },
      payload: { protocol: 1, schema: 1, generation: this.generation, cursors, ...over } as object,
    });
    if (reply.statusCode !== 200) throw new Error(`pull ${reply.statusCode}: ${reply.body}`);
    const lines = reply.body
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l) as PullLine);
    const rows = lines.filter((l) => l.t === 'row') as unknown as Pulled['rows'];
    const at = { ...cursors };
    for (const l of lines) if (l.t === 'cursor') at[l.stream] = l.to;
    return { lines, rows, cursors: at, start: lines[0] as Pulled['start'], text: reply.body };
  }

  /** A sealed sign-off of the named forms over what this laptop has pulled, as its own `db/run` would make it. */
  async sign(
    packetId: string,
    formIds: readonly string[],
    options: {
      readonly version?: number;
      readonly envelope?: Partial<Envelope>;
      readonly edit?: (state: SignState) => SignState;
      /** A laptop of a release that knew no pins: it neither asks for them nor says them. */
      readonly isBeforePins?: true;
      readonly tamper?: (statement: Statement) => Statement;
      readonly key?: JsonWebKey;
    } = {},
  ): Promise<PushItem> {
    const { rows, cursors } = await this.pull();
    const all = <T extends TableName>(table: T) => rows.filter((r) => r.table === table).map((r) => r.row) as unknown as readonly Rows[T][];
    const packet = all('packets').find((p: PacketRow) => p.id === packetId) ?? null;
    const number = options.version ?? packet?.currentVersion ?? 1;
    const version = all('packet_versions').find((v: PacketVersionRow) => v.packetId === packetId && v.number === number) ?? null;
    const mine = <T extends { readonly agencyId: string }>(list: readonly T[]): readonly T[] => list.filter((r) => r.agencyId === packet?.agencyId);
    const compared = comparedVersion(number, this.pmId, all('returns').filter((r) => r.packetId === packetId), all('statements').filter((s) => s.packetId === packetId));
    const pulled: SignState = {
      packet,
      version,
      holds: all('holds').filter((h: HoldRow) => h.packetId === packetId),
      statements: all('statements').filter((s: StatementRow) => s.packetId === packetId),
      reviews: all('lookback_reviews').filter((r: LookbackReviewRow) => r.packetId === packetId),
      signer: all('staff').find((s: StaffRow) => s.id === this.pmId) ?? null,
      agency: all('agencies').find((a: AgencyRow) => a.id === packet?.agencyId) ?? null,
      intervals: mine(all('authority_intervals') as readonly AuthorityIntervalRow[]),
      moa: mine(all('moa_intervals') as readonly MoaIntervalRow[]),
      packs: all('rule_packs') as readonly RulePackRow[],
      pins: all('pins').filter((p) => p.packetId === packetId),
      returns: all('returns').filter((r) => r.packetId === packetId),
      compared: all('packet_versions').find((v) => v.packetId === packetId && v.number === compared) ?? null,
    };
    const edited = options.edit ? options.edit(pulled) : pulled;
    if (!version) throw new Error(`${packetId} version ${number} was not pulled`);
    const document = openContent(version.content);
    const { pins: _pins, ...unpinned } = document;
    const state = options.isBeforePins ? { ...edited, version: { ...version, content: JSON.stringify(unpinned) }, pins: [] } : edited;
    const must = mustBeShown(document, pulled.compared ? openContent(pulled.compared.content) : null, pulled.pins ?? [], new Set(formIds));
    const input: SignInput = {
      packetId,
      version: number,
      shown: formIds.map((formId) => ({ formId, seconds: 20 })),
      // A resubmission was read whole, and every pin behind the forms looked at.
      ...(pulled.compared ? { comparedWith: pulled.compared.number, shownFields: must.fields.map((field) => ({ field, seconds: 2 })) } : {}),
      ...(must.pins.length > 0 && !options.isBeforePins ? { shownPins: must.pins.map(({ evidenceId, page, region }) => ({ evidenceId, page, region, seconds: 2 })) } : {}),
      warnReasons: [],
      forms: formIds.map((formId) => {
        const form = document.forms.find((f) => f.id === formId);
        if (!form) throw new Error(`no form ${formId}`);
        return { formId, contentHash: formHash(form), capacity: 'Issuing officer' };
      }),
    };
    const envelope = this.envelope({ base: cursors, ...options.envelope });
    let statements = signoffSign.statements(state as never, input, envelope);
    if (!statements.ok && statements.problem.code === 'signoff/warn-reason-missing') {
      input.warnReasons = (statements.problem.details.rules as readonly string[]).map((rule) => ({ rule, reason: 'Looked at and accepted for this test' }));
      statements = signoffSign.statements(state as never, input, envelope);
    }
    if (!statements.ok) throw new Error(`cannot be sealed: ${JSON.stringify(statements.problem)}`);
    const seal = statements.value.map((s) => signJws(options.key ?? this.signerKey, options.tamper ? options.tamper(s) : s));
    return this.item('signoff.sign', input, { ...envelope, seal });
  }
}

export { commandHash };
