/**
 * Expected outcomes as data. A refusal is a `Problem`, never a thrown error;
 * throwing is for bugs and broken disks only.
 */

/** A refusal a person can act on. `code` is `noun/what`; `text.ts` turns it into a sentence. */
export type Problem = {
  readonly code: string;
  /** Values that the sentence for `code` names: field paths, rule ids, expected and found values. Never personal data. */
  readonly details: Readonly<Record<string, unknown>>;
};

export type Ok<T> = { readonly ok: true; readonly value: T };
export type No = { readonly ok: false; readonly problem: Problem };
export type Result<T> = Ok<T> | No;

/** The expected good outcome. */
export const ok = <T>(value: T): Ok<T> => ({ ok: true, value });

/** The expected bad outcome: a problem code and the values that its sentence needs. */
export const no = (code: string, details: Readonly<Record<string, unknown>> = {}): No => ({
  ok: false,
  problem: { code, details },
});

/** Exhaustiveness guard for unions. Throws, because reaching it is a bug. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
