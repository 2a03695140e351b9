/**
 * `POST /sync/push`: the laptop's commands, in order, each answered by a receipt that a resend gets again.
 * 1. parse  2. is it this device's ledger, and its signature over the head  3. heartbeat and access log
 * 4. per item, in a transaction of its own under the device's lock: seen before? next in the chain? run, store entry and receipt  5. countersign the head.
 * A refused item consumes its seq [SYN-3]; a bad item never blocks the next; only a gap stops a batch, because order would be lost.
 */
import { randomBytes, type JsonWebKey } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import type { Envelope } from '../shared/command.ts';
import { sha256Hex } from '../shared/ids.ts';
import type { Problem } from '../shared/result.ts';
import { entryHash, ledgerEntry, pushRequestSchema, type Checkpoint, type PushReply, type PushRequest, type Receipt } from '../shared/sync.ts';
import { FIELD_ROLES, type Role } from '../shared/roles.ts';
import type { Device } from './auth.ts';
import { signJws, verifyJws } from './jws.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { isBadValue, isDatabaseError, Refusal } from './problem.ts';
import { runAtHq, type HqOutcome } from './run.ts';
import { accessLog, checkpoints, heartbeats, ledgerEntries, ledgerHeads, pushResults, quarantine } from './schema.ts';

export type PushContext = {
  readonly db: HqConnection;
  readonly device: Device;
  readonly hqKey: JsonWebKey;
  /** Current instant, ISO 8601 UTC with milliseconds. */
  readonly now: () => string;
  /** Told of bugs in a command's own code; never gets its input. */
  readonly onBug: (id: string, error: unknown) => void;
  /** Told of forks: the device may be cloned. */
  readonly onFork?: (ledger: string, epoch: string, seq: number) => void;
};
type Item = PushRequest['items'][number];
type Head = { readonly seq: number; readonly head: string; readonly anchorAt: string };

/** `R-` and six hex digits of the entry's hash: what a person quotes on the phone. */
const receiptCode = (hash: string): string => `R-${hash.slice(0, 6).toUpperCase()}`;

async function headOf(db: HqConnection, ledger: string, epoch: string): Promise<Head | null> {
  const found = await rowsOf<{ seq: number; head: string; anchor_at: string }>(db, sql`SELECT seq, head, anchor_at FROM ledger_heads WHERE ledger = ${ledger} AND epoch = ${epoch}`);
  return found[0] ? { seq: found[0].seq, head: found[0].head, anchorAt: found[0].anchor_at } : null;
}

/** HQ's time of the checkpoint that the envelope names; null when it names none that HQ gave this ledger. */
async function anchorTime(db: HqConnection, env: Envelope): Promise<string | null> {
  if (env.anchor === '') return null;
  const found = await rowsOf<{ at: string }>(db, sql`SELECT at FROM checkpoints WHERE hash = ${env.anchor} AND ledger = ${env.ledger}`);
  return found[0]?.at ?? null;
}

/** Runs one item inside a savepoint: whatever it does wrong becomes its own refusal. Throws only when the database itself failed. */
async function outcomeOf(tx: HqConnection, context: PushContext, item: Item, env: Envelope, anchorAt: string, receivedAt: string): Promise<HqOutcome> {
  const refuse = (code: string, details: Readonly<Record<string, unknown>> = {}): HqOutcome => ({ outcome: 'refused', problem: { code, details } });
  const { device } = context;
  if (env.actor !== device.pmId) return refuse('sync/out-of-scope', { field: 'actor' });
  if (!(FIELD_ROLES as readonly Role[]).includes(env.role)) return refuse('sync/out-of-scope', { field: 'role' });
  const twice = await rowsOf(tx, sql`SELECT 1 FROM push_results WHERE ledger = ${env.ledger} AND command_id = ${env.id} LIMIT 1`);
  if (twice.length > 0) return refuse('sync/malformed', { field: 'envelope.id' });
  try {
    return await tx.transaction((savepoint) =>
      runAtHq(savepoint as unknown as HqConnection, {
        name: item.name,
        input: item.input,
        envelope: env,
        receivedAt,
        from: { signerJwk: device.signerJwk, anchorAt },
      }),
    );
  } catch (error) {
    if (isBadValue(error)) return refuse('sync/malformed', { field: 'input' });
    if (isDatabaseError(error)) throw error;
    const id = randomBytes(4).toString('hex');
    context.onBug(id, error);
    return refuse('sync/internal', { id });
  }
}

/** One item, in its own transaction under the device's lock. Null: a gap; the batch stops here. */
async function pushItem(context: PushContext, item: Item): Promise<Receipt | null> {
  const env = item.envelope as Envelope;
  const { device } = context;
  return context.db.transaction(async (transaction) => {
    const tx = transaction as unknown as HqConnection;
    const locked = await rowsOf<{ revoked_at: string | null }>(tx, sql`SELECT revoked_at FROM devices WHERE id = ${device.id} FOR UPDATE`);
    if (!locked[0] || locked[0].revoked_at !== null) throw new Refusal(403, 'sync/device-revoked');
    const receivedAt = context.now();
    const receipt = (outcome: Receipt['outcome'], reasons: readonly string[], problem: Problem | null): Receipt => ({
      seq: env.seq,
      commandId: env.id,
      hash: item.hash,
      outcome,
      code: receiptCode(item.hash),
      receivedAt,
      reasons: [...reasons],
      problem: problem ? { code: problem.code, details: { ...problem.details } } : null,
    });
    const keep = async (answer: Receipt): Promise<void> => {
      await tx
        .insert(quarantine)
        .values({
          ledger: env.ledger,
          epoch: env.epoch,
          seq: env.seq,
          hash: item.hash,
          code: answer.problem?.code ?? '',
          item: JSON.stringify(item),
          receipt: JSON.stringify(answer),
          receivedAt,
        })
        .onConflictDoNothing();
    };
    const fork = async (): Promise<Receipt> => {
      const told = await rowsOf<{ receipt: string }>(tx, sql`SELECT receipt FROM quarantine WHERE ledger = ${env.ledger} AND epoch = ${env.epoch} AND seq = ${env.seq} AND hash = ${item.hash}`);
      if (told[0]) return JSON.parse(told[0].receipt) as Receipt;
      const answer = receipt('refused', [], { code: 'sync/fork', details: { seq: env.seq } });
      await keep(answer);
      context.onFork?.(env.ledger, env.epoch, env.seq);
      return answer;
    };

    const head = await headOf(tx, env.ledger, env.epoch);
    const lastSeq = head?.seq ?? 0;
    if (env.seq <= lastSeq) {
      const seen = await rowsOf<{ hash: string; receipt: string }>(tx, sql`SELECT hash, receipt FROM push_results WHERE ledger = ${env.ledger} AND epoch = ${env.epoch} AND seq = ${env.seq}`);
      return seen[0]?.hash === item.hash ? (JSON.parse(seen[0].receipt) as Receipt) : fork();
    }
    if (env.seq > lastSeq + 1) return null;
    // The next seq on another past than HQ's is a clone or a rewritten ledger: kept, not continued.
    if (env.prev !== (head?.head ?? '')) return fork();

    const before = head?.anchorAt ?? device.enrolledAt;
    const named = await anchorTime(tx, env);
    const anchorAt = named !== null && named > before ? named : before;
    const entry = ledgerEntry(item.name, item.input, env);
    const outcome: HqOutcome =
      entryHash(entry) === item.hash ? await outcomeOf(tx, context, item, env, anchorAt, receivedAt) : { outcome: 'refused', problem: { code: 'sync/bad-hash', details: { seq: env.seq } } };
    const answer = outcome.outcome === 'refused' ? receipt('refused', [], outcome.problem) : receipt(outcome.outcome, outcome.reasons, null);
    if (outcome.outcome === 'refused') await keep(answer);
    await tx.insert(pushResults).values({ ledger: env.ledger, epoch: env.epoch, seq: env.seq, hash: item.hash, commandId: env.id, receipt: JSON.stringify(answer), receivedAt });
    await tx.insert(ledgerEntries).values({
      ledger: env.ledger,
      epoch: env.epoch,
      seq: env.seq,
      hash: item.hash,
      entry: JSON.stringify(entry),
      command: JSON.stringify({ name: item.name, input: item.input, envelope: env }),
    });
    await tx
      .insert(ledgerHeads)
      .values({ ledger: env.ledger, epoch: env.epoch, seq: env.seq, head: item.hash, anchorAt, openedAt: receivedAt })
      .onConflictDoUpdate({ target: [ledgerHeads.ledger, ledgerHeads.epoch], set: { seq: env.seq, head: item.hash, anchorAt } });
    return answer;
  });
}

/** Answers one push. Throws `Refusal` for what concerns the whole request: gap, foreign ledger, bad head signature, malformed. */
export async function push(context: PushContext, body: unknown): Promise<PushReply> {
  const parsed = pushRequestSchema.safeParse(body);
  if (!parsed.success) throw new Refusal(400, 'sync/malformed', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
  const request = parsed.data;
  const { device, db } = context;
  const last = request.items.at(-1) as Item;
  const isOurs = (e: Item['envelope']): boolean => e.ledger === device.ledger && e.epoch === request.epoch && e.device === device.id;
  if (request.ledger !== device.ledger || !request.items.every((i) => isOurs(i.envelope))) throw new Refusal(403, 'sync/out-of-scope', { field: 'ledger' });
  const signed = verifyJws(device.deviceJwk, request.headJws) as { ledger?: unknown; epoch?: unknown; seq?: unknown; head?: unknown } | null;
  if (!signed || signed.ledger !== request.ledger || signed.epoch !== request.epoch || signed.seq !== last.envelope.seq || signed.head !== last.hash) throw new Refusal(403, 'sync/bad-head');

  const now = context.now();
  const { unsent, oldestAt, clocksUnder12h, appVersion } = request.heartbeat;
  const beat = { at: now, unsent, oldestAt, clocksSoon: clocksUnder12h, appVersion };
  await db
    .insert(heartbeats)
    .values({ device: device.id, ...beat })
    .onConflictDoUpdate({ target: heartbeats.device, set: beat });
  if (request.access.length > 0) {
    await db
      .insert(accessLog)
      .values(request.access.map((a) => ({ device: device.id, id: a.id, pmId: device.pmId, at: a.at, what: a.what, packetId: a.packetId, receivedAt: now })))
      .onConflictDoNothing();
  }

  const receipts: Receipt[] = [];
  for (const [n, item] of request.items.entries()) {
    const isNext = n === 0 || item.envelope.seq === (request.items[n - 1]?.envelope.seq ?? 0) + 1;
    const receipt = isNext ? await pushItem(context, item) : null;
    if (receipt === null) {
      // What came before the gap is stored and has its receipts; the laptop gets them when it asks again.
      if (receipts.length > 0) break;
      const head = await headOf(db, request.ledger, request.epoch);
      throw new Refusal(409, 'sync/gap', { expectSeq: (head?.seq ?? 0) + 1 });
    }
    receipts.push(receipt);
  }

  const head = await headOf(db, request.ledger, request.epoch);
  let checkpointJws: string | null = null;
  if (head) {
    const serverTime = context.now();
    const checkpoint: Checkpoint = { ledger: request.ledger, epoch: request.epoch, seq: head.seq, head: head.head, serverTime, nonce: randomBytes(12).toString('hex') };
    checkpointJws = signJws(context.hqKey, checkpoint, { typ: 'fieldbook-checkpoint' });
    await db.insert(checkpoints).values({ hash: sha256Hex(checkpointJws), ledger: request.ledger, epoch: request.epoch, seq: head.seq, jws: checkpointJws, at: serverTime });
  }
  return { receipts, checkpointJws, serverTime: context.now(), expectSeq: (head?.seq ?? 0) + 1 };
}

/** The whole stored answer for one seq, for support and tests; null when HQ never saw it. */
export async function storedReceipt(db: HqConnection, ledger: string, epoch: string, seq: number): Promise<Receipt | null> {
  const found = await db
    .select()
    .from(pushResults)
    .where(and(eq(pushResults.ledger, ledger), eq(pushResults.epoch, epoch), eq(pushResults.seq, seq)));
  const row = found[0] as { readonly receipt: string } | undefined;
  return row ? (JSON.parse(row.receipt) as Receipt) : null;
}
