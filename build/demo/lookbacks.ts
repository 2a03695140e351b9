/**
 * Look-back reviews for the demo, made as real ones are: an acting PM's laptop enrols, signs offline and pushes, and HQ has learned something meanwhile.
 * One is open because of a hold at HQ, one because of a report, one is closed. Speaks HQ's wire only.
 */
import { randomUUID, type JsonWebKey } from 'node:crypto';
import { newPrivateJwk, publicJwk, signJws } from '../../hq/jws.ts';
import type { Envelope } from '../../shared/command.ts';
import { formHash, openContent } from '../../shared/domain/packet.ts';
import { lookbackIdOf } from '../../shared/domain/lookback.ts';
import { pinnedPlaces } from '../../shared/domain/must-be-shown.ts';
import { signoffSign, type SignInput, type SignState } from '../../shared/domain/signoff.ts';
import type { PacketRow, Rows, TableName } from '../../shared/rows.ts';
import { entryHash, ledgerEntry, PROTOCOL_VERSION, type PullLine, type PushItem, type PushReply, SCHEMA_VERSION } from '../../shared/sync.ts';
import { enrolmentCode, type Hq, runAt } from './seed-hq.ts';

/** How many packets the colleague signs. */
const SIGNED = 3;
type Enrolled = { readonly deviceId: string; readonly pmId: string; readonly ledger: string; readonly issuer: string; readonly generation: string };

async function ask(hq: Hq, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const isForm = body instanceof URLSearchParams;
  const reply = await fetch(new URL(path, hq.url), { method: 'POST', headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json', ...headers }, body: isForm ? body.toString() : JSON.stringify(body) });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`HQ answered ${path} with ${reply.status}: ${text.slice(0, 200)}`);
  return text;
}

/** Seals the first form that may be signed; null when none may. */
function sealed(state: SignState, envelope: Envelope, key: JsonWebKey): PushItem | null {
  if (!state.packet || !state.version) return null;
  const document = openContent(state.version.content);
  for (const form of document.forms) {
    const input: SignInput = {
      packetId: state.packet.id, version: state.version.number, shown: [{ formId: form.id, seconds: 40 }], warnReasons: [],
      forms: [{ formId: form.id, contentHash: formHash(form), capacity: 'Acting program manager' }],
      shownPins: pinnedPlaces(document, state.pins ?? [], new Set([form.id])).map(({ evidenceId, page, region }) => ({ evidenceId, page, region, seconds: 4 })),
    };
    const statements = signoffSign.statements(state as never, input, envelope);
    if (!statements.ok) continue;
    const whole: Envelope = { ...envelope, seal: statements.value.map((s) => signJws(key, s)) };
    return { name: 'signoff.sign', input, envelope: whole, hash: entryHash(ledgerEntry('signoff.sign', input, whole)) };
  }
  return null;
}

/** Lets `pmId` act for the agency, sign three packets away from HQ, and HQ look back at them. Throws when HQ refuses a step. */
export async function seedLookbacks(hq: Hq, { pmId, agencyId }: { readonly pmId: string; readonly agencyId: string }): Promise<void> {
  const now = new Date().toISOString();
  await runAt(hq, 'assignment.set', { id: `as-${pmId}-${agencyId}-acting`, pmId, agencyId, kind: 'delegated', startAt: new Date(Date.parse(now) - 3_600_000).toISOString(), endAt: null });
  const [deviceKey, signerKey] = [newPrivateJwk(), newPrivateJwk()];
  const me = JSON.parse(await ask(hq, '/enrol', {
    code: await enrolmentCode(hq, pmId), deviceJwk: publicJwk({ ...deviceKey }), signerJwk: publicJwk({ ...signerKey }), deviceName: 'Laptop of the acting PM (synthetic)',
  })) as Enrolled;
  const at = Math.floor(Date.now() / 1000);
  const assertion = signJws(deviceKey, { iss: me.deviceId, sub: me.deviceId, aud: me.issuer, jti: randomUUID(), iat: at, exp: at + 120 }, { typ: 'JWT' });
  const { access_token } = JSON.parse(await ask(hq, '/token', new URLSearchParams({
    grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion,
  }))) as { readonly access_token: string };
  const bearer = { authorization: `Bearer ${access_token}` };
  const version = { protocol: PROTOCOL_VERSION, schema: SCHEMA_VERSION };
  const lines = (await ask(hq, '/sync/pull', { ...version, generation: me.generation, cursors: {} }, bearer)).trim().split('\n').map((l) => JSON.parse(l) as PullLine);
  const of = <T extends TableName>(table: T): readonly Rows[T][] => lines.flatMap((l) => (l.t === 'row' && l.table === table ? [l.row as unknown as Rows[T]] : []));
  const base = Object.fromEntries(lines.flatMap((l) => (l.t === 'cursor' ? [[l.stream, l.to] as const] : [])));

  const items: PushItem[] = [];
  const [versions, holds, statements, reviews, staff, agencies, intervals, moa] = [of('packet_versions'), of('holds'), of('statements'), of('lookback_reviews'), of('staff'), of('agencies'), of('authority_intervals'), of('moa_intervals')];
  const isFree = (p: PacketRow): boolean => p.agencyId === agencyId && p.state === 'in_review' && p.blockCount + p.holdCount + p.warnCount === 0;
  for (const packet of of('packets').filter(isFree)) {
    if (items.length >= SIGNED) break;
    const last = items.at(-1);
    const item = sealed({
      packet, version: versions.find((v) => v.packetId === packet.id && v.number === packet.currentVersion) ?? null, holds: holds.filter((h) => h.packetId === packet.id), statements: statements.filter((s) => s.packetId === packet.id),
      reviews: reviews.filter((r) => r.packetId === packet.id), signer: staff.find((s) => s.id === pmId) ?? null, agency: agencies.find((a) => a.id === agencyId) ?? null,
      intervals: intervals.filter((i) => i.agencyId === agencyId), moa: moa.filter((m) => m.agencyId === agencyId), packs: [],
    }, {
      id: randomUUID().replaceAll('-', ''), ledger: me.ledger, epoch: 'demo', seq: items.length + 1, prev: last?.hash ?? '', device: me.deviceId, actor: pmId, role: 'pm', at: new Date().toISOString(),
      zone: 'America/Chicago', mono: items.length + 1, bootId: 'demo', anchor: '', base, packs: ['core'], tz: process.versions.tz ?? '', salt: randomUUID(),
    }, signerKey);
    if (item) items.push(item);
  }
  const [held, told, closed] = items;
  if (!held || !told || !closed) return;
  const packetOf = (item: PushItem): string => (item.input as SignInput).packetId;
  await runAt(hq, 'hold.place', { packetId: packetOf(held), rule: 'OTHER', reason: 'SYNTHETIC: a relative called the field office.' }, 'sddo', 'hq-sddo');
  const head = items.at(-1);
  const reply = JSON.parse(await ask(hq, '/sync/push', {
    ...version, ledger: me.ledger, epoch: 'demo', headJws: signJws(deviceKey, { ledger: me.ledger, epoch: 'demo', seq: head?.envelope.seq, head: head?.hash }), items,
    heartbeat: { unsent: items.length, oldestAt: null, clocksUnder12h: 0, appVersion: 'demo' }, access: [],
  }, bearer)) as PushReply;
  const refused = reply.receipts.find((r) => r.outcome === 'refused');
  if (refused) throw new Error(`HQ refused the acting PM's signature: ${JSON.stringify(refused.problem)}`);
  const notices = [{ to: 'opla', at: now, what: 'SYNTHETIC: disclosed by mail.' }];
  await runAt(hq, 'lookback.open', { packetId: packetOf(told), statementId: null, cause: 'report', note: 'SYNTHETIC: the jail reported another booking date.' }, 'sddo', 'hq-sddo');
  await runAt(hq, 'lookback.assign', { reviewId: lookbackIdOf(held.envelope.id), ownerId: 'hq-sddo' }, 'fod', 'hq-fod');
  await closeOne(hq, packetOf(closed), notices);
}

/** Opens a review by hand and closes it: the list at HQ tells its id. */
async function closeOne(hq: Hq, packetId: string, notices: readonly unknown[]): Promise<void> {
  await runAt(hq, 'lookback.open', { packetId, statementId: null, cause: 'late-lapse', note: 'SYNTHETIC: a card was reported lapsed, in error.' }, 'sddo', 'hq-sddo');
  const reply = await fetch(new URL('/lookback-reviews?as=sddo&actor=hq-sddo', hq.url), { headers: { authorization: `Bearer ${hq.token}` } });
  const { reviews } = (await reply.json()) as { readonly reviews: readonly { readonly id: string; readonly packetId: string }[] };
  const reviewId = reviews.find((r) => r.packetId === packetId)?.id;
  await runAt(hq, 'lookback.close', { reviewId, outcome: 'stands', note: 'SYNTHETIC: the card was current; the report named another officer.', isServed: false, notices, releasedAt: null }, 'fod', 'hq-fod');
}
