/** Claims and calls of the stand-in backend: one that runs out, one that is over, one call without a packet, one that is closed. All invented. */
import type { StopItem } from '../../shared/api.ts';
import { callClocks } from '../../shared/domain/calls.ts';
import { claimClocks } from '../../shared/domain/claims.ts';
import { agencyStream, pmStream } from '../../shared/ids.ts';
import type { ClaimRow, SiteCallRow } from '../../shared/rows.ts';
import { agency, at, ME } from './fake-people.ts';

const claim = (id: string, packetId: string, over: Partial<ClaimRow>): ClaimRow => ({
  id, stream: agencyStream(agency(0).id), version: 4, changedBy: 'hq', agencyId: agency(0).id, subjectId: `su-${packetId}`, packetId, kind: 'citizenship', source: 'own_statement',
  statement: 'Says that he was born in El Paso, Texas, and that his mother has the certificate.', reportedAt: at(-0.6), zone: 'America/Chicago', recordedBy: ME.id, recordedAt: at(-0.5),
  consultedAt: null, outcome: null, outcomeNote: null, closedBy: null, closedAt: null, ...over,
});
const call = (id: string, over: Partial<SiteCallRow>): SiteCallRow => ({
  id, stream: pmStream(ME.id), version: 2, changedBy: 'hq', agencyId: agency(1).id, calledAt: at(-0.3), zone: 'America/Denver', caller: 'Night desk, Sgt. Oduya', about: 'A woman in intake, name not known yet',
  action: 'Told to stop the interview and to note her words', kind: 'citizenship', subjectId: null, packetId: null, recordedBy: ME.id, recordedAt: at(-0.3), closedAt: null, ...over,
});
const CLAIMS = [
  claim('c-1', 'p-0002', {}), claim('c-2', 'p-0003', { kind: 'fear', statement: 'Says that he is afraid to go back and names no ground.', reportedAt: at(-20) }),
  claim('c-3', 'p-0004', { reportedAt: at(-50), consultedAt: at(-49.5), outcome: 'no_evidence', outcomeNote: 'Nothing found.', closedBy: 'hq-opla', closedAt: at(-20) }),
];
const CALLS = [call('k-1', {})];

/** Claims of one packet. */
export const claimsOf = (packetId: string, agencyId: string): readonly ClaimRow[] => CLAIMS.filter((c) => c.packetId === packetId).map((c) => ({ ...c, agencyId }));
const item = (claimRow: ClaimRow | null, callRow: SiteCallRow | null, name: string): StopItem => {
  const clocks = claimRow ? claimClocks(claimRow, null) : callRow ? callClocks(callRow) : [];
  const running = clocks.filter((c) => c.stoppedAt === null).map((c) => c.deadlineAt).sort();
  return {
    id: claimRow?.id ?? callRow?.id ?? '', claim: claimRow, call: callRow, clocks, deadlineAt: running[0] ?? null, name, aNumber: claimRow ? 'A000000017' : null, agencyName: (claimRow ? agency(0) : agency(1)).name,
    zone: claimRow?.zone ?? callRow?.zone ?? 'UTC', packetId: claimRow?.packetId ?? null, isOpen: (claimRow?.closedAt ?? callRow?.closedAt ?? null) === null, memoAt: null, openHolds: claimRow && !claimRow.closedAt ? 1 : 0, base: {},
  };
};
/** What `claims.list` answers. */
export const STOP_ITEMS: readonly StopItem[] = [
  ...CALLS.map((c) => item(null, c, c.about)), ...CLAIMS.map((c, n) => item(c, null, ['VANTERPOOL, Desmond', 'NGUYEN, Van Thanh', 'TUPOU, Sione'][n] ?? '')),
];
