/**
 * Rule packs: dated rows that counsel can change without a change of code, and what makes a pack unfit to become active.
 * Code holds a floor that no pack goes under. Publishing, signing and pulling packs are elsewhere (`published-packs.ts`, `hq/packs.ts`, `host/packs.ts`); here is only what a pack may say.
 */
import { z } from 'zod';
import { no, ok, type Result } from '../result.ts';
import { msOf } from '../time.ts';
import { type Parameters, parametersOf, type Predicate } from './checks/answer.ts';
import { PREDICATES } from './checks/predicates.ts';
import { CORE_RULES } from './core-rules.ts';
import { FORM_KINDS } from './packet.ts';
import type { Rule, Severity } from './sufficiency.ts';

/** A pack as code uses it. `version` names it in every check run and statement; `publishedAt` is an ISO instant. */
export type RulePack = {
  readonly schema: 'pack/1'; readonly version: string; readonly publishedAt: string;
  /** Who approved the pack as a whole; lowering needs two (see `lowered`). */
  readonly approvedBy: readonly string[];
  /** The moment from which the pack counts, the same everywhere; absent: as soon as it is published. Rows have days of their own, counted at the site. */
  readonly effectiveFrom?: string | undefined;
  readonly rows: readonly Rule[];
};

/** The pack in the repository: what a device judges by until it has another. */
export const CORE_PACK: RulePack = { schema: 'pack/1', version: 'core-2026.12', publishedAt: '2026-11-24T00:00:00.000Z', approvedBy: ['product default'], rows: CORE_RULES };

/** Half a surrogate pair has no canonical form, so it could not be signed. */
const text = (max: number) => z.string().trim().min(1).max(max).refine((t) => !/\p{Surrogate}/u.test(t), 'not whole Unicode text');
const places = z.array(text(120)).min(1).max(100).nullable();
const rowSchema = z.strictObject({
  id: z.string().regex(/^[A-Z0-9]{2,6}-[0-9]{1,3}[A-Z]?$/), predicate: z.string().regex(/^[A-Z0-9]{2,6}-[0-9]{1,3}[A-Z]?@[1-9][0-9]*$/), parameters: z.record(z.string().max(60), z.json()),
  severity: z.enum(['BLOCK', 'HOLD', 'WARN', 'INFO']),
  gates: z.array(z.templateLiteral([z.enum(['sign', 'issue', 'serve', 'effective']), ':', z.enum(['*', ...FORM_KINDS])])).min(1).max(40),
  sentence: text(400), source: text(400), forms: z.array(z.enum(FORM_KINDS)).max(27), looksAt: z.enum(['prepared', 'signed', 'issued', 'served']),
  effectiveFrom: z.iso.date(), effectiveTo: z.iso.date().nullable(), jurisdiction: z.strictObject({ fieldOffices: places, states: places }).nullable(), approvedBy: text(200),
});
/** A pack document as it is published: JSON, every value data. */
export const packSchema = z.strictObject({
  schema: z.literal('pack/1'), version: z.string().regex(/^[a-z0-9][a-z0-9.-]{2,60}$/), publishedAt: z.iso.datetime({ offset: true }), approvedBy: z.array(text(200)).max(20),
  effectiveFrom: z.iso.datetime({ offset: true }).optional(), rows: z.array(rowSchema).min(1).max(2000),
});

/** Rules that stand in every pack, everywhere, at no less than their severity here. PK-00 is a property of commands: no pack can touch it. */
export const FLOOR = ['PK-06', 'PK-07', 'PK-08', 'PK-09', 'PK-10', 'PK-15', 'PK-19', 'DET-03', 'DET-10', 'NTA-06', 'WSO-01', 'REIN-03'] as const;

const RANK = { INFO: 0, WARN: 1, HOLD: 2, BLOCK: 3 } as const satisfies Record<Severity, number>;
/** Minutes that a publisher's clock may be ahead. */
const AHEAD_MS = 5 * 60_000;

/** True when two rows of one rule could both be in force for one packet. */
function overlap(a: Rule, b: Rule): boolean {
  const inTime = (a.effectiveTo === null || b.effectiveFrom < a.effectiveTo) && (b.effectiveTo === null || a.effectiveFrom < b.effectiveTo);
  const meet = (x: readonly string[] | null | undefined, y: readonly string[] | null | undefined): boolean => !x || !y || x.some((p) => y.includes(p));
  return inTime && meet(a.jurisdiction?.fieldOffices, b.jurisdiction?.fieldOffices) && meet(a.jurisdiction?.states, b.jurisdiction?.states);
}

const nameOf = (predicate: string): string => predicate.split('@')[0] ?? predicate;
const numberOf = (predicate: string): number => Number(predicate.split('@')[1] ?? 0);
/** The same predicate or a later edition of it. */
const isSameOrLater = (predicate: string, than: string): boolean => nameOf(predicate) === nameOf(than) && numberOf(predicate) >= numberOf(than);

/** Why one rule of the floor does not stand in these rows as it must; null when it does. */
function floorProblem(core: Rule, rows: readonly Rule[]): ReturnType<typeof no> | null {
  const own = rows.filter((r) => r.id === core.id);
  const row = own[0];
  if (!row) return no('pack/floor-missing', { rule: core.id });
  if (own.length > 1 || row.jurisdiction !== null) return no('pack/floor-narrowed', { rule: core.id });
  if (row.effectiveTo !== null || row.effectiveFrom > core.effectiveFrom) return no('pack/floor-ended', { rule: core.id, from: row.effectiveFrom, to: row.effectiveTo });
  if (RANK[row.severity] < RANK[core.severity]) return no('pack/floor-lowered', { rule: core.id, severity: row.severity, least: core.severity });
  if (!isSameOrLater(row.predicate, core.predicate) || core.gates.some((g) => !row.gates.includes(g))) return no('pack/floor-weakened', { rule: core.id, predicate: row.predicate, gates: row.gates });
  return null;
}

/**
 * Reads a pack document and says whether it may become active: the pack, or the first reason why not, naming the row.
 * `pack/not-a-pack`, `pack/from-the-future`, `pack/bad-dates`, `pack/unknown-predicate`, `pack/bad-parameters`, `pack/duplicate-rule`, `pack/floor-*`.
 * `now`: refuse a pack that says it was published later than this. Signatures are checked before, on the bytes.
 */
export function checkPack(input: unknown, now: string | null = null, predicates: Readonly<Record<string, Predicate>> = PREDICATES): Result<RulePack> {
  const read = packSchema.safeParse(input);
  if (!read.success) return no('pack/not-a-pack', { fields: read.error.issues.slice(0, 5).map((i) => `${fieldOf(input, i.path)}: ${i.message}`) });
  const pack: RulePack = read.data;
  if (now !== null && msOf(pack.publishedAt) > msOf(now) + AHEAD_MS) return no('pack/from-the-future', { version: pack.version, publishedAt: pack.publishedAt });
  for (const row of pack.rows) {
    if (row.effectiveTo !== null && row.effectiveTo <= row.effectiveFrom) return no('pack/bad-dates', { rule: row.id, from: row.effectiveFrom, to: row.effectiveTo });
    const predicate = Object.hasOwn(predicates, row.predicate) ? predicates[row.predicate] : undefined;
    if (!predicate) return no('pack/unknown-predicate', { rule: row.id, predicate: row.predicate });
    const set = parametersOf(predicate).safeParse(row.parameters);
    if (!set.success) return no('pack/bad-parameters', { rule: row.id, fields: set.error.issues.slice(0, 5).map((i) => `${i.path.join('.') || 'parameters'}: ${i.message}`) });
  }
  const seen = new Map<string, Rule[]>();
  for (const row of pack.rows) {
    const before = seen.get(row.id) ?? [];
    if (before.some((other) => overlap(other, row))) return no('pack/duplicate-rule', { rule: row.id });
    seen.set(row.id, [...before, row]);
  }
  for (const id of FLOOR) {
    const core = CORE_RULES.find((r) => r.id === id);
    if (!core) throw new Error(`the floor names ${id}, which the core pack does not have`);
    const problem = floorProblem(core, pack.rows);
    if (problem) return problem;
  }
  return ok(pack);
}

/** `rows.3 (PK-06).severity`: the path with the rule's id, so that a person finds the row. */
function fieldOf(input: unknown, path: readonly PropertyKey[]): string {
  const [list, n, ...rest] = path;
  if (list !== 'rows' || typeof n !== 'number') return path.join('.') || 'pack';
  const rows = typeof input === 'object' && input !== null && 'rows' in input && Array.isArray(input.rows) ? input.rows : [];
  const row: unknown = rows[n];
  const id = typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'string' ? ` (${row.id.slice(0, 20)})` : '';
  return [`rows.${n}${id}`, ...rest].join('.');
}

/** What a new pack takes back of one rule. `parameters`: set otherwise, so that it may ask less. */
export type Lowering = { readonly rule: string; readonly what: 'removed' | 'ended' | 'starts_later' | 'severity' | 'narrowed' | 'gates' | 'predicate' | 'parameters'; readonly from: string; readonly to: string };

const sameValue = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)])) : value;
}
const parametersText = (p: Parameters): string => JSON.stringify(sorted(p)).slice(0, 200);
const placesText = (rule: Rule): string => (rule.jurisdiction === null ? 'everywhere' : [...(rule.jurisdiction.fieldOffices ?? []), ...(rule.jurisdiction.states ?? [])].join(', '));

/**
 * Rules that ask less under `after` than under `before`: a lower severity, an end, a removal, fewer acts or places, another predicate or other parameters.
 * Such a pack needs two approvers and is shown for 30 days. Rows of one rule are compared in their order; a rule with more rows than before is compared with its last.
 */
export function lowered(before: RulePack, after: RulePack): readonly Lowering[] {
  const found: Lowering[] = [];
  const rowsOf = (pack: RulePack, id: string): readonly Rule[] => pack.rows.filter((r) => r.id === id);
  for (const id of new Set(before.rows.map((r) => r.id))) {
    const next = rowsOf(after, id);
    if (next.length === 0) {
      found.push({ rule: id, what: 'removed', from: rowsOf(before, id)[0]?.severity ?? '', to: 'no row' });
      continue;
    }
    rowsOf(before, id).forEach((old, n) => {
      const row = next[n] ?? next.at(-1);
      if (row) found.push(...loweringsOf(old, row));
    });
    // A further row of the rule can lower it from its own date on.
    const last = rowsOf(before, id).at(-1);
    for (const row of next.slice(rowsOf(before, id).length)) if (last) found.push(...loweringsOf({ ...last, effectiveFrom: row.effectiveFrom, effectiveTo: row.effectiveTo }, row));
  }
  return found;
}

function loweringsOf(old: Rule, row: Rule): readonly Lowering[] {
  const found: Lowering[] = [];
  const say = (what: Lowering['what'], from: string, to: string): void => {
    found.push({ rule: old.id, what, from, to });
  };
  if (RANK[row.severity] < RANK[old.severity]) say('severity', old.severity, row.severity);
  if (row.effectiveTo !== null && (old.effectiveTo === null || row.effectiveTo < old.effectiveTo)) say('ended', old.effectiveTo ?? 'open', row.effectiveTo);
  if (row.effectiveFrom > old.effectiveFrom) say('starts_later', old.effectiveFrom, row.effectiveFrom);
  const narrows = (was: readonly string[] | null | undefined, is: readonly string[] | null | undefined): boolean => (is ? !was || was.some((p) => !is.includes(p)) : false);
  if (narrows(old.jurisdiction?.fieldOffices, row.jurisdiction?.fieldOffices) || narrows(old.jurisdiction?.states, row.jurisdiction?.states)) say('narrowed', placesText(old), placesText(row));
  if (old.gates.some((g) => !row.gates.includes(g))) say('gates', old.gates.join(', '), row.gates.join(', '));
  if (!isSameOrLater(row.predicate, old.predicate)) say('predicate', old.predicate, row.predicate);
  else if (row.predicate === old.predicate && !sameValue(old.parameters, row.parameters)) say('parameters', parametersText(old.parameters), parametersText(row.parameters));
  return found;
}
