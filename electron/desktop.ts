/**
 * The desktop app's start, step by step: 1. refuse arguments 2. single instance 3. sandbox and scheme before `ready` 4. backend thread
 * 5. window. Must never touch a file before the single-instance lock is held.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, powerMonitor, type BrowserWindow } from 'electron';
import { isSafeHq } from '../host/hq-address.ts';
import type { WorkerBackend } from '../host/worker-client.ts';
import type { WorkerOptions } from '../host/backend-worker.ts';
import { watchAlarms } from './alarm-notice.ts';
import { refusedArguments } from './arguments.ts';
import { computerSecret } from './computer-secret.ts';
import { connect } from './ipc.ts';
import { setMenu } from './menu.ts';
import { registerScheme, serveScreen } from './protocol.ts';
import { createSession, createWindow, hardenContents } from './window.ts';

/** Minutes without a key or mouse before the laptop locks itself. */
const IDLE_LOCK_S = 10 * 60;
export type DesktopOptions = {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly startBackend: (options: WorkerOptions) => Promise<WorkerBackend>;
  readonly rendererDir: string; readonly preload: string;
};
export type Desktop = { readonly window: BrowserWindow; readonly backend: WorkerBackend };

/** HQ's address: the environment, else `settings.json` of this user, else the demo on this machine. */
function hqAddress(env: DesktopOptions['env'], folder: string): string {
  if (env.FIELDBOOK_HQ) return env.FIELDBOOK_HQ;
  try {
    const { hq }: { hq?: unknown } = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));
    if (typeof hq === 'string') return hq;
  } catch {
    // No settings: the demo.
  }
  return 'http://127.0.0.1:8287';
}

/** Starts the app; null when it must not start (refused argument, second instance, unsafe HQ address). */
export async function startDesktop(options: DesktopOptions): Promise<Desktop | null> {
  const refused = refusedArguments(options.argv, app.isPackaged);
  if (refused.length > 0) {
    process.stderr.write(`Fieldbook does not start with: ${refused.join(' ')}\n`);
    app.exit(2);
    return null;
  }
  if (options.env.FIELDBOOK_DATA) app.setPath('userData', join(options.env.FIELDBOOK_DATA, 'electron'));
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return null;
  }
  app.enableSandbox();
  registerScheme();
  hardenContents();
  await app.whenReady();

  const folder = options.env.FIELDBOOK_DATA ?? join(app.getPath('userData'), 'laptop');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const hqUrl = hqAddress(options.env, app.getPath('userData'));
  if (!isSafeHq(hqUrl)) {
    process.stderr.write('The HQ address must be https, or this machine.\n');
    app.exit(2);
    return null;
  }
  const secret = computerSecret(folder);
  const backend = await options.startBackend({ folder, hqUrl, demoCode: options.env.FIELDBOOK_DEMO_CODE ?? null, host: 'Electron', version: app.getVersion(), computerSecret: secret });
  secret?.fill(0);

  const session = createSession();
  serveScreen(session, options.rendererDir, backend.blob);
  const window = createWindow(session, options.preload, app.isPackaged);
  const disconnect = connect(window, backend);
  const stopAlarms = watchAlarms(window, backend);
  const lock = (): void => void backend.call({ act: 'session.lock', input: {} });
  setMenu({ lock, isPackaged: app.isPackaged });
  powerMonitor.on('suspend', lock);
  powerMonitor.on('lock-screen', lock);
  powerMonitor.on('resume', () => backend.wake('connectivity'));
  const idle = setInterval(() => {
    if (powerMonitor.getSystemIdleTime() >= IDLE_LOCK_S) lock();
  }, 30_000);
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('window-all-closed', () => app.quit());
  let isClosed = false;
  app.on('before-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    clearInterval(idle);
    disconnect();
    stopAlarms();
    void backend.close().finally(() => {
      isClosed = true;
      app.quit();
    });
  });
  return { window, backend };
}
