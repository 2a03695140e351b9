/**
 * Which numbers name the same person, and the protective handling that follows a person to every packet. The comparable forms are those of HQ's index
 * (`hq/persons.ts`), so that laptop and HQ find the same packets.
 */
import { command, one, many, put } from '../command.ts';
import { deriveId } from '../ids.ts';
import { no, ok } from '../result.ts';
import { ROLES } from '../roles.ts';
import type { HoldRow, SubjectRow } from '../rows.ts';
import { z } from 'zod';
import { HOLD_RULES, type HoldRule, isOpen, withHolds } from './holds.ts';
import { newestRun } from './published-packs.ts';
import { isUnderReview } from './under-review.ts';

/** An A-number as nine digits, however it was typed; null when it has none. */
export function comparableANumber(value: string | null): string | null {
  const digits = (value ?? '').replace(/[^0-9]/g, '');
  const nine = digits.slice(0, 9).padStart(9, '0');
  return nine === '000000000' ? null : nine;
}
/** A FIN without marks, upper case; null when there is nothing in it. */
export function comparableFin(value: string | null): string | null {
  return (value ?? '').replace(/[^0-9A-Za-z]/g, '').toUpperCase() || null;
}
type Numbers = Pick<SubjectRow, 'aNumber' | 'fin'>;
/** True when both rows bear the same A-number or the same FIN. */
export function isSamePerson(a: Numbers, b: Numbers): boolean {
  const [an, bn] = [comparableANumber(a.aNumber), comparableANumber(b.aNumber)];
  const [af, bf] = [comparableFin(a.fin), comparableFin(b.fin)];
  return (an !== null && an === bn) || (af !== null && af === bf);
}

/** Every subject of `all` that is the person of `start`, also through a third row; without `start` itself. */
export function samePersons<T extends Numbers & { readonly id: string }>(start: Numbers & { readonly id: string }, all: Iterable<T>): readonly T[] {
  let left = [...all].filter((s) => s.id !== start.id);
  const found: T[] = [];
  let edge: readonly Numbers[] = [start];
  while (edge.length > 0) {
    const next = left.filter((s) => edge.some((e) => isSamePerson(e, s)));
    found.push(...next);
    left = left.filter((s) => !next.includes(s));
    edge = next;
  }
  return found;
}

/** Rules whose cause lies in the person, not in one packet: their holds follow the person (0.4 item 1; K6, K7). */
export const PERSON_RULES = ['PK-08', 'PK-09', 'PK-15', 'PK-19', 'RESTRICTED'] as const satisfies readonly HoldRule[];
/** Who placed a hold that follows a person: nobody by name, whatever the cause. */
export const FOLLOWED_BY = 'same-person';
/** The same words for every cause: the other agency learns that its packet is protected, and nothing else. */
export const FOLLOW_REASON = 'Placed because another packet of the same person is on hold. HQ knows the ground.';
/** True for a hold that itself follows the person: one that is open, personal and not a follower. */
export const followsPerson = (hold: Pick<HoldRow, 'rule' | 'releasedAt' | 'placedBy'>): boolean =>
  isOpen(hold) && hold.placedBy !== FOLLOWED_BY && (PERSON_RULES as readonly string[]).includes(hold.rule);
/** The id of the hold that follows `holdId` to `packetId`: the same wherever and however often it is made. */
export const followerId = (holdId: string, packetId: string): string => deriveId(holdId, packetId);

/**
 * `hold.follow`: a person's hold reaches another packet of the same person. A repeat writes nothing, and neither does a hold that was released meanwhile.
 * Its row is the same on every laptop and at HQ. Releasing the first does not release it: each hold is released on its own.
 */
export const holdFollow = command({
  name: 'hold.follow', conflict: 'merge', roles: ROLES.filter((r) => r !== 'auditor'),
  input: z.object({ holdId: z.string().min(1).max(120), packetId: z.string().min(1).max(120) }),
  reads: [
    (i) => ({
      packet: one('packets', i.packetId), source: one('holds', i.holdId), made: one('holds', followerId(i.holdId, i.packetId)),
      holds: many('holds', { packetId: i.packetId }), statements: many('statements', { packetId: i.packetId }), reviews: many('lookback_reviews', { packetId: i.packetId }),
    }),
    (_i, _env, { packet }) => ({ runs: many('check_runs', { packetId: packet?.id ?? '' }) }),
  ],
  stream: (first) => first.packet?.stream ?? null,
  decide: ({ packet, source, made, holds, statements, reviews, runs }, i, _env) => {
    if (!packet) return no('packet/unknown', { packetId: i.packetId });
    if (!source || !(source.rule in HOLD_RULES)) return no('hold/unknown', { holdId: i.holdId });
    if (made || source.packetId === packet.id || !followsPerson(source)) return ok([]);
    const row: Omit<HoldRow, 'version' | 'changedBy'> = {
      id: followerId(source.id, packet.id), stream: packet.stream, agencyId: packet.agencyId, packetId: packet.id, subjectId: packet.subjectId, rule: source.rule, reason: FOLLOW_REASON,
      placedBy: FOLLOWED_BY, placedAt: source.placedAt, releasedBy: null, releasedRole: null, releasedAt: null, releaseNote: null,
    };
    const { version: _v, changedBy: _c, ...head } = withHolds(packet, [...holds, row], isUnderReview(statements, reviews), newestRun(runs, packet.currentVersion));
    return ok([put('holds', row), put('packets', head)]);
  },
});

