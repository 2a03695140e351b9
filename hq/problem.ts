/** A refusal of a whole request, with its HTTP status. Thrown inside a handler, answered as `{ ok: false, problem }`; never carries a stack outward. */
import type { Problem } from '../shared/result.ts';

export class Refusal extends Error {
  readonly status: number;
  readonly problem: Problem;
  constructor(status: number, code: string, details: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.status = status;
    this.problem = { code, details };
  }
}

/** True when PostgreSQL refused the *values* of a statement (class 22 or 23): the same item would fail again for ever. */
export function isBadValue(error: unknown): boolean {
  for (let e = error as { readonly code?: unknown; readonly cause?: unknown } | null | undefined, depth = 0; e && depth < 5; e = e.cause as typeof e, depth += 1) {
    if (typeof e.code === 'string' && /^2[23][0-9A-Z]{3}$/.test(e.code)) return true;
  }
  return false;
}

/** True when the database said the error or the connection to it was lost: nothing about the item is known. */
export function isDatabaseError(error: unknown): boolean {
  for (let e = error as { readonly code?: unknown; readonly name?: unknown; readonly cause?: unknown } | null | undefined, depth = 0; e && depth < 5; e = e.cause as typeof e, depth += 1) {
    if (typeof e.code === 'string' && /^([0-9A-Z]{5}|E[A-Z]+)$/.test(e.code)) return true;
    if (e.name === 'DrizzleQueryError') return true;
  }
  return false;
}
