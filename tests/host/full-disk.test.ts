/**
 * A disk that is really full: the laptop's folder on a small file system of its own. Every refusal has its sentence, nothing is lost or doubled,
 * and with space again the same acts go through. Linux only, because only there a test can make such a disk without leaving anything behind.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sentence } from '../../shared/text.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await createWorld({ packets: 2 }); }, 120_000);
afterAll(async () => { await world.close(); });

type Report = { readonly step: string; readonly code: string | null; readonly unsent: number };

/** Runs tests/support/full-disk-laptop.ts in a mount namespace of its own, where /mnt is a file system of 16 MB. */
async function onSmallDisk(code: string): Promise<readonly Report[]> {
  const script = 'mount -t tmpfs -o size=16m tmpfs /mnt && exec "$@"';
  const child = spawn('unshare', ['--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), 'sh', '-c', script, 'sh',
    process.execPath, join('tests', 'support', 'full-disk-laptop.ts'), '/mnt', world.hqUrl, code], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString('utf8'); });
  child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString('utf8'); });
  const status = await new Promise<number | null>((done) => child.once('close', done));
  if (status !== 0) throw new Error(`the laptop on the small disk ended with ${status}: ${err.slice(-2000)}`);
  return out.trim().split('\n').map((line) => JSON.parse(line) as Report);
}

it('SQLITE_FULL: commands, drafts and notes say that the disk is full; with space again everything is there once', async () => {
  const reports = await onSmallDisk(await world.enrolmentCode());
  const by = (step: string): Report => reports.find((r) => r.step === step) ?? { step: 'missing', code: 'missing', unsent: -1 };
  expect(by('hold before')).toMatchObject({ code: null, unsent: 1 });
  expect(by('draft, full')).toMatchObject({ code: 'store/disk-full' });
  expect(by('return waits')).toMatchObject({ code: null, unsent: 1 });
  expect(by('return now, full')).toMatchObject({ code: 'store/disk-full', unsent: 1 });
  expect(by('hold, full')).toMatchObject({ code: 'store/disk-full', unsent: 1 });
  expect(by('note, full')).toMatchObject({ code: 'store/disk-full' });
  // The return that a full disk left waiting is made before the later decision.
  expect(by('hold, space again')).toMatchObject({ code: null, unsent: 3 });
  expect(by('draft, space again')).toMatchObject({ code: null });
  expect(by('sent')).toMatchObject({ code: null, unsent: 0 });
  expect(sentence({ code: 'store/disk-full', details: {} }).what).toContain('disk is full');
});
