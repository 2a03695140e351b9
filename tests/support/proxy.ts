/**
 * A scriptable network between laptop and HQ: down, wrong answers, lost replies, cut connections, duplicates, slowness.
 * Keeps a list of what passed, so that a test can say in which order things were asked.
 */
import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
  /** Nothing is forwarded; the connection breaks. */
  | { readonly kind: 'down' }
  /** Answers by itself; with `after`, HQ has done its work first. */
  | { readonly kind: 'status'; readonly status: number; readonly after?: boolean; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** HQ has done its work, the reply never arrives. */
  | { readonly kind: 'lose-reply' }
  /** The reply breaks off after so many bytes of body. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** HQ gets the request twice; the second answer is returned. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'slow'; readonly ms: number }
  /** Changes the (uncompressed) reply. */
  | { readonly kind: 'rewrite'; readonly change: (body: string) => string }
  /** Waits until `until` resolves, then goes on. */
  | { readonly kind: 'wait'; readonly until: Promise<void> };
export type Network = {
  readonly url: string;
  /** Every request that arrived, in order. */
  readonly seen: { readonly path: string; readonly body: string; readonly status: number }[];
  /** Applies `fault` to the next `times` requests whose path starts with `path`. */
  readonly next: (path: string, fault: Fault, times?: number) => void;
  /** No network at all until `up()`. */
  readonly down: () => void;
  readonly up: () => void;
  readonly clear: () => void;
  readonly close: () => Promise<void>;
};

type Reply = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };
async function bodyOf(from: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of from as AsyncIterable<Buffer>) parts.push(chunk);
  return Buffer.concat(parts);
}
function forward(target: URL, request: IncomingMessage, body: Buffer, isPlain: boolean): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = { ...request.headers, host: target.host };
    if (isPlain) headers['accept-encoding'] = 'identity';
    const out = httpRequest({ host: target.hostname, port: target.port, path: request.url, method: request.method, headers, agent: false }, (response) => {
      bodyOf(response).then((b) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: b }), reject);
    });
    out.on('error', reject);
    out.end(body);
  });
}

/** Starts the network in front of `targetUrl`. */
export async function startProxy(targetUrl: string): Promise<Network> {
  const target = new URL(targetUrl);
  const faults: { path: string; fault: Fault; times: number }[] = [];
  const seen: { path: string; body: string; status: number }[] = [];
  let isDown = false;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    const body = await bodyOf(request);
    const entry = { path, body: body.toString('utf8'), status: 0 };
    seen.push(entry);
    if (isDown) return void request.socket.destroy();
    const rule = faults.find((f) => path.startsWith(f.path) && f.times > 0);
    if (rule) rule.times -= 1;
    const fault = rule?.fault;
    if (fault?.kind === 'down') return void request.socket.destroy();
    if (fault?.kind === 'slow') await new Promise((resolve) => { setTimeout(resolve, fault.ms); });
    if (fault?.kind === 'wait') await fault.until;
    if (fault?.kind === 'status' && !fault.after) {
      entry.status = fault.status;
      return void response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(fault.body ?? '{}');
    }
    if (fault?.kind === 'duplicate') await forward(target, request, body, false);
    const reply = await forward(target, request, body, fault?.kind === 'rewrite');
    if (fault?.kind === 'lose-reply') return void request.socket.destroy();
    if (fault?.kind === 'status') {
      entry.status = fault.status;
      return void response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(fault.body ?? '{}');
    }
    entry.status = reply.status;
    const { 'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...headers } = reply.headers;
    if (fault?.kind === 'cut') {
      response.writeHead(reply.status, headers);
      response.write(reply.body.subarray(0, fault.bytes), () => setTimeout(() => request.socket.destroy(), 20));
      return;
    }
    const sent = fault?.kind === 'rewrite' ? Buffer.from(fault.change(reply.body.toString('utf8'))) : reply.body;
    response.writeHead(reply.status, { ...headers, 'content-length': sent.length }).end(sent);
  };
  const server = createServer((request, response) => { answer(request, response).catch(() => request.socket.destroy()); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', () => resolve()); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen,
    next: (path, fault, times = 1) => { faults.push({ path, fault, times }); },
    down: () => { isDown = true; }, up: () => { isDown = false; },
    clear: () => {
      faults.length = 0;
      isDown = false;
    },
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}
