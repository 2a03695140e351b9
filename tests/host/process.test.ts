/** The host as a process: `node host/main.ts` says where it is, serves one laptop in a worker thread, and ends cleanly. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../shared/api.ts';
import { createWorld, PASSPHRASE, type World } from '../support/world.ts';

let world: World;
const children: ChildProcess[] = [];
beforeAll(async () => { world = await createWorld({ packets: 1 }); }, 120_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await world.close();
});

function start(folder: string, env: Record<string, string>): { child: ChildProcess; lines: string[]; first: Promise<string>; exit: Promise<number | null> } {
  const child = spawn(process.execPath, ['host/main.ts'], { env: { ...process.env, FIELDBOOK_DATA: folder, FIELDBOOK_PORT: '0', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const lines: string[] = [];
  const first = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      lines.push(line);
      if (lines.length === 1) resolve(line);
    });
  });
  return { child, lines, first, exit: new Promise((resolve) => { child.on('exit', (code) => resolve(code)); }) };
}
/** A browser's part: the token for a cookie, then calls with it. */
async function browser(url: string): Promise<(call: Call) => Promise<{ ok: boolean; value?: { phase?: string }; problem?: { code: string } }>> {
  const { origin } = new URL(url);
  const first = await fetch(url, { redirect: 'manual' });
  const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return async (call) => (await fetch(`${origin}/call`, { method: 'POST', headers: { cookie, origin, 'content-type': 'application/json' }, body: JSON.stringify(call) })).json() as never;
}

describe('host/main.ts', () => {
  it('prints one line, enrols, and finds the same laptop locked after SIGTERM and a second start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldbook-process-'));
    const code = await world.enrolmentCode();
    const one = start(folder, { FIELDBOOK_HQ: world.hqUrl, FIELDBOOK_DEMO_CODE: code });
    const ready = JSON.parse(await one.first);
    expect(ready).toMatchObject({ ready: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/) });
    const call = await browser(ready.url);
    expect(await call({ act: 'session.state', input: {} })).toMatchObject({ ok: true, value: { phase: 'enrol', demoCode: code, isDemo: true } });
    expect(await call({ act: 'session.enrol', input: { code } })).toMatchObject({ ok: true, value: { phase: 'passphrase' } });
    expect(await call({ act: 'session.choosePassphrase', input: { passphrase: PASSPHRASE } })).toMatchObject({ ok: true, value: { phase: 'open' } });
    one.child.kill('SIGTERM');
    expect(await one.exit).toBe(0);
    expect(one.lines).toHaveLength(1);

    const two = start(folder, { FIELDBOOK_HQ: world.hqUrl });
    const again = await browser(JSON.parse(await two.first).url);
    expect(await again({ act: 'session.state', input: {} })).toMatchObject({ value: { phase: 'locked' } });
    expect(await again({ act: 'session.unlock', input: { passphrase: PASSPHRASE } })).toMatchObject({ value: { phase: 'open' } });
    two.child.kill('SIGINT');
    expect(await two.exit).toBe(0);
  }, 120_000);
  it('a second process on the same folder is told so, and the first goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldbook-process-'));
    const one = start(folder, { FIELDBOOK_HQ: world.hqUrl });
    const first = await browser(JSON.parse(await one.first).url);
    await first({ act: 'session.enrol', input: { code: await world.enrolmentCode() } });
    await first({ act: 'session.choosePassphrase', input: { passphrase: PASSPHRASE } });
    const two = start(folder, { FIELDBOOK_HQ: world.hqUrl });
    const second = await browser(JSON.parse(await two.first).url);
    expect(await second({ act: 'session.unlock', input: { passphrase: PASSPHRASE } })).toMatchObject({ ok: false, problem: { code: 'store/in-use' } });
    expect(await first({ read: 'sync.status', input: {} })).toMatchObject({ ok: true });
    two.child.kill('SIGTERM');
    one.child.kill('SIGTERM');
    expect([await one.exit, await two.exit]).toEqual([0, 0]);
  }, 120_000);
  it('does not start with an HQ beyond this machine', async () => {
    const far = start(mkdtempSync(join(tmpdir(), 'fieldbook-process-')), { FIELDBOOK_HQ: 'https://hq.example' });
    expect(await far.exit).toBe(2);
    expect(far.lines).toEqual([]);
  });
});
