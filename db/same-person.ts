/** Packets on this laptop of the person whom a hold protects. HQ asks the same of all agencies; here only what was pulled is looked at. Reads only. */
import { followerId, followsPerson, samePersons } from '../shared/domain/person.ts';
import type { HoldRow, SubjectRow } from '../shared/rows.ts';
import type { Store } from './open.ts';
import { rowById } from './rows.ts';

/** Ids of the packets that this hold still has to reach; empty when it does not follow a person. */
export function packetsToFollow(store: Store, hold: HoldRow): readonly string[] {
  if (!followsPerson(hold)) return [];
  const self = rowById(store, 'subjects', hold.subjectId);
  const numbered = store.prepare('SELECT "id", "aNumber", "fin" FROM subjects WHERE "aNumber" IS NOT NULL OR "fin" IS NOT NULL').all() as Pick<SubjectRow, 'id' | 'aNumber' | 'fin'>[];
  const persons = [hold.subjectId, ...(self ? samePersons(self, numbered) : []).map((s) => s.id)];
  const packets = store.prepare('SELECT "id" FROM packets WHERE "subjectId" = ? ORDER BY "id"').pluck();
  return persons.flatMap((id) => packets.all(id) as string[]).filter((id) => id !== hold.packetId && rowById(store, 'holds', followerId(hold.id, id)) === null);
}

/** Holds that this command wrote. */
export const holdsOf = (store: Store, commandId: string): readonly HoldRow[] =>
  (store.prepare(`SELECT "rowId" FROM pending_rows WHERE "commandId" = ? AND "tableName" = 'holds'`).pluck().all(commandId) as string[]).flatMap((id) => rowById(store, 'holds', id) ?? []);
