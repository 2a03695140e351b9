/**
 * Opens one PDF out of `/blob/`, in a worker of its own file: small files whole, large ones range by range as pages are looked at.
 * The worker's address goes through the page's only Trusted Types policy. Must never let a document run script, ask the network, or stay in
 * memory after it was closed.
 */
import type { PDFDocumentProxy, PDFWorker } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { CHUNK_BYTES } from '../../../shared/attachments.ts';
import type { Attachment } from '../../../shared/domain/packet.ts';
import { no, ok, type Problem, type Result } from '../../../shared/result.ts';

/** Files up to this size are read at once. */
const WHOLE_BYTES = 2 * 1024 * 1024;
/** The worker ends this long after its last document, and with it what it remembers. */
const IDLE_MS = 10_000;

type ScriptUrlPolicy = { readonly createScriptURL: (url: string) => unknown };
type TrustedTypes = { readonly createPolicy: (name: string, rules: { readonly createScriptURL: (url: string) => string }) => ScriptUrlPolicy };
const trusted = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes;
const policy = trusted?.createPolicy('pdf-worker', {
  createScriptURL: (url) => {
    if (url !== workerUrl) throw new TypeError('only the PDF worker');
    return url;
  },
});

type Pdfjs = typeof import('pdfjs-dist');
let library: Promise<Pdfjs> | null = null;
/** The library is loaded when the first document is. */
function pdfjs(): Promise<Pdfjs> {
  library ??= import('pdfjs-dist');
  return library;
}

let shared: { readonly port: Worker; readonly worker: PDFWorker; users: number; timer: ReturnType<typeof setTimeout> | undefined } | null = null;
function useWorker({ PDFWorker: Pool }: Pdfjs): PDFWorker {
  if (!shared) {
    const port = new Worker((policy ? policy.createScriptURL(workerUrl) : workerUrl) as string, { type: 'module', name: 'pdf' });
    shared = { port, worker: new Pool({ port: port as never }), users: 0, timer: undefined };
  }
  clearTimeout(shared.timer);
  shared.users += 1;
  return shared.worker;
}
function leaveWorker(): void {
  const mine = shared;
  if (!mine) return;
  mine.users -= 1;
  if (mine.users > 0) return;
  mine.timer = setTimeout(() => {
    mine.worker.destroy();
    mine.port.terminate();
    if (shared === mine) shared = null;
  }, IDLE_MS);
}

const base = (folder: string): string => new URL(`./pdf/${folder}/`, document.baseURI).href;
/** Character maps and stand-in fonts, from our own origin, by the page itself: the worker asks for nothing. */
class OwnFiles {
  readonly urls: Readonly<Record<string, string>>;
  constructor(urls: Readonly<Record<string, string>>) {
    this.urls = urls;
  }
  async fetch({ kind, filename }: { readonly kind: string; readonly filename: string }): Promise<Uint8Array> {
    const reply = await fetch(`${this.urls[kind] ?? ''}${filename}`);
    if (!reply.ok) throw new Error(`no ${filename}`);
    return new Uint8Array(await reply.arrayBuffer());
  }
}

/** A problem of a `/blob/` answer. */
async function problemOf(reply: Response): Promise<Problem> {
  try {
    return ((await reply.json()) as { readonly problem: Problem }).problem;
  } catch {
    return { code: 'document/unreadable', details: {} };
  }
}
/** Bytes of a document; all of it without a range. */
export async function readBlob(sha256: string, range?: { readonly begin: number; readonly end: number }): Promise<Result<Uint8Array>> {
  try {
    const reply = await fetch(`/blob/${sha256}`, range ? { headers: { range: `bytes=${range.begin}-${range.end - 1}` } } : {});
    if (!reply.ok) return { ok: false, problem: await problemOf(reply) };
    return ok(new Uint8Array(await reply.arrayBuffer()));
  } catch {
    return no('host/unreachable', {});
  }
}

export type OpenPdf = { readonly pdf: PDFDocumentProxy; readonly close: () => void };
const START = [0x25, 0x50, 0x44, 0x46, 0x2d];
/** `%PDF-` within the first kilobyte, where every reader looks for it. */
const isPdf = (head: Uint8Array): boolean => head.subarray(0, 1024).some((_b, at) => START.every((b, n) => head[at + n] === b));

/**
 * Opens a document. Refusals: document/not-a-pdf, document/encrypted, document/broken, and those of `/blob/` (document/not-here,
 * session/locked). `onLost` is told when a later range cannot be read.
 */
export async function openPdf(file: Attachment, onLost: (problem: Problem) => void): Promise<Result<OpenPdf>> {
  const isWhole = file.bytes <= WHOLE_BYTES;
  const head = await readBlob(file.sha256, isWhole ? undefined : { begin: 0, end: CHUNK_BYTES });
  if (!head.ok) return head;
  if (!isPdf(head.value)) return no('document/not-a-pdf', { mediaType: file.mediaType });
  const lib = await pdfjs();
  const { PDFDataRangeTransport, PasswordException, getDocument } = lib;
  class Ranges extends PDFDataRangeTransport {
    override requestDataRange(begin: number, end: number): void {
      void readBlob(file.sha256, { begin, end }).then((part) => {
        if (part.ok) this.onDataRange(begin, part.value);
        else onLost(part.problem);
      });
    }
  }
  const worker = useWorker(lib);
  const task = getDocument({
    ...(isWhole ? { data: head.value } : { range: new Ranges(file.bytes, head.value), rangeChunkSize: CHUNK_BYTES, disableAutoFetch: true, disableStream: true }),
    worker, verbosity: 0, enableXfa: false, useWasm: false, useSystemFonts: false, isImageDecoderSupported: false, maxImageSize: 64 * 1024 * 1024, canvasMaxAreaInBytes: 64 * 1024 * 1024,
    cMapUrl: base('cmaps'), cMapPacked: true, standardFontDataUrl: base('standard_fonts'), wasmUrl: base('wasm'), BinaryDataFactory: OwnFiles,
  });
  let isClosed = false;
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    void task.destroy().catch(() => undefined).then(leaveWorker);
  };
  // Without this the library waits for a password for ever.
  const asked = new Promise<Result<never>>((resolve) => {
    task.onPassword = () => resolve(no('document/encrypted', {}));
  });
  const opened = task.promise.then(
    (pdf) => ok({ pdf, close }),
    (error: unknown) => no(error instanceof PasswordException ? 'document/encrypted' : 'document/broken', {}),
  );
  const answer = await Promise.race([asked, opened]);
  if (!answer.ok) close();
  return answer;
}
