/**
 * Packet PDFs on their way: one at a time, each in a thread of its own; the finished bytes stay in memory until they were fetched, another is begun, or the
 * laptop locks. Must never give bytes to a locked laptop, nor write any of it to disk.
 */
import { createHash, randomUUID } from 'node:crypto';
import { setImmediate as breath } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { PdfJob } from '../shared/api.ts';
import type { BlobSlice } from '../shared/attachments.ts';
import { packetPaper, type PaperFile, type Sealed } from '../shared/domain/packet-paper.ts';
import { no, ok, type Result } from '../shared/result.ts';
import { placeOf, readBlob } from '../db/attachments.ts';
import { paperNames } from '../db/export.ts';
import { READ_BYTES } from './blob.ts';
import { type Exporter, sealBundle } from './export.ts';
import type { PdfInput, Stored } from './packet-pdf.ts';
import type { FromPdf, ToPdf } from './packet-pdf-worker.ts';

export type PdfJobs = {
  /** Begins a PDF of one packet version; whatever was under way ends. Refusals: those of the bundle. */
  readonly start: (open: Exporter, packetId: string, number: number | null, now: string, mark?: string) => Result<PdfJob>;
  readonly state: (id: string) => Result<PdfJob>;
  /** Ends a job and forgets its bytes. */
  readonly stop: (id: string) => void;
  readonly stopAll: () => void;
  /** A slice of a finished PDF by its SHA-256; null when there is none. */
  readonly slice: (sha256: string, start: number, length: number) => BlobSlice | null;
};
type Job = { state: PdfJob; worker: Worker | null; bytes: Uint8Array | null };

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './packet-pdf-worker.ts' : './packet-pdf-worker.js', import.meta.url);

/** The payload of a compact JWS as it stands; nothing when it is none. Whether the seal holds is the verifier's to say. */
function payloadOf(jws: string): Sealed {
  try {
    return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return {};
  }
}

/** `log` gets what went wrong in a thread, by code; never a packet's words. */
export function createPdfJobs({ isOpen, log }: { readonly isOpen: (session: Exporter) => boolean; readonly log: (line: Readonly<Record<string, unknown>>) => void }): PdfJobs {
  let job: Job | null = null;
  const end = (): void => {
    // The thread's own 'exit' finds no job any more.
    const ending = job;
    job = null;
    void ending?.worker?.terminate();
  };

  /** A whole stored file, read in slices between which other calls have their turn. */
  async function stored(open: Exporter, file: PaperFile): Promise<Stored> {
    const { attachments } = open;
    if (!attachments) return { why: 'unreadable' };
    try {
      const { place } = placeOf(attachments, file.sha256, file.bytes);
      if (place !== 'here') return { why: place };
      const total = readBlob(attachments, file.sha256, 0, 0)?.total;
      if (total === undefined) return { why: 'waiting' };
      const bytes = new Uint8Array(total);
      for (let at = 0; at < total; at += READ_BYTES) {
        const slice = readBlob(attachments, file.sha256, at, READ_BYTES);
        if (!slice) return { why: 'waiting' };
        bytes.set(slice.bytes, at);
        await breath();
        if (!isOpen(open)) return { why: 'unreadable' };
      }
      return { bytes };
    } catch (error) {
      log({ event: 'documents/unreadable', error: error instanceof Error ? error.message : String(error) });
      return { why: 'unreadable' };
    }
  }

  return {
    start: (open, packetId, number, now, mark) => {
      end();
      const sealed = sealBundle(open, packetId, number, now);
      if (!sealed.ok) return sealed;
      const { bundle, file } = sealed.value;
      const seals = Object.fromEntries(bundle.statements.map((s) => [s.id, payloadOf(s.jws)]));
      const paper = packetPaper(bundle, paperNames(open.store, bundle), seals, mark ?? null);
      const worker = new Worker(WORKER, { workerData: { paper, at: now, bundle: file } satisfies PdfInput });
      const own: Job = { worker, bytes: null, state: { id: randomUUID(), phase: 'working', name: paper.name, done: 0, of: paper.parts.length + 1, sha256: null, bytes: 0 } };
      job = own;
      const failed = (why: string): void => {
        if (job !== own || own.state.phase !== 'working') return;
        log({ event: 'export/pdf-failed', error: why });
        own.state = { ...own.state, phase: 'failed' };
      };
      worker.on('message', (message: FromPdf) => {
        if (job !== own) return;
        if ('need' in message) {
          void stored(open, message.need).then((s) => {
            if (job === own) worker.postMessage({ stored: s } satisfies ToPdf, 'bytes' in s ? [s.bytes.buffer as ArrayBuffer] : []);
          });
        } else if ('progress' in message) own.state = { ...own.state, ...message.progress };
        else if ('pdf' in message) {
          own.bytes = message.pdf;
          own.state = { ...own.state, phase: 'done', sha256: createHash('sha256').update(message.pdf).digest('hex'), bytes: message.pdf.byteLength };
        } else failed(message.failed);
      });
      worker.on('error', (error) => failed(error instanceof Error ? (error.stack ?? error.message) : String(error)));
      worker.on('exit', () => {
        own.worker = null;
        failed('the thread ended early');
      });
      return ok(own.state);
    },
    state: (id) => (job?.state.id === id ? ok(job.state) : no('export/gone', {})),
    stop: (id) => { if (job?.state.id === id) end(); },
    stopAll: end,
    slice: (sha256, start, length) => {
      if (!job?.bytes || job.state.sha256 !== sha256) return null;
      return { bytes: job.bytes.slice(start, start + length), total: job.bytes.byteLength, mediaType: 'application/pdf' };
    },
  };
}
