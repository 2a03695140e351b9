/**
 * The kernel: a command declares what it reads and decides purely; laptop (SQLite) and HQ (PostgreSQL)
 * load the reads their own way, call the same functions and store the same rows. The one clever file.
 */
import type { z } from 'zod';
import type { CommandId, StreamId } from './ids.ts';
import type { Result } from './result.ts';
import type { Role } from './roles.ts';
import type { Draft, Rows, TableName } from './rows.ts';
import type { TABLE_KEYS } from './rows.ts';

/** One row by id (null when absent), or all rows that equal `where` on immutable keys. */
export type Read =
  | { readonly kind: 'one'; readonly table: TableName; readonly id: string | null }
  | { readonly kind: 'many'; readonly table: TableName; readonly where: Readonly<Record<string, string>> };
export type One<T extends TableName> = { readonly kind: 'one'; readonly table: T; readonly id: string | null };
export type Many<T extends TableName> = { readonly kind: 'many'; readonly table: T; readonly where: Readonly<Record<string, string>> };
export type Reads = { readonly [name: string]: Read };
/** What `reads` load to. A missing row is null: `decide` says what that means. */
export type State<R extends Reads> = { readonly [K in keyof R]: R[K] extends { readonly kind: 'one'; readonly table: infer T extends TableName } ? Rows[T] | null : R[K] extends { readonly kind: 'many'; readonly table: infer T extends TableName } ? readonly Rows[T][] : never };

export const one = <T extends TableName>(table: T, id: string | null | undefined): One<T> => ({ kind: 'one', table, id: id ?? null });
export const many = <T extends TableName>(table: T, where: { readonly [K in (typeof TABLE_KEYS)[T][number]]?: string }): Many<T> =>
  ({ kind: 'many', table, where: where as Readonly<Record<string, string>> });

/** A row to write, whole. The kernel adds `version` and `changedBy`. */
export type Put = { readonly [T in TableName]: { readonly table: T; readonly row: Draft<T> } }[TableName];
export const put = <T extends TableName>(table: T, row: Draft<T>): Put => ({ table, row }) as unknown as Put;

/** The packet of circumstances that travels with a command. Made once, on the device; never changed after. */
export type Envelope = {
  readonly id: CommandId; readonly ledger: string; readonly epoch: string; readonly seq: number; readonly prev: string;
  readonly device: string; readonly actor: string; readonly role: Role; readonly actingFor?: string;
  /** Wall clock of the device (instant) and IANA zone; monotonic milliseconds within `bootId`. */
  readonly at: string; readonly zone: string; readonly mono: number; readonly bootId: string;
  /** Hash of HQ's last countersigned checkpoint; '' before the first. */
  readonly anchor: string;
  /** Stream versions that the person looked at, as returned by the query that drew the screen. */
  readonly base: Readonly<Record<string, number>>;
  readonly packs: readonly string[]; readonly tz: string;
  /** When this laptop last had everything that HQ had for it; absent before the first whole pull. */
  readonly dataAsOf?: string;
  /** Random, so that hashes in the ledger reveal nothing about short inputs. */
  readonly salt: string;
  /** Compact JWS per sealed statement, in the order of `statements()`. */
  readonly seal?: readonly string[];
};

/** What HQ found when it compared a sealed act with its own facts. On the laptop: 'provisional'. */
export type Verdict = { readonly effect: 'provisional' | 'in_effect' | 'under_review'; readonly reasons: readonly string[]; /** HQ's time of receipt; on the laptop its own, and nothing is counted from it. */ readonly receivedAt: string };

type Common<Input, First extends Reads, Second extends Reads> = {
  readonly name: string; readonly input: z.ZodType<Input>; readonly roles: readonly Role[];
  /** strict: refuse when another device changed what was read. merge: decide again on HQ's state. [SYN-4, SYN-5] */
  readonly conflict: 'strict' | 'merge';
  /** Where it writes, from the rows of the first stage; `env` for what belongs to the person who acts (`pm:<actor>`). */
  readonly stream: (first: State<First>, input: Input, env: Envelope) => StreamId | null;
  /** One or two stages; the second sees the rows of the first. Ids of people come from rows or the envelope, never from input. */
  readonly reads: readonly [(input: Input, env: Envelope) => First] | readonly [(input: Input, env: Envelope) => First, (input: Input, env: Envelope, first: State<First>) => Second];
};
type Both<First extends Reads, Second extends Reads> = State<First> & State<Second>;

export type PlainSpec<Input, First extends Reads, Second extends Reads> = Common<Input, First, Second> & {
  /** Pure and synchronous: same state, input and envelope give the same puts everywhere. */
  readonly decide: (state: Both<First, Second>, input: Input, env: Envelope) => Result<readonly Put[]>;
};

/** A sealed act (SYN-17): refusable before the seal, a fact after it. */
export type SealedSpec<Input, First extends Reads, Second extends Reads, Statement> = Common<Input, First, Second> & {
  /** The statements to seal, or why it must not be sealed. HQ runs it again to compare the sealed facts with its own. */
  readonly statements: (state: Both<First, Second>, input: Input, env: Envelope) => Result<readonly Statement[]>;
  /** Rules by which two statements over the same act differ in a way that matters; empty = same facts. */
  readonly differences: (sealed: Statement, hq: Statement) => readonly string[];
  /** Rows that record the sealed act, from the sealed statements, whatever the verdict. Never refuses. */
  readonly record: (state: Both<First, Second>, input: Input, env: Envelope, sealed: readonly { readonly statement: Statement; readonly jws: string }[], verdict: Verdict) => readonly Put[];
};

export type PlainCommand<Input, First extends Reads, Second extends Reads> = PlainSpec<Input, First, Second> & { readonly kind: 'plain' };
export type SealedCommand<Input, First extends Reads, Second extends Reads, Statement> = SealedSpec<Input, First, Second, Statement> & { readonly kind: 'sealed' };

/* biome-ignore-start lint/suspicious/noExplicitAny: a registry holds commands of every input; each is typed where it is defined */
type AnyCommon = {
  readonly name: string; readonly input: z.ZodType<any>; readonly roles: readonly Role[]; readonly conflict: 'strict' | 'merge';
  readonly stream: (first: any, input: any, env: Envelope) => StreamId | null; readonly reads: readonly ((...args: any[]) => Reads)[];
};
type AnySealed = {
  readonly kind: 'sealed'; readonly statements: (state: any, input: any, env: Envelope) => Result<readonly any[]>; readonly differences: (sealed: any, hq: any) => readonly string[];
  readonly record: (state: any, input: any, env: Envelope, sealed: readonly { readonly statement: any; readonly jws: string }[], verdict: Verdict) => readonly Put[];
};
/** Any command of the registries, for the two runners. */
export type AnyCommand = AnyCommon & ({ readonly kind: 'plain'; readonly decide: (state: any, input: any, env: Envelope) => Result<readonly Put[]> } | AnySealed);
/* biome-ignore-end lint/suspicious/noExplicitAny: see above */

type NoReads = Record<never, never>;
/** Declares a plain command. */
export const command = <Input, First extends Reads, Second extends Reads = NoReads>(c: PlainSpec<Input, First, Second>): PlainCommand<Input, First, Second> => ({ kind: 'plain', ...c });
/** Declares a sealed command. */
export const sealedCommand = <Input, First extends Reads, Second extends Reads, Statement>(c: SealedSpec<Input, First, Second, Statement>): SealedCommand<Input, First, Second, Statement> => ({ kind: 'sealed', ...c });

/** The read stages of any command, for the two runners: `stage(input, env, rowsOfTheFirst)`. */
export const stages = (c: AnyCommand): readonly ((input: unknown, env: Envelope, first: unknown) => Reads)[] =>
  c.reads as unknown as readonly ((input: unknown, env: Envelope, first: unknown) => Reads)[];
