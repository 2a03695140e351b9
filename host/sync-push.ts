/**
 * Push: every unsent command in order, batch by batch, each settled only by HQ's own receipt [SYN-1, SYN-3, SYN-10]; with the first of them, or
 * alone when there is none, the heartbeat and the access log [SYN-11].
 * When HQ was restored behind this laptop, what it had answered is sent again first, from the seq that it misses [SYN-2].
 * Must never mark an item answered without a receipt for exactly its id and hash.
 */
import { accessSent, unsentAccess } from '../db/access-log.ts';
import { applyReply, epochState, failAttempt, markSending, nextBatch, storedBatch } from '../db/outbox.ts';
import { resetForGeneration } from '../db/pull.ts';
import { read } from '../db/read.ts';
import { set } from '../db/sync-state.ts';
import type { SyncStatus } from '../shared/api.ts';
import { PROTOCOL_VERSION, PUSH_MAX_BYTES, PUSH_MAX_ITEMS, pushReplySchema, SCHEMA_VERSION, type PushItem, type PushReply } from '../shared/sync.ts';
import { json, problemOf, refuse, Stop } from './hq-answer.ts';
import { verifyJws } from './jws.ts';
import type { LoopState, SyncLink, SyncSession } from './sync-link.ts';

/** A heartbeat that says the same as the last is sent again after this long, ms; it also shows a restored HQ that nobody has anything for. */
const BEAT_MS = 15 * 60_000;

export type Push = { readonly push: (session: SyncSession) => Promise<void> };

/** Starts with nothing sent. `nextWait` says how long to wait after a failed attempt, in milliseconds. */
export function createPush(link: SyncLink, state: LoopState, nextWait: (stop: Stop) => number): Push {
  let lastBeat = { session: null as SyncSession | null, text: '', at: 0 };
  const heartbeat = (session: SyncSession) => {
    const found = read(session.store, 'sync.status', {}, { now: link.now(), pmId: session.pmId, status: state });
    const status = found.ok ? found.value as SyncStatus : null;
    return { unsent: status?.ready ?? 0, oldestAt: status?.oldestUnsentAt ?? null, clocksUnder12h: status?.clockAtRisk?.count ?? 0, appVersion: link.version };
  };

  /** One request; applies its receipts. Throws `Stop`: HQ's refusal, or `sync/partly-received` when a receipt is missing. */
  const sendBatch = async (session: SyncSession, ledger: string, epoch: string, items: readonly PushItem[], { isResend = false } = {}): Promise<PushReply> => {
    const last = items.at(-1);
    const head = last ? { seq: last.envelope.seq, head: last.hash } : epochState(session.store);
    const access = unsentAccess(session.store);
    const beat = heartbeat(session);
    const response = await link.authorised(session, '/sync/push', {
      protocol: PROTOCOL_VERSION, schema: SCHEMA_VERSION, ledger, epoch, headJws: session.sign({ ledger, epoch, seq: head.seq, head: head.head }),
      items, heartbeat: beat, access: [...access],
    }, 'application/json');
    const body = await json(response);
    link.same(session);
    if (!response.ok) {
      const problem = problemOf(body, response.status);
      throw refuse(problem.code, problem.details);
    }
    const parsed = pushReplySchema.safeParse(body);
    if (!parsed.success) throw refuse('sync/not-hq', { status: response.status });
    // Only a receipt for exactly what was sent counts [SYN-10]; a checkpoint counts only under HQ's enrolled key.
    const sent = new Map(items.map((i) => [i.envelope.seq, i]));
    const receipts = parsed.data.receipts.filter((r) => sent.get(r.seq)?.hash === r.hash && sent.get(r.seq)?.envelope.id === r.commandId);
    const isCheckpointGood = parsed.data.checkpointJws !== null && verifyJws(session.hqJwk, parsed.data.checkpointJws) !== null;
    if (parsed.data.checkpointJws && !isCheckpointGood) link.log({ event: 'sync/bad-checkpoint' });
    applyReply(session.store, { ...parsed.data, receipts, checkpointJws: isCheckpointGood ? parsed.data.checkpointJws : null }, link.now(), { isResend });
    accessSent(session.store, access.map((a) => a.id), link.now());
    lastBeat = { session, text: JSON.stringify(beat), at: link.nowMs() };
    link.heard(session, parsed.data.serverTime);
    if (receipts.length > 0) set(session.store, 'lastReceivedAt', receipts.at(-1)?.receivedAt ?? link.now());
    link.notify(['outbox', 'receipts', 'statements', 'packets', 'holds', 'returns', 'sync_state']);
    if (new Set(receipts.map((r) => r.seq)).size < items.length) {
      throw new Stop({ code: 'sync/partly-received', details: { received: receipts.length, of: items.length } }, true, 0, 200);
    }
    return parsed.data;
  };

  /** Sends again what HQ had answered and lost, from the seq that it expects up to (not including) `before`. Throws the gap itself when this laptop no longer has it. */
  const resend = async (session: SyncSession, ledger: string, epoch: string, expectSeq: number, before: number): Promise<void> => {
    link.log({ event: 'sync/resend', from: expectSeq, before });
    for (let from = expectSeq; from < before;) {
      const items = storedBatch(session.store, { ledger, epoch, from, before, maxItems: PUSH_MAX_ITEMS, maxBytes: PUSH_MAX_BYTES });
      const last = items.at(-1);
      if (!last || items[0]?.envelope.seq !== from) throw refuse('sync/gap', { expectSeq: from });
      await sendBatch(session, ledger, epoch, items, { isResend: true });
      from = last.envelope.seq + 1;
    }
    // Our copy is of a history that HQ no longer has, even where its new heads have passed our cursors: pull everything again.
    resetForGeneration(session.store, null);
    link.notify(['sync_state']);
  };

  const pushBatch = async (session: SyncSession, items: readonly PushItem[]): Promise<void> => {
    const { ledger, epoch, seq } = (items[0] as PushItem).envelope;
    markSending(session.store, items.map((i) => i.envelope.seq), link.now());
    link.notify(['outbox']);
    try {
      await sendBatch(session, ledger, epoch, items);
    } catch (error) {
      const expectSeq = error instanceof Stop && error.problem.code === 'sync/gap' ? Number(error.problem.details.expectSeq) : Number.NaN;
      if (!Number.isInteger(expectSeq) || expectSeq < 1 || expectSeq >= seq) throw error;
      await resend(session, ledger, epoch, expectSeq, seq);
      await sendBatch(session, ledger, epoch, items);
    }
  };

  /**
   * Hands in heartbeat and access log when no command does. Its answer also tells whether HQ still has all that it answered.
   * A refusal of it stops nothing: the pull that follows hears the same from HQ.
   */
  const handIn = async (session: SyncSession): Promise<void> => {
    const isSame = lastBeat.session === session && lastBeat.text === JSON.stringify(heartbeat(session)) && link.nowMs() - lastBeat.at < BEAT_MS;
    if (isSame && unsentAccess(session.store, 1).length === 0) return;
    const { ledger, epoch, seq } = epochState(session.store);
    let expectSeq: number;
    try {
      ({ expectSeq } = await sendBatch(session, ledger, epoch, []));
    } catch (error) {
      if (!(error instanceof Stop) || error.isRetry || !link.isOpen(session)) throw error;
      link.log({ event: 'sync/hand-in-refused', code: error.problem.code });
      return;
    }
    if (expectSeq <= seq) await resend(session, ledger, epoch, Math.max(1, expectSeq), seq + 1);
  };

  return {
    push: async (session) => {
      for (let done = 0; ;) {
        const items = nextBatch(session.store, { maxItems: PUSH_MAX_ITEMS, maxBytes: PUSH_MAX_BYTES, now: link.now() });
        if (items.length === 0) {
          if (done === 0) await handIn(session);
          break;
        }
        state.sending = { done, of: done + Math.max(heartbeat(session).unsent, items.length), bytesLeft: items.reduce((n, i) => n + Buffer.byteLength(JSON.stringify(i)), 0) };
        try {
          await pushBatch(session, items);
        } catch (error) {
          if (!(error instanceof Stop) || !link.isOpen(session)) throw error;
          const wait = nextWait(error);
          failAttempt(session.store, items.map((i) => i.envelope.seq), error.problem, new Date(link.nowMs() + wait).toISOString());
          if (error.problem.code === 'sync/partly-received') link.log({ event: 'sync/partly-received', ...error.problem.details });
          throw Object.assign(error, { wait });
        }
        done += items.length;
      }
      state.sending = null;
    },
  };
}
