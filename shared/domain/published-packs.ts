/**
 * Packs that HQ published: which one counts at a moment, which may not and why, what was lowered lately, and what HQ's signature covers.
 * Laptop, HQ and screen ask the same functions on the same rows. Must never let a pack count that is not signed, or before it was published.
 */
import { canonicalHash } from '../canonical.ts';
import { no, type Problem, type Result } from '../result.ts';
import type { CheckRunRow, RulePackRow } from '../rows.ts';
import { msOf, utcInstant } from '../time.ts';
import { checkPack, CORE_PACK, type RulePack } from './packs.ts';

/** What the laptop stores in place of a signature that did not verify under HQ's enrolled key. */
export const UNVERIFIED = 'unverified';
/** `typ` of the JWS header, so that no other signature of HQ can stand for a pack. */
export const PACK_SIGNATURE_TYPE = 'fieldbook-rule-pack';
/** Minutes that a publisher's clock may be ahead. */
const AHEAD_MS = 5 * 60_000;

/** Id of the row of a pack version. */
export const packRowId = (version: string): string => `pack.${version}`;
/** Signed and, where it came by pull, verified. */
export const isVerified = (row: Pick<RulePackRow, 'jws'>): boolean => row.jws !== '' && row.jws !== UNVERIFIED;
/** Waits for another approval: it counts for nothing yet. */
export const isProposal = (row: Pick<RulePackRow, 'jws'>): boolean => row.jws === '';

/** What HQ signs: who did what, from when, and the SHA-256 of the document's RFC 8785 text. */
export const packPayload = (row: RulePackRow) => ({
  v: 1, kind: 'rule-pack', version: row.packVersion, documentHash: row.documentHash, effectiveFrom: row.effectiveFrom, publishedAt: row.publishedAt,
  publishedBy: row.publishedBy, approvers: [...row.approvers], lowered: row.lowered.map(({ rule, what }) => ({ rule, what })),
});

/** Read packs by the hash of their text: reading one takes longer than all checks of a packet. The text itself is compared, so that no wrong hash misleads. */
const readPacks = new Map<string, { readonly text: string; readonly result: Result<RulePack> }>();
/** The pack of a row, or why it may not count: `checkPack` on its document. Computed once per text. */
export function readPack(row: Pick<RulePackRow, 'document' | 'documentHash' | 'packVersion'>): Result<RulePack> {
  const known = readPacks.get(row.documentHash);
  if (known?.text === row.document) return known.result;
  let value: unknown = null;
  try {
    value = JSON.parse(row.document);
  } catch {
    value = null;
  }
  const read = checkPack(value);
  const result = read.ok && read.value.version !== row.packVersion ? no('pack/other-version', { version: row.packVersion, says: read.value.version }) : read;
  if (readPacks.size >= 64) readPacks.clear();
  readPacks.set(row.documentHash, { text: row.document, result });
  return result;
}

/** Why a published pack may not count at `at`; null when it may (now, or once its time has come). */
export function packTrouble(row: RulePackRow, at: string): Problem | null {
  if (!isVerified(row)) return no('pack/bad-signature', { version: row.packVersion }).problem;
  if (msOf(row.publishedAt) > msOf(at) + AHEAD_MS) return no('pack/from-the-future', { version: row.packVersion, publishedAt: row.publishedAt }).problem;
  const read = readPack(row);
  if (!read.ok) return { code: read.problem.code, details: { version: row.packVersion, ...read.problem.details } };
  return row.lowered.length > 0 && new Set(row.approvers).size < 2 ? no('pack/needs-two-approvers', { version: row.packVersion, rules: rulesOf(row) }).problem : null;
}
const rulesOf = (row: RulePackRow): readonly string[] => [...new Set(row.lowered.map((l) => l.rule))];

/** Newest published first. */
const newestFirst = (rows: readonly RulePackRow[]): readonly RulePackRow[] =>
  rows.filter((r) => !isProposal(r)).sort((a, b) => (a.publishedAt > b.publishedAt ? -1 : a.publishedAt < b.publishedAt ? 1 : a.packVersion > b.packVersion ? -1 : 1));

export type ActivePack = { readonly pack: RulePack; /** Null: the pack of the repository. */ readonly row: RulePackRow | null };
/**
 * The pack that counts at an instant: of those that verify, can be read, hold the floor and have begun, the last published; else the pack of the repository.
 * A pack never counts before HQ published it, whatever start it names: an act is judged by what stood at its time.
 * Reads no pack older than the one it finds, so it costs the same however long the history is.
 */
export function activePack(rows: readonly RulePackRow[], at: string): ActivePack {
  const now = msOf(at);
  for (const row of newestFirst(rows)) {
    if (!isVerified(row) || msOf(row.publishedAt) > now || msOf(row.effectiveFrom) > now || packTrouble(row, at) !== null) continue;
    const read = readPack(row);
    if (read.ok) return { pack: read.value, row };
  }
  return { pack: CORE_PACK, row: null };
}

/** Fit packs whose time has not come, the next to begin first. One that was published before the active pack is overtaken and no longer waits. */
export function waitingPacks(rows: readonly RulePackRow[], at: string): readonly RulePackRow[] {
  const active = activePack(rows, at).row;
  return newestFirst(rows).filter((r) => isVerified(r) && msOf(r.effectiveFrom) > msOf(at) && (active === null || r.publishedAt > active.publishedAt) && packTrouble(r, at) === null)
    .sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
}

export type InactivePack = { readonly version: string; readonly problem: Problem };
/** Published packs that may not count, each with the reason. */
export const inactivePacks = (rows: readonly RulePackRow[], at: string): readonly InactivePack[] =>
  newestFirst(rows).flatMap((row) => {
    const problem = packTrouble(row, at);
    return problem ? [{ version: row.packVersion, problem }] : [];
  });

/** The rows that can decide something from `at` on: the active one and those that wait. What a screen needs, without the history. */
export function packsInPlay(rows: readonly RulePackRow[], at: string): readonly RulePackRow[] {
  const { row } = activePack(rows, at);
  return [...(row ? [row] : []), ...waitingPacks(rows, at)];
}

/** How long the app shows what a pack lowered, in days from the moment that it counts. */
export const LOWERED_SHOWN_DAYS = 30;
export type LoweredNote = { readonly version: string; readonly rule: string; readonly what: string; readonly approvers: readonly string[]; readonly since: string; readonly until: string };
/** What packs took back that began in the last 30 days or are still to begin, the newest first. Packs that may not count lowered nothing. */
export function loweredNotes(rows: readonly RulePackRow[], at: string): readonly LoweredNote[] {
  const days = LOWERED_SHOWN_DAYS * 86_400_000;
  return newestFirst(rows).filter((r) => isVerified(r) && r.lowered.length > 0 && msOf(r.effectiveFrom) > msOf(at) - days && packTrouble(r, at) === null).flatMap((r) => r.lowered.map(({ rule, what }) => ({
    version: r.packVersion, rule, what, approvers: r.approvers, since: r.effectiveFrom, until: utcInstant(msOf(r.effectiveFrom) + days),
  })));
}

const packHashes = new WeakMap<RulePack, string>();
/** Hash of what decides in the pack's rows: a statement that names it proves by which severity, gates and dates each rule was judged. */
export function packHash(pack: RulePack): string {
  const known = packHashes.get(pack);
  if (known !== undefined) return known;
  const hash = canonicalHash(pack.rows.map(({ id, predicate, parameters, severity, gates, forms, looksAt, effectiveFrom, effectiveTo, jurisdiction }) =>
    ({ id, predicate, parameters, severity, gates, forms, looksAt, effectiveFrom, effectiveTo, jurisdiction })));
  packHashes.set(pack, hash);
  return hash;
}

/** The newest check run of one packet version: a re-evaluation adds a run and keeps the ones before. Null when there is none. */
export function newestRun(runs: readonly CheckRunRow[], number: number): CheckRunRow | null {
  let newest: CheckRunRow | null = null;
  for (const run of runs) {
    if (run.number !== number) continue;
    if (!newest || run.evaluatedAt > newest.evaluatedAt || (run.evaluatedAt === newest.evaluatedAt && run.id > newest.id)) newest = run;
  }
  return newest;
}
