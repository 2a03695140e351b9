/** HQ as a server: health, OpenAPI, the packet schema, refusals without stacks, safe addresses, logs without personal data, and a lost answer across a restart. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main as verifyMain } from '../../build/ledger.ts';
import { packetSchema } from '../../shared/domain/packet.ts';
import { PACKET_TYPES } from '../../shared/rows.ts';
import { openHq } from '../../hq/open.ts';
import { assertSafeListen } from '../../hq/app.ts';
import { createHq } from '../../hq/server.ts';
import { HQ_DATABASES, openTestHq } from '../support/hq-databases.ts';
import { fillDesk, Laptop, openDesk, packetFor, SERVICE, START, type Desk } from './desk.ts';

describe.each(HQ_DATABASES)('the server on $kind', (database) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(database);
  });
  afterAll(async () => {
    await desk.close();
  });

  it('says in /health what it stands on', async () => {
    const health = (await desk.hq.app.inject({ url: '/health' })).json() as Record<string, unknown>;
    expect(health).toMatchObject({ ok: true, store: database.kind, protocol: 1, schema: 1, serverTime: START });
    expect(String(health.durability).includes('never fsyncs')).toBe(database.kind === 'pglite');
  });

  it('describes every path in /openapi.json', async () => {
    const doc = (await desk.hq.app.inject({ url: '/openapi.json' })).json() as { openapi: string; paths: Record<string, unknown> };
    expect(doc.openapi).toBe('3.1.0');
    expect(Object.keys(doc.paths).sort()).toEqual([
      '/agencies/{id}/returns',
      '/attachments/chunks',
      '/attachments/held',
      '/commands',
      '/devices/{device}/revoke',
      '/enrol',
      '/enrolment-codes',
      '/health',
      '/ingest/agencies',
      '/ingest/attachments/{sha256}',
      '/ingest/officers',
      '/ingest/packets',
      '/ledger/{device}',
      '/lookback-reviews', '/reviews/shortest', '/rule-packs',
      '/schemas/packet.json',
      '/sync/pull',
      '/sync/push',
      '/token',
    ]);
    expect(JSON.stringify(doc)).toContain('headJws');
  });

  it('publishes the packet schema with a valid synthetic example of every type', async () => {
    const schema = (await desk.hq.app.inject({ url: '/schemas/packet.json' })).json() as { $schema: string; properties: object; examples: readonly { type: string; isSynthetic: boolean }[] };
    expect(schema.$schema).toContain('json-schema.org');
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['packetId', 'forms', 'evidence']));
    expect(schema.examples.map((e) => e.type)).toEqual([...PACKET_TYPES]);
    for (const example of schema.examples) {
      expect(packetSchema.safeParse(example).success).toBe(true);
      expect(example.isSynthetic).toBe(true);
    }
  });

  it('answers every wrong request with a problem and never with a stack', async () => {
    const asked = [
      { method: 'GET', url: '/nowhere' },
      { method: 'POST', url: '/enrol', payload: 'not json', headers: { 'content-type': 'application/json' } },
      { method: 'POST', url: '/enrol', payload: '<a/>', headers: { 'content-type': 'text/xml' } },
      { method: 'POST', url: '/enrol', payload: {} },
      { method: 'POST', url: '/token', payload: {} },
      { method: 'POST', url: '/sync/pull', payload: {} },
      { method: 'POST', url: '/enrol', payload: { code: 'x'.repeat(300 * 1024) } },
      { method: 'POST', url: '/commands', headers: { authorization: `Bearer ${SERVICE}` }, payload: { name: 1 } },
    ] as const;
    for (const request of asked) {
      const reply = await desk.hq.app.inject(request as never);
      expect(reply.statusCode, request.url).toBeGreaterThanOrEqual(400);
      expect(reply.statusCode, request.url).toBeLessThan(500);
      expect(reply.json(), request.url).toMatchObject({ ok: false, problem: { code: expect.stringMatching(/^[a-z]+\/[a-z-]+$/), details: {} } });
      expect(reply.body).not.toMatch(/ at .*\.ts|node_modules|SELECT/);
    }
  });

  it('turns its own failure into an id that is in the log, where no personal data is', async () => {
    const lines: string[] = [];
    const log = pino(
      { level: 'info' },
      new Writable({
        write: (chunk: Buffer, _e, done) => {
          lines.push(chunk.toString('utf8'));
          done();
        },
      }),
    );
    const { db, drop } = await database.open();
    const hq = await createHq({ db: { ...db, close: async () => undefined }, isDemo: false, serviceToken: SERVICE, now: () => START, log });
    await hq.app.inject({
      method: 'POST',
      url: '/ingest/packets',
      headers: { authorization: `Bearer ${SERVICE}`, 'content-type': 'application/x-ndjson' },
      payload: `${JSON.stringify(packetFor('pk-1'))}\n`,
    });
    await hq.app.inject({ url: '/ledger/dev-secret-device', headers: { authorization: `Bearer ${SERVICE}` } });
    await db.db.execute('DROP TABLE devices' as never);
    const reply = await hq.app.inject({
      method: 'POST',
      url: '/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: `a.${Buffer.from('{"iss":"dev-secret-device"}').toString('base64url')}.c`,
      }).toString(),
    });
    expect(reply.statusCode).toBe(500);
    const { problem } = reply.json() as { problem: { code: string; details: { id: string } } };
    expect(problem.code).toBe('sync/internal');
    const text = lines.join('');
    expect(text).toContain(problem.details.id);
    for (const secret of ['SAMPLE', 'Sample', 'A0000', 'pk-1', 'dev-secret-device', SERVICE, 'SELECT', '127.0.0.1']) expect(text, secret).not.toContain(secret);
    expect(text).toContain('/ledger/:device');
    await hq.close();
    await drop();
  });
});

describe('where HQ may listen', () => {
  it('stays on loopback with PGlite, and without TLS', () => {
    expect(() => assertSafeListen('0.0.0.0', 'pglite', true)).toThrow('never fsyncs');
    expect(() => assertSafeListen('192.0.2.1', 'postgres', false)).toThrow('TLS');
    for (const host of ['127.0.0.1', '::1', 'localhost']) expect(() => assertSafeListen(host, 'pglite', false)).not.toThrow();
    expect(() => assertSafeListen('0.0.0.0', 'postgres', true)).not.toThrow();
  });
  it('refuses in listen itself, and never defaults to all addresses', async () => {
    const db = await openTestHq();
    const hq = await createHq({ db, isDemo: true });
    await expect(hq.app.listen({ host: '0.0.0.0', port: 0 })).rejects.toThrow('never fsyncs');
    expect(await hq.app.listen({ port: 0 })).toContain('127.0.0.1');
    await hq.close();
  });
});

describe('crash and command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fieldbook-hq-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('[SYN-2] answer lost after the commit, HQ started anew: the resend gets the stored receipt, and the work was done once', async () => {
    const dataDir = join(folder, 'crash');
    const openOne = () =>
      openDesk({
        kind: 'pglite',
        open: async () => {
          const db = await openHq({ dataDir });
          return { db, drop: () => db.close() };
        },
      });
    const before = await openOne();
    await fillDesk(before);
    await before.must('packet.receive', { document: packetFor('pk-1') });
    const laptop = await Laptop.enrol(before);
    const item = laptop.hold('pk-1');
    // The answer is thrown away after the commit, as a cut line would.
    const lost = await laptop.send([item]);
    expect(lost.statusCode).toBe(200);
    await before.close();
    const after = await openOne();
    after.time.at = new Date(Date.parse(START) + 3600_000).toISOString();
    Object.assign(laptop, { desk: after });
    const again = await laptop.push([item]);
    expect(again.receipts).toEqual((lost.json() as { receipts: unknown }).receipts);
    expect((await laptop.pull()).rows.filter((r) => r.table === 'holds')).toHaveLength(1);
    expect(after.hq.issuer).toBe(before.hq.issuer);
    await after.close();
  });

  it('serves, ingests with a rejects file, runs a command, gives a code, exports a ledger, and stops on SIGTERM', async () => {
    const run = (args: readonly string[], env: Record<string, string>): Promise<{ code: number | null; out: string; err: string }> =>
      new Promise((done) => {
        const child = spawn(process.execPath, ['hq/main.ts', ...args], { env: { ...process.env, HQ_DATABASE_URL: '', ...env } });
        let [out, err] = ['', ''];
        child.stdout.on('data', (c: Buffer) => {
          out += c.toString('utf8');
        });
        child.stderr.on('data', (c: Buffer) => {
          err += c.toString('utf8');
        });
        child.once('exit', (code) => done({ code, out, err }));
      });
    const server = spawn(process.execPath, ['hq/main.ts', 'serve', '--demo', '--port', '0', '--data', join(folder, 'cli')], {
      env: { ...process.env, HQ_DATABASE_URL: '', HQ_SERVICE_TOKEN: SERVICE },
    });
    const exit = new Promise<number | null>((done) => {
      server.once('exit', done);
    });
    const url = await new Promise<string>((done, fail) => {
      let text = '';
      server.stdout.on('data', (c: Buffer) => {
        text += c.toString('utf8');
        const line = text.split('\n').find((l) => l.includes('"ready":true'));
        if (line) done((JSON.parse(line) as { url: string }).url);
      });
      server.once('exit', () => fail(new Error('HQ ended early')));
    });
    const env = { HQ_URL: url, HQ_SERVICE_TOKEN: SERVICE };
    const file = join(folder, 'agencies.csv');
    writeFileSync(file, `${readFileSync('tests/fixtures/agencies-2018.csv', 'utf8').trim()}\nBad Sheriff,ZZ,Nowhere,Town,33,-97,JEM,,x\n`);
    const ingest = await run(['ingest', file], env);
    expect(JSON.parse(ingest.out)).toMatchObject({ landed: 78, rejectedCount: 1, rejectsFile: `${file}.rejects.csv` });
    expect(ingest.code).toBe(2);
    expect(readFileSync(`${file}.rejects.csv`, 'utf8').trim().split('\n').at(-1)).toContain('Bad Sheriff');
    expect(statSync(`${file}.rejects.csv`).mode & 0o077).toBe(0);
    const staff = join(folder, 'staff.json');
    writeFileSync(
      staff,
      JSON.stringify({
        id: 'pm-9',
        name: 'Staff nine',
        role: 'pm',
        legalTitle: 'Officer',
        fieldOffice: 'Dallas',
        signerKid: null,
        signerJwk: null,
        activeFrom: '2024-01-01T00:00:00.000Z',
        activeTo: null,
      }),
    );
    expect(JSON.parse((await run(['run', 'staff.receive', staff, '--as', 'service'], env)).out)).toMatchObject({ ok: true });
    const wrong = await run(['run', 'staff.receive', staff, '--as', 'opla'], env);
    expect([wrong.code, wrong.err.includes('roles/not-allowed')]).toEqual([1, true]);
    expect((await run(['enrol-code', 'pm-9'], env)).out.trim()).toMatch(/^[0-9A-Z]{10}$/);
    const unknown = await run(['revoke-device', 'dev-nobody', '--as', 'ice_security', '--reason', 'Lost on the road'], env);
    expect([unknown.code, unknown.err.includes('sync/unknown-device')]).toEqual([1, true]);
    const own = join(folder, 'hq-ledger.json');
    writeFileSync(own, (await run(['export-ledger', 'hq'], env)).out);
    const said: string[] = [];
    expect(verifyMain(['verify', own], (l) => said.push(l))).toBe(0);
    expect(said[0]).toMatch(/^WHOLE {2}ledger hq: 1 entries/);
    expect((await run(['serve', '--host', '0.0.0.0', '--port', '0'], {})).err).toContain('refuses to listen');
    expect((await run(['nonsense'], env)).code).toBe(1);
    server.kill('SIGTERM');
    expect(await exit).toBe(0);
  }, 240_000);
});
