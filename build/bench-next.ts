/**
 * The next packet in a real browser: from the key to its first frame on screen, on a store of COUNT packets behind the real web host.
 * Prints one JSON line with the milliseconds of each step. Started by build/bench.ts: `node build/bench-next.ts COUNT STEPS`. No HQ: nothing is sent.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { openStore } from '../db/open.ts';
import { applyPage } from '../db/pull.ts';
import { read } from '../db/read.ts';
import { rowById } from '../db/rows.ts';
import { set } from '../db/sync-state.ts';
import { newKeyPair } from '../host/jws.ts';
import { openKeystore, WEAK_KDF_FOR_TESTS } from '../host/keystore.ts';
import { STORE_FILE } from '../host/session.ts';
import type { QueuePage } from '../shared/api.ts';
import { sealContent } from '../shared/domain/packet.ts';
import { versionId } from '../shared/rows.ts';
import { benchDocument } from './bench-documents.ts';
import { BENCH_NOW, benchPackets, benchProgramme, type BenchRow, rowsOfPacket } from './bench-seed.ts';
import { findBrowser } from './browser.ts';
import { buildRenderer } from './build-renderer.ts';
import { bundleHost, HOST_MAIN } from './bundle-host.ts';

const [countText = '100000', stepsText = '30'] = process.argv.slice(2);
const [count, steps] = [Number(countText), Number(stepsText)];
const PASSPHRASE = 'bench passphrase, not secret';
const folder = mkdtempSync(join(tmpdir(), 'fieldbook-bench-next-'));
const executablePath = findBrowser();
if (!executablePath) throw new Error('no browser');

/** Runs in the page: from the key's event to the task after the frame in which the other packet's title and checks stand. As text: no type of the page is known here. */
const MEASURE = `
  globalThis.steps = [];
  const title = () => document.querySelector('h1')?.textContent ?? '';
  addEventListener('keydown', (event) => {
    if (event.key !== 'x') return;
    const [from, before] = [event.timeStamp, title()];
    const frame = () => {
      if (title() === before || !document.querySelector('.check-line')) requestAnimationFrame(frame);
      else setTimeout(() => steps.push(performance.now() - from), 0);
    };
    requestAnimationFrame(frame);
  }, true);
`;

/** A laptop as an enrolment leaves it, filled page by page as a pull would; the head of its queue has whole documents, which the screen can show. */
function fill(dataKey: Buffer): void {
  const store = openStore({ file: join(folder, STORE_FILE), key: dataKey, isNew: true });
  const now = new Date().toISOString();
  for (const [key, value] of Object.entries({
    device: JSON.stringify({ deviceId: 'bench', ledger: 'bench' }), pm: JSON.stringify({ id: 'pm-02', name: 'Bench', role: 'pm', legalTitle: 'Officer', fieldOffice: 'Phoenix' }),
    hqJwk: JSON.stringify(newKeyPair().jwk), issuer: 'bench', generation: 'bench', lastHqTime: BENCH_NOW, skewMs: '0',
  })) set(store, key as Parameters<typeof set>[1], value);
  const at = new Map<string, number>();
  const apply = (rows: readonly BenchRow[]): void => {
    for (const stream of new Set(rows.map((r) => r.row.stream))) {
      const from = at.get(stream) ?? 0;
      if (applyPage(store, { stream, from, to: from + 1, rows: rows.filter((r) => r.row.stream === stream) as never, receivedAt: now }) !== 'applied') throw new Error('stale page');
      at.set(stream, from + 1);
    }
  };
  apply(benchProgramme());
  for (let n = 0; n < count; n += 2_500) apply(benchPackets(Math.min(2_500, count - n), n).flatMap(rowsOfPacket));
  const page = read(store, 'queue.list', { split: 'all', search: '', offset: 0, limit: steps + 5 }, { now, pmId: 'pm-02', status: {} });
  if (!page.ok) throw new Error('no queue');
  apply((page.value as QueuePage).items.map(({ packet }, n): BenchRow => {
    const version = rowById(store, 'packet_versions', versionId(packet.id, 1));
    if (!version) throw new Error(`no version of ${packet.id}`);
    return { table: 'packet_versions', row: { ...version, ...sealContent({ ...benchDocument(n, now), packetId: packet.id, agencyId: packet.agencyId }) } };
  }));
  store.close();
}

mkdirSync(folder, { recursive: true });
const keystore = openKeystore({ folder, now: () => new Date().toISOString(), computerSecret: null, kdf: WEAK_KDF_FOR_TESTS });
const made = await keystore.create({ passphrase: PASSPHRASE, pmName: 'Bench', deviceKey: newKeyPair().pkcs8, signerKey: newKeyPair().pkcs8, recoveryJwk: newKeyPair().jwk, beforeCommit: fill });
if (!made.ok) throw new Error(made.problem.code);
if (!buildRenderer({ isForced: false, log: () => {} })) throw new Error('the screens could not be built');
await bundleHost(() => undefined);
const host = spawn(process.execPath, [HOST_MAIN], { env: { ...process.env, FIELDBOOK_DATA: folder, FIELDBOOK_HQ: 'http://127.0.0.1:9', FIELDBOOK_PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
try {
  const url = await new Promise<string>((done) => {
    let text = '';
    host.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const line = text.split('\n').find((l) => l.includes('"ready":true'));
      if (line) done((JSON.parse(line) as { url: string }).url);
    });
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(url);
  await page.getByLabel(/^Passphrase of/).fill(PASSPHRASE);
  await page.getByRole('button', { name: /^Unlock$/ }).click();
  await page.getByRole('navigation', { name: 'Screens' }).waitFor({ timeout: 60_000 });
  await page.evaluate("location.hash = '/queue'");
  await page.getByRole('row').nth(1).waitFor({ timeout: 60_000 });
  await page.getByRole('grid').focus();
  await page.keyboard.press('Enter');
  await page.getByText('Rule pack').waitFor({ timeout: 60_000 });
  await page.evaluate(MEASURE);
  for (let n = 0; n < steps; n += 1) {
    await page.keyboard.press('x');
    for (let tries = 0; Number(await page.evaluate('steps.length')) <= n; tries += 1) {
      if (tries > 600) throw new Error('the next packet did not come');
      await page.waitForTimeout(50);
    }
    // A person looks at a packet; meanwhile the next two are read.
    await page.waitForTimeout(400);
  }
  console.log(JSON.stringify(await page.evaluate('steps')));
} finally {
  await browser.close();
  const ended = new Promise((done) => host.once('exit', done));
  host.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
