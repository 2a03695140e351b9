/**
 * `POST /sync/push`: the laptop's commands, in order, each answered by a receipt that a resend gets again.
 * 1. parse  2. is it this device's ledger, and its signature over the head  3. in one transaction under the device's lock: heartbeat and access log,
 * then all items (seen before? next in the chain? run), then entries, receipts and the countersigned head.
 * A refused item consumes its seq [SYN-3]; a bad item never blocks the next; only a gap stops a batch, because order would be lost.
 * A value that the database refuses undoes the transaction: the same items then go one by one, so that only the item that holds it is refused.
 */
import { createHash, randomBytes, type JsonWebKey } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import type { Envelope } from '../shared/command.ts';
import { entryHash, ledgerEntry, pushRequestSchema, type Checkpoint, type LedgerEntry, type PushReply, type PushRequest, type Receipt } from '../shared/sync.ts';
import { FIELD_ROLES, type Role } from '../shared/roles.ts';
import type { Device } from './auth.ts';
import { signJws, verifyJws } from './jws.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { isBadValue, Refusal } from './problem.ts';
import { runAllAtHq, type HqOutcome, type HqRun } from './run.ts';
import { pushResults, quarantine } from './schema.ts';

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
/** Node's own SHA-256: many times faster than the portable one over thousands of commands. */
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** `R-` and six hex digits of the entry's hash: what a person quotes on the phone. */
const receiptCode = (hash: string): string => `R-${hash.slice(0, 6).toUpperCase()}`;

/**
 * Locks the device's row until commit, and keeps heartbeat and access log of the request; again is no harm. Throws `Refusal` when the device was
 * revoked, and where the database refuses a value: the fault is no item's.
 */
async function hear({ device, now }: PushContext, tx: HqConnection, { heartbeat, access }: PushRequest): Promise<void> {
  const at = now();
  const { unsent, oldestAt, clocksUnder12h, appVersion } = heartbeat;
  const lines = access.map((a) => ({ id: a.id, at: a.at, what: a.what, packet_id: a.packetId }));
  const heard = rowsOf<{ revoked_at: string | null }>(tx, sql`
    WITH locked AS (SELECT revoked_at FROM devices WHERE id = ${device.id} FOR UPDATE),
    beat AS (INSERT INTO heartbeats (device, at, unsent, oldest_at, clocks_soon, app_version)
      SELECT ${device.id}, ${at}, ${unsent}::int, ${oldestAt}, ${clocksUnder12h}::int, ${appVersion} FROM locked WHERE revoked_at IS NULL
      ON CONFLICT (device) DO UPDATE SET at = excluded.at, unsent = excluded.unsent, oldest_at = excluded.oldest_at, clocks_soon = excluded.clocks_soon, app_version = excluded.app_version),
    log AS (INSERT INTO access_log (device, id, pm_id, at, what, packet_id, received_at)
      SELECT ${device.id}, id, ${device.pmId}, at, what, packet_id, ${at} FROM locked, json_to_recordset(${JSON.stringify(lines)}::json) AS r(id text, at text, what text, packet_id text)
      WHERE revoked_at IS NULL ON CONFLICT DO NOTHING)
    SELECT revoked_at FROM locked`);
  const [locked] = await heard.catch((error: unknown) => {
    throw isBadValue(error) ? new Refusal(400, 'sync/malformed', { field: 'heartbeat' }) : error;
  });
  if (!locked || locked.revoked_at !== null) throw new Refusal(403, 'sync/device-revoked');
}

/** What HQ holds that bears on these items: answers given, ids used, times of the checkpoints that they name. */
type Known = {
  readonly head: Head | null;
  readonly answered: ReadonlyMap<number, { readonly hash: string; readonly receipt: string }>;
  /** Kept items by `seq/hash`: refused or forked. */
  readonly kept: ReadonlyMap<string, string>;
  readonly ids: ReadonlySet<string>;
  /** HQ's time per checkpoint that HQ gave this ledger. */
  readonly anchors: ReadonlyMap<string, string>;
};
async function knownOf(tx: HqConnection, ledger: string, epoch: string, items: readonly Item[]): Promise<Known> {
  const seqs = sql`${sql.param(items.map((i) => i.envelope.seq))}::int[]`;
  const texts = (values: readonly string[]) => sql`${sql.param([...new Set(values)])}::text[]`;
  const rows = await rowsOf<{ kind: string; seq: number; key: string; text: string }>(tx, sql`
    SELECT 'head' AS kind, seq, head AS key, anchor_at AS text FROM ledger_heads WHERE ledger = ${ledger} AND epoch = ${epoch}
    UNION ALL SELECT 'answered', seq, hash, receipt FROM push_results WHERE ledger = ${ledger} AND epoch = ${epoch} AND seq = ANY(${seqs})
    UNION ALL SELECT 'kept', seq, hash, receipt FROM quarantine WHERE ledger = ${ledger} AND epoch = ${epoch} AND seq = ANY(${seqs})
    UNION ALL SELECT 'id', seq, command_id, '' FROM push_results WHERE ledger = ${ledger} AND command_id = ANY(${texts(items.map((i) => i.envelope.id))})
    UNION ALL SELECT 'anchor', 0, hash, at FROM checkpoints WHERE ledger = ${ledger} AND hash = ANY(${texts(items.map((i) => i.envelope.anchor))})`);
  const of = (kind: string) => rows.filter((r) => r.kind === kind);
  const [head] = of('head');
  return {
    head: head ? { seq: head.seq, head: head.key, anchorAt: head.text } : null,
    answered: new Map(of('answered').map((r) => [r.seq, { hash: r.key, receipt: r.text }])),
    kept: new Map(of('kept').map((r) => [`${r.seq}/${r.key}`, r.text])),
    ids: new Set(of('id').map((r) => r.key)),
    anchors: new Map(of('anchor').map((r) => [r.key, r.text])),
  };
}

const refuse = (code: string, details: Readonly<Record<string, unknown>> = {}): HqOutcome => ({ outcome: 'refused', problem: { code, details } });

/** A new entry of the chain: what it records, and either why it is refused unread or the command to run. */
type Fresh = { readonly item: Item; readonly entry: LedgerEntry; readonly run: HqRun | null; readonly refusal: HqOutcome | null };
function entryOf({ name, input, envelope }: Item): LedgerEntry {
  try {
    return ledgerEntry(name, input, envelope as Envelope, sha256);
  } catch {
    // Text that has no canonical form (half a surrogate pair): no laptop can have hashed it, so none sent it.
    throw new Refusal(400, 'sync/malformed', { field: 'items' });
  }
}
function freshOf(context: PushContext, item: Item, anchorAt: string, receivedAt: string, isIdUsed: boolean): Fresh {
  const { device } = context;
  const env = item.envelope as Envelope;
  const entry = entryOf(item);
  const isTrue = entryHash(entry, sha256) === item.hash;
  const why = (): HqOutcome | null => {
    if (!isTrue) return refuse('sync/bad-hash', { seq: env.seq });
    if (env.actor !== device.pmId) return refuse('sync/out-of-scope', { field: 'actor' });
    if (!(FIELD_ROLES as readonly Role[]).includes(env.role)) return refuse('sync/out-of-scope', { field: 'role' });
    return isIdUsed ? refuse('sync/malformed', { field: 'envelope.id' }) : null;
  };
  const refusal = why();
  return { item, entry, refusal, run: refusal ? null : { name: item.name, input: item.input, envelope: env, receivedAt, from: { signerJwk: device.signerJwk, anchorAt } } };
}

type Part = {
  readonly receipts: readonly Receipt[]; readonly isGap: boolean; readonly head: Head | null; readonly forks: readonly Item[];
  /** HQ's signature over the head; null where there is none, or nothing was answered. */ readonly checkpointJws: string | null;
};

/**
 * Items of one request, in one transaction under the device's lock: every answer is stored with its effect or not at all, and what a crash
 * leaves is a beginning of the request. `isUnstorable`: the only item holds a value that the database refuses; it is answered so.
 */
async function pushPart(context: PushContext, request: PushRequest, items: readonly Item[], isUnstorable: boolean): Promise<Part> {
  const { device } = context;
  const { ledger, epoch } = request;
  return context.db.transaction(async (transaction) => {
    const tx = transaction as unknown as HqConnection;
    await hear(context, tx, request);
    const receivedAt = context.now();
    const known = await knownOf(tx, ledger, epoch, items);
    const receiptOf = (item: Item, outcome: HqOutcome): Receipt => ({
      seq: item.envelope.seq,
      commandId: item.envelope.id,
      hash: item.hash,
      outcome: outcome.outcome,
      code: receiptCode(item.hash),
      receivedAt,
      reasons: outcome.outcome === 'refused' ? [] : [...outcome.reasons],
      problem: outcome.outcome === 'refused' ? { code: outcome.problem.code, details: { ...outcome.problem.details } } : null,
    });

    // 1. What each item is: answered before, a fork, the next of the chain, or beyond a gap. A refused item moves the chain on too.
    const answers: (Receipt | Fresh)[] = [];
    const forks: Item[] = [];
    const keep: { readonly item: Item; readonly answer: Receipt }[] = [];
    const ids = new Set(known.ids);
    let at: Head = known.head ?? { seq: 0, head: '', anchorAt: device.enrolledAt };
    const anchorAfter: string[] = [];
    let isGap = false;
    for (const [n, item] of items.entries()) {
      const env = item.envelope as Envelope;
      if (env.seq > at.seq + 1 || (n > 0 && env.seq !== (items[n - 1]?.envelope.seq ?? 0) + 1)) {
        isGap = true;
        break;
      }
      // The next seq on another past than HQ's is a clone or a rewritten ledger: kept, not continued.
      if (env.seq <= at.seq || env.prev !== at.head) {
        const seen = known.answered.get(env.seq);
        const told = seen?.hash === item.hash && env.seq <= at.seq ? seen.receipt : known.kept.get(`${env.seq}/${item.hash}`);
        if (told !== undefined) answers.push(JSON.parse(told) as Receipt);
        else {
          const answer = receiptOf(item, refuse('sync/fork', { seq: env.seq }));
          answers.push(answer);
          keep.push({ item, answer });
          forks.push(item);
        }
        continue;
      }
      const named = known.anchors.get(env.anchor);
      const anchorAt = named !== undefined && named > at.anchorAt ? named : at.anchorAt;
      const fresh = freshOf(context, item, anchorAt, receivedAt, ids.has(env.id));
      answers.push(isUnstorable && fresh.run ? { ...fresh, run: null, refusal: refuse('sync/malformed', { field: 'input' }) } : fresh);
      anchorAfter.push(anchorAt);
      ids.add(env.id);
      at = { seq: env.seq, head: item.hash, anchorAt };
    }

    // 2. The commands, in order.
    const runs = answers.flatMap((a) => ('item' in a && a.run ? [a.run] : []));
    const outcomes = runs.length === 0 ? [] : await runAllAtHq(tx, runs, (error) => {
      const id = randomBytes(4).toString('hex');
      context.onBug(id, error);
      return refuse('sync/internal', { id });
    });

    // 3. Answer and entry of each new item, the head after them and HQ's signature over it. A command that has to wait for another transaction takes those after it along.
    const receipts: Receipt[] = [];
    const stored: { readonly fresh: Fresh; readonly answer: Receipt }[] = [];
    let ran = 0;
    for (const a of answers) {
      if (!('item' in a)) {
        receipts.push(a);
        continue;
      }
      const outcome = a.refusal ?? outcomes[ran];
      if (a.run) ran += 1;
      if (!outcome) break;
      const answer = receiptOf(a.item, outcome);
      receipts.push(answer);
      stored.push({ fresh: a, answer });
      if (outcome.outcome === 'refused') keep.push({ item: a.item, answer });
    }
    const last = stored.at(-1);
    const head: Head | null = last ? { seq: last.answer.seq, head: last.answer.hash, anchorAt: anchorAfter[stored.length - 1] ?? at.anchorAt } : known.head;
    let checkpointJws: string | null = null;
    if (head && (receipts.length > 0 || items.length === 0)) {
      const rows = stored.map(({ fresh: { item, entry }, answer }) => ({
        seq: answer.seq, hash: answer.hash, command_id: answer.commandId, receipt: JSON.stringify(answer),
        entry: JSON.stringify(entry), command: JSON.stringify({ name: item.name, input: item.input, envelope: item.envelope }),
      }));
      const serverTime = context.now();
      const checkpoint: Checkpoint = { ledger, epoch, seq: head.seq, head: head.head, serverTime, nonce: randomBytes(12).toString('hex') };
      checkpointJws = signJws(context.hqKey, checkpoint, { typ: 'fieldbook-checkpoint' });
      await tx.execute(sql`
        WITH x AS (SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r(seq int, hash text, command_id text, receipt text, entry text, command text)),
        results AS (INSERT INTO push_results (ledger, epoch, seq, hash, command_id, receipt, received_at) SELECT ${ledger}, ${epoch}, seq, hash, command_id, receipt, ${receivedAt} FROM x),
        entries AS (INSERT INTO ledger_entries (ledger, epoch, seq, hash, entry, command) SELECT ${ledger}, ${epoch}, seq, hash, entry, command FROM x),
        signed AS (INSERT INTO checkpoints (hash, ledger, epoch, seq, jws, at) VALUES (${sha256(checkpointJws)}, ${ledger}, ${epoch}, ${head.seq}::int, ${checkpointJws}, ${serverTime}))
        INSERT INTO ledger_heads (ledger, epoch, seq, head, anchor_at, opened_at) VALUES (${ledger}, ${epoch}, ${head.seq}::int, ${head.head}, ${head.anchorAt}, ${receivedAt})
        ON CONFLICT (ledger, epoch) DO UPDATE SET seq = excluded.seq, head = excluded.head, anchor_at = excluded.anchor_at`);
    }
    if (keep.length > 0) {
      await tx
        .insert(quarantine)
        .values(keep.map(({ item, answer }) => ({
          ledger, epoch, seq: answer.seq, hash: answer.hash, code: answer.problem?.code ?? '', item: JSON.stringify(item), receipt: JSON.stringify(answer), receivedAt,
        })))
        .onConflictDoNothing();
    }
    return { receipts, isGap: isGap && receipts.length === answers.length, head, forks, checkpointJws };
  });
}

/** Every item of the request that can be answered, in order, and where the chain stands then. */
async function pushItems(context: PushContext, request: PushRequest): Promise<Pick<Part, 'receipts' | 'head' | 'checkpointJws'>> {
  const receipts: Receipt[] = [];
  let rest: readonly Item[] = request.items;
  // Below this index items go one by one: the database refused a value among them.
  let alone = 0;
  let isUnstorable = false;
  for (;;) {
    const part: readonly Item[] = receipts.length < alone ? rest.slice(0, 1) : rest;
    try {
      const { head, checkpointJws, ...done } = await pushPart(context, request, part, isUnstorable);
      for (const { envelope } of done.forks) context.onFork?.(envelope.ledger, envelope.epoch, envelope.seq);
      receipts.push(...done.receipts);
      isUnstorable = false;
      rest = rest.slice(done.receipts.length);
      if (rest.length > 0 && !done.isGap) continue;
      // What came before the gap is stored and has its receipts; the laptop gets them when it asks again.
      if (receipts.length === 0 && request.items.length > 0) throw new Refusal(409, 'sync/gap', { expectSeq: (head?.seq ?? 0) + 1 });
      return { receipts, head, checkpointJws };
    } catch (error) {
      if (!isBadValue(error) || isUnstorable || part.length === 0) throw error;
      if (part.length === 1) isUnstorable = true;
      else alone = receipts.length + part.length;
    }
  }
}

/** Answers one push. Throws `Refusal` for what concerns the whole request: gap, foreign ledger, bad head signature, malformed. */
export async function push(context: PushContext, body: unknown): Promise<PushReply> {
  const parsed = pushRequestSchema.safeParse(body);
  if (!parsed.success) throw new Refusal(400, 'sync/malformed', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
  const request = parsed.data;
  const { device, db } = context;
  const last = request.items.at(-1);
  const isOurs = (e: Item['envelope']): boolean => e.ledger === device.ledger && e.epoch === request.epoch && e.device === device.id;
  if (request.ledger !== device.ledger || !request.items.every((i) => isOurs(i.envelope))) throw new Refusal(403, 'sync/out-of-scope', { field: 'ledger' });
  const signed = verifyJws(device.deviceJwk, request.headJws) as { ledger?: unknown; epoch?: unknown; seq?: unknown; head?: unknown } | null;
  // Without items the head is one that HQ may have already: only who signs it counts.
  const isHead = signed?.ledger === request.ledger && signed.epoch === request.epoch && (!last || (signed.seq === last.envelope.seq && signed.head === last.hash));
  if (!isHead) throw new Refusal(403, 'sync/bad-head');

  const { receipts, head, checkpointJws } = await pushItems(context, request).catch(async (error: unknown) => {
    // Whatever stopped the items: that this laptop has some that HQ does not take is what a heartbeat tells [SYN-11].
    await db.transaction((tx) => hear(context, tx as unknown as HqConnection, request)).catch(() => undefined);
    throw error;
  });
  return { receipts: [...receipts], checkpointJws, serverTime: context.now(), expectSeq: (head?.seq ?? 0) + 1 };
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
