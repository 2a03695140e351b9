/**
 * `app://main/`: the only place that the window loads anything from. Serves the built screen, GET only, with the one policy of both hosts.
 * Must never serve another host name, another folder or a type that is not in the map.
 */
import { protocol, type Session } from 'electron';
import type { BlobReader } from '../shared/attachments.ts';
import { answerBlob, BLOB_PATH } from '../host/blob.ts';
import { rendererFile, SECURITY_HEADERS } from '../host/screen-files.ts';

export const SCHEME = 'app';
export const ORIGIN = 'app://main';

/** Must run once, before `ready`. Never with `bypassCSP`, `corsEnabled` or `allowServiceWorkers`. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

/** True for an address inside the app: protocol and host compared as parsed, never by prefix. */
export function isOurs(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === `${SCHEME}:` && url.host === 'main' && url.username === '' && url.password === '' && url.port === '';
}

/** The answer to one request for the screen. */
export function answer(request: { readonly method: string; readonly url: string }, dir: string): Response {
  const no = (status: number): Response => new Response('not found\n', { status, headers: { ...SECURITY_HEADERS, 'content-type': 'text/plain; charset=utf-8' } });
  if (request.method !== 'GET') return no(405);
  if (!isOurs(request.url)) return no(404);
  // The path as it was asked, before any normalising.
  const raw = (request.url.slice(ORIGIN.length).split(/[?#]/)[0] ?? '') || '/';
  const file = request.url.startsWith(`${ORIGIN}/`) || request.url === ORIGIN ? rendererFile(dir, raw) : null;
  return file ? new Response(new Uint8Array(file.body), { headers: { ...SECURITY_HEADERS, 'content-type': file.type } }) : no(404);
}

/** The answer to a request for a document, as a stream of slices; null for any other path. */
export async function answerDocument(request: { readonly method: string; readonly url: string; readonly headers: Pick<Headers, 'get'> }, blob: BlobReader): Promise<Response | null> {
  if (request.method !== 'GET' || !isOurs(request.url) || !request.url.startsWith(`${ORIGIN}${BLOB_PATH}`)) return null;
  const { status, headers, body } = await answerBlob(blob, request.url.slice(ORIGIN.length).split(/[?#]/)[0] ?? '', request.headers.get('range'));
  const iterator = body?.[Symbol.asyncIterator]();
  const stream = iterator && new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void await iterator.return(undefined),
  });
  return new Response(stream ?? null, { status, headers: { ...headers } });
}

/** Serves `dir` and the documents of `blob` in this session and blocks every request that leaves the app. */
export function serveScreen(session: Session, dir: string, blob: BlobReader): void {
  session.protocol.handle(SCHEME, async (request) => (await answerDocument(request, blob)) ?? answer(request, dir));
  session.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !isOurs(details.url) && !/^(devtools|blob|data):/.test(details.url) });
  });
}
