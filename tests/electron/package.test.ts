/**
 * What lands in the desktop package: the real bundles, packed by electron-builder around a stand-in for Electron's binary (which carries the
 * fuse wire's marker, so that the fuses are really set and read back).
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire, isBuiltin } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createPackage, extractFile, listPackage } from '@electron/asar';
import { beforeAll, describe, expect, it } from 'vitest';
import { newKeyPair } from '../../host/jws.ts';
import { startBackendWorker } from '../../host/worker-client.ts';
import { buildRenderer } from '../../build/build-renderer.ts';
import { bundleElectron, EXTERNAL } from '../../build/bundle-electron.ts';

const work = mkdtempSync(join(tmpdir(), 'fieldbook-package-'));
const output = join(work, 'out');
const executable = join(output, 'linux-unpacked', 'fieldbook');
let sources: readonly string[] = [];
let bundle = '';
let packed: readonly string[] = [];

beforeAll(async () => {
  // 1. The real bundles and the real screen.
  bundle = 'dist/electron';
  sources = await bundleElectron(bundle);
  if (!buildRenderer({ isForced: false, log: () => undefined })) throw new Error('the screens do not build');
  // 2. A stand-in for Electron: an executable with the fuse marker, a version and a valid default_app.asar.
  const standIn = join(work, 'electron');
  const app = join(work, 'default-app');
  mkdirSync(join(standIn, 'resources'), { recursive: true });
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{"name":"default","main":"main.js"}');
  writeFileSync(join(app, 'main.js'), '');
  await createPackage(app, join(standIn, 'resources', 'default_app.asar'));
  const version: string = createRequire(import.meta.url)('electron/package.json').version;
  writeFileSync(join(standIn, 'version'), version);
  writeFileSync(join(standIn, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'), Buffer.from([1, 9]), Buffer.from('000000000')]));
  chmodSync(join(standIn, 'electron'), 0o755);
  // 3. The package.
  const run = spawnSync('node_modules/.bin/electron-builder',
    ['--linux', 'dir', `-c.electronDist=${standIn}`, `-c.electronVersion=${version}`, `-c.directories.output=${output}`, '--publish', 'never'], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stdout + run.stderr);
  packed = listPackage(join(output, 'linux-unpacked', 'resources', 'app.asar'), { isPack: false }).map((p) => p.replaceAll('\\', '/'));
}, 180_000);

describe('bundles', () => {
  it('are one main file, two workers, one CommonJS preload, the fonts and the migrations', () => {
    const names = readdirSync(bundle);
    expect(names).toEqual(expect.arrayContaining(['main.js', 'backend-worker.js', 'packet-pdf-worker.js', 'roster-worker.js', 'preload.cjs', 'migrations']));
    expect(readdirSync(join(bundle, 'fonts')).sort()).toEqual(['LICENSE_FONT', 'NotoSans_400Regular.ttf', 'NotoSans_700Bold.ttf']);
    expect(readdirSync(join(bundle, 'migrations')).filter((n) => n.endsWith('.sql'))).toEqual(readdirSync('db/migrations').filter((n) => n.endsWith('.sql')));
  });
  it('the preload needs electron and nothing else', () => {
    const text = readFileSync(join(bundle, 'preload.cjs'), 'utf8');
    expect([...text.matchAll(/require\(\s*["'`]([^"'`]+)/g)].map((m) => m[1])).toEqual(['electron']);
    expect(text).not.toMatch(/^\s*(import|export)\s/m);
  });
  it('hold neither the web host nor HQ nor the screen', () => {
    expect(sources).toEqual(expect.arrayContaining(['electron/main.ts', 'electron/preload.ts', 'host/backend.ts', 'host/backend-worker.ts', 'db/run.ts']));
    expect(sources.filter((s) => s === 'host/web.ts' || s === 'host/main.ts' || /^(hq|renderer|tests|build)\//.test(s))).toEqual([]);
    for (const name of readdirSync(bundle).filter((n) => /\.c?js$/.test(n))) expect(readFileSync(join(bundle, name), 'utf8')).not.toMatch(/startWebHost|fieldbook-\$\{/);
  });
  it('load only Node, electron and the two native packages at run time', () => {
    for (const name of readdirSync(bundle).filter((n) => n.endsWith('.js'))) {
      const imports = [...readFileSync(join(bundle, name), 'utf8').matchAll(/^import\s[^;]*?from\s*["']([^"']+)["']|^import\s*["']([^"']+)["']/gm)].map((m) => m[1] ?? m[2] ?? '');
      expect(imports.filter((i) => !isBuiltin(i) && !i.startsWith('./') && !EXTERNAL.includes(i))).toEqual([]);
    }
  });
});

describe('the bundled backend', () => {
  it('enrols, migrates and opens an encrypted store in its worker thread', async () => {
    const key = newKeyPair();
    const hq = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({
        deviceId: 'dev-1', pmId: 'pm-1', pmName: 'Sela Marin', legalTitle: 'SDDO', fieldOffice: 'Example', role: 'pm', hqJwk: key.jwk, recoveryJwk: key.jwk, issuer: 'urn:x',
        serverTime: new Date(Date.now() - 1000).toISOString(), ledger: 'dev-1-ledger', generation: 'g1',
      }));
    });
    await new Promise<void>((resolve) => { hq.listen(0, '127.0.0.1', () => resolve()); });
    const hqUrl = `http://127.0.0.1:${(hq.address() as AddressInfo).port}`;
    const backend = await startBackendWorker({ folder: join(work, 'laptop'), hqUrl, host: 'Electron' }, pathToFileURL(resolve(bundle, 'backend-worker.js')));
    try {
      expect(await backend.call({ act: 'session.enrol', input: { code: 'ANY-CODE-1' } })).toMatchObject({ ok: true, value: { phase: 'passphrase' } });
      expect(await backend.call({ act: 'session.choosePassphrase', input: { passphrase: 'lantern orchard seven' } })).toMatchObject({ ok: true,
        value: { phase: 'open', about: { cipher: 'sqlcipher', host: 'Electron' } } });
      expect(await backend.call({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 10 } })).toMatchObject({ ok: true, value: { total: 0 } });
      expect(readFileSync(join(work, 'laptop', 'fieldbook.db')).includes('SQLite format 3')).toBe(false);
    } finally {
      await backend.close();
      hq.close();
    }
    expect(await backend.call({ act: 'session.state', input: {} })).toMatchObject({ ok: false, problem: { code: 'internal/backend-stopped' } });
  });
});

describe('app.asar', () => {
  it('holds the bundles, the screen and two native packages', () => {
    for (const path of ['/package.json', '/dist/electron/main.js', '/dist/electron/backend-worker.js', '/dist/electron/preload.cjs', '/dist/renderer/index.html',
      '/node_modules/better-sqlite3/lib/index.js', '/node_modules/@node-rs/argon2/index.js']) expect(packed).toContain(path);
    expect(packed.filter((p) => p.endsWith('.sql')).length).toBeGreaterThan(0);
    expect(JSON.parse(extractFile(join(output, 'linux-unpacked', 'resources', 'app.asar'), 'package.json').toString()).main).toBe('dist/electron/main.js');
  });
  it('holds no source, no test, no HQ, no web host and no other package', () => {
    expect(packed.filter((p) => /\.tsx?$|^\/(hq|host|db|shared|renderer|tests|build|docs|electron)(\/|$)/.test(p))).toEqual([]);
    const packages = new Set(packed.filter((p) => p.startsWith('/node_modules/')).map((p) => p.split('/').slice(2, p.startsWith('/node_modules/@') ? 4 : 3).join('/')));
    expect([...packages].filter((p) => p !== '@node-rs' && p !== 'better-sqlite3' && !p.startsWith('@node-rs/argon2'))).toEqual([]);
  });
  it('leaves native code outside, for this platform only', () => {
    const native = packed.filter((p) => p.endsWith('.node'));
    expect(native.length).toBe(2);
    for (const path of native) expect(existsSync(join(output, 'linux-unpacked', 'resources', 'app.asar.unpacked', path)), path).toBe(true);
  });
});

describe('fuses', () => {
  it('no Node mode, no NODE_OPTIONS, no inspector, only app.asar, integrity checked, no file:// privileges', async () => {
    const { getCurrentFuseWire, FuseV1Options } = createRequire(import.meta.url)('@electron/fuses') as typeof import('@electron/fuses');
    const wire = await getCurrentFuseWire(executable) as unknown as Record<number, number>;
    const on = (fuse: number): boolean => wire[fuse] === '1'.charCodeAt(0);
    expect([FuseV1Options.RunAsNode, FuseV1Options.EnableNodeOptionsEnvironmentVariable, FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges].map(on)).toEqual([false, false, false, false]);
    expect([FuseV1Options.EnableCookieEncryption, FuseV1Options.OnlyLoadAppFromAsar, FuseV1Options.EnableEmbeddedAsarIntegrityValidation].map(on)).toEqual([true, true, true]);
  });
});
