/** A named read and the tables that it depends on, so that `changed(tables)` re-reads exactly what moved. */
import type { z } from 'zod';

/** Local tables that queries may depend on beside the shared ones. */
export type LocalTable = 'outbox' | 'receipts' | 'ledger_entries' | 'drafts' | 'sync_state' | 'session' | 'seen' | 'attachments';

export type Query<In, Out> = { readonly name: string; readonly input: z.ZodType<In>; readonly tables: readonly string[]; readonly _out?: Out };
export const query = <Out>() => <In>(name: string, input: z.ZodType<In>, tables: readonly string[]): Query<In, Out> => ({ name, input, tables });
