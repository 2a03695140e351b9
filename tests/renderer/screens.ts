/** The built screen in one Chromium over the fake backend, for every suite of the renderer: one window at a time, its complaints kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { findBrowser } from '../../build/browser.ts';
import { createFakeBackend, EXPORTED, type FakeBackend, KEPT_FILTERS, PDF, SESSIONS, serveScreen } from './fake-backend.ts';
import { STATUS } from './fake-data.ts';
import { LOOKBACKS } from './fake-lookbacks.ts';

export type Screens = {
  readonly backend: FakeBackend;
  /** What the console and the network of the last window complained of. */
  readonly complaints: string[];
  /** A fresh window on one route. `before` runs before the page's own code. */
  readonly open: (hash: string, options?: { readonly colorScheme?: 'light' | 'dark'; readonly viewport?: { width: number; height: number }; readonly before?: () => void; /** After a decision the next packet opens by itself; off, so that a test stays where it is. */ readonly hasAutoAdvance?: boolean }) => Promise<Page>;
  /** Closes the window and puts the backend back as it was. */
  readonly reset: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Builds the screen, serves it and starts Chromium. Close it at the end. */
export async function startScreens(): Promise<Screens> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldbook-screen-'));
  await build({ logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
  const backend = createFakeBackend();
  const served = await serveScreen(folder, backend);
  const executablePath = findBrowser();
  if (!executablePath) throw new Error('no Chromium, Chrome or Edge: install one, or run npm test, which does');
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const complaints: string[] = [];
  let page: Page | null = null;
  return {
    backend,
    complaints,
    open: async (hash, { colorScheme = 'light', viewport = { width: 1280, height: 800 }, before, hasAutoAdvance = false } = {}) => {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce', acceptDownloads: true });
      const opened = await context.newPage();
      page = opened;
      opened.on('console', (m) => {
        if (m.type() === 'error' || m.type() === 'warning') complaints.push(m.text());
      });
      opened.on('pageerror', (e) => complaints.push(e.message));
      opened.on('request', (r) => {
        if (!r.url().startsWith(served.url) && !r.url().startsWith(`blob:${served.url}`)) complaints.push(`asked ${r.url()}`);
      });
      if (!hasAutoAdvance) await opened.addInitScript(() => { if (!localStorage.getItem('fieldbook.look')) localStorage.setItem('fieldbook.look', '{"hasAutoAdvance":false}'); });
      if (before) await opened.addInitScript(before);
      await opened.goto(served.url + hash);
      return opened;
    },
    reset: async () => {
      await page?.context().close();
      page = null;
      backend.session = SESSIONS.open;
      backend.calls.length = 0;
      backend.drafts.clear();
      backend.isBroken = false;
      backend.total = 480;
      backend.exported = EXPORTED;
      backend.pdf = PDF;
      backend.status = STATUS;
      backend.lookbacks = LOOKBACKS;
      backend.filters = KEPT_FILTERS;
      backend.waiting = null;
      complaints.length = 0;
    },
    close: async () => {
      await browser.close();
      served.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
