/** HQ about the review: the feed of returns for an agency's system, and the sample of the shortest reviews. Both databases; restricted handling leaves no trace. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgencyReturns } from '../../hq/agency-returns.ts';
import type { ShortestReviews } from '../../hq/shortest-reviews.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { AGENCIES, fillDesk, Laptop, openDesk, packetFor, PM, SERVICE, staffLine, type Desk } from './desk.ts';

const DEFICIENCY = { rule: 'NTA-06', field: 'forms.i862.hearing.time', note: 'Time is missing' };

describe.each(HQ_DATABASES)('reviews on $kind', (database) => {
  let desk: Desk;
  const get = async (url: string, token = SERVICE) => {
    const reply = await desk.hq.app.inject({ url, headers: { authorization: `Bearer ${token}` } });
    return { status: reply.statusCode, text: reply.body, body: reply.json() as Record<string, unknown> };
  };
  const feed = async (query = '', agency: string = AGENCIES.mine) => (await get(`/agencies/${agency}/returns${query}`)).body as unknown as AgencyReturns;
  const giveBack = (packetId: string, version = 1, deficiencies = [DEFICIENCY]) =>
    desk.must('signoff.return', { packetId, version, note: 'Please correct', deficiencies }, 'sddo', 'hq-sddo');

  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    await desk.must('staff.receive', staffLine('hq-sddo', 'sddo'));
    for (const id of ['pk-1', 'pk-2', 'pk-3', 'pk-6']) await desk.must('packet.receive', { document: packetFor(id) });
    await desk.must('packet.receive', { document: packetFor('pk-4'), isRestricted: true });
    await desk.must('packet.receive', { document: packetFor('pk-5', AGENCIES.other) });
  });
  afterAll(async () => desk.close());

  it('an agency without returns has an empty feed, and the cursor stays', async () => {
    expect(await feed('?since=4')).toEqual({ v: 1, agencyId: AGENCIES.mine, returns: [], next: 4, hasMore: false });
  });

  it('gives every return with its coded deficiencies and the clock that goes on', async () => {
    for (const id of ['pk-1', 'pk-2', 'pk-4', 'pk-5']) await giveBack(id);
    const { returns, hasMore } = await feed();
    expect(hasMore).toBe(false);
    expect(returns.map((r) => r.packetId)).toEqual(['pk-1', 'pk-2']);
    expect(returns[0]).toMatchObject({
      packetId: 'pk-1', eventNumber: packetFor('pk-1').eventNumber, version: 1, currentVersion: 1, state: 'returned', returnedBy: { id: 'hq-sddo', legalTitle: staffLine('x').legalTitle }, note: 'Please correct', deficiencies: [DEFICIENCY],
    });
    expect(returns[0]).toHaveProperty('deadlineAt');
    expect((await feed('', AGENCIES.other)).returns.map((r) => r.packetId)).toEqual(['pk-5']);
  });

  it('goes on from a cursor and misses nothing, page by page', async () => {
    await giveBack('pk-3');
    await desk.must('packet.receive', { document: packetFor('pk-1', AGENCIES.mine, 2) });
    await giveBack('pk-1', 2);
    const seen: string[] = [];
    let since = 0;
    for (let n = 0; n < 10; n += 1) {
      const page = await feed(`?since=${since}&limit=1`);
      seen.push(...page.returns.map((r) => `${r.packetId}.${r.version}`));
      expect(page.next).toBeGreaterThanOrEqual(since);
      since = page.next;
      if (!page.hasMore) break;
    }
    expect(seen).toEqual(['pk-1.1', 'pk-2.1', 'pk-3.1', 'pk-1.2']);
    expect((await feed(`?since=${since}`)).returns).toEqual([]);
  });

  it('leaves no trace of restricted handling: the packet is not there, before and after its release, and no deficiency names the check', async () => {
    const before = (await get(`/agencies/${AGENCIES.mine}/returns`)).text;
    expect(before).not.toMatch(/pk-4|PK-10|restrict/i);
    await giveBack('pk-6', 1, [{ rule: 'PK-10', field: 'holds', note: 'synthetic' }, DEFICIENCY]);
    expect((await feed()).returns.at(-1)).toMatchObject({ packetId: 'pk-6', deficiencies: [DEFICIENCY] });
    const { rows } = await (await Laptop.enrol(desk)).pull();
    const hold = rows.find((r) => r.table === 'holds' && r.row.packetId === 'pk-4');
    await desk.must('hold.release', { holdId: hold?.row.id, note: 'synthetic release of the hold' }, 'restricted_officer', 'hq-restricted');
    expect((await get(`/agencies/${AGENCIES.mine}/returns`)).text).not.toMatch(/pk-4|PK-10|restrict/i);
  });

  it.each([
    ['without the token', `/agencies/${AGENCIES.mine}/returns`, 'wrong', 401, 'sync/unauthorised'], ['for an unknown agency', '/agencies/ag-zz-99/returns', SERVICE, 404, 'intake/unknown-agency'],
    ['with a cursor that is none', `/agencies/${AGENCIES.mine}/returns?since=x`, SERVICE, 400, 'sync/malformed'], ['with a limit out of bounds', `/agencies/${AGENCIES.mine}/returns?limit=9999`, SERVICE, 400, 'sync/malformed'],
    ['with an unknown parameter', `/agencies/${AGENCIES.mine}/returns?before=1`, SERVICE, 400, 'sync/malformed'],
    ['reviews without the token', '/reviews/shortest?as=fod&actor=a', 'wrong', 401, 'sync/unauthorised'], ['reviews for a role that does not answer for them', '/reviews/shortest?as=opla&actor=a', SERVICE, 403, 'roles/not-allowed'],
    ['reviews for a PM', `/reviews/shortest?as=pm&actor=${PM}`, SERVICE, 403, 'roles/not-allowed'], ['reviews in a role that is not the person\'s own', '/reviews/shortest?as=fod&actor=hq-sddo', SERVICE, 403, 'roles/not-allowed'],
    ['reviews since no instant', '/reviews/shortest?as=fod&actor=a&since=yesterday', SERVICE, 400, 'sync/malformed'],
  ] as const)('refuses %s', async (_what, url, token, status, code) => {
    const answer = await get(url, token);
    expect([answer.status, (answer.body as { problem?: { code: string } }).problem?.code]).toEqual([status, code]);
  });

  it('lists the shortest reviews per page of each kind of form, shortest first', async () => {
    const laptop = await Laptop.enrol(desk);
    const seconds = [400, 20, 60, 5, 90];
    for (const [n, time] of seconds.entries()) {
      const id = `pk-${20 + n}`;
      await desk.must('packet.receive', { document: packetFor(id) });
      await laptop.push([await laptop.sign(id, ['i213', 'i862'], { tamper: (s) => ({ ...s, shown: [{ formId: 'i213', seconds: time }, { formId: 'i862', seconds: 30 }], pages: s.formId === 'i213' && time === 400 ? 100 : 1 }) })]);
    }
    const ask = async (query: string) => (await get(`/reviews/shortest?as=auditor&actor=hq-audit${query}`)).body as unknown as ShortestReviews;
    const all = (await ask('&percent=100')).reviews.filter((r) => r.formKind === 'I-213');
    expect(all.map((r) => [r.packetId, r.seconds, r.pages, r.secondsPerPage, r.percentile, r.ofStatements])).toEqual([
      ['pk-20', 400, 100, 4, 0, 5], ['pk-23', 5, 1, 5, 25, 5], ['pk-21', 20, 1, 20, 50, 5], ['pk-22', 60, 1, 60, 75, 5], ['pk-24', 90, 1, 90, 100, 5],
    ]);
    expect((await ask('&percent=25')).reviews.filter((r) => r.formKind === 'I-213').map((r) => r.packetId)).toEqual(['pk-20', 'pk-23']);
    expect((await ask('&percent=100&limit=1')).reviews).toHaveLength(1);
    expect((await ask('&percent=100&until=2020-01-01T00:00:00Z')).reviews).toEqual([]);
    expect(Object.keys(all[0] ?? {}).sort()).toEqual(['agencyId', 'formId', 'formKind', 'ofStatements', 'packetId', 'pages', 'percentile', 'seconds', 'secondsPerPage', 'signedAt', 'signerId', 'statementId', 'version']);
  });
});
