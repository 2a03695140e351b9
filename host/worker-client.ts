/**
 * The backend as seen from the thread that has the window or the web server: the same `Backend`, by messages.
 * Every call gets an answer: when the thread dies, waiting and later calls answer `internal/backend-stopped`.
 */
import { Worker } from 'node:worker_threads';
import { no, type Result } from '../shared/result.ts';
import type { Backend } from '../shared/api.ts';
import type { BlobReader, BlobSlice } from '../shared/attachments.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './backend-worker.ts';
import type { Wake } from './sync-loop.ts';

export type WorkerBackend = Backend & { readonly blob: BlobReader; readonly wake: (why: Wake) => void; readonly close: () => Promise<void> };

/** Starts the thread and waits until it is ready. `file` is the worker's code: the TypeScript source, or its bundle in the desktop package. Rejects when the thread cannot start. */
export async function startBackendWorker(options: WorkerOptions, file: URL = new URL('./backend-worker.ts', import.meta.url)): Promise<WorkerBackend> {
  const worker = new Worker(file, { workerData: options });
  const waiting = new Map<number, (result: Result<unknown>) => void>();
  const listeners = new Set<(tables: readonly string[]) => void>();
  let next = 1;
  let isStopped = false;
  const stopped = (): Result<never> => no('internal/backend-stopped', {});
  const send = (message: ToWorker): void => worker.postMessage(message);

  let closed: () => void = () => undefined;
  const isClosed = new Promise<void>((resolve) => { closed = resolve; });
  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if ('ready' in message) resolve();
      else if ('changed' in message) for (const listener of listeners) listener(message.changed);
      else if ('closed' in message) closed();
      else {
        const answer = waiting.get(message.id);
        waiting.delete(message.id);
        answer?.(message.result as Result<unknown>);
      }
    });
    worker.on('error', (error) => {
      process.stderr.write(`${JSON.stringify({ event: 'backend-thread', error: error instanceof Error ? error.stack : String(error) })}\n`);
      reject(error instanceof Error ? error : new Error(String(error)));
    });
    worker.on('exit', () => {
      isStopped = true;
      for (const answer of waiting.values()) answer(stopped());
      waiting.clear();
      closed();
    });
  });

  return {
    call: (call) => {
      if (isStopped) return Promise.resolve(stopped());
      const id = next++;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        send({ id, call });
      });
    },
    blob: (blob) => {
      if (isStopped) return Promise.resolve(stopped());
      const id = next++;
      return new Promise((resolve) => {
        waiting.set(id, (result) => resolve(result as Result<BlobSlice>));
        send({ id, blob });
      });
    },
    onChanged: (listener) => {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    wake: (why) => {
      if (!isStopped) send({ wake: why });
    },
    close: async () => {
      if (!isStopped) send({ close: true });
      const late = new Promise<void>((resolve) => { setTimeout(resolve, 3_000).unref(); });
      await Promise.race([isClosed, late]);
      await worker.terminate();
    },
  };
}
