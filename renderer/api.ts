/**
 * The screen's only way out: one `Backend`, over Electron's preload or over the loopback web host.
 * Must never know which one it has, and never retry a command: a refusal is an answer.
 */
import type { ActIn, ActName, ActOut, Backend, Call, CommandIn, FieldCommandName, QueryIn, QueryName, QueryOut, Saved } from '../shared/api.ts';
import { no, type Result } from '../shared/result.ts';

/** What `electron/preload.ts` exposes. Both directions carry plain JSON values or their text. */
type Bridge = { readonly call: (call: string) => Promise<unknown>; readonly onChanged: (listener: (tables: readonly string[]) => void) => unknown };
declare global {
  interface Window {
    readonly fieldbook?: Bridge;
  }
}

const asResult = (value: unknown): Result<unknown> => {
  const reply: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  return typeof reply === 'object' && reply !== null && 'ok' in reply ? (reply as Result<unknown>) : no('host/unreachable');
};

function electronBackend(bridge: Bridge): Backend {
  return {
    call: async (call) => {
      try {
        return asResult(await bridge.call(JSON.stringify(call)));
      } catch {
        return no('host/unreachable');
      }
    },
    onChanged: (listener) => {
      const stop = bridge.onChanged(listener);
      return typeof stop === 'function'
        ? () => {
            stop();
          }
        : () => {};
    },
  };
}

function webBackend(): Backend {
  return {
    call: async (call) => {
      try {
        const reply = await fetch('/call', { method: 'POST', headers: { 'content-type': 'application/json' }, credentials: 'same-origin', body: JSON.stringify(call) });
        return asResult(await reply.json());
      } catch {
        return no('host/unreachable');
      }
    },
    onChanged: (listener) => {
      const source = new EventSource('/changed');
      source.onmessage = (event) => {
        const tables: unknown = JSON.parse(String(event.data));
        if (Array.isArray(tables)) listener(tables.map(String));
      };
      // After a lost connection nobody knows what changed meanwhile: everything is read again.
      let wasLost = false;
      source.onerror = () => {
        wasLost = true;
      };
      source.onopen = () => {
        if (wasLost) listener(['*']);
        wasLost = false;
      };
      return () => source.close();
    },
  };
}

export const backend: Backend = window.fieldbook ? electronBackend(window.fieldbook) : webBackend();

let room: string | null = null;
/** Which practice room the screen stands in from now on; null: the real desk. Every call says so. */
export const standIn = (practiceRoom: string | null): void => {
  room = practiceRoom;
};
const send = <T>(call: Call): Promise<Result<T>> => backend.call(room === null ? call : { ...call, room }) as Promise<Result<T>>;

/** Reads one query. The answer is the backend's at that moment; `useQuery` keeps it fresh. */
export const read = <N extends QueryName>(name: N, input: QueryIn<N>): Promise<Result<QueryOut<N>>> => send({ read: name, input });

/** Runs one command against what the person looked at (`base`). `secret` is the passphrase of a sealed command and is kept nowhere. */
export const run = <N extends FieldCommandName>(name: N, input: CommandIn<N>, base: Readonly<Record<string, number>>, secret?: string): Promise<Result<Saved>> =>
  send(secret === undefined ? { run: name, input, base } : { run: name, input, base, secret });

/** A session act: unlock, lock, draft, sync. */
export const act = <N extends ActName>(name: N, input: ActIn<N>): Promise<Result<ActOut<N>>> => send({ act: name, input });
