/** The same person under two agencies: numbers match however they were typed, empty ones never, and a restricted row only for who may know of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { put } from '../../shared/command.ts';
import { samePersonAs } from '../../hq/persons.ts';
import { lockStream, writeRows } from '../../hq/run.ts';
import type { HqDb } from '../../hq/open.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';

const subject = (id: string, stream: `agency:${string}` | `restricted:${string}`, aNumber: string | null, fin: string | null) => ({
  id, stream, agencyId: stream.split(':')[1] ?? '', name: 'Example', aNumber, fin, bornOn: null, isSynthetic: true,
});
const ROWS = [
  subject('s1', 'agency:a', 'A 012-345-678', null), subject('s2', 'agency:b', '12345678', 'fin 10'), subject('s3', 'agency:c', null, 'FIN-10'),
  subject('s4', 'agency:c', '', ''), subject('s5', 'agency:d', null, ''), subject('s6', 'restricted:d', 'A012345678', null), subject('s7', 'agency:d', '012345679', null),
];

describe.each(HQ_DATABASES)('persons on $kind', (database) => {
  let db: HqDb;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    ({ db, drop } = await database.open());
    await db.db.transaction(async (tx) => {
      for (const row of ROWS) {
        await writeRows(tx, row.stream, await lockStream(tx, row.stream), [put('subjects', row)], 'hq');
      }
    });
  });
  afterAll(async () => {
    await drop();
  });

  it.each([
    ['s1', 'open streams', ['s2 aNumber']],
    ['s1', 'all streams', ['s2 aNumber', 's6 aNumber']],
    ['s2', 'open streams', ['s1 aNumber', 's3 fin']],
    ['s4', 'all streams', []],
    ['s5', 'all streams', []],
    ['s7', 'all streams', []],
  ] as const)('%s, seeing %s', async (id, sees, wanted) => {
    const found = await samePersonAs(db.db, id, sees);
    expect(found.map((f) => `${f.subjectId} ${f.basis}`)).toEqual(wanted);
  });
});
