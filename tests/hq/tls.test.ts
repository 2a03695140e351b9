/** HQ behind TLS with a certificate authority made here: who trusts it gets in, who does not is refused, and the laptop learns at enrolment which one to pin. */
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPrivateJwk, publicJwk } from '../../hq/jws.ts';
import { fingerprintOf } from '../../hq/app.ts';
import { enrolReplySchema } from '../../shared/sync.ts';
import { SERVICE, staffLine } from './desk.ts';
import { startHq, type HqProcess } from './hq-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'fieldbook-tls-'));
const at = (name: string): string => join(folder, name);
const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
/** A root of this name, and a certificate of it for this machine. */
function authority(name: string): void {
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '30', '-subj', `/CN=${name} (synthetic)`,
    '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign');
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}-hq.key`, '-out', `${name}-hq.csr`, '-subj', '/CN=127.0.0.1');
  writeFileSync(at('san.cnf'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  openssl('x509', '-req', '-in', `${name}-hq.csr`, '-CA', `${name}.pem`, '-CAkey', `${name}.key`, '-CAcreateserial', '-out', `${name}-hq.pem`, '-days', '30', '-extfile', 'san.cnf');
}

describe('HQ with TLS', () => {
  let hq: HqProcess;
  const ask = (path: string, options: RequestOptions & { readonly body?: unknown } = {}): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> =>
    new Promise((done, fail) => {
      const { body, ...rest } = options;
      const sent = request(new URL(path, hq.url), { agent: false, ca: readFileSync(at('root.pem')), headers: { authorization: `Bearer ${SERVICE}`, 'content-type': 'application/json' }, method: body ? 'POST' : 'GET', ...rest }, (reply) => {
        let text = '';
        reply.on('data', (c: Buffer) => {
          text += c.toString('utf8');
        });
        reply.on('end', () => done({ status: reply.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> }));
      });
      sent.on('error', fail);
      sent.end(body ? JSON.stringify(body) : undefined);
    });

  beforeAll(async () => {
    authority('root');
    authority('stranger');
    writeFileSync(at('chain.pem'), readFileSync(at('root-hq.pem'), 'utf8') + readFileSync(at('root.pem'), 'utf8'));
    hq = await startHq([], { HQ_TLS_CERT: at('chain.pem'), HQ_TLS_KEY: at('root-hq.key') });
  }, 240_000);
  afterAll(async () => {
    await hq.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers over https to who trusts its authority, and to nobody else', async () => {
    expect(hq.url).toMatch(/^https:\/\/127\.0\.0\.1:/);
    expect((await ask('/health')).body).toMatchObject({ ok: true });
    await expect(ask('/health', { ca: readFileSync(at('stranger.pem')) })).rejects.toThrow(/certificate/);
    await expect(ask('/health', { ca: [] })).rejects.toThrow(/certificate/);
  });
  it('refuses anything older than TLS 1.3, and speaks no plain HTTP', async () => {
    await expect(ask('/health', { maxVersion: 'TLSv1.2' })).rejects.toThrow(/alert|version|EPROTO/i);
    await expect(fetch(hq.url.replace('https', 'http'))).rejects.toThrow();
  });
  it('prints the fingerprint of its authority, and gives it with the enrolment', async () => {
    const expected = new X509Certificate(readFileSync(at('root.pem'))).fingerprint256;
    expect(hq.ready.caFingerprint).toBe(expected);
    expect(expected.replaceAll(':', '').toLowerCase()).toBe(createHash('sha256').update(new X509Certificate(readFileSync(at('root.pem'))).raw).digest('hex'));
    expect((await ask('/commands', { body: { name: 'staff.receive', input: staffLine('pm-1'), as: 'service', actor: 'hq-intake' } })).status).toBe(200);
    const { code } = (await ask('/enrolment-codes', { body: { pmId: 'pm-1' } })).body;
    const reply = await ask('/enrol', { body: { code, deviceJwk: publicJwk({ ...newPrivateJwk() }), signerJwk: publicJwk({ ...newPrivateJwk() }), deviceName: 'test laptop' } });
    expect(enrolReplySchema.parse(reply.body).caFingerprint).toBe(expected);
  });
  it('names the authority that it is told, and refuses a file without a certificate', () => {
    expect(fingerprintOf(readFileSync(at('stranger.pem'), 'utf8'))).not.toBe(fingerprintOf(readFileSync(at('root.pem'), 'utf8')));
    expect(() => fingerprintOf('not a certificate')).toThrow('holds no certificate');
  });
  it('does not start beyond loopback without TLS, even on PostgreSQL', async () => {
    await expect(startHq(['--host', '0.0.0.0'], { HQ_DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' })).rejects.toThrow('without TLS');
    await expect(startHq(['--host', '0.0.0.0'], { HQ_TLS_CERT: at('chain.pem'), HQ_TLS_KEY: at('root-hq.key') })).rejects.toThrow('never fsyncs');
  });
});
