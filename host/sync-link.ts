/** What push and pull share of the one loop that talks to HQ: the open session, requests with a token, HQ's time. Types only. */
import type { JsonWebKey } from 'node:crypto';
import type { Attachments } from '../db/attachments.ts';
import type { Store } from '../db/open.ts';
import type { SyncStatus } from '../shared/api.ts';

/** What the loop needs from an open session; replaced by null when the laptop locks. */
export type SyncSession = {
  readonly store: Store; readonly deviceId: string; readonly pmId: string; readonly issuer: string; readonly hqJwk: JsonWebKey;
  /** The second file, for documents; null where it could not be opened. */
  readonly attachments: Attachments | null;
  /** Signs with the device key. */
  readonly sign: (payload: unknown, header?: Readonly<Record<string, string>>) => string;
};

/** What the status bar shows of the loop; changed in place while a cycle runs. */
export type LoopState = {
  link: SyncStatus['link']; sending: SyncStatus['sending']; stalledUntil: string | null; stallReason: SyncStatus['stallReason'];
  isPulling: boolean; pulledRows: number; isPaused: boolean;
  /** When the last whole answer of HQ came; null before the first since the start. */
  hqDataAsOf: string | null;
};

export type SyncLink = {
  readonly version: string;
  /** Current instant, ISO 8601 UTC; and the same in milliseconds. */
  readonly now: () => string;
  readonly nowMs: () => number;
  /** A request with the device's token; on 401 a new token once. Throws `Stop` for what could not be reached. */
  readonly authorised: (session: SyncSession, path: string, body: unknown, accept: string) => Promise<Response>;
  readonly isOpen: (session: SyncSession) => boolean;
  /** The session, or the end of the cycle when the laptop was locked meanwhile. */
  readonly same: (session: SyncSession) => SyncSession;
  /** Keeps HQ's time as last told [SYN-9]. */
  readonly heard: (session: SyncSession, serverTime: string) => void;
  readonly notify: (tables: readonly string[]) => void;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
};
