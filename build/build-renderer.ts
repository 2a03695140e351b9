/** Builds the screens into dist/renderer when they are missing or older than their sources. Touches nothing else. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { newest } from './newest.ts';

const SOURCES = ['renderer', 'shared', 'vite.config.ts', 'package.json'];
const OUTPUT = join('dist', 'renderer', 'index.html');

/** True when dist/renderer is there and nothing that it is made from is newer. */
export function isRendererFresh(): boolean {
  return existsSync(OUTPUT) && statSync(OUTPUT).mtimeMs >= Math.max(...SOURCES.map(newest));
}

/** Builds when needed (or always, with `isForced`); false when the build failed, with its output on the console. */
export function buildRenderer({ isForced, log }: { readonly isForced: boolean; readonly log: (line: string) => void }): boolean {
  if (!isForced && isRendererFresh()) return true;
  log('Building the screens');
  const run = spawnSync(process.execPath, [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], { stdio: 'inherit' });
  return run.status === 0 && existsSync(OUTPUT);
}
