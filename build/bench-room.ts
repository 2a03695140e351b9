/** What every part of the benchmarks works with: sizes, a folder of its own, one HQ that is started when first asked for, and laptops. All of it ends with the process. */
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackend, type HostBackend } from '../host/backend.ts';
import { WEAK_KDF_FOR_TESTS } from '../host/keystore.ts';
import type { QueuePage } from '../shared/api.ts';
import type { Result } from '../shared/result.ts';
import { type BenchHq, startHq } from './bench-ask.ts';

/** `rows`: packets pulled; `push`: decisions; `packets`: packets in the store that is asked; `rounds`: repeats; `keys`: searches; `judged`: packets judged again. */
export type Sizes = { readonly rows: number; readonly push: number; readonly packets: number; readonly rounds: number; readonly keys: number; readonly judged: number };
export type Laptop = { readonly folder: string; readonly backend: HostBackend; readonly call: <T>(call: Parameters<HostBackend['call']>[0]) => Promise<T> };
export type BenchRoom = {
  readonly sizes: Sizes; readonly root: string; readonly note: (text: string) => void;
  /** A process that is killed when the benchmark ends. */
  readonly child: <C extends ChildProcess>(started: C) => C;
  /** HQ, started when first asked for. */
  readonly hq: () => Promise<BenchHq>;
  /** HQ with the rows of `sizes.rows` packets. */
  readonly filledHq: () => Promise<BenchHq>;
  /** An enrolled laptop without a passphrase yet. */
  readonly laptop: (name: string) => Promise<Laptop>;
  readonly close: () => Promise<void>;
};
export const PASSPHRASE = 'bench passphrase, not secret';

/** The value of a result that must be one. */
export function must<T>(result: Result<unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value as T;
}

export function openRoom(sizes: Sizes): BenchRoom {
  const root = mkdtempSync(join(tmpdir(), 'fieldbook-bench-'));
  const children: ChildProcess[] = [];
  process.on('exit', () => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
  const note = (text: string): void => console.error(text);
  let started: Promise<BenchHq> | null = null;
  let filled: Promise<BenchHq> | null = null;
  const hq = (): Promise<BenchHq> => (started ??= startHq());
  const fill = async (): Promise<BenchHq> => {
    const found = await hq();
    await found.ask({ order: 'rows', count: sizes.rows, first: 0 });
    return found;
  };
  return {
    sizes, root, note, hq, filledHq: () => (filled ??= fill()),
    child: (child) => {
      children.push(child);
      return child;
    },
    laptop: async (name) => {
      const { url, ask } = await hq();
      const folder = join(root, name);
      mkdirSync(folder, { recursive: true });
      const backend = createBackend({ folder, hqUrl: url, weakForTests: WEAK_KDF_FOR_TESTS, pollMs: 3_600_000, log: () => undefined });
      const call = async <T>(asked: Parameters<HostBackend['call']>[0]): Promise<T> => must<T>(await backend.call(asked));
      await call({ act: 'session.enrol', input: { code: await ask<string>({ order: 'code' }) } });
      return { folder, backend, call };
    },
    close: async () => { await (await started)?.close(); },
  };
}

export const queueOf = (l: Laptop): Promise<QueuePage> => l.call<QueuePage>({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 50 } });
/** From the open store to the last row, token included. Milliseconds. */
export async function pullAll(l: Laptop, rows: number): Promise<number> {
  await l.call({ act: 'session.choosePassphrase', input: { passphrase: PASSPHRASE } });
  const from = performance.now();
  await new Promise((next) => setImmediate(next));
  await l.backend.settled();
  const took = performance.now() - from;
  const { counts } = await queueOf(l);
  if (counts.all + counts.done < rows * 0.99) throw new Error(`pulled ${counts.all + counts.done} of ${rows} packets`);
  return took;
}
/** One contact with HQ. Milliseconds. */
export async function syncNow(l: Laptop): Promise<number> {
  const from = performance.now();
  await l.call({ act: 'sync.now', input: {} });
  await l.backend.settled();
  return performance.now() - from;
}
