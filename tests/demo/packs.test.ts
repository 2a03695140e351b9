/** The demo's rule pack, published over the wire of a real HQ. */
import { expect, it } from 'vitest';
import { DEMO_PACK, seedPack } from '../../build/demo/packs.ts';
import { packOverview } from '../../hq/packs.ts';
import { fillDesk, openDesk, SERVICE, staffLine } from '../hq/desk.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';

it('waits for its start with two approvers and says what it lowers; sent again it adds nothing', async () => {
  const [database] = HQ_DATABASES;
  if (!database) throw new Error('no database');
  const desk = await openDesk(database);
  try {
    await fillDesk(desk);
    await desk.must('staff.receive', staffLine('hq-national-pm', 'national_pm'));
    await desk.must('staff.receive', staffLine('hq-opla', 'opla'));
    const url = await desk.hq.app.listen({ port: 0 });
    for (let n = 0; n < 2; n += 1) await seedPack({ url, token: SERVICE }, desk.time.at);
    const { active, packs } = await packOverview(desk.db.db, desk.time.at);
    expect(active).not.toBe(DEMO_PACK);
    expect(packs.map((p) => [p.version, p.state, p.approvers, p.lowered])).toEqual([
      [DEMO_PACK, 'waits for its start', ['hq-national-pm', 'hq-opla'], [{ rule: 'PK-20', what: 'severity: WARN to INFO' }]],
    ]);
  } finally {
    await desk.close();
  }
}, 120_000);
