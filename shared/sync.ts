/**
 * The wire between laptop and HQ: push, pull, enrolment, receipts, refusal reasons.
 * Rules SYN-1 to SYN-18 are in docs/rules.md. Old protocol versions stay readable for push for 12 months (SYN-14).
 */
import { z } from 'zod';
import { canonical } from './canonical.ts';
import type { Envelope } from './command.ts';
import { ROLES } from './roles.ts';
import { sha256Hex } from './ids.ts';

export const PROTOCOL_VERSION = 1;
/** Highest version of the row schema that this build writes. */
export const SCHEMA_VERSION = 1;
/** Limits of one push request. */
export const PUSH_MAX_ITEMS = 200;
export const PUSH_MAX_BYTES = 1024 * 1024;

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
export const envelopeSchema = z.object({
  id: z.string().min(8).max(64), ledger: z.string().min(1).max(80), epoch: z.string().min(1).max(80), seq: z.int().min(1), prev: z.string().max(64),
  device: z.string().max(80), actor: z.string().max(80), role: z.enum(ROLES), actingFor: z.string().max(80).optional(),
  at: z.iso.datetime(), zone: z.string().max(60), mono: z.number(), bootId: z.string().max(80), anchor: z.string().max(64),
  base: z.record(z.string(), z.number()), packs: z.array(z.string()), tz: z.string().max(40), salt: z.string().max(64),
  seal: z.array(z.string().max(40_000)).max(20).optional(), dataAsOf: z.iso.datetime().optional(),
});

/**
 * A ledger entry: ids and salted hashes only, never names or free text (reliability 3.4).
 * `hash = SHA-256(0x01 || prev || JCS(entry))`; `prev` is the hash of the entry before, '' for the first of an epoch.
 */
export type LedgerEntry = {
  readonly v: 1; readonly ledger: string; readonly epoch: string; readonly seq: number; readonly prev: string;
  readonly type: string; readonly commandId: string; readonly commandHash: string; readonly actor: string; readonly role: string;
  readonly at: string; readonly mono: number; readonly bootId: string; readonly anchor: string;
};
export const ledgerEntrySchema = z.strictObject({
  v: z.literal(1), ledger: z.string(), epoch: z.string(), seq: z.int().min(1), prev: z.string(), type: z.string(), commandId: z.string(), commandHash: hex64,
  actor: z.string(), role: z.string(), at: z.string(), mono: z.number(), bootId: z.string(), anchor: z.string(),
});

/** Lower-case hex SHA-256 of UTF-8 text. A caller with a faster one than the portable one may pass it in. */
export type Sha256 = (text: string) => string;

/** SHA-256 of the whole command as sent: name, input and envelope (salted by `envelope.salt`). */
export const commandHash = (name: string, input: unknown, envelope: Envelope, sha256: Sha256 = sha256Hex): string => sha256(canonical({ name, input, envelope }));

/** The ledger entry that records a command. Deterministic: laptop and HQ build the same one. Throws on text without a canonical form. */
export const ledgerEntry = (name: string, input: unknown, env: Envelope, sha256: Sha256 = sha256Hex): LedgerEntry => ({
  v: 1, ledger: env.ledger, epoch: env.epoch, seq: env.seq, prev: env.prev, type: name, commandId: env.id, commandHash: commandHash(name, input, env, sha256),
  actor: env.actor, role: env.role, at: env.at, mono: env.mono, bootId: env.bootId, anchor: env.anchor,
});

/** Lower-case hex `SHA-256(0x01 || prev || JCS(entry))`. */
export const entryHash = (entry: LedgerEntry, sha256: Sha256 = sha256Hex): string => sha256(`\u0001${entry.prev}${canonical(entry)}`);

/** One command in a push batch. `hash` is the ledger entry's hash. */
export const pushItemSchema = z.object({ name: z.string().max(80), input: z.unknown(), envelope: envelopeSchema, hash: hex64 });
export type PushItem = { readonly name: string; readonly input: unknown; readonly envelope: Envelope; readonly hash: string };

export const pushRequestSchema = z.object({
  protocol: z.int(), schema: z.int(), ledger: z.string().max(80), epoch: z.string().max(80),
  /** Device-key signature (compact JWS, ES256) over `{ ledger, epoch, seq, head }` of the last item. */
  headJws: z.string().max(4000),
  /** None when there is only a heartbeat and an access log to hand in; the head is then any that the laptop has of this epoch. */
  items: z.array(pushItemSchema).max(PUSH_MAX_ITEMS),
  /** Heartbeat: what is unsent and how old, so that HQ sees trouble first (SYN-11). */
  heartbeat: z.object({ unsent: z.int(), oldestAt: z.string().nullable(), clocksUnder12h: z.int(), appVersion: z.string() }),
  /** Access log since the last push: packets opened and searches made (0.4 item 9). Ids only. */
  access: z.array(z.object({ id: z.string(), at: z.string(), what: z.enum(['packet', 'search', 'export']), packetId: z.string().nullable() })).max(1000),
});
export type PushRequest = z.infer<typeof pushRequestSchema>;

/** HQ's answer to one command. `received` covers `in_effect`; refusals are quarantined on both sides (SYN-3). */
export const receiptSchema = z.object({
  seq: z.int(), commandId: z.string(), hash: hex64, outcome: z.enum(['in_effect', 'under_review', 'refused']),
  /** What a person can quote: `R-7F3A1C`. */
  code: z.string(), receivedAt: z.string(), reasons: z.array(z.string()),
  problem: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }).nullable(),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** HQ's countersignature of a ledger head: compact JWS over this payload with HQ's key. */
export type Checkpoint = { readonly ledger: string; readonly epoch: string; readonly seq: number; readonly head: string; readonly serverTime: string; readonly nonce: string };

export const pushReplySchema = z.object({ receipts: z.array(receiptSchema), checkpointJws: z.string().nullable(), serverTime: z.string(), expectSeq: z.int() });
export type PushReply = z.infer<typeof pushReplySchema>;

/** `POST /sync/pull`: one cursor per stream; HQ adds streams that the device may now read and names those it lost. */
export const pullRequestSchema = z.object({ protocol: z.int(), schema: z.int(), generation: z.string().nullable(), cursors: z.record(z.string(), z.int().min(0)) });
export type PullRequest = z.infer<typeof pullRequestSchema>;

/**
 * Lines of the pull's NDJSON reply. `row` lines follow in version order per stream; a `cursor` line closes a page of
 * whole HQ transactions: apply the rows since the last one only if the stream's cursor still equals `from` (SYN-8).
 */
export type PullLine =
  | { readonly t: 'start'; readonly generation: string; readonly serverTime: string; readonly streams: readonly string[]; readonly lost: readonly string[]; readonly total: number }
  | { readonly t: 'row'; readonly table: string; readonly row: Readonly<Record<string, unknown>> }
  | { readonly t: 'cursor'; readonly stream: string; readonly from: number; readonly to: number }
  | { readonly t: 'end'; readonly serverTime: string };

/** Enrolment by one-time code. Keys are P-256 public JWKs. */
export const enrolRequestSchema = z.object({ code: z.string().min(6).max(40), deviceJwk: z.record(z.string(), z.unknown()), signerJwk: z.record(z.string(), z.unknown()), deviceName: z.string().max(80) });
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;
export const enrolReplySchema = z.object({
  deviceId: z.string(), pmId: z.string(), pmName: z.string(), legalTitle: z.string(), fieldOffice: z.string(), role: z.enum(ROLES),
  hqJwk: z.record(z.string(), z.unknown()), recoveryJwk: z.record(z.string(), z.unknown()), issuer: z.string(), serverTime: z.string(),
  ledger: z.string(), generation: z.string(),
  /** SHA-256 of the certificate authority to which the laptop holds HQ from now on, `AB:CD:...`; absent without TLS (loopback). */
  caFingerprint: z.string().optional(),
});
export type EnrolReply = z.infer<typeof enrolReplySchema>;

/** Why HQ refused a whole request. Per-item refusals carry the command's own problem code. */
export const SYNC_REFUSALS = {
  clientTooOld: 'sync/client-too-old', gap: 'sync/gap', fork: 'sync/fork', scope: 'sync/out-of-scope', unauthorised: 'sync/unauthorised',
  expired: 'sync/token-expired', foreign: 'sync/foreign-token', revoked: 'sync/device-revoked', malformed: 'sync/malformed', badSeal: 'sync/bad-seal',
  stale: 'sync/stale', unknownCommand: 'sync/unknown-command', badHash: 'sync/bad-hash', badHead: 'sync/bad-head', generation: 'sync/generation',
} as const;
