/**
 * The backend in its own thread, so that no window ever waits for SQLite. Speaks with worker-client.ts by messages
 * `{ id, call } -> { id, result }`, `{ id, blob } -> { id, result }`, `{ changed }`, `{ wake }`, `{ close }`. Must never answer a message twice.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createBackend, type BackendOptions } from './backend.ts';
import type { Call } from '../shared/api.ts';
import type { BlobRequest } from '../shared/attachments.ts';
import type { Wake } from './sync-loop.ts';

/** What the parent may pass: everything that a message can carry. */
export type WorkerOptions = Pick<BackendOptions, 'folder' | 'hqUrl' | 'demoCode' | 'isDemo' | 'host' | 'version' | 'pollMs'> & { readonly computerSecret?: Uint8Array | null };
export type ToWorker = { readonly id: number; readonly call: Call } | { readonly id: number; readonly blob: BlobRequest } | { readonly wake: Wake } | { readonly close: true };
export type FromWorker = { readonly id: number; readonly result: unknown } | { readonly changed: readonly string[] } | { readonly ready: true } | { readonly closed: true };

const port = parentPort;
if (!port) throw new Error('backend-worker.ts runs in a worker thread only');
const options = workerData as WorkerOptions;
const backend = createBackend({ ...options, computerSecret: options.computerSecret ? Buffer.from(options.computerSecret) : null });
const say = (message: FromWorker): void => port.postMessage(message);

backend.onChanged((tables) => say({ changed: tables }));
port.on('message', (message: ToWorker) => {
  if ('call' in message) {
    void backend.call(message.call).then((result) => say({ id: message.id, result }));
  } else if ('blob' in message) {
    void backend.blob(message.blob).then((result) => {
      if (!result.ok) return say({ id: message.id, result });
      // A copy with a buffer of its own, so that it is handed over and not copied again.
      const bytes = new Uint8Array(result.value.bytes);
      port.postMessage({ id: message.id, result: { ...result, value: { ...result.value, bytes } } } satisfies FromWorker, [bytes.buffer]);
    });
  } else if ('wake' in message) {
    backend.wake(message.wake);
  } else {
    void backend.close().then(() => {
      say({ closed: true });
      port.close();
    });
  }
});
say({ ready: true });
