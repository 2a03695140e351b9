/**
 * Text of an unfinished dialog, kept as an encrypted local row within two seconds of the last key.
 * Must never hold a passphrase.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { act, read } from './api.ts';

const SAVE_MS = 800;
const pending = new Map<string, { body: string; timer: ReturnType<typeof setTimeout> }>();

/** Saves a draft soon; repeated calls within the wait collapse into one. */
export function saveSoon(key: string, body: string, wait = SAVE_MS): void {
  const before = pending.get(key);
  if (before) clearTimeout(before.timer);
  pending.set(key, {
    body,
    timer: setTimeout(() => {
      pending.delete(key);
      void act('draft.save', { key, body });
    }, wait),
  });
}

/** Writes every waiting draft now: before a lock. */
export async function saveDraftsNow(): Promise<void> {
  const waiting = [...pending];
  pending.clear();
  await Promise.all(
    waiting.map(([key, { body, timer }]) => {
      clearTimeout(timer);
      return act('draft.save', { key, body });
    }),
  );
}

/** Throws waiting drafts away: what was typed in one room must never be kept in another. */
export function discardDrafts(): void {
  for (const { timer } of pending.values()) clearTimeout(timer);
  pending.clear();
}

/** Leaves the stored draft as it is: somebody else has stored the newest text. */
function leaveAlone(key: string): void {
  const before = pending.get(key);
  if (before) clearTimeout(before.timer);
  pending.delete(key);
}
function forget(key: string): void {
  leaveAlone(key);
  void act('draft.drop', { key });
}

export type DraftState<T> = { readonly value: T; readonly isReady: boolean; readonly isRestored: boolean; readonly change: (next: T) => void; readonly drop: () => void; /** Writes nothing more: what waits to be written is stored already. */ readonly release: () => void };

/** A value restored from its draft, or `initial` when there is none or it does not fit `isValid`. */
export function useDraft<T>(key: string, initial: T, isValid: (value: unknown) => value is T): DraftState<T> {
  const [state, setState] = useState<{ value: T; isReady: boolean; isRestored: boolean }>({ value: initial, isReady: false, isRestored: false });
  const check = useRef(isValid);
  const touched = useRef(false);
  useEffect(() => {
    let isHere = true;
    void read('draft.get', { key }).then((answer) => {
      if (!isHere || touched.current) return;
      let value: unknown = null;
      try {
        value = answer.ok && answer.value ? JSON.parse(answer.value.body) : null;
      } catch {
        value = null;
      }
      setState((s) => (check.current(value) ? { value, isReady: true, isRestored: true } : { ...s, isReady: true }));
    });
    return () => {
      isHere = false;
    };
  }, [key]);
  const change = useCallback(
    (next: T) => {
      touched.current = true;
      setState((s) => ({ ...s, value: next, isReady: true }));
      saveSoon(key, JSON.stringify(next));
    },
    [key],
  );
  const drop = useCallback(() => forget(key), [key]);
  const release = useCallback(() => leaveAlone(key), [key]);
  return { ...state, change, drop, release };
}
