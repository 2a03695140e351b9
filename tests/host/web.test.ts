/** The loopback web host: one test per check that a hostile page on the same machine would have to get past. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../shared/api.ts';
import type { BlobRequest } from '../../shared/attachments.ts';
import { no, ok } from '../../shared/result.ts';
import { rangeOf } from '../../host/blob.ts';
import { startWebHost, type WebHost } from '../../host/web.ts';

let web: WebHost;
let origin = '';
let cookie = '';
const asked: Call[] = [];
const listeners = new Set<(tables: readonly string[]) => void>();
const HELD = 'a'.repeat(64);
const FILE = Buffer.alloc(3_000_017, 'synthetic document ');
let typeOfFile = 'application/pdf';
let isLocked = false;
const backend = {
  call: async (call: Call) => { asked.push(call); return ok('answered'); },
  blob: async ({ sha256, start, length }: BlobRequest) => (isLocked ? no('session/locked', {}) : sha256 === HELD ? ok({ bytes: FILE.subarray(start, start + length), total: FILE.length, mediaType: typeOfFile }) : no('document/not-here', {})),
  onChanged: (l: (tables: readonly string[]) => void) => { listeners.add(l); return () => { listeners.delete(l); }; },
};
type Answer = { readonly status: number; readonly headers: Record<string, string | string[] | undefined>; readonly body: string };
/** A raw request: `fetch` would normalise paths and forbid the headers under test. */
function send(path: string, { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = new URL(origin);
    const r = httpRequest({ host: url.hostname, port: url.port, path, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (c: Buffer) => parts.push(c)).on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() }));
    });
    r.on('error', reject);
    r.end(body);
  });
}
const good = (): Record<string, string> => ({ cookie, origin, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' });
const call = JSON.stringify({ act: 'session.state', input: {} });

beforeAll(async () => {
  const root = mkdtempSync(join(tmpdir(), 'fieldbook-web-'));
  const rendererDir = join(root, 'renderer');
  mkdirSync(join(rendererDir, 'assets'), { recursive: true });
  writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><title>Fieldbook</title>');
  writeFileSync(join(rendererDir, 'assets', 'app.css'), 'body{}');
  writeFileSync(join(rendererDir, 'assets', 'shell.sh'), 'echo');
  writeFileSync(join(root, 'keyfile.json'), '{"secret":true}');
  web = await startWebHost({ backend, rendererDir, hqUrl: 'http://127.0.0.1:8287' });
  origin = new URL(web.url).origin;
  const first = await send(web.url.slice(origin.length));
  cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
});
afterAll(async () => { await web.close(); });

describe('the token', () => {
  it('is 32 bytes and is exchanged once for a cookie that scripts and other sites cannot use', async () => {
    const url = new URL(web.freshUrl());
    expect(Buffer.from(url.searchParams.get('token') ?? '', 'base64url')).toHaveLength(32);
    const first = await send(url.pathname + url.search);
    expect([first.status, first.headers.location]).toEqual([303, '/']);
    expect(String(first.headers['set-cookie'])).toMatch(/^fieldbook-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    const second = await send(url.pathname + url.search);
    expect([second.status, second.headers['set-cookie']]).toEqual([403, undefined]);
  });
  it('does nothing when guessed', async () => {
    expect((await send(`/?token=${'A'.repeat(43)}`)).status).toBe(403);
    expect((await send('/?token=')).status).toBe(403);
  });
});

describe('POST /call', () => {
  it('answers our own page', async () => {
    const answer = await send('/call', { method: 'POST', headers: good(), body: call });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { ok: true, value: 'answered' }]);
    expect(asked.at(-1)).toEqual({ act: 'session.state', input: {} });
  });
  const without = (name: string) => { const { [name]: _gone, ...rest } = good(); return rest; };
  const refused: [string, () => Record<string, string>][] = [
    ['no cookie', () => without('cookie')], ['a wrong cookie', () => ({ ...good(), cookie: `${cookie.slice(0, -2)}xx` })], ['a cookie of another name', () => ({ ...good(), cookie: `x${cookie}` })],
    ['no Origin', () => without('origin')], ['another Origin', () => ({ ...good(), origin: 'http://evil.example' })], ['Origin null', () => ({ ...good(), origin: 'null' })],
    ['localhost as Origin', () => ({ ...good(), origin: origin.replace('127.0.0.1', 'localhost') })], ['another port as Origin', () => ({ ...good(), origin: 'http://127.0.0.1:1' })],
    ['another Host', () => ({ ...good(), host: 'evil.example' })], ['localhost as Host', () => ({ ...good(), host: new URL(origin).host.replace('127.0.0.1', 'localhost') })],
    ['a cross-site fetch', () => ({ ...good(), 'sec-fetch-site': 'cross-site' })], ['a same-site fetch from another port', () => ({ ...good(), 'sec-fetch-site': 'same-site' })],
    ['no content type', () => without('content-type')], ['a form', () => ({ ...good(), 'content-type': 'application/x-www-form-urlencoded' })],
      ['plain text', () => ({ ...good(), 'content-type': 'text/plain' })],
    ['two content types', () => ({ ...good(), 'content-type': 'text/plain, application/json' })],
  ];
  it.each(refused)('refuses %s', async (_name, headers) => {
    const before = asked.length;
    expect((await send('/call', { method: 'POST', headers: headers(), body: call })).status).toBe(403);
    expect(asked).toHaveLength(before);
  });
  it('refuses other methods', async () => {
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH']) expect((await send('/call', { method, headers: good() })).status).toBe(403);
  });
  it.each(['{', '', 'null', '"x"', '1'])('answers %j as malformed', async (body) => {
    const answer = await send('/call', { method: 'POST', headers: good(), body });
    expect(JSON.parse(answer.body)).toMatchObject({ ok: false, problem: { code: 'call/malformed' } });
  });
  it('does not read more than two megabytes', async () => {
    const answer = await send('/call', { method: 'POST', headers: good(), body: JSON.stringify({ act: 'x'.repeat(3 * 1024 * 1024), input: {} }) }).catch(() => null);
    if (answer) expect(JSON.parse(answer.body)).toMatchObject({ ok: false });
    expect(asked.some((a) => 'act' in a && a.act.length > 1000)).toBe(false);
  });
});

describe('GET', () => {
  it('serves the screen with policy, types and nosniff', async () => {
    const page = await send('/', { headers: { cookie } });
    expect([page.status, page.headers['content-type'], page.headers['x-content-type-options']]).toEqual([200, 'text/html; charset=utf-8', 'nosniff']);
    expect(page.headers['content-security-policy']).toBe([
      "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "font-src 'self'", "worker-src 'self'", "connect-src 'self'",
      "object-src 'none'", "frame-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", 'trusted-types pdf-worker',
    ].join('; '));
    expect((await send('/assets/app.css', { headers: { cookie } })).headers['content-type']).toBe('text/css; charset=utf-8');
  });
  it('serves nothing without the cookie, to another Host or to another site', async () => {
    expect((await send('/')).status).toBe(403);
    expect((await send('/', { headers: { cookie, host: 'evil.example' } })).status).toBe(403);
    expect((await send('/changed', { headers: { cookie, 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await send('/assets/app.css', { headers: { cookie, origin: 'http://evil.example' } })).status).toBe(403);
  });
  it.each(['/../keyfile.json', '/%2e%2e/keyfile.json', '/..%2fkeyfile.json', '/assets/..%2f..%2fkeyfile.json', '/%252e%252e/keyfile.json', '/..\\keyfile.json', '/assets/../../keyfile.json',
    '//keyfile.json', '/%00/keyfile.json', '/assets/shell.sh', '/assets', '/.env', '/%'])('does not serve %s', async (path) => {
    const page = await send(path, { headers: { cookie } });
    expect([page.status, page.body.includes('secret')]).toEqual([404, false]);
  });
  it('streams which tables changed', async () => {
    const url = new URL(origin);
    const got = await new Promise<string>((resolve, reject) => {
      const r = httpRequest({ host: url.hostname, port: url.port, path: '/changed', headers: { cookie, 'sec-fetch-site': 'same-origin' } }, (response) => {
        expect(response.headers['content-type']).toBe('text/event-stream');
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (text === ': open\n\n') for (const l of listeners) l(['packets', 'holds']);
          if (text.includes('data:')) {
            r.destroy();
            resolve(text);
          }
        });
      });
      r.on('error', reject);
      r.end();
    });
    expect(got).toBe(': open\n\ndata: ["packets","holds"]\n\n');
  });
});

describe('GET /blob/', () => {
  const blob = (name: string, headers: Record<string, string> = {}) => send(`/blob/${name}`, { headers: { cookie, 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors', ...headers } });
  it('gives a document whole and by range, sandboxed, with its own type', async () => {
    const whole = await blob(HELD);
    expect([whole.status, whole.headers['content-type'], whole.headers['content-length'], whole.headers['accept-ranges'], whole.headers['x-content-type-options'], whole.headers['content-disposition']])
      .toEqual([200, 'application/pdf', String(FILE.length), 'bytes', 'nosniff', 'attachment']);
    expect(whole.headers['content-security-policy']).toBe("sandbox; default-src 'none'; frame-ancestors 'none'");
    expect(whole.body).toBe(FILE.toString());
    const part = await blob(HELD, { range: 'bytes=1048570-1048590' });
    expect([part.status, part.headers['content-range'], part.body]).toEqual([206, `bytes 1048570-1048590/${FILE.length}`, FILE.subarray(1_048_570, 1_048_591).toString()]);
    const beyond = await blob(HELD, { range: `bytes=${FILE.length}-` });
    expect([beyond.status, beyond.headers['content-range'], beyond.body]).toEqual([416, `bytes */${FILE.length}`, '']);
  });
  it.each([['bytes=0-', { start: 0, end: 99 }], ['bytes=-10', { start: 90, end: 99 }], ['bytes=5-7', { start: 5, end: 7 }], ['bytes=50-5000', { start: 50, end: 99 }], ['bytes=100-', 'none'], ['bytes=9-5', 'none'], ['bytes=-0', 'none'],
    ['bytes=-500', { start: 0, end: 99 }], [undefined, 'whole'], ['bytes=0-1,5-6', 'whole'], ['lines=1-2', 'whole'], ['bytes=a-b', 'whole'], ['bytes=-', 'whole']] as const)('reads the range %s', (header, range) => {
    expect(rangeOf(header, 100)).toEqual(range);
  });
  it('names a document of any other type plain bytes', async () => {
    typeOfFile = 'text/html';
    expect((await blob(HELD)).headers['content-type']).toBe('application/octet-stream');
    typeOfFile = 'application/pdf';
  });
  it('gives nothing without the cookie, to another site, as a page, a frame or a picture', async () => {
    const plain = { 'sec-fetch-site': 'same-origin' };
    expect((await send(`/blob/${HELD}`, { headers: plain })).status).toBe(403);
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, { 'sec-fetch-dest': 'iframe' }, { 'sec-fetch-dest': 'image' }, { origin: 'http://evil.example' }]) {
      expect((await blob(HELD, headers as unknown as Record<string, string>)).status, JSON.stringify(headers)).toBe(403);
    }
    expect((await send(`/blob/${HELD}`, { headers: { cookie, host: 'evil.example' } })).status).toBe(403);
    expect((await send(`/blob/${HELD}`, { method: 'POST', headers: good() })).status).toBe(403);
  });
  it('says that it is locked, or that the document is not here, as a problem', async () => {
    isLocked = true;
    const locked = await blob(HELD);
    isLocked = false;
    expect([locked.status, JSON.parse(locked.body).problem.code]).toEqual([403, 'session/locked']);
    for (const name of ['b'.repeat(64), 'A'.repeat(64), '..%2f..%2fkeyfile.json', '../keyfile.json', `${HELD}/`]) expect((await blob(name)).status, name).toBe(404);
  });
});

describe('reach', () => {
  it('listens on 127.0.0.1 only', async () => {
    expect(new URL(web.url).hostname).toBe('127.0.0.1');
    const other = await new Promise<string>((resolve) => {
      const socket = connect({ host: '127.0.0.2', port: Number(new URL(origin).port) }, () => resolve('open'));
      socket.on('error', (error) => resolve('code' in error ? String(error.code) : 'error'));
    });
    expect(other).toBe('ECONNREFUSED');
  });
  it.each(['https://hq.example', 'http://10.0.0.1:8787', 'http://127.0.0.1.evil.example', 'http://localhost.evil.example', 'not a url'])('does not pair with %s', async (hqUrl) => {
    await expect(startWebHost({ backend, rendererDir: '.', hqUrl })).rejects.toThrow('HQ on this machine');
  });
});
