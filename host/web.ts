/**
 * The loopback web host: the same screen and backend without Electron, for development, tests, the demo and machines without its binary.
 * Listens on 127.0.0.1 only and pairs only with an HQ on loopback; absent from the desktop package. Must never answer a request
 * whose Host, Origin, cookie or content type is not exactly ours: any web page can reach a loopback port.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Backend, Call } from '../shared/api.ts';
import type { BlobReader } from '../shared/attachments.ts';
import { no } from '../shared/result.ts';
import { answerBlob, BLOB_PATH } from './blob.ts';
import { rendererFile, SECURITY_HEADERS } from './screen-files.ts';
import { isLoopback } from './hq-address.ts';

const MAX_BODY = 2 * 1024 * 1024;
const HEARTBEAT_MS = 20_000;

export type WebHost = {
  /** Opens the app once: the token in it is exchanged for a cookie at first use. */
  readonly url: string;
  /** Another one-time address, for a second browser. */
  readonly freshUrl: () => string;
  readonly close: () => Promise<void>;
};

const secret = (): string => randomBytes(32).toString('base64url');
const isSame = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return null;
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Serves the built screen and the backend. Throws when `hqUrl` is not on this machine. `port` 0 picks a free one. */
export async function startWebHost({ backend, rendererDir, hqUrl,
  port = 0 }: { readonly backend: Backend & { readonly blob?: BlobReader }; readonly rendererDir: string; readonly hqUrl: string; readonly port?: number }): Promise<WebHost> {
  if (!isLoopback(hqUrl)) throw new Error('the web host pairs only with an HQ on this machine; use the desktop app for any other');
  const cookie = secret();
  const tokens = new Set<string>();
  const streams = new Set<ServerResponse>();
  const headers = SECURITY_HEADERS;
  let origin = '';
  let host = '';
  let cookieName = '';

  const refuse = (response: ServerResponse, what: string): void => { response.writeHead(403, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(`refused: ${what}\n`); };
  const hasCookie = (request: IncomingMessage): boolean => (request.headers.cookie ?? '').split(/;\s*/).some((c) => {
    const at = c.indexOf('=');
    return c.slice(0, at) === cookieName && isSame(c.slice(at + 1), cookie);
  });
  const isOurPage = (request: IncomingMessage): boolean => {
    const [from, site] = [request.headers.origin, request.headers['sec-fetch-site']];
    return (from === undefined || from === origin) && (site === undefined || site === 'same-origin' || site === 'none');
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // 1. Host: a page that rebinds its own name to 127.0.0.1 sends its own name.
    if (request.headers.host !== host) return refuse(response, 'host');
    const url = new URL(request.url ?? '/', origin);
    // 2. The one-time token, for a cookie that scripts cannot read.
    const offered = url.searchParams.get('token');
    if (request.method === 'GET' && url.pathname === '/' && offered !== null) {
      const known = [...tokens].find((t) => isSame(t, offered));
      if (!known) return hasCookie(request) ? void response.writeHead(303, { ...headers, location: '/' }).end() : refuse(response, 'token');
      tokens.delete(known);
      response.writeHead(303, { ...headers, location: '/', 'set-cookie': `${cookieName}=${cookie}; HttpOnly; SameSite=Strict; Path=/` }).end();
      return;
    }
    // 3. Everything else needs the cookie, from our own page.
    if (!hasCookie(request)) return refuse(response, 'cookie');
    if (!isOurPage(request)) return refuse(response, 'origin');
    if (request.method === 'POST' && url.pathname === '/call') {
      if (request.headers.origin !== origin) return refuse(response, 'origin');
      if (!/^application\/json(;\s*charset=utf-8)?$/i.test(request.headers['content-type'] ?? '')) return refuse(response, 'content type');
      const body = await bodyOf(request);
      let call: unknown;
      try {
        call = body === null ? null : JSON.parse(body);
      } catch {
        call = null;
      }
      const result = call === null || typeof call !== 'object' ? no('call/malformed', {}) : await backend.call(call as Call);
      response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(result));
      return;
    }
    if (request.method !== 'GET') return refuse(response, 'method');
    if (url.pathname === '/changed') {
      response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
      response.write(': open\n\n');
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    // The raw path, so that nothing was normalised away before the check.
    const rawPath = (request.url ?? '/').split('?')[0] ?? '/';
    if (rawPath.startsWith(BLOB_PATH)) {
      // For our own script only: never as a page, a frame or a picture.
      if (request.headers['sec-fetch-mode'] === 'navigate' || (request.headers['sec-fetch-dest'] ?? 'empty') !== 'empty') return refuse(response, 'destination');
      const found = await answerBlob(backend.blob, rawPath, request.headers.range);
      response.writeHead(found.status, found.headers);
      if (!found.body) return void response.end();
      // A reader that went away, or a lock in the middle, ends the answer short.
      return void await pipeline(Readable.from(found.body, { objectMode: false }), response).catch(() => response.destroy());
    }
    const file = rendererFile(rendererDir, rawPath);
    if (!file) return void response.writeHead(404, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end('not found\n');
    response.writeHead(200, { ...headers, 'content-type': file.type }).end(file.body);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500, { ...headers, 'content-type': 'text/plain; charset=utf-8' });
      response.end();
    });
  });
  const off = backend.onChanged((tables) => { for (const stream of streams) stream.write(`data: ${JSON.stringify(tables)}\n\n`); });
  const beat = setInterval(() => { for (const stream of streams) stream.write(': beat\n\n'); }, HEARTBEAT_MS);
  beat.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  host = `127.0.0.1:${bound}`;
  origin = `http://${host}`;
  // Cookies ignore ports: the name keeps two hosts on one machine apart.
  cookieName = `fieldbook-${bound}`;
  const freshUrl = (): string => {
    const token = secret();
    tokens.add(token);
    return `${origin}/?token=${token}`;
  };
  return {
    url: freshUrl(), freshUrl,
    close: async () => {
      off();
      clearInterval(beat);
      for (const stream of streams) stream.end();
      server.closeAllConnections();
      await new Promise<void>((resolve) => { server.close(() => resolve()); });
    },
  };
}
