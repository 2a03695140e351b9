/**
 * The whole product as processes, for browser tests: HQ, the web host and Chromium, each of which a test may kill and start again.
 * Nothing is replaced: real SQLite, real PGlite, real HTTP. Must end every process that it started.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../build/browser.ts';
import { bundleHost, HOST_MAIN } from '../../build/bundle-host.ts';
import { buildRenderer } from '../../build/build-renderer.ts';
import { DEMO_PM_ID } from '../../synthetic/programme.ts';
import { DOCUMENTS_STEP, enrolmentCode, PACKET_STEPS, seedSteps } from '../../build/demo/seed-hq.ts';

export const SERVICE_TOKEN = 'synthetic-service-token';
export const DEMO_CODE = 'DEMO-2468-CODE';
export const PASSPHRASE = 'granite lantern river ochre';

const NODE = join(process.cwd(), 'node_modules/.bin/node');

/** A free loopback port. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export type Running = { readonly child: ChildProcess; readonly ready: Readonly<Record<string, unknown>>; readonly kill: (signal?: NodeJS.Signals) => Promise<void> };

/** Starts `node FILE ...` and waits for its `{"ready":true,...}` line. Rejects with its error output. */
export function startNode(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Running> {
  const child = spawn(NODE, [...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = (signal: NodeJS.Signals = 'SIGTERM') => new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill(signal);
  });
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    child.stderr?.on('data', (chunk: Buffer) => { err += chunk.toString(); });
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      for (const line of out.split('\n')) {
        if (!line.startsWith('{"ready":true')) continue;
        resolve({ child, ready: JSON.parse(line), kill });
        return;
      }
    });
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code}: ${err.slice(-2000)} ${out.slice(-500)}`)));
  });
}

/** HTTP to HQ as the service. */
export async function hqPost(hqUrl: string, path: string, body: string, type = 'application/x-ndjson'): Promise<unknown> {
  const reply = await fetch(`${hqUrl}${path}`, { method: 'POST', headers: { authorization: `Bearer ${SERVICE_TOKEN}`, 'content-type': type }, body });
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${(await reply.text()).slice(0, 500)}`);
  return reply.json();
}

export type Desk = {
  readonly folder: string; readonly hqUrl: string; page: Page; readonly context: BrowserContext;
  startHq: () => Promise<void>; stopHq: () => Promise<void>; startHost: () => Promise<void>; killHost: () => Promise<void>; openPage: () => Promise<void>; close: () => Promise<void>;
};

/** Enters the one-time code and a passphrase, as a new user does; ends when the first screen is there. */
export async function enrol(page: Page, code: string): Promise<void> {
  await page.getByLabel('Enrolment code').fill(code);
  await page.getByRole('button', { name: /^Set up$/ }).click();
  await page.locator('input[type=password]').first().waitFor();
  for (const input of await page.locator('input[type=password]').all()) await input.fill(PASSPHRASE);
  await page.getByRole('button', { name: /^Use this passphrase$/ }).click();
  await page.getByRole('navigation', { name: 'Screens' }).waitFor({ timeout: 60_000 });
}

/** Brings a fresh desk to its first screen: HQ with the demo PM's packets and their documents, the host, the page. Returns the enrolment code. */
export async function seedDesk(desk: Desk): Promise<string> {
  await desk.startHq();
  const hq = { url: desk.hqUrl, token: SERVICE_TOKEN };
  const steps = seedSteps(287, new Date().toISOString());
  for (const step of [...steps.own, ...steps.rest.filter((s) => s.title === DOCUMENTS_STEP)]) await step.run(hq);
  const code = await enrolmentCode(hq, DEMO_PM_ID);
  await desk.startHost();
  await desk.openPage();
  return code;
}

/** Agencies, people and assignments at HQ, but no packet. */
export async function seedProgramme(hq: { readonly url: string; readonly token: string }, now: string): Promise<void> {
  for (const step of seedSteps(287, now).own) if (!PACKET_STEPS.includes(step.title)) await step.run(hq);
}

/** The same with agencies, people and assignments, but no packet: no real clock runs. */
export async function seedQuietDesk(desk: Desk): Promise<string> {
  await desk.startHq();
  const hq = { url: desk.hqUrl, token: SERVICE_TOKEN };
  await seedProgramme(hq, new Date().toISOString());
  const code = await enrolmentCode(hq, DEMO_PM_ID);
  await desk.startHost();
  await desk.openPage();
  return code;
}

/** One call to the backend from inside the page, with its session. */
export const callFrom = <T>(page: Page, body: unknown): Promise<T> => page.evaluate(async (b) =>
  (await (await fetch('/call', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(b) })).json()).value, body) as Promise<T>;

/** The sign button of the packet on screen. */
export const signButton = (page: Page) => page.getByRole('toolbar', { name: 'Decide' }).getByRole('button', { name: /^Sign/ });

/** Waits until the laptop has every document of these packets but the named ones (SHA-256): nobody can look at a pin before. */
export async function documentsHere(page: Page, packetIds: readonly string[], except: readonly string[] = []): Promise<void> {
  for (const packetId of packetIds) {
    const end = Date.now() + 120_000;
    for (;;) {
      await callFrom(page, { act: 'document.want', input: { packetId } });
      // Not an answer yet while the packet itself is on its way.
      const states = (await callFrom<readonly { readonly place: string; readonly sha256: string }[] | undefined>(page, { read: 'document.states', input: { packetId, number: null } })) ?? [];
      const away = states.filter((s) => s.place !== 'here' && !except.includes(s.sha256));
      if (states.length > 0 && away.length === 0) break;
      if (Date.now() > end) throw new Error(`documents of ${packetId} did not come: ${away.map((s) => `${s.sha256.slice(0, 8)} ${s.place}`).join(', ') || 'none named'}`);
      await new Promise((next) => setTimeout(next, 500));
    }
  }
}

/**
 * Steps through the pins of the packet on screen with `]` until nothing says any more that one was not on screen. Each step waits until the place counts or
 * for a few seconds: a busy machine draws late, and the next round comes back to it. Fails with what the bar says.
 */
export async function stepPins(page: Page, press: (key: string) => Promise<void> = (key) => page.keyboard.press(key)): Promise<void> {
  const why = async (): Promise<string> => (await page.locator('#why-not').textContent()) ?? '';
  const pinsLeft = async (): Promise<number> => Number(/Pins not yet on screen: (\d+) of \d+/.exec(await why())?.[1] ?? 0);
  let left = await pinsLeft();
  for (let n = 0; n < 80 && left > 0; n += 1) {
    await press(']');
    const end = Date.now() + 3_000;
    let now = await pinsLeft();
    while (now === left && Date.now() < end) {
      await page.waitForTimeout(150);
      now = await pinsLeft();
    }
    left = now;
  }
  if (left > 0) throw new Error(`pins were stepped through, and Sign is still off: ${await why()}`);
}

/** What axe-core finds against WCAG 2.2 AA on the page as it stands, as lines. */
export async function axeLines(page: Page, name: string): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  return violations.map((v) => `${name}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(' | ')}`);
}

/**
 * HQ on PGlite (a folder, so that it survives a stop), a web host, and a browser at 1280x800. Opening the next packet after a decision is off unless asked
 * for, so that a test stays on the packet that it named.
 */
export async function openDesk({ hasAutoAdvance = false }: { readonly hasAutoAdvance?: boolean } = {}): Promise<Desk> {
  // Tests look at the screens of this source, never at an older build.
  if (!buildRenderer({ isForced: false, log: () => {} })) throw new Error('the screens could not be built');
  const folder = mkdtempSync(join(tmpdir(), 'fieldbook-e2e-'));
  const port = await freePort();
  const hqUrl = `http://127.0.0.1:${port}`;
  let hq: Running | null = null;
  let host: Running | null = null;
  const browser: Browser = await chromium.launch({
    executablePath: findBrowser() ?? '', headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  if (!hasAutoAdvance) {
    await context.addInitScript(() => { if (!localStorage.getItem('fieldbook.look')) localStorage.setItem('fieldbook.look', '{"hasAutoAdvance":false}'); });
  }
  const desk: Desk = {
    folder, hqUrl, context, page: await context.newPage(),
    startHq: async () => {
      hq = await startNode(['hq/main.ts', 'serve', '--demo', '--port', String(port), '--data', join(folder, 'hq')], { HQ_SERVICE_TOKEN: SERVICE_TOKEN, HQ_DATABASE_URL: '' });
    },
    stopHq: async () => { await hq?.kill('SIGTERM'); hq = null; },
    startHost: async () => {
      await bundleHost(() => undefined);
      host = await startNode([HOST_MAIN], { FIELDBOOK_DATA: join(folder, 'laptop'), FIELDBOOK_HQ: hqUrl, FIELDBOOK_DEMO_CODE: DEMO_CODE, FIELDBOOK_PORT: '0' });
    },
    killHost: async () => { await host?.kill('SIGKILL'); host = null; },
    openPage: async () => { await desk.page.goto(String(host?.ready.url)); },
    close: async () => {
      await browser.close();
      await host?.kill('SIGKILL');
      await hq?.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return desk;
}
