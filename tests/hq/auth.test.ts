/** Enrolment by one-time code, private_key_jwt, access tokens, service token. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'drizzle-orm';
import { keyId, newPrivateJwk, publicJwk, signJws } from '../../hq/jws.ts';
import { rowsOf } from '../../hq/open.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { fillDesk, Laptop, openDesk, PM, SERVICE, type Desk } from './desk.ts';

const minutes = (desk: Desk, n: number): void => {
  desk.time.at = new Date(Date.parse(desk.time.at) + n * 60_000).toISOString();
};
const codeOf = (reply: { json: () => unknown }): string | undefined => (reply.json() as { problem?: { code: string } }).problem?.code;

describe.each(HQ_DATABASES)('who is calling, on $kind', (database) => {
  let desk: Desk;
  let laptop: Laptop;
  const enrol = (code: string, over: Record<string, unknown> = {}) =>
    desk.hq.app.inject({
      method: 'POST',
      url: '/enrol',
      payload: { code, deviceJwk: publicJwk({ ...newPrivateJwk() }), signerJwk: publicJwk({ ...newPrivateJwk() }), deviceName: 'test', ...over } as object,
    });
  const pullWith = (token: string) =>
    desk.hq.app.inject({ method: 'POST', url: '/sync/pull', headers: { authorization: `Bearer ${token}` }, payload: { protocol: 1, schema: 1, generation: null, cursors: {} } as object });

  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    laptop = await Laptop.enrol(desk);
  });
  afterAll(async () => {
    await desk.close();
  });

  it("enrols once per code and names the signer's key in the staff row", async () => {
    const code = await desk.hq.issueEnrolmentCode(PM);
    const signer = publicJwk({ ...newPrivateJwk() });
    const first = await enrol(code.toLowerCase(), { signerJwk: signer });
    expect(first.statusCode).toBe(200);
    expect(first.json()).toMatchObject({ pmId: PM, role: 'pm', issuer: desk.hq.issuer, hqJwk: { kty: 'EC' }, recoveryJwk: { kty: 'EC' } });
    expect(Object.keys((first.json() as { hqJwk: object; recoveryJwk: object }).hqJwk)).not.toContain('d');
    expect(Object.keys((first.json() as { recoveryJwk: object }).recoveryJwk)).not.toContain('d');
    expect(await rowsOf(desk.db.db, sql`SELECT signer_kid FROM staff WHERE id = ${PM}`)).toEqual([{ signer_kid: keyId(signer ?? {}) }]);
    const second = await enrol(code);
    expect([second.statusCode, codeOf(second)]).toEqual([403, 'enrol/bad-code']);
  });

  it('refuses an unknown code, one older than ten minutes, and bad keys without spending the code', async () => {
    expect(codeOf(await enrol('NO-SUCH-CODE'))).toBe('enrol/bad-code');
    const old = await desk.hq.issueEnrolmentCode(PM);
    minutes(desk, 11);
    expect(codeOf(await enrol(old))).toBe('enrol/bad-code');
    const code = await desk.hq.issueEnrolmentCode(PM);
    const same = publicJwk({ ...newPrivateJwk() });
    expect(codeOf(await enrol(code, { deviceJwk: { kty: 'RSA' } }))).toBe('sync/malformed');
    expect(codeOf(await enrol(code, { deviceJwk: same, signerJwk: same }))).toBe('sync/malformed');
    expect((await enrol(code)).statusCode).toBe(200);
  });

  it('slows down guessing', async () => {
    minutes(desk, 5);
    const replies = [];
    for (let n = 0; n < 31; n += 1) replies.push(await enrol(`GUESS-${n}-XX`));
    expect(replies.slice(0, 30).map((r) => r.statusCode)).toEqual(Array.from({ length: 30 }, () => 403));
    expect([replies[30]?.statusCode, replies[30]?.headers['retry-after']]).toEqual([429, '60']);
    minutes(desk, 2);
  });

  it('takes an assertion from a laptop whose clock is nine minutes off, either way, and refuses one that is hours off', async () => {
    const at = Math.floor(Date.parse(desk.time.at) / 1000);
    expect((await laptop.exchange(laptop.assertion({ iat: at - 660, exp: at - 540 }))).statusCode).toBe(200);
    expect((await laptop.exchange(laptop.assertion({ iat: at + 540, exp: at + 660 }))).statusCode).toBe(200);
    const stale = await laptop.exchange(laptop.assertion({ iat: at - 7200, exp: at - 7080 }));
    expect([stale.statusCode, codeOf(stale)]).toEqual([401, 'sync/token-expired']);
    expect((await laptop.exchange(laptop.assertion({ exp: at + 9 * 3600 }))).statusCode).toBe(401);
  });

  it('takes an assertion once, of this device, for this HQ, with this key', async () => {
    const once = laptop.assertion();
    expect((await laptop.exchange(once)).statusCode).toBe(200);
    expect([(await laptop.exchange(once)).statusCode, codeOf(await laptop.exchange(once))]).toEqual([401, 'sync/unauthorised']);
    for (const bad of [
      laptop.assertion({ aud: 'urn:another-hq' }),
      laptop.assertion({ iss: 'dev-unknown', sub: 'dev-unknown' }),
      laptop.assertion({}, newPrivateJwk()),
      laptop.assertion({ jti: undefined }),
      'not.a.jwt',
      '',
    ]) {
      const reply = await laptop.exchange(bad);
      expect([reply.statusCode, codeOf(reply)]).toEqual([401, 'sync/unauthorised']);
    }
  });

  it('tells an expired token from a foreign one and from none', async () => {
    await laptop.signIn();
    const { token } = laptop;
    expect((await pullWith(token)).statusCode).toBe(200);
    const foreign = signJws(newPrivateJwk(), { iss: laptop.issuer, aud: `${laptop.issuer}#api`, sub: laptop.deviceId, jti: 'x', iat: 1, exp: 9_999_999_999 }, { typ: 'at+jwt' });
    for (const bad of [foreign, laptop.assertion(), `${token}x`, SERVICE]) expect([(await pullWith(bad)).statusCode, codeOf(await pullWith(bad))]).toEqual([401, 'sync/foreign-token']);
    expect(codeOf(await desk.hq.app.inject({ method: 'POST', url: '/sync/push', payload: {} }))).toBe('sync/unauthorised');
    minutes(desk, 11);
    expect([(await pullWith(token)).statusCode, codeOf(await pullWith(token))]).toEqual([401, 'sync/token-expired']);
  });

  it('opens intake, commands and export to the service token alone', async () => {
    await laptop.signIn();
    for (const token of ['', 'wrong', laptop.token]) {
      for (const [method, url] of [
        ['POST', '/commands'],
        ['POST', '/enrolment-codes'],
        ['POST', `/devices/${laptop.deviceId}/revoke`],
        ['GET', `/ledger/${laptop.deviceId}`],
      ] as const) {
        const reply = await desk.hq.app.inject({ method, url, headers: { authorization: `Bearer ${token}` }, ...(method === 'POST' ? { payload: {} } : {}) });
        expect([url, reply.statusCode, codeOf(reply)]).toEqual([url, 401, 'sync/unauthorised']);
      }
      const ingest = await desk.hq.app.inject({ method: 'POST', url: '/ingest/packets', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' }, payload: '{}\n' });
      expect(ingest.statusCode).toBe(401);
    }
  });

  it('lets HQ roles act in their own role only, and writes every try into the audit', async () => {
    await desk.must('staff.receive', {
      id: 'st-opla',
      name: 'Staff opla',
      role: 'opla',
      legalTitle: 'Attorney',
      fieldOffice: 'HQ',
      signerKid: null,
      signerJwk: null,
      activeFrom: '2024-01-01T00:00:00.000Z',
      activeTo: null,
    });
    const asPm = await desk.command('hold.place', { packetId: 'x', rule: 'OTHER', reason: 'Long enough reason' }, 'pm', PM);
    const asOther = await desk.command('hold.release', { holdId: 'h', note: 'Long enough note' }, 'sddo', 'st-opla');
    const pmAsOpla = await desk.command('hold.release', { holdId: 'h', note: 'Long enough note' }, 'opla', PM);
    const fine = await desk.command('hold.release', { holdId: 'h', note: 'Long enough note' }, 'opla', 'st-opla');
    expect([asPm, asOther, pmAsOpla, fine].map((a) => [a.status, a.body.problem?.code])).toEqual([
      [403, 'roles/not-allowed'],
      [403, 'roles/not-allowed'],
      [403, 'roles/not-allowed'],
      [409, 'hold/unknown'],
    ]);
    const seen = await rowsOf<{ actor: string; outcome: string }>(desk.db.db, sql`SELECT actor, outcome FROM audit WHERE what = 'hold.release' ORDER BY at, outcome`);
    expect(seen.map((s) => `${s.actor} ${s.outcome}`).sort()).toEqual([`${PM} roles/not-allowed`, 'st-opla hold/unknown', 'st-opla roles/not-allowed']);
  });

  it('never runs a sealed act through the service door', async () => {
    const sealed = await desk.command(
      'signoff.sign',
      { packetId: 'x', version: 1, forms: [{ formId: 'a', contentHash: 'ab'.repeat(32), capacity: 'Officer' }], shown: [], warnReasons: [] },
      'sddo',
      'hq-sddo',
    );
    expect(sealed.body.problem?.code).toBe('roles/not-allowed');
  });
});
