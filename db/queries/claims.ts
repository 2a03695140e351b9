/**
 * Claims and calls with their clocks, the running ones first; and what of them sounds. A row of a `restricted:` stream is never read here: what stands behind
 * restricted handling shows in no list, also on the laptop of the person who wrote it down (8 U.S.C. 1367).
 */
import type { StopItem } from '../../shared/api.ts';
import { callClocks, isCarried } from '../../shared/domain/calls.ts';
import { claimClocks, CLAIM_KINDS, isClaimKind, MEMO_SENT } from '../../shared/domain/claims.ts';
import type { Alarm } from '../../shared/domain/clock-alarms.ts';
import type { Clock } from '../../shared/domain/clocks.ts';
import { isOpen } from '../../shared/domain/holds.ts';
import type { ClaimRow, SiteCallRow } from '../../shared/rows.ts';
import type { Store } from '../open.ts';
import { decode, rowById, rowsWhere } from '../rows.ts';
import { baseOf } from './packet.ts';

/** The newest that a list shows; open ones always. */
const MOST = 500;
const VISIBLE = `"stream" NOT LIKE 'restricted:%'`;

/** Claims of one packet that may show, oldest first, with the rows that say that a memorandum was sent. */
export const claimsOf = (store: Store, packetId: string): readonly ClaimRow[] =>
  rowsWhere(store, 'claims', { packetId }).filter((c) => !c.stream.startsWith('restricted:')).sort((a, b) => (a.reportedAt < b.reportedAt ? -1 : a.reportedAt > b.reportedAt ? 1 : a.id < b.id ? -1 : 1));

type Running = { readonly claim: ClaimRow | null; readonly call: SiteCallRow | null; readonly clocks: readonly Clock[]; readonly memoAt: string | null };
/** Claims and calls (without those that a claim carries on), `agencyId` null: all. */
function stops(store: Store, agencyId: string | null, onlyOpen: boolean): readonly Running[] {
  const where = `${agencyId === null ? '' : '"agencyId" = ? AND '}${onlyOpen ? '"closedAt" IS NULL AND ' : ''}`;
  const values = agencyId === null ? [] : [agencyId];
  const claims = store.prepare(`SELECT * FROM claims WHERE ${where}${VISIBLE} AND "kind" <> '${MEMO_SENT}' ORDER BY "closedAt" IS NOT NULL, "reportedAt" DESC, "id" LIMIT ${MOST}`).all(...values).map((r) => decode('claims', r));
  const calls = store.prepare(`SELECT * FROM site_calls WHERE ${where}${VISIBLE} ORDER BY "closedAt" IS NOT NULL, "calledAt" DESC, "id" LIMIT ${MOST}`).all(...values).map((r) => decode('site_calls', r));
  const memos = store.prepare(`SELECT min("reportedAt") FROM claims WHERE "kind" = '${MEMO_SENT}' AND "packetId" = ? AND "source" = ?`).pluck();
  return [
    ...claims.map((claim): Running => {
      const memoAt = (memos.get(claim.packetId, claim.id) as string | null | undefined) ?? null;
      return { claim, call: null, memoAt, clocks: claimClocks(claim, memoAt) };
    }),
    ...calls.filter((call) => call.packetId === null || !isCarried(call, claimsOf(store, call.packetId))).map((call): Running => ({ claim: null, call, memoAt: null, clocks: callClocks(call) })),
  ];
}

const running = (clocks: readonly Clock[]): readonly Clock[] => clocks.filter((c) => c.stoppedAt === null).sort((a, b) => (a.deadlineAt < b.deadlineAt ? -1 : 1));
/** Open first, by their next deadline; then the newest. */
const order = (a: StopItem, b: StopItem): number => Number(b.isOpen) - Number(a.isOpen) || ((a.deadlineAt ?? '~') < (b.deadlineAt ?? '~') ? -1 : (a.deadlineAt ?? '~') > (b.deadlineAt ?? '~') ? 1 : 0)
  || (toldAt(a) > toldAt(b) ? -1 : 1);
const toldAt = (i: StopItem): string => i.claim?.reportedAt ?? i.call?.calledAt ?? '';

/** The Claims screen: of one agency, or of all with every call of this officer. */
export function listStops(store: Store, agencyId: string | null): readonly StopItem[] {
  return stops(store, agencyId, false).map(({ claim, call, clocks, memoAt }): StopItem => {
    const packetId = claim?.packetId ?? call?.packetId ?? null;
    const subject = rowById(store, 'subjects', claim?.subjectId ?? call?.subjectId ?? null);
    const agency = rowById(store, 'agencies', claim?.agencyId ?? (call?.agencyId || null));
    const rule = claim && isClaimKind(claim.kind) ? CLAIM_KINDS[claim.kind].rule : null;
    return {
      id: claim?.id ?? call?.id ?? '', claim, call, clocks, deadlineAt: running(clocks)[0]?.deadlineAt ?? null, name: subject?.name ?? call?.about ?? '', aNumber: subject?.aNumber ?? null,
      agencyName: agency?.name ?? call?.caller ?? '', zone: claim?.zone ?? call?.zone ?? 'UTC', packetId: packetId !== null && rowById(store, 'packets', packetId) ? packetId : null,
      isOpen: (claim?.closedAt ?? call?.closedAt ?? null) === null, memoAt,
      openHolds: rule && packetId ? rowsWhere(store, 'holds', { packetId }).filter((h) => h.rule === rule && isOpen(h)).length : 0,
      base: baseOf(store, [...new Set([claim?.stream ?? call?.stream ?? 'program'])]),
    };
  }).sort(order);
}

/** Clocks of open claims and calls that are still ahead, as alarms: time, site code and clock id, nothing else. A call without an agency has no site code. */
export function stopAlarms(store: Store, now: string): readonly Alarm[] {
  return stops(store, null, true).flatMap(({ claim, call, clocks }) =>
    running(clocks).filter((c) => c.deadlineAt > now).map((c): Alarm => ({ deadlineAt: c.deadlineAt, site: claim?.agencyId || call?.agencyId || 'on call', clock: c.id })));
}

export type OpenStop = { readonly name: string; readonly label: string; readonly deadlineAt: string; readonly clock: string };
/** Open claims and calls with a running clock, the nearest first, for Today. */
export const runningStops = (store: Store): readonly OpenStop[] =>
  stops(store, null, true).flatMap(({ claim, call, clocks }): readonly OpenStop[] => {
    const next = running(clocks)[0];
    if (!next) return [];
    const subject = rowById(store, 'subjects', claim?.subjectId ?? call?.subjectId ?? null);
    return [{ name: subject?.name ?? call?.about ?? '', label: next.label, deadlineAt: next.deadlineAt, clock: next.id }];
  }).sort((a, b) => (a.deadlineAt < b.deadlineAt ? -1 : 1));
