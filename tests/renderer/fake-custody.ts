/** Custody on screen, without a store: one agency's board with people in several states, and what happened to each. */
import type { CustodyBoard, CustodyCard, QueueItem } from '../../shared/api.ts';
import type { CustodyState } from '../../shared/domain/custody.ts';
import type { AgencyRow, CustodyEventRow } from '../../shared/rows.ts';
import { agency, at, NOW } from './fake-people.ts';

export const NOBODY: CustodyBoard = { agencies: [], agencyId: null, cards: [], total: 0, now: NOW };

const STATES: readonly (readonly [state: CustodyState, limit: number | null, over: Partial<CustodyCard>])[] = [
  ['RELEASE_SCHEDULED', -1, { lastKind: 'local.released', lastAt: at(-49) }],
  ['WARRANT_SERVED', 3.2, { deadlineClock: 'K3', lastKind: 'warrant.served', lastAt: at(-44) }],
  ['DETAINER_ACTIVE', 40, { task: 'cancel_detainer', lastKind: 'detainer.served', lastAt: at(-6) }],
  ['PACKET_IN', 60, { openHolds: 1 }],
  ['IN_TRANSIT', 20, { deadlineClock: 'K3', lastKind: 'transit.started', lastAt: at(-2) }],
  ['CANCELLED', null, { task: 'reissue_detainer', lastKind: 'detainer.cancelled', lastAt: at(-9) }],
  ['ICE_CUSTODY', null, { lastKind: 'ice.arrived', lastAt: at(-30) }],
];
/** The board of the fake data's first agency. */
export function custodyBoard(items: readonly QueueItem[]): CustodyBoard {
  const a = agency(0);
  const cards = STATES.map(([state, limit, over], n): CustodyCard => {
    const item = items[n];
    const until = limit === null ? null : at(limit);
    return {
      packetId: item?.packet.id ?? `p-${n}`, eventNumber: item?.packet.eventNumber ?? '', subjectName: item?.subjectName ?? '', state, deadlineAt: until, deadlineClock: until ? 'K2B' : null, custodyLimitAt: until,
      openHolds: 0, lastKind: null, lastAt: null, task: null, isArrested: false, ...over,
    };
  });
  return { agencies: [{ id: a.id, name: a.name, zone: a.zone, model: a.model, people: cards.length, limitAt: at(-1) }, { id: 'ag-two', name: 'Example County SO NE-01', zone: 'America/Chicago', model: 'TFM', people: 1, limitAt: null }], agencyId: a.id, cards, total: cards.length, now: NOW };
}

/** Four events and a correction, the same for every packet. */
export function custodyEvents(packetId: string, a: AgencyRow): readonly CustodyEventRow[] {
  const event = (id: string, kind: string, hours: number, details: CustodyEventRow['details'], version = 3): CustodyEventRow =>
    ({ id, stream: a.stream, version, changedBy: 'dev-01', agencyId: a.id, packetId, subjectId: 's-0', kind, at: at(hours), zone: a.zone, details, recordedBy: 'pm-01', recordedAt: at(hours) });
  return [
    event('ce-1', 'detainer.served', -60, { manner: 'in_person', servedBy: 'Example DIO', dioId: null, language: 'Spanish', interpreter: null, subjectCopy: 'given', agencyCopy: 'Jail desk' }),
    event('ce-2', 'release.scheduled', -55, { releaseAt: at(-49), toldBy: 'Jail desk' }),
    event('ce-3', 'corrected', -54, { eventId: 'ce-2', why: 'Another person of that name' }),
    event('ce-4', 'pickup.refused', -10, { by: 'ERO', why: 'No van' }),
    event('ce-5', 'call.made', -3, { to: 'ERO duty officer', answer: 'No van before tomorrow' }, 0),
  ];
}
