/** The scripts around the product: who runs, which window, which Node.js, how tests are counted. Real files, processes and ports. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findBrowser, findElectron } from '../../build/browser.ts';
import { claim, endOrphans, freePort, noteChildren, readDemoState, release, runningPid, writeDemoState } from '../../build/start-state.ts';
import { countTests } from '../../build/test-count.ts';

let folder = '';
const started: ChildProcess[] = [];
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'fieldbook-build-')); });
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A process that does nothing, under a given script name. */
async function idle(name: string): Promise<ChildProcess & { readonly pid: number }> {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, 'process.stdout.write("up"); setInterval(() => {}, 1000);');
  const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  await new Promise((up) => child.stdout?.once('data', up));
  if (child.pid === undefined) throw new Error('not started');
  return child as ChildProcess & { readonly pid: number };
}

describe('one start at a time', () => {
  test('a running start holds the folder; a pid file that a crash left does not', async () => {
    expect(claim(folder)).toBe(true);
    expect(readFileSync(join(folder, 'start.pid'), 'utf8')).toBe(String(process.pid));
    const other = await idle('start.ts');
    writeFileSync(join(folder, 'start.pid'), String(other.pid));
    expect(runningPid(folder)).toBe(other.pid);
    expect(claim(folder)).toBe(false);
    const ended = new Promise((done) => other.once('exit', done));
    other.kill('SIGKILL');
    await ended;
    expect(runningPid(folder)).toBeNull();
    expect(claim(folder)).toBe(true);
    release(folder);
    expect(existsSync(join(folder, 'start.pid'))).toBe(false);
  });
  test('a pid that another program has by now is not taken for a running start', async () => {
    const stranger = await idle('other-program.js');
    writeFileSync(join(folder, 'start.pid'), String(stranger.pid));
    expect(runningPid(folder)).toBe(process.platform === 'linux' ? null : stranger.pid);
  });
  test('after a kill the next start ends the HQ that was left, and no stranger', async () => {
    const left = await idle('hq/main.ts');
    const stranger = await idle('other-program.js');
    noteChildren(folder, [left.pid, stranger.pid]);
    const ended = new Promise((done) => left.once('exit', done));
    expect(endOrphans(folder)).toEqual([left.pid]);
    await ended;
    expect(stranger.exitCode === null && stranger.signalCode === null).toBe(true);
    expect(endOrphans(folder)).toEqual([]);
  });
  test('progress of the demo data survives a second start', () => {
    expect(readDemoState(folder)).toBeNull();
    const state = { seed: 1, now: '2026-11-24T12:00:00.000Z', step: 3, day: 0, sentOfDay: 2 };
    writeDemoState(folder, state);
    expect(readDemoState(folder)).toEqual(state);
  });
  test('a port in use is reported as such', async () => {
    const server = createServer();
    const port = await new Promise<number>((done) => server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      done(typeof address === 'object' && address ? address.port : 0);
    }));
    expect(await freePort(port)).toBeNull();
    await new Promise((done) => server.close(done));
    expect(await freePort(port)).toBe(port);
    expect(await freePort(0)).toBeGreaterThan(0);
  });
});

describe('which window', () => {
  test('the npm package of Electron alone is no Electron; its downloaded program is', () => {
    const base = join(folder, 'node_modules', 'electron');
    mkdirSync(join(base, 'dist'), { recursive: true });
    expect(findElectron(folder)).toBeNull();
    writeFileSync(join(base, 'path.txt'), 'electron');
    expect(findElectron(folder)).toBeNull();
    writeFileSync(join(base, 'dist', 'electron'), '#!/bin/sh\n');
    chmodSync(join(base, 'dist', 'electron'), 0o755);
    expect(findElectron(folder)).toBe(join(base, 'dist', 'electron'));
  });
  test('FIELDBOOK_BROWSER wins, and is refused when it is no program', () => {
    const own = join(folder, 'my-browser');
    writeFileSync(own, '#!/bin/sh\n');
    expect(findBrowser({ FIELDBOOK_BROWSER: own, PATH: '' })).toBeNull();
    chmodSync(own, 0o755);
    expect(findBrowser({ FIELDBOOK_BROWSER: own, PATH: '' })).toBe(own);
    expect(process.platform === 'linux' ? findBrowser({ PATH: folder }) : null).toBeNull();
  });
});

describe('tests and Node.js', () => {
  test('a file that could not be loaded counts as failed', () => {
    expect(countTests({ numPassedTests: 5, numFailedTests: 1, testResults: [{ status: 'failed', assertionResults: [] }, { status: 'failed', assertionResults: [{}] }, { status: 'passed', assertionResults: [{}] }] })).toEqual({ passed: 5, failed: 2 });
  });
  test('an old Node.js gets one plain sentence and exit 1', () => {
    const ask = (version: string) => spawnSync(process.execPath, ['--input-type=module', '-e', `import { requireNode } from './build/require-node.ts'; requireNode('${version}'); console.log('went on');`], { encoding: 'utf8' });
    for (const old of ['20.20.2', '22.13.1']) {
      const run = ask(old);
      expect(run.status, old).toBe(1);
      expect(run.stderr).toContain(`needs Node.js 22.14 or newer; this is ${old}`);
    }
    for (const good of ['22.14.0', '24.21.0']) expect(ask(good).stdout.trim(), good).toBe('went on');
  });
  test('demo-data writes every file, names what is missing, and says SYNTHETIC', () => {
    const run = (...args: readonly string[]) => spawnSync(process.execPath, ['build/demo-data.ts', ...args], { encoding: 'utf8' });
    expect(run().status).toBe(2);
    expect(run('--out', folder, '--seed', 'x').stderr).toContain('whole number');
    const done = run('--out', folder, '--seed', '5', '--now', '2026-11-24T12:00:00Z');
    expect(done.stdout).toContain('SYNTHETIC, seed 5');
    for (const [name, lines] of [['agencies', 78], ['officers', 374], ['staff', 30], ['packets', 402]] as const) {
      expect(readFileSync(join(folder, `${name}.ndjson`), 'utf8').trimEnd().split('\n'), name).toHaveLength(lines);
    }
  });
});
