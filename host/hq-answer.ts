/**
 * Reading what HQ answers: a stop with its problem, bodies with limits, NDJSON line by line.
 * Never trusts HQ for sizes, and never decides what an answer means for the store.
 */
import type { Problem } from '../shared/result.ts';

/** Guards against a hostile or broken HQ. */
export const LIMITS = { lineBytes: 8 * 1024 * 1024, pageRows: 20_000, pageBytes: 128 * 1024 * 1024, replyBytes: 16 * 1024 * 1024 } as const;
const RETRY_AFTER_CAP_MS = 60 * 60_000;
/** How long a connection may say nothing before it counts as cut. */
export const IDLE_TIMEOUT_MS = 30_000;

/** Why a cycle ended early. */
export class Stop extends Error {
  readonly problem: Problem;
  readonly isRetry: boolean;
  readonly retryAfterMs: number;
  readonly status: number;
  constructor(problem: Problem, isRetry: boolean, retryAfterMs = 0, status = 0) {
    super(problem.code);
    this.problem = problem;
    this.isRetry = isRetry;
    this.retryAfterMs = retryAfterMs;
    this.status = status;
  }
}
export const refuse = (code: string, details: Readonly<Record<string, unknown>> = {}): Stop => new Stop({ code, details }, false);
export const unreachable = (details: Readonly<Record<string, unknown>> = {}): Stop => new Stop({ code: 'sync/unreachable', details }, true);

export function retryAfterMs(response: Response, now: number): number {
  const text = response.headers.get('retry-after');
  if (!text) return 0;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_CAP_MS) : 0;
}

/** Chunks of a body; a cut connection or thirty silent seconds is "could not reach". */
export async function* chunks(response: Response): AsyncGenerator<Uint8Array> {
  if (!response.body) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const silence = new Promise<never>((_resolve, reject) => { timer = setTimeout(() => reject(new Error('silent')), IDLE_TIMEOUT_MS); });
      const { done, value } = await Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } catch {
    throw unreachable({ cause: 'cut' });
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
async function text(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks(response)) {
    size += chunk.byteLength;
    if (size > LIMITS.replyBytes) throw refuse('sync/reply-too-large', { limit: LIMITS.replyBytes });
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}
export async function json(response: Response): Promise<unknown> {
  const body = await text(response);
  try {
    return JSON.parse(body);
  } catch {
    throw refuse('sync/not-hq', { status: response.status });
  }
}
/** The problem that HQ's answer carries, else one that names the status. */
export function problemOf(body: unknown, status: number): Problem {
  const found = (body as { problem?: Problem; error?: string } | null)?.problem;
  return found && typeof found.code === 'string' ? { code: found.code, details: found.details ?? {} } : { code: 'sync/refused', details: { status } };
}

/** Lines of an NDJSON body, decompressed on the way; each at most `LIMITS.lineBytes`. */
export async function* lines(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks(response)) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > LIMITS.lineBytes) throw refuse('sync/line-too-long', { limit: LIMITS.lineBytes });
    yield* parts;
  }
  if (rest) yield rest;
}
