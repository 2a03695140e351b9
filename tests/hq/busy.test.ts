/** HQ knows when it answers a push, also when the laptop hangs up. */
import { connect } from 'node:net';
import fastify from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { busyWith } from '../../hq/busy.ts';

const apps: { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});
async function slowApp() {
  const app = fastify({ forceCloseConnections: true });
  apps.push(app);
  const isBusy = busyWith(app, '/slow');
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((done) => { finish = done; });
  app.post('/slow', async () => {
    await finished;
    return { ok: true };
  });
  app.post('/other', async () => ({ busy: isBusy() }));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, isBusy, finish, url };
}

describe('busy with a route', () => {
  it('until the answer is out, and with no other', async () => {
    const { isBusy, finish, url } = await slowApp();
    expect(await (await fetch(`${url}/other`, { method: 'POST' })).json()).toEqual({ busy: false });
    const answer = fetch(`${url}/slow`, { method: 'POST' });
    await vi.waitFor(() => expect(isBusy()).toBe(true));
    finish();
    await (await answer).json();
    await vi.waitFor(() => expect(isBusy()).toBe(false));
  });
  it('no longer when the other side hangs up after its whole request', async () => {
    const { isBusy, finish, url } = await slowApp();
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('POST /slow HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
    await vi.waitFor(() => expect(isBusy()).toBe(true));
    socket.destroy();
    await vi.waitFor(() => expect(isBusy()).toBe(false));
    finish();
  });
  it('without a connection too', async () => {
    const { app, isBusy, finish } = await slowApp();
    const answer = app.inject({ method: 'POST', url: '/slow' });
    await vi.waitFor(() => expect(isBusy()).toBe(true));
    finish();
    await answer;
    expect(isBusy()).toBe(false);
  });
});
