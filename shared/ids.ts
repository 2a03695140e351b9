/**
 * Branded ids, streams and deterministic id derivation.
 * Must never draw randomness: ids inside `decide` come from `deriveId(env.id, n)`,
 * so that laptop and HQ create the same id for the same act.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

declare const brand: unique symbol;
export type Id<Name extends string> = string & { readonly [brand]?: Name };

export type AgencyId = Id<'agency'>;
export type OfficerId = Id<'officer'>;
export type StaffId = Id<'staff'>;
export type PacketId = Id<'packet'>;
export type SubjectId = Id<'subject'>;
export type CommandId = Id<'command'>;
export type DeviceId = Id<'device'>;

/** `agency:<id>`, `restricted:<agency>`, `pm:<id>` or `program` [SYN-6]. */
export type StreamId = `agency:${string}` | `restricted:${string}` | `pm:${string}` | 'program';

export const agencyStream = (id: AgencyId): StreamId => `agency:${id}`;
export const restrictedStream = (id: AgencyId): StreamId => `restricted:${id}`;
export const pmStream = (id: StaffId): StreamId => `pm:${id}`;
export const PROGRAM_STREAM: StreamId = 'program';

/** The n-th id that a command makes: 32 hex digits of SHA-256(`commandId/n`). */
export function deriveId(commandId: CommandId, n: number | string): string {
  return bytesToHex(sha256(utf8ToBytes(`${commandId}/${n}`))).slice(0, 32);
}

/** Lower-case hex SHA-256 of a UTF-8 string. */
export const sha256Hex = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));
