/**
 * Finds the browser or Electron binary that this machine really has. Looks only; starts and downloads nothing,
 * except `installChromium`, which asks Debian's package manager and only when run as root.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge', 'microsoft-edge-stable', 'msedge'];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | null {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name + suffix);
    if (folder && isExecutable(path)) return path;
  }
  return null;
}

/** Chromium, Chrome or Edge on this machine, or null. `FIELDBOOK_BROWSER` names one outright. */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | null {
  if (env.FIELDBOOK_BROWSER) return isExecutable(env.FIELDBOOK_BROWSER) ? env.FIELDBOOK_BROWSER : null;
  for (const name of NAMES) {
    const found = onPath(name, env);
    if (found) return found;
  }
  const usual = process.platform === 'darwin'
    ? ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge']
    : process.platform === 'win32'
      ? [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].flatMap((base) => base ? [join(base, 'Google/Chrome/Application/chrome.exe'), join(base, 'Microsoft/Edge/Application/msedge.exe')] : [])
      : [];
  return usual.find(isExecutable) ?? null;
}

/** Electron's own executable when its download really happened (the npm package alone is only a launcher), or null. */
export function findElectron(root: string): string | null {
  const base = join(root, 'node_modules', 'electron');
  const named = existsSync(join(base, 'path.txt')) ? join(base, 'dist', readFileSync(join(base, 'path.txt'), 'utf8').trim()) : null;
  const usual = [named, join(base, 'dist', 'electron'), join(base, 'dist', 'electron.exe'), join(base, 'dist', 'Electron.app/Contents/MacOS/Electron')];
  return usual.find((path): path is string => path !== null && isExecutable(path)) ?? null;
}

/** Installs Debian's Chromium when root has apt-get; otherwise says what to install. Returns the browser or null. */
export function installChromium(log: (line: string) => void): string | null {
  const apt = onPath('apt-get', process.env);
  if (!apt || process.getuid?.() !== 0) {
    log(apt ? 'Chromium is missing. Install it: sudo apt-get install -y chromium' : 'Chromium is missing. Install Chromium, Chrome or Edge, or name it in FIELDBOOK_BROWSER.');
    return null;
  }
  log('Chromium is missing: installing it with apt-get (about two minutes)');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync(apt, ['update', '-qq'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const done = spawnSync(apt, ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status !== 0) log('apt-get could not install chromium');
  return findBrowser();
}
