/** HQ for the benchmarks as a child process, and how to give it orders. Ends with the process that started it. */
import { fork } from 'node:child_process';
import type { Order } from './bench-hq.ts';

export type Ask = <T>(order: Order) => Promise<T>;
export type BenchHq = { readonly url: string; readonly kind: string; readonly ask: Ask; readonly close: () => Promise<void> };

/** Starts HQ and waits until it answers. Throws when it does not start. */
export async function startHq(execArgv: readonly string[] = []): Promise<BenchHq> {
  const hq = fork('build/bench-hq.ts', { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [...execArgv] });
  process.on('exit', () => {
    if (hq.exitCode === null) hq.kill('SIGKILL');
  });
  const started = await new Promise<{ readonly url: string; readonly kind: string }>((done, failed) => {
    hq.once('message', (message) => done(message as { url: string; kind: string }));
    hq.once('exit', () => failed(new Error('HQ for the benchmark did not start')));
  });
  let asked = 0;
  const ask = <T>(order: Order): Promise<T> => {
    asked += 1;
    const id = asked;
    return new Promise((done, failed) => {
      const listen = (message: unknown): void => {
        const reply = message as { readonly id: number; readonly value?: T; readonly error?: string };
        if (reply.id !== id) return;
        hq.off('message', listen);
        if (reply.error) failed(new Error(reply.error));
        else done(reply.value as T);
      };
      hq.on('message', listen);
      hq.send({ ...order, id });
    });
  };
  const close = async (): Promise<void> => {
    const ended = new Promise((done) => { hq.once('exit', done); });
    await ask({ order: 'close' });
    await ended;
  };
  return { ...started, ask, close };
}
