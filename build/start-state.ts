/**
 * What `npm start` keeps in .fieldbook/ between starts: who runs now (pid file) and how far the demo's data is (demo.json).
 * Holds no key, code or token.
 */
import { existsSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Progress of the demo's data at HQ. `now` is the moment that the programme was made for; every later start makes the same one again. */
export type DemoState = { readonly seed: number; readonly now: string; readonly step: number; readonly day: number; readonly sentOfDay: number };

export function readDemoState(folder: string): DemoState | null {
  const path = join(folder, 'demo.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

/** Written beside and renamed, so that a kill leaves the old one or the new one. */
export function writeDemoState(folder: string, state: DemoState): void {
  const path = join(folder, 'demo.json');
  writeFileSync(`${path}.new`, JSON.stringify(state));
  renameSync(`${path}.new`, path);
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // A pid may have been given to another program since; Linux can tell.
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('start.ts');
};

/** The process that runs on this folder now, or null. A pid file that a crash left does not count. */
export function runningPid(folder: string): number | null {
  const path = join(folder, 'start.pid');
  if (!existsSync(path)) return null;
  const pid = Number(readFileSync(path, 'utf8'));
  return Number.isInteger(pid) && pid > 0 && pid !== process.pid && isAlive(pid) ? pid : null;
}

/** Takes the folder for this process; false when another start won. */
export function claim(folder: string): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (runningPid(folder) !== null) return false;
  rmSync(join(folder, 'start.pid'), { force: true });
  try {
    writeFileSync(join(folder, 'start.pid'), String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

export const release = (folder: string): void => {
  rmSync(join(folder, 'start.pid'), { force: true });
  rmSync(join(folder, 'children.json'), { force: true });
};

/** Remembers what this start started, for the case that it is killed and cannot stop them itself. */
export const noteChildren = (folder: string, pids: readonly number[]): void => writeFileSync(join(folder, 'children.json'), JSON.stringify(pids));

/** Ends HQ and host that a killed start left on this folder (Linux only: elsewhere a pid cannot be told from a reused one). Returns their pids. */
export function endOrphans(folder: string): readonly number[] {
  const path = join(folder, 'children.json');
  if (!existsSync(path)) return [];
  const noted: readonly number[] = JSON.parse(readFileSync(path, 'utf8'));
  rmSync(path, { force: true });
  return noted.filter((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (readlinkSync(`/proc/${pid}/cwd`) !== process.cwd() || !/(hq|host)\/main\.ts/.test(command)) return false;
      process.kill(pid, 'SIGTERM');
      return true;
    } catch {
      return false;
    }
  });
}

/** The port itself when it is free on loopback, another free one for 0, or null when it is taken. */
export function freePort(port: number): Promise<number | null> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const found = typeof address === 'object' && address ? address.port : null;
      server.close(() => done(found));
    });
  });
}
