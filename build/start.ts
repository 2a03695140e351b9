/**
 * `npm start`: HQ, the laptop's host and its window on this machine, with synthetic data, from nothing to a filled queue in a minute.
 * Order: build the screens; start HQ; fill the demo PM's desk; start the host; open the window; fill the rest in the background.
 * Stops what it started, by process id, and nothing else. Data stays in .fieldbook/ until `--reset`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { findBrowser, findElectron } from './browser.ts';
import { buildRenderer } from './build-renderer.ts';
import { bundleHost, HOST_MAIN } from './bundle-host.ts';
import { dailyPackets } from '../synthetic/packets.ts';
import { DEMO_PM_ID, programme } from '../synthetic/programme.ts';
import { enrolmentCode, type Hq, seedSteps, sendPackets } from './demo/seed-hq.ts';
import { requireNode } from './require-node.ts';
import { claim, type DemoState, endOrphans, freePort, noteChildren, readDemoState, release, runningPid, writeDemoState } from './start-state.ts';

const FOLDER = resolve('.fieldbook');
const SEED = 287;
const HQ_PORT = 8287;
const SCREEN_PORT = 8786;
/** One new packet this often, until the day's eight have come. */
const TRICKLE_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
const STOP_MS = 8_000;

const say = (line: string): void => console.log(line);
function fail(line: string): never {
  console.error(line);
  process.exit(1);
}

requireNode();
const { values: options } = parseArgs({
  options: {
    port: { type: 'string' }, 'hq-port': { type: 'string' }, 'no-open': { type: 'boolean', default: false },
    reset: { type: 'boolean', default: false }, yes: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  say('npm start -- [--no-open] [--port N] [--hq-port N] [--reset [--yes]]');
  process.exit(0);
}

// Asked for wrongly: say so before anything is built or started.
for (const [text, usual] of [[options.port, SCREEN_PORT], [options['hq-port'], HQ_PORT]] as const) portOption(text, usual);
if (options.reset) await reset();

/** Deletes the demo's data after a yes. Refuses while it is in use. */
async function reset(): Promise<never> {
  const pid = runningPid(FOLDER);
  if (pid !== null) fail(`Fieldbook is running (process ${pid}). Stop it with Ctrl-C in its terminal, then reset.`);
  if (!existsSync(FOLDER)) {
    say('Nothing to reset: there is no .fieldbook folder.');
    process.exit(0);
  }
  if (!options.yes) {
    const ask = createInterface({ input: process.stdin, output: process.stdout });
    const question = `This deletes ${FOLDER}: HQ's demo data and the laptop with everything on it that was not sent. Go on? (y/N) `;
    // Input that ends without an answer is a no.
    const answer = await Promise.race([ask.question(question).catch(() => ''), new Promise<string>((ended) => ask.once('close', () => ended('')))]);
    ask.close();
    if (!/^y(es)?$/i.test(answer.trim())) {
      say('Nothing was deleted.');
      process.exit(0);
    }
  }
  rmSync(FOLDER, { recursive: true });
  say('Demo data deleted. Start again with: npm start');
  process.exit(0);
}

function portOption(text: string | undefined, usual: number): { readonly port: number; readonly isAsked: boolean } {
  if (text === undefined) return { port: usual, isAsked: false };
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) fail(`"${text}" is not a port. Give a number from 1 to 65535.`);
  return { port, isAsked: true };
}
async function choosePort(text: string | undefined, usual: number, flag: string): Promise<number> {
  const { port, isAsked } = portOption(text, usual);
  const free = await freePort(port);
  if (free !== null) return free;
  if (isAsked) fail(`Port ${port} is in use by another program. Choose another: npm start -- ${flag} ${port + 1}`);
  return (await freePort(0)) ?? fail('No free port on 127.0.0.1.');
}

const running = runningPid(FOLDER);
if (running !== null) fail(`Fieldbook is already running (process ${running}). Use that window, or stop it with Ctrl-C in its terminal.`);
if (!claim(FOLDER)) fail('Another "npm start" is starting just now. Use that one.');
process.on('exit', () => release(FOLDER));
const orphans = endOrphans(FOLDER);
if (orphans.length > 0) {
  say(`An earlier start was killed; ended what it left (process ${orphans.join(', ')}).`);
  await new Promise((next) => setTimeout(next, 3_000));
}

const children: { readonly name: string; readonly process: ChildProcess }[] = [];
let isStopping = false;

/** Ends every child by its own process id: politely first, then for good. */
async function stop(code: number): Promise<never> {
  if (isStopping) return new Promise<never>(() => {});
  isStopping = true;
  const alive = children.filter((c) => c.process.exitCode === null && c.process.signalCode === null);
  // The window and host first, so that HQ still answers their last words.
  for (const child of [...alive].reverse()) {
    const ended = new Promise<void>((done) => child.process.once('exit', () => done()));
    child.process.kill('SIGTERM');
    const timer = setTimeout(() => child.process.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
  }
  release(FOLDER);
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {
  if (!isStopping) say('\nStopping. The data stays in .fieldbook; the next "npm start" finds it.');
  void stop(0);
});

/** A child whose output goes to .fieldbook/<name>.log; its unexpected end stops everything with the log's last lines. */
function start(name: string, args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const log = createWriteStream(join(FOLDER, `${name}.log`), { flags: 'w', mode: 0o600 });
  const { ELECTRON_RUN_AS_NODE: _e, ...clean } = process.env;
  // A process group of its own: Ctrl-C reaches only this process, which then stops the others in order.
  const child = spawn(process.execPath, [...args], { env: { ...clean, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.on('exit', (code, signal) => {
    if (isStopping) return;
    const lines = readFileSync(join(FOLDER, `${name}.log`), 'utf8').trimEnd().split('\n').slice(-8).join('\n');
    console.error(`${name} stopped (${signal ?? code}). Its last words, from .fieldbook/${name}.log:\n${lines}`);
    void stop(1);
  });
  children.push({ name, process: child });
  noteChildren(FOLDER, children.flatMap((c) => (c.process.pid ? [c.process.pid] : [])));
  return child;
}

async function until(what: string, ready: () => Promise<boolean>, ms: number): Promise<void> {
  const end = Date.now() + ms;
  while (!(await ready().catch(() => false))) {
    if (isStopping) return new Promise<never>(() => {});
    if (Date.now() > end) {
      console.error(`${what} was not ready within ${Math.round(ms / 1000)} s. See the logs in .fieldbook/.`);
      await stop(1);
    }
    await new Promise((next) => setTimeout(next, 150));
  }
}

const begun = Date.now();
if (!buildRenderer({ isForced: false, log: say })) fail('The screens could not be built; the lines above say why.');

// 1. HQ, on this machine only. Its service token lives as long as this process.
mkdirSync(join(FOLDER, 'hq'), { recursive: true, mode: 0o700 });
const hqPort = await choosePort(options['hq-port'], HQ_PORT, '--hq-port');
const hq: Hq = { url: `http://127.0.0.1:${hqPort}`, token: randomBytes(24).toString('base64url') };
const { HQ_DATABASE_URL: databaseUrl } = process.env;
start('hq', ['hq/main.ts', 'serve', '--demo', '--data', join(FOLDER, 'hq'), '--port', String(hqPort)], { HQ_SERVICE_TOKEN: hq.token, ...(databaseUrl ? { HQ_DATABASE_URL: databaseUrl } : {}) });
say('Starting HQ (demo, on this machine only)');
await until('HQ', async () => (await fetch(new URL('/health', hq.url))).ok, 90_000);

// 2. The demo PM's desk: agencies, officers and packets, first start only.
let state: DemoState = readDemoState(FOLDER) ?? { seed: SEED, now: new Date().toISOString(), step: 0, day: 0, sentOfDay: 0 };
writeDemoState(FOLDER, state);
const steps = seedSteps(state.seed, state.now);
const advance = (change: Partial<DemoState>): void => {
  state = { ...state, ...change };
  writeDemoState(FOLDER, state);
};
/** Runs the steps that no earlier start finished. */
async function seed(list: readonly { readonly title: string; readonly run: (at: Hq) => Promise<void> }[], first: number, at: Hq): Promise<void> {
  for (const [n, step] of list.entries()) {
    if (isStopping) return;
    if (state.step > first + n) continue;
    await step.run(at);
    advance({ step: first + n + 1 });
  }
}
if (state.step < steps.own.length) say('Filling the demo desk with SYNTHETIC data');
const stopOnError = (error: unknown): Promise<never> => {
  if (isStopping) return new Promise<never>(() => {});
  console.error(`The demo data could not be loaded: ${error instanceof Error ? error.message : String(error)}\nTry: npm start -- --reset`);
  return stop(1);
};
await seed(steps.own, 0, hq).catch(stopOnError);

// 3. The laptop: a one-time code, then Electron or the host with a browser window.
const code = await enrolmentCode(hq, DEMO_PM_ID).catch(stopOnError);
const laptop = { FIELDBOOK_DATA: join(FOLDER, 'laptop'), FIELDBOOK_HQ: hq.url, FIELDBOOK_DEMO_CODE: code };
const electron = findElectron(process.cwd());
const browser = findBrowser();
const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
const entry = join('dist', 'electron', 'main.js');
if (electron && hasScreen && !options['no-open'] && (existsSync(entry) || (await bundleElectron()))) {
  say(`Window: Electron (its program is installed). Ready after ${Math.round((Date.now() - begun) / 1000)} s.`);
  openWindow(electron, ['.', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])], laptop);
} else {
  const port = await choosePort(options.port, SCREEN_PORT, '--port');
  await bundleHost(say);
  const host = start('host', [HOST_MAIN], { ...laptop, FIELDBOOK_PORT: String(port) });
  const url = await readyUrl(host);
  const seconds = Math.round((Date.now() - begun) / 1000);
  const why = options['no-open'] ? '--no-open was given' : !hasScreen ? 'this terminal has no display' : electron === null ? 'Electron is not installed' : 'Electron could not be bundled';
  if (browser && hasScreen && !options['no-open']) {
    // Chromium refuses its sandbox to root; said here, so that its own bar need not cover the screen.
    const isRoot = process.getuid?.() === 0;
    say(`Window: ${browser}${isRoot ? ' without its sandbox, as root' : ''}, because ${why}. Ready after ${seconds} s. Address: ${url}`);
    openWindow(browser, [
      `--app=${url}`, `--user-data-dir=${join(FOLDER, 'browser')}`, '--no-first-run', '--no-default-browser-check', '--window-size=1280,800',
      ...(isRoot ? ['--no-sandbox', '--test-type'] : []),
    ], {});
  } else {
    say(`Open this address in a browser on this machine${browser || options['no-open'] || !hasScreen ? ` (${why})` : ' (no Chromium, Chrome or Edge was found)'}. Ready after ${seconds} s.\n${url}`);
  }
}
say('Ctrl-C stops everything.');

// 4. The other agencies, then new packets as the days go by.
await seed(steps.rest, steps.own.length, { ...hq, batch: 3, restMs: 250 }).catch(stopOnError);
const people = programme(state.seed, state.now);
async function trickle(): Promise<void> {
  const now = new Date();
  const day = Math.floor((now.getTime() - Date.parse(state.now)) / DAY_MS);
  if (day !== state.day) advance({ day, sentOfDay: 0 });
  const next = dailyPackets(state.seed, day, now.toISOString(), people)[state.sentOfDay];
  if (!next) return;
  await sendPackets(hq, [next]);
  advance({ sentOfDay: state.sentOfDay + 1 });
}
const timer = setInterval(() => void trickle().catch((error: unknown) => {
  if (!isStopping) console.error(`New demo packet not sent, will try again: ${error instanceof Error ? error.message : String(error)}`);
}), TRICKLE_MS);
process.on('exit', () => clearInterval(timer));

/** The host's address, from its one line on standard output. */
function readyUrl(host: ChildProcess): Promise<string> {
  return new Promise((done) => {
    let text = '';
    const timeout = setTimeout(() => {
      console.error('The laptop host was not ready within 60 s. See .fieldbook/host.log.');
      void stop(1);
    }, 60_000);
    host.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const line = text.split('\n').find((l) => l.includes('"ready":true'));
      if (!line) return;
      clearTimeout(timeout);
      const ready: { readonly url: string } = JSON.parse(line);
      done(ready.url);
    });
  });
}

function openWindow(program: string, args: readonly string[], env: Readonly<Record<string, string>>): void {
  const { ELECTRON_RUN_AS_NODE: _e, ...clean } = process.env;
  const child = spawn(program, [...args], { env: { ...clean, ...env }, stdio: 'ignore', detached: process.platform !== 'win32' });
  children.push({ name: 'window', process: child });
  child.on('error', (error) => say(`The window could not be opened (${error.message}). Fieldbook still runs at the address above.`));
  child.on('exit', () => {
    if (!isStopping) say('The window was closed; Fieldbook still runs and sends what is saved. Ctrl-C stops it; "npm start" opens it again.');
  });
}

async function bundleElectron(): Promise<boolean> {
  if (!existsSync('build/bundle-electron.ts')) return false;
  const child = spawn(process.execPath, ['build/bundle-electron.ts'], { stdio: 'inherit' });
  return (await new Promise<number | null>((done) => child.once('exit', done))) === 0 && existsSync(entry);
}
