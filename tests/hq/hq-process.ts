/** A real HQ process of its own, spoken to over HTTP, for tests that kill it. Only processes that were started here are ever ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Desk } from './desk.ts';
import { SERVICE } from './desk.ts';

export type HqProcess = {
  readonly child: ChildProcess; readonly url: string; readonly ready: Readonly<Record<string, unknown>>;
  /** Ends the process with this signal and waits until it is gone. */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
};

/** Starts `hq/main.ts serve` on a free port and waits for its ready line. Throws with what it printed when it ends before. */
export async function startHq(args: readonly string[], env: Readonly<Record<string, string>>): Promise<HqProcess> {
  const child = spawn(process.execPath, ['hq/main.ts', 'serve', '--port', '0', ...args], { env: { ...process.env, HQ_DATABASE_URL: '', HQ_SERVICE_TOKEN: SERVICE, HQ_LOG_LEVEL: 'error', ...env } });
  const gone = new Promise<void>((done) => {
    child.once('exit', () => done());
  });
  const ready = await new Promise<Record<string, unknown>>((done, fail) => {
    let [out, err] = ['', ''];
    child.stdout?.on('data', (c: Buffer) => {
      out += c.toString('utf8');
      const line = out.split('\n').find((l) => l.includes('"ready":true'));
      if (line) done(JSON.parse(line) as Record<string, unknown>);
    });
    child.stderr?.on('data', (c: Buffer) => {
      err += c.toString('utf8');
    });
    child.once('exit', (code) => fail(new Error(`HQ ended with ${String(code)}: ${err}`)));
  });
  return {
    child, url: String(ready.url), ready,
    end: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await gone;
    },
  };
}

type Asked = { readonly method?: string; readonly url: string; readonly headers?: Record<string, string>; readonly payload?: unknown };
type Told = { readonly statusCode: number; readonly body: string; readonly json: () => never };

/** A desk whose HQ is the process behind `address()`: requests go over HTTP, the clock is the machine's. What needs the store in this process is not there. */
export function remoteDesk(address: () => string): Desk {
  const inject = async ({ method = 'GET', url, headers = {}, payload }: Asked): Promise<Told> => {
    const isText = typeof payload === 'string';
    const reply = await fetch(new URL(url, address()), {
      method,
      headers: { ...(payload !== undefined && !isText ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(payload === undefined ? {} : { body: isText ? payload : JSON.stringify(payload) }),
    });
    const body = await reply.text();
    return { statusCode: reply.status, body, json: () => JSON.parse(body) as never };
  };
  const service = { authorization: `Bearer ${SERVICE}` };
  const command: Desk['command'] = async (name, input, as = 'service', actor = 'hq-intake') => {
    const reply = await inject({ method: 'POST', url: '/commands', headers: service, payload: { name, input, as, actor } });
    return { status: reply.statusCode, body: reply.json() };
  };
  return {
    hq: {
      app: { inject },
      issueEnrolmentCode: async (pmId: string) => String((await inject({ method: 'POST', url: '/enrolment-codes', headers: service, payload: { pmId } }).then((r) => r.json() as { code: string })).code),
    } as unknown as Desk['hq'],
    db: undefined as unknown as Desk['db'],
    time: { get at() { return new Date().toISOString(); } } as Desk['time'],
    command,
    must: async (name, input, as, actor) => {
      const answer = await command(name, input, as, actor);
      if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`);
    },
    ingest: () => Promise.reject(new Error('not here')),
    close: () => Promise.resolve(),
  };
}
