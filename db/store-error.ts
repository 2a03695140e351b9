/**
 * What goes wrong with the store itself, as a problem a person can act on.
 * Thrown, not returned: a store that cannot be opened or written is never an expected answer to a command.
 */
import type { Problem } from '../shared/result.ts';

/** A store failure with its problem code (`store/wrong-key`, `store/newer`, `store/disk-full`, ...). Never carries personal data. */
export class StoreError extends Error {
  readonly problem: Problem;
  constructor(code: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = 'StoreError';
    this.problem = { code, details };
  }
}

/** SQLite's own code of an error (`SQLITE_FULL`), or '' for anything else. */
export const sqliteCode = (error: unknown): string => {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : '';
};

/** The store error that a SQLite error means; any other error comes back as it is. */
export function asStoreError(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === 'SQLITE_FULL') return new StoreError('store/disk-full', {}, error);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return new StoreError('store/in-use', {}, error);
  if (code.startsWith('SQLITE_CORRUPT')) return new StoreError('store/damaged', { code }, error);
  if (code === 'SQLITE_NOTADB') return new StoreError('store/wrong-key', {}, error);
  if (code.startsWith('SQLITE_IOERR')) return new StoreError('store/disk-error', { code }, error);
  return error;
}
