/** Look-back reviews for the stand-in backend: overdue and detained, open, and closed. */
import type { LookbackItem } from '../../shared/api.ts';
import type { ChangedFact } from '../../shared/domain/lookback.ts';
import { AGENCIES, at, ME } from './fake-people.ts';

const [first, second] = AGENCIES;
const fact = (over: Partial<ChangedFact>): ChangedFact => ({ reason: 'holds', signed: null, hq: null, since: null, by: null, about: null, ...over });
const item = (n: number, packetId: string, review: Partial<LookbackItem['review']>, over: Partial<LookbackItem> = {}): LookbackItem => {
  const agency = n % 2 === 0 ? second : first;
  if (!agency) throw new Error('no agency');
  return {
    review: {
      id: `rev-${n}`, stream: agency.stream, version: 4, changedBy: 'hq', agencyId: agency.id, packetId, statementId: `st-${n}`, cause: 'facts-changed', reasons: [], isDetained: true, openedAt: at(-30), dueAt: at(-6),
      ownerId: null, outcome: null, outcomeNote: null, notices: [], closedBy: null, closedAt: null, ...review,
    },
    facts: [
      fact({ reason: 'authority', about: 'Lindqvist, M.', signed: 'from Mon 6 Jan 08:00 CST without end', hq: 'from Mon 6 Jan 08:00 CST until Mon 23 Nov 09:00 CST (revoked)', since: at(-29), by: 'HQ' }),
      fact({ signed: 'no such hold', hq: 'a protective hold, open', since: at(-28), by: 'Okafor, Ines' }), fact({ reason: 'PK-03' }), fact({ reason: 'sync/clock-behind' }),
    ],
    subjectName: 'NGUYEN, Van Thanh', agencyName: agency.name, zone: agency.zone, fieldOffice: agency.fieldOffice, ownerName: null, closedByName: null, signedByName: ME.name, signedAt: at(-34), forms: ['I-862', 'I-200'], isMine: true,
    ...over,
  };
};
/** In the order in which the backend gives them. */
export const LOOKBACKS: readonly LookbackItem[] = [
  item(1, 'p-0016', {}),
  item(2, 'p-0013', { dueAt: at(9), openedAt: at(-15), isDetained: false, ownerId: 'hq-sddo' }, { subjectName: 'TUPOU, Sione', ownerName: 'Okafor, Ines', isMine: false, signedByName: 'Marlow, Tessa', forms: ['I-247A'] }),
  item(3, 'p-0014', {
    dueAt: at(-40), openedAt: at(-64), outcome: 'reissued', outcomeNote: 'The interval had ended before the warrant was signed.', closedBy: 'hq-fod', closedAt: at(-44), ownerId: 'hq-sddo',
    notices: [{ to: 'opla', at: at(-45), what: 'Disclosed by mail' }, { to: 'counsel', at: at(-44.5), what: 'Told by phone' }],
  }, { subjectName: 'VANTERPOOL, Desmond', ownerName: 'Okafor, Ines', closedByName: 'Brandt, Piet' }),
];
