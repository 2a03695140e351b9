/**
 * Writes one packet's PDF in a thread of its own, so that no call waits for it, and ends. Speaks with packet-pdf-jobs.ts by messages
 * `{ need }` -> `{ stored }`, `{ progress }`, and at last `{ pdf }` or `{ failed }`. Ending the thread is how it is cancelled.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { PaperFile } from '../shared/domain/packet-paper.ts';
import { writePacketPdf, type PdfInput, type Progress, type Stored } from './packet-pdf.ts';

export type FromPdf = { readonly need: PaperFile } | { readonly progress: Progress } | { readonly pdf: Uint8Array } | { readonly failed: string };
export type ToPdf = { readonly stored: Stored };

const port = parentPort;
if (!port) throw new Error('packet-pdf-worker.ts runs in a worker thread only');
// One file is asked for at a time.
const read = (need: PaperFile): Promise<Stored> => new Promise((resolve) => {
  port.once('message', ({ stored }: ToPdf) => resolve(stored));
  port.postMessage({ need } satisfies FromPdf);
});
try {
  const written = await writePacketPdf(workerData as PdfInput, read, (progress) => port.postMessage({ progress } satisfies FromPdf));
  // A copy with a buffer of its own, so that it is handed over.
  const pdf = written.byteLength === written.buffer.byteLength ? written : new Uint8Array(written);
  port.postMessage({ pdf } satisfies FromPdf, [pdf.buffer as ArrayBuffer]);
} catch (error) {
  port.postMessage({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies FromPdf);
}
port.close();
