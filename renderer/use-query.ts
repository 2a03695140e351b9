/**
 * Reads with memory: an answer is shown at once, re-read when one of its tables changed, and kept while the next one loads.
 * Rows live here and nowhere else in the screen; `forgetAll` empties it at lock.
 */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { type Backend, QUERIES, type QueryIn, type QueryName, type QueryOut } from '../shared/api.ts';
import type { Problem } from '../shared/result.ts';
import { read } from './api.ts';
import { tellNow } from './clock.ts';

type Snapshot = { readonly data: unknown; readonly problem: Problem | null; readonly isLoading: boolean; readonly isSlow: boolean };
type Entry = {
  readonly name: QueryName;
  readonly input: unknown;
  snapshot: Snapshot;
  listeners: Set<() => void>;
  inFlight: boolean;
  again: boolean;
  usedAt: number;
  isStale: boolean;
  generation: number;
};

const entries = new Map<string, Entry>();
const MAX_IDLE = 40;
/** Skeletons appear only when an answer takes longer than this. */
const SLOW_MS = 150;
const EMPTY: Snapshot = { data: undefined, problem: null, isLoading: true, isSlow: false };
let generation = 0;

const keyOf = (name: QueryName, input: unknown): string => `${name} ${JSON.stringify(input)}`;

function entryOf(name: QueryName, input: unknown): Entry {
  const key = keyOf(name, input);
  let entry = entries.get(key);
  if (!entry) {
    entry = { name, input, snapshot: EMPTY, listeners: new Set(), inFlight: false, again: false, usedAt: performance.now(), isStale: true, generation };
    entries.set(key, entry);
    if (entries.size > MAX_IDLE) prune();
  }
  return entry;
}

function prune(): void {
  const idle = [...entries].filter(([, e]) => e.listeners.size === 0).sort((a, b) => a[1].usedAt - b[1].usedAt);
  for (const [key] of idle.slice(0, Math.max(0, entries.size - MAX_IDLE))) entries.delete(key);
}

function publish(entry: Entry, snapshot: Snapshot): void {
  entry.snapshot = snapshot;
  for (const listener of entry.listeners) listener();
}

async function load(entry: Entry): Promise<void> {
  if (entry.inFlight) {
    entry.again = true;
    return;
  }
  entry.inFlight = true;
  entry.isStale = false;
  const slow = setTimeout(() => {
    if (entry.snapshot.data === undefined) publish(entry, { ...entry.snapshot, isSlow: true });
  }, SLOW_MS);
  const answer = await read(entry.name, entry.input as never);
  clearTimeout(slow);
  entry.inFlight = false;
  if (entry.generation !== generation) return;
  if (answer.ok) {
    const data: unknown = answer.value;
    if (typeof data === 'object' && data !== null && 'now' in data && typeof data.now === 'string') tellNow(data.now);
    publish(entry, { data, problem: null, isLoading: false, isSlow: false });
  } else publish(entry, { ...entry.snapshot, problem: answer.problem, isLoading: false, isSlow: false });
  if (entry.again) {
    entry.again = false;
    void load(entry);
  }
}

/** Starts re-reading on the backend's change notices. Called once, at start. */
export function listenForChanges(backend: Backend): void {
  backend.onChanged((tables) => {
    for (const entry of entries.values()) {
      if (!tables.includes('*') && !QUERIES[entry.name].tables.some((t) => tables.includes(t))) continue;
      entry.isStale = true;
      if (entry.listeners.size > 0) void load(entry);
    }
    for (const listener of sessionListeners) if (tables.includes('session') || tables.includes('*')) listener();
    for (const listener of alarmListeners) if (tables.includes('alarm')) listener();
  });
}
const sessionListeners = new Set<() => void>();
const alarmListeners = new Set<() => void>();
/** Tells when a clock sounds; the session's state says which. */
export function onAlarm(listener: () => void): () => void {
  alarmListeners.add(listener);
  return () => {
    alarmListeners.delete(listener);
  };
}
/** Tells when the session itself changed (locked by the host, for example). */
export function onSessionChanged(listener: () => void): () => void {
  sessionListeners.add(listener);
  return () => {
    sessionListeners.delete(listener);
  };
}

/** Forgets every row: at lock nothing may remain in memory that the screen could show. */
export function forgetAll(): void {
  generation += 1;
  entries.clear();
}

/** Reads ahead, so that the next packet is there when the person presses the key. */
export function prefetch<N extends QueryName>(name: N, input: QueryIn<N>): void {
  const entry = entryOf(name, input);
  if (entry.isStale && !entry.inFlight) void load(entry);
}

export type Answer<T> = {
  readonly data: T | undefined;
  readonly problem: Problem | null;
  readonly isLoading: boolean;
  /** Loading for longer than 150 ms with nothing to show: time for a skeleton. */
  readonly isSlow: boolean;
  readonly reload: () => void;
};

/** One query, kept fresh. `refreshMs` re-reads on a timer for answers that age by themselves (tiers, countdowns). */
export function useQuery<N extends QueryName>(name: N, input: QueryIn<N>, options: { readonly refreshMs?: number; readonly isOff?: boolean } = {}): Answer<QueryOut<N>> {
  const { refreshMs, isOff = false } = options;
  const key = keyOf(name, input);
  // The key is the identity of the input.
  // `key` stands for name and input.
  const entry = useMemo(() => (isOff ? null : entryOf(name, input)), [key, isOff]);
  const snapshot = useSyncExternalStore(
    useMemo(
      () => (listener: () => void) => {
        entry?.listeners.add(listener);
        return () => {
          entry?.listeners.delete(listener);
        };
      },
      [entry],
    ),
    () => entry?.snapshot ?? EMPTY,
  );
  useEffect(() => {
    if (!entry) return;
    entry.usedAt = performance.now();
    if (entry.isStale) void load(entry);
    if (!refreshMs) return;
    const timer = setInterval(() => void load(entry), refreshMs);
    return () => clearInterval(timer);
  }, [entry, refreshMs]);
  return {
    data: snapshot.data as QueryOut<N> | undefined,
    problem: snapshot.problem,
    isLoading: snapshot.isLoading && !isOff,
    isSlow: snapshot.isSlow,
    reload: () => {
      if (entry) void load(entry);
    },
  };
}
