/**
 * How HQ publishes a rule pack: `pack.publish` by counsel or the program's heads, and `pack.approve` by a second person where a pack asks less than
 * the one before. Pure: HQ signs the row afterwards, in the same transaction (`hq/packs.ts`). Must never publish what `checkPack` refuses.
 */
import { z } from 'zod';
import { canonical } from '../canonical.ts';
import { command, many, one, put, type AnyCommand, type Put } from '../command.ts';
import { PROGRAM_STREAM, sha256Hex } from '../ids.ts';
import { no, ok, type Result } from '../result.ts';
import type { Role } from '../roles.ts';
import type { Draft, LoweredRule, RulePackRow, StaffRow } from '../rows.ts';
import { msOf, utcInstant } from '../time.ts';
import { checkPack, CORE_PACK, lowered, type Lowering, type RulePack } from './packs.ts';
import { activePack, isVerified, packRowId, readPack, waitingPacks } from './published-packs.ts';

/** Who may publish and approve rules. */
export const PACK_ROLES = ['opla', 'national_pm', 'unit_chief'] as const satisfies readonly Role[];
/** A pack's text at most: it goes to every laptop in one line. */
export const PACK_MAX_CHARS = 2_000_000;
/** A start further ahead than this is taken for a slip of the pen, in days. */
const FARTHEST_DAYS = 366;
/** How far a start may lie in the past when it arrives, ms: the time that sending takes. */
const LATE_MS = 5 * 60_000;

/** `severity: BLOCK to WARN`: one lowering as it is stored and shown. */
export const loweringWords = (l: Lowering): LoweredRule => ({ rule: l.rule, what: `${l.what.replaceAll('_', ' ')}: ${l.from} to ${l.to}`.slice(0, 500) });

/** What this pack takes back of the one that counts now and of those that wait to count: each rule and change once. */
function loweringsOf(packs: readonly RulePackRow[], pack: RulePack, at: string): readonly LoweredRule[] {
  const others = packs.filter((r) => r.packVersion !== pack.version);
  const before: readonly RulePack[] = [activePack(others, at).pack, ...waitingPacks(others, at).flatMap((r) => {
    const read = readPack(r);
    return read.ok ? [read.value] : [];
  })];
  const found = new Map(before.flatMap((b) => lowered(b, pack)).map((l) => [`${l.rule}/${l.what}`, loweringWords(l)]));
  return [...found.values()].sort((a, b) => (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.what < b.what ? -1 : 1));
}

/** Approving is a named person's act: on the staff list, active, in the role that they act in. */
function approverProblem(person: StaffRow | null, actor: string, role: Role, at: string): ReturnType<typeof no> | null {
  if (!person || person.role !== role) return no('pack/unknown-person', { actor, role });
  return person.activeFrom > at || (person.activeTo !== null && person.activeTo <= at) ? no('pack/person-not-active', { actor }) : null;
}

/** A row with its publication, once enough people approved it. `lowered` empty: the publisher's own approval is enough; else two people. */
function published(row: Draft<'rule_packs'>, startsAt: string | undefined, at: string): Draft<'rule_packs'> {
  const needed = row.lowered.length > 0 ? 2 : 1;
  if (new Set(row.approvers).size < needed) return row;
  return { ...row, publishedAt: at, effectiveFrom: startsAt !== undefined && msOf(startsAt) > msOf(at) ? utcInstant(msOf(startsAt)) : at };
}

/**
 * `pack.publish`: a whole pack as a document without `publishedAt` and `approvedBy`, which HQ sets. Published at once when it asks no less than the packs
 * before; else a proposal that waits for `pack.approve` by somebody else. Refusals: `checkPack`'s, pack/version-taken, pack/starts-in-the-past,
 * pack/starts-too-late, pack/too-large, pack/unknown-person, pack/person-not-active.
 */
export const packPublish = command({
  name: 'pack.publish', conflict: 'strict', roles: PACK_ROLES,
  input: z.strictObject({ pack: z.record(z.string(), z.unknown()) }),
  reads: [(_i, env) => ({ packs: many('rule_packs', { stream: PROGRAM_STREAM }), person: one('staff', env.actor) })],
  stream: () => PROGRAM_STREAM,
  decide: ({ packs, person }, { pack: asked }, env): Result<readonly Put[]> => {
    const wrong = approverProblem(person, env.actor, env.role, env.at);
    if (wrong) return wrong;
    const read = checkPack({ ...asked, publishedAt: env.at, approvedBy: [env.actor] }, env.at);
    if (!read.ok) return read;
    const pack = read.value;
    if (pack.version === CORE_PACK.version || packs.some((r) => r.packVersion === pack.version)) return no('pack/version-taken', { version: pack.version });
    if (pack.effectiveFrom !== undefined) {
      const ahead = msOf(pack.effectiveFrom) - msOf(env.at);
      if (ahead < -LATE_MS) return no('pack/starts-in-the-past', { version: pack.version, effectiveFrom: pack.effectiveFrom });
      if (ahead > FARTHEST_DAYS * 86_400_000) return no('pack/starts-too-late', { version: pack.version, effectiveFrom: pack.effectiveFrom, days: FARTHEST_DAYS });
    }
    const document = canonical(JSON.parse(JSON.stringify(pack)));
    if (document.length > PACK_MAX_CHARS) return no('pack/too-large', { version: pack.version, most: PACK_MAX_CHARS });
    const row: Draft<'rule_packs'> = {
      id: packRowId(pack.version), stream: PROGRAM_STREAM, packVersion: pack.version, document, documentHash: sha256Hex(document), jws: '', effectiveFrom: pack.effectiveFrom ?? '',
      publishedBy: env.actor, publishedAt: '', approvers: [env.actor], lowered: loweringsOf(packs, pack, env.at),
    };
    return ok([put('rule_packs', published(row, pack.effectiveFrom, env.at))]);
  },
});

/**
 * `pack.approve`: the second approval of a proposal, of exactly the text with this hash. Refusals: pack/unknown, pack/already-published, pack/other-text,
 * pack/approver-twice, pack/lowers-otherwise (another pack was published since), and those on the person.
 */
export const packApprove = command({
  name: 'pack.approve', conflict: 'strict', roles: PACK_ROLES,
  input: z.strictObject({ version: z.string().min(1).max(80), documentHash: z.string().regex(/^[0-9a-f]{64}$/) }),
  reads: [(_i, env) => ({ packs: many('rule_packs', { stream: PROGRAM_STREAM }), person: one('staff', env.actor) })],
  stream: () => PROGRAM_STREAM,
  decide: ({ packs, person }, i, env): Result<readonly Put[]> => {
    const wrong = approverProblem(person, env.actor, env.role, env.at);
    if (wrong) return wrong;
    const stored = packs.find((r) => r.packVersion === i.version);
    if (!stored) return no('pack/unknown', { version: i.version });
    if (isVerified(stored)) return no('pack/already-published', { version: i.version, publishedAt: stored.publishedAt });
    if (stored.documentHash !== i.documentHash) return no('pack/other-text', { version: i.version });
    if (stored.approvers.includes(env.actor)) return no('pack/approver-twice', { version: i.version });
    const read = readPack(stored);
    if (!read.ok) return read;
    // What the first person approved was compared with the packs of that day; a pack published since may make it lower something else.
    if (canonical(loweringsOf(packs, read.value, env.at)) !== canonical(stored.lowered)) return no('pack/lowers-otherwise', { version: i.version });
    const { version: _v, changedBy: _c, ...row } = stored;
    return ok([put('rule_packs', published({ ...row, approvers: [...row.approvers, env.actor] }, read.value.effectiveFrom, env.at))]);
  },
});

/** Commands on rule packs, by name. */
export const PACK_COMMANDS = { 'pack.publish': packPublish, 'pack.approve': packApprove } as const satisfies Readonly<Record<string, AnyCommand>>;
