/**
 * The machine-readable export of one packet: versions, checks, statements, returns, holds, claims, custody, reviews, receipts, public keys, and the part of the laptop's ledger
 * that proves the acts on it. Pure: shape, part names and hashes; `db/export.ts` collects it, the host seals it, `build/ledger.ts` verifies it.
 */
import { z } from 'zod';
import { canonicalHash } from '../canonical.ts';
import { envelopeSchema, ledgerEntrySchema } from '../sync.ts';

const jwk = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() });
const row = z.looseObject({ id: z.string() });
/**
 * One run of consecutive entries of an epoch. Commands stand only with entries on this packet; the others (ids and salted hashes) are there because each
 * hash covers the one before: they tie the packet's entries to the head that HQ countersigned.
 */
const run = z.strictObject({
  ledger: z.string(), epoch: z.string(),
  entries: z.array(z.strictObject({ entry: ledgerEntrySchema, hash: z.string(), command: z.strictObject({ name: z.string(), input: z.unknown(), envelope: envelopeSchema }).nullable() })).min(1),
  checkpoints: z.array(z.string()),
});
export const bundleSchema = z.strictObject({
  v: z.literal(1), kind: z.literal('packet-export'), packetId: z.string(), number: z.int().min(1), isSynthetic: z.boolean(),
  exportedAt: z.string(), exportedBy: z.string(), device: z.string(), shortCode: z.string(),
  keys: z.strictObject({ deviceJwk: jwk, hqJwk: jwk, signers: z.record(z.string(), jwk) }),
  packet: row, subject: row.nullable(),
  versions: z.array(row.extend({ number: z.int(), content: z.string(), contentHash: z.string() })).min(1),
  checkRuns: z.array(row), statements: z.array(row.extend({ number: z.int(), formId: z.string(), formHash: z.string(), signerId: z.string(), jws: z.string() })),
  returns: z.array(row), holds: z.array(row), /** Absent in older files, as are the next three. */ pins: z.array(row).default([]),
  claims: z.array(row).default([]), custody: z.array(row).default([]), lookbacks: z.array(row).default([]),
  receipts: z.array(z.looseObject({ commandId: z.string(), code: z.string(), hash: z.string() })),
  ledger: z.array(run),
  /** Compact JWS of the exporting laptop's device key over `sealPayload`. */
  seal: z.string(),
});
export type Bundle = z.infer<typeof bundleSchema>;
export type LedgerRun = z.infer<typeof run>;

/** What a person can quote or scan: packet, version, first 16 hex digits of the content hash, HQ's newest receipt or `-`. */
export const shortCode = (packetId: string, number: number, contentHash: string, receipt: string | null): string => `FB1:${packetId}:v${number}:${contentHash.slice(0, 16)}:${receipt ?? '-'}`;

/** Every part of a bundle by a name that a person can find, with the SHA-256 of its canonical text. */
export function bundleParts(b: Omit<Bundle, 'seal'>): Readonly<Record<string, string>> {
  const { versions, checkRuns, statements, returns, holds, pins, claims, custody, lookbacks, receipts, ledger, ...head } = b;
  const parts: Record<string, string> = { 'the head of the file': canonicalHash(head) };
  for (const v of versions) parts[`version ${v.number}`] = canonicalHash(v);
  const rowsBy = [['check run', checkRuns], ['statement', statements], ['return', returns], ['hold', holds], ['pin', pins], ['claim', claims], ['custody event', custody], ['look-back review', lookbacks]] as const;
  for (const [what, rows] of rowsBy) for (const r of rows) parts[`${what} ${r.id}`] = canonicalHash(r);
  for (const r of receipts) parts[`receipt ${r.code}`] = canonicalHash(r);
  for (const r of ledger) {
    for (const e of r.entries) parts[`ledger entry ${r.epoch} ${e.entry.seq}`] = canonicalHash(e);
    parts[`countersigned heads ${r.epoch} ${r.entries[0]?.entry.seq ?? 0}`] = canonicalHash(r.checkpoints);
  }
  return parts;
}
/**
 * SHA-256 of what the laptop knew of the packet, whoever exported it and when: rows, receipts, signers' keys, and the packet's own ledger entries. Entries in
 * between and countersigned heads are left out: every contact adds some, and they prove the record without being part of it.
 */
export function recordHash(b: Omit<Bundle, 'seal'>): string {
  const { packetId, number, packet, subject, versions, checkRuns, statements, returns, holds, pins, receipts, keys } = b;
  const own = b.ledger.flatMap((run) => run.entries.flatMap((e) => (e.command ? [{ hash: e.hash, command: e.command }] : [])));
  // Only where there are some: the code on a paper of before them stays true.
  const later = Object.fromEntries(Object.entries({ claims: b.claims, custody: b.custody, lookbacks: b.lookbacks }).filter(([, rows]) => rows.length > 0));
  return canonicalHash({ packetId, number, packet, subject, versions, checkRuns, statements, returns, holds, pins, receipts, signers: keys.signers, hqJwk: keys.hqJwk, own, ...later });
}
/** What a printed packet carries as letters and as a QR code: packet id (percent-encoded: plain ASCII), version, first 128 bits of `recordHash`. */
export const paperCode = (b: Omit<Bundle, 'seal'>): string => `FB2:${encodeURIComponent(b.packetId)}:v${b.number}:${recordHash(b).slice(0, 32)}`;
/** The parts of a paper code; null when it is none. */
export function readPaperCode(code: string): { readonly packetId: string; readonly number: number; readonly hash: string } | null {
  const found = /^FB2:([^:\s]+):v(\d+):([0-9a-f]{32})$/.exec(code.trim());
  if (!found) return null;
  try {
    return { packetId: decodeURIComponent(found[1] ?? ''), number: Number(found[2]), hash: found[3] ?? '' };
  } catch {
    return null;
  }
}
/** What the exporting laptop seals. */
export const sealPayload = (b: Omit<Bundle, 'seal'>) => ({ v: 1, kind: b.kind, packetId: b.packetId, number: b.number, exportedAt: b.exportedAt, parts: bundleParts(b) });
