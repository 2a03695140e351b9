/**
 * `npm run test:electron`: the built desktop app in real Electron. For machines that have Electron's binary; not part of `npm test`.
 * Checks what a double cannot: the sandbox, the policy and the bridge in the real window.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron } from 'playwright-core';

const pathFile = 'node_modules/electron/path.txt';
const binary = existsSync(pathFile) ? resolve('node_modules/electron/dist', readFileSync(pathFile, 'utf8').trim()) : '';
if (!binary || !existsSync(binary)) {
  console.error('Electron\'s binary is not on this machine (node_modules/electron/dist). Run `npx install-electron` where it can be downloaded, then try again.');
  process.exit(2);
}
for (const [command, ...args] of [['vite', 'build'], ['node', 'build/bundle-electron.ts']]) {
  if (spawnSync(command ?? '', args, { stdio: 'inherit', shell: process.platform === 'win32' }).status !== 0) process.exit(1);
}

const failures: string[] = [];
const check = (what: string, isGood: boolean): void => {
  console.log(`${isGood ? 'ok  ' : 'FAIL'} ${what}`);
  if (!isGood) failures.push(what);
};
const { ELECTRON_RUN_AS_NODE: _node, ...env } = process.env as Record<string, string>;
const app = await _electron.launch({ executablePath: binary, args: ['.'], env: { ...env, FIELDBOOK_DATA: mkdtempSync(join(tmpdir(), 'fieldbook-smoke-')), FIELDBOOK_HQ: 'http://127.0.0.1:9' } });
try {
  const window = await app.firstWindow();
  await window.waitForLoadState('domcontentloaded');
  check('loads app://main/', window.url().startsWith('app://main/'));
  check('shows the enrolment screen', ((await window.locator('body').textContent()) ?? '').trim().length > 0);
  const inside = await window.evaluate(async () => {
    const bridge = (globalThis as unknown as { fieldbook: { call: (c: string) => Promise<unknown> } }).fieldbook;
    const violated: string[] = [];
    document.addEventListener('securitypolicyviolation', (e) => violated.push(e.effectiveDirective));
    const tried = await fetch('https://example.com/').then(() => 'fetched', () => 'blocked');
    const image = new Image();
    image.src = 'https://example.com/x.png';
    await new Promise((r) => setTimeout(r, 300));
    return {
      keys: Object.keys(bridge), state: await bridge.call(JSON.stringify({ act: 'session.state', input: {} })), node: typeof (globalThis as { require?: unknown }).require,
        process: typeof (globalThis as { process?: unknown }).process,
      tried, violated, opened: window.open('https://example.com/') === null,
    };
  });
  check('the bridge has call and onChanged only', inside.keys.join() === 'call,onChanged');
  check('the backend answers with phase enrol', JSON.stringify(inside.state).includes('"phase":"enrol"'));
  check('the page has no Node', inside.node === 'undefined' && inside.process === 'undefined');
  check('the page reaches no other host', inside.tried === 'blocked' && inside.violated.length > 0);
  check('no new window opens', inside.opened && app.windows().length === 1);
  const sandboxed = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> } | undefined;
    const preferences = contents?.getLastWebPreferences() ?? {};
    return preferences.sandbox === true && preferences.contextIsolation === true && preferences.nodeIntegration === false;
  });
  check('the window is sandboxed and isolated', sandboxed);
} finally {
  await app.close();
}
process.exit(failures.length === 0 ? 0 : 1);
