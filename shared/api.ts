/**
 * Everything that any transport knows: commands, queries and session acts by name, with their types.
 * The renderer cannot tell Electron from a browser: it sees `Backend.call` and `Backend.onChanged` only.
 */
import { z } from 'zod';
import type { AttachmentState } from './attachments.ts';
import type { AnyCommand } from './command.ts';
import type { Alarm, Ring } from './domain/clock-alarms.ts';
import { holdPlace, holdRelease } from './domain/holds.ts';
import { signoffReturn, signoffSign } from './domain/signoff.ts';
import { INTAKE_COMMANDS } from './domain/intake.ts';
import { pinAdd } from './domain/pins.ts';
import { query, type Query } from './query.ts';
import type { Result } from './result.ts';
import type {
  AgencyRow, AssignmentRow, AuthorityIntervalRow, CheckRunRow, HoldRow, ItineraryStopRow, MoaIntervalRow, OfficerRow, PacketRow, PacketVersionRow, PinRow,
  ReturnRow, StaffRow, StatementRow, SubjectRow, TrainingRow,
} from './rows.ts';

/** Commands that a laptop may run. */
export const FIELD_COMMANDS = {
  'signoff.sign': signoffSign, 'signoff.return': signoffReturn, 'hold.place': holdPlace,
  'pin.add': pinAdd,
} as const;
/** Every command that HQ knows: the field's, those of HQ roles, and intake. */
export const COMMANDS: Readonly<Record<string, AnyCommand>> = { ...FIELD_COMMANDS, 'hold.release': holdRelease, ...INTAKE_COMMANDS };

/** What my work on a row is doing: derived from outbox and receipts, never stored. Words: product 4.1. */
export type WorkState = 'none' | 'draft' | 'saved' | 'sending' | 'received' | 'under_review' | 'needs_attention';

export type QueueSplit = 'all' | 'clock_running' | 'resubmitted' | 'blocked' | 'returned' | 'done';
export type QueueItem = {
  readonly packet: PacketRow; readonly subjectName: string; readonly aNumber: string | null; readonly agencyName: string; readonly zone: string;
  readonly preparerName: string; readonly isPreparerValid: boolean; readonly tier: 0 | 1 | 2 | 3 | 4 | 5; readonly work: WorkState;
};
export type QueuePage = { readonly items: readonly QueueItem[]; readonly total: number; readonly counts: Readonly<Record<QueueSplit, number>>; readonly agenciesHere: number; readonly agenciesAssigned: number; readonly now: string };

/** One packet with everything that its screen shows, and the stream versions that the person thereby looks at. */
export type PacketView = {
  readonly packet: PacketRow; readonly version: PacketVersionRow; readonly versions: readonly number[]; readonly subject: SubjectRow; readonly agency: AgencyRow;
  readonly preparer: OfficerRow | null; readonly officers: readonly OfficerRow[]; readonly intervals: readonly AuthorityIntervalRow[]; readonly moa: readonly MoaIntervalRow[];
  readonly checkRun: CheckRunRow | null; readonly statements: readonly StatementRow[]; readonly returns: readonly ReturnRow[]; readonly holds: readonly HoldRow[];
  readonly staff: readonly Pick<StaffRow, 'id' | 'name' | 'role' | 'legalTitle'>[]; readonly signer: StaffRow | null;
  readonly pins: readonly PinRow[];
  readonly base: Readonly<Record<string, number>>; readonly work: WorkState; readonly nextId: string | null; readonly previousId: string | null; readonly now: string;
};

export type AgencyItem = { readonly agency: AgencyRow; readonly openPackets: number; readonly officers: number; readonly officersValid: number; readonly earliestDeadlineAt: string | null };
export type OfficerItem = { readonly officer: OfficerRow; readonly agencyName: string; readonly zone: string; readonly interval: AuthorityIntervalRow | null; readonly intervals: readonly AuthorityIntervalRow[]; readonly training: readonly TrainingRow[]; readonly earliestDueOn: string | null };
export type ItineraryItem = { readonly stop: ItineraryStopRow; readonly agencyName: string; readonly zone: string; readonly openPackets: number };

export type OutboxState = 'ready' | 'sending' | 'received' | 'under_review' | 'refused';
export type SyncItem = {
  readonly seq: number; readonly commandId: string; readonly name: string; readonly packetId: string | null; readonly title: string; readonly savedAt: string;
  readonly state: OutboxState; readonly attempts: number; readonly lastAttemptAt: string | null; readonly nextAttemptAt: string | null; readonly bytes: number;
  readonly reason: { readonly code: string; readonly details: Readonly<Record<string, unknown>> } | null;
  readonly receipt: { readonly code: string; readonly receivedAt: string; readonly hash: string } | null; readonly replaces: string | null;
};
export type LinkState = 'unknown' | 'online' | 'offline';
/** All that the status bar and the Sync screen need; the words are a pure function of it (`shared/domain/status.ts`). */
export type SyncStatus = {
  readonly link: LinkState; readonly ready: number; readonly attention: number; readonly sending: { readonly done: number; readonly of: number; readonly bytesLeft: number } | null;
  readonly stalledUntil: string | null; readonly stallReason: { readonly code: string; readonly details: Readonly<Record<string, unknown>> } | null;
  readonly lastReceivedAt: string | null; readonly hqDataAsOf: string | null; readonly oldestUnsentAt: string | null; readonly isPulling: boolean; readonly pulledRows: number;
  readonly clockAtRisk: { readonly count: number; readonly deadlineAt: string; readonly clock: string; readonly agencyName: string; readonly zone: string; readonly packetId: string } | null;
  readonly clockSkewMs: number | null; readonly isClockTrusted: boolean; readonly diskFreeBytes: number | null; readonly now: string; readonly isPaused: boolean;
};
export type Overview = {
  readonly now: string; readonly atRisk: readonly QueueItem[]; readonly attention: readonly { readonly kind: 'hold' | 'under_review' | 'refused' | 'resubmitted' | 'authority' | 'training'; readonly title: string; readonly detail: string; readonly route: string }[];
  readonly unsent: readonly SyncItem[]; readonly openTotal: number; readonly nextStops: readonly ItineraryItem[]; readonly signedToday: number; readonly agenciesHere: number; readonly agenciesAssigned: number;
};
export type Draft = { readonly key: string; readonly body: string; readonly savedAt: string };

const none = z.strictObject({});
export const QUERIES = {
  'today.overview': query<Overview>()('today.overview', none, ['packets', 'holds', 'statements', 'outbox', 'receipts', 'itinerary_stops', 'officers', 'authority_intervals', 'training']),
  'queue.list': query<QueuePage>()('queue.list', z.strictObject({
    split: z.enum(['all', 'clock_running', 'resubmitted', 'blocked', 'returned', 'done']), search: z.string().max(200),
    /** Only packets of this agency; the counts of the splits then count that agency alone. */
    agencyId: z.string().min(1).max(120).optional(), offset: z.int().min(0), limit: z.int().min(1).max(500),
  }), ['packets', 'holds', 'statements', 'subjects', 'agencies', 'outbox', 'receipts', 'drafts']),
  'packet.open': query<PacketView>()('packet.open', z.strictObject({ packetId: z.string(), number: z.int().min(1).nullable() }), ['packets', 'packet_versions', 'check_runs', 'statements', 'returns', 'holds', 'officers', 'authority_intervals', 'moa_intervals', 'outbox', 'receipts', 'pins']),
  'agencies.list': query<readonly AgencyItem[]>()('agencies.list', none, ['agencies', 'packets', 'officers', 'authority_intervals']),
  'officers.list': query<readonly OfficerItem[]>()('officers.list', z.strictObject({ agencyId: z.string().nullable() }), ['officers', 'authority_intervals', 'training', 'agencies']),
  'itinerary.list': query<readonly ItineraryItem[]>()('itinerary.list', none, ['itinerary_stops', 'packets', 'agencies']),
  'assignments.list': query<readonly AssignmentRow[]>()('assignments.list', none, ['assignments']),
  'sync.items': query<readonly SyncItem[]>()('sync.items', z.strictObject({ filter: z.enum(['all', 'attention', 'unsent', 'received']) }), ['outbox', 'receipts']),
  'sync.status': query<SyncStatus>()('sync.status', none, ['outbox', 'receipts', 'sync_state', 'packets']),
  'document.states': query<readonly AttachmentState[]>()('document.states', z.strictObject({ packetId: z.string(), number: z.int().min(1).nullable() }), ['attachments', 'packet_versions']),
  'draft.get': query<Draft | null>()('draft.get', z.strictObject({ key: z.string().max(120) }), ['drafts']),
} as const;
export type Queries = typeof QUERIES;
export type QueryName = keyof Queries;
export type QueryIn<N extends QueryName> = Queries[N] extends Query<infer In, unknown> ? In : never;
export type QueryOut<N extends QueryName> = Queries[N] extends Query<infer _In, infer Out> ? Out : never;

export type FieldCommandName = keyof typeof FIELD_COMMANDS;
export type CommandIn<N extends FieldCommandName> = z.infer<(typeof FIELD_COMMANDS)[N]['input']>;
/** A command was saved on this laptop; HQ's receipt comes later through `sync.items`. */
export type Saved = { readonly commandId: string; readonly seq: number; readonly at: string; readonly ms: number };

/** Where the person stands: which screen may be shown at all. `alarms`: the next clocks of a locked laptop; `rung`: what sounded last (notice `alarm`). */
export type SessionState =
  | { readonly phase: 'enrol'; readonly demoCode: string | null; readonly hq: string; readonly isDemo: boolean }
  | { readonly phase: 'passphrase'; readonly pmName: string; readonly suggestion: string | null }
  | { readonly phase: 'locked'; readonly pmName: string; readonly protection: 'passphrase only' | 'passphrase and this computer'; readonly retryAt: string | null; readonly now: string; readonly alarms: readonly Alarm[]; readonly rung: readonly Ring[]; readonly problem: { readonly code: string; readonly details: Readonly<Record<string, unknown>> } | null }
  | { readonly phase: 'open'; readonly me: { readonly id: string; readonly name: string; readonly role: string; readonly legalTitle: string; readonly fieldOffice: string }; readonly deviceId: string; readonly isDemo: boolean; readonly about: About; readonly now: string; readonly rung: readonly Ring[] };
export type About = { readonly version: string; readonly host: string; readonly hq: string; readonly cipher: string; readonly schema: number; readonly pack: string; readonly tz: string; readonly ledgerHead: string; readonly seq: number; readonly dataFolder: string };

/** Session acts: what is neither a command on shared rows nor a query. All go through the same `call`. */
export const ACTS = {
  'session.state': z.strictObject({}),
  'session.enrol': z.strictObject({ code: z.string().trim().min(1).max(40) }),
  'session.choosePassphrase': z.strictObject({ passphrase: z.string().min(12, 'at least 12 characters').max(400) }),
  'session.unlock': z.strictObject({ passphrase: z.string().min(1).max(400) }),
  'session.lock': z.strictObject({}),
  'draft.save': z.strictObject({ key: z.string().max(120), body: z.string().max(100_000) }),
  'draft.drop': z.strictObject({ key: z.string().max(120) }),
  'sync.now': z.strictObject({}),
  'sync.pause': z.strictObject({ isPaused: z.boolean() }),
  'sync.test': z.strictObject({}),
  'sync.requeue': z.strictObject({ commandId: z.string() }),
  /** Fetch this packet's files before all others. */
  'document.want': z.strictObject({ packetId: z.string().max(64) }),
  'access.note': z.strictObject({ what: z.enum(['packet', 'search']), packetId: z.string().nullable() }),
  /** One packet as a machine-readable bundle with proofs; noted in the access log. `number` null: the current version. */
  'packet.export': z.strictObject({ packetId: z.string().min(1).max(64), number: z.int().min(1).nullable() }),
} as const;
export type ActName = keyof typeof ACTS;
export type ActIn<N extends ActName> = z.infer<(typeof ACTS)[N]>;
export type ConnectionTest = readonly { readonly step: 'network' | 'hq' | 'protocol' | 'sign-in'; readonly ok: boolean; readonly text: string; readonly fix: string | null }[];
/** A finished export: the file's name and its text (JSON). */
export type ExportedFile = { readonly name: string; readonly text: string };
export type ActOut<N extends ActName> = N extends 'packet.export' ? ExportedFile : N extends 'session.state' | 'session.enrol' | 'session.choosePassphrase' | 'session.unlock' | 'session.lock' ? SessionState : N extends 'sync.test' ? ConnectionTest : null;

export type Call =
  | { readonly run: string; readonly input: unknown; readonly base: Readonly<Record<string, number>>; /** Passphrase or PIN; sealed commands only. Never logged or stored. */ readonly secret?: string }
  | { readonly read: string; readonly input: unknown }
  | { readonly act: string; readonly input: unknown };

/** The whole contract between a screen and the backend: one call, one notice. */
export type Backend = {
  readonly call: (call: Call) => Promise<Result<unknown>>;
  /** Tables that changed since the last notice, `session` for its state, `alarm` when a clock sounds; returns an unsubscribe. */
  readonly onChanged: (listener: (tables: readonly string[]) => void) => () => void;
};
