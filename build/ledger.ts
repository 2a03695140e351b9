/**
 * `npm run ledger -- verify FILE [--keys KEYS]`: checks an exported ledger on its own, with no HQ, no laptop and no network.
 * Chain and hashes, the command behind each entry, every seal, every countersigned head. Names the first broken entry; exit code 1.
 * FILE is a whole ledger or the export of one packet; of that it also checks contents, statements and the laptop's seal over every part.
 * `npm run ledger -- code CODE FILE [--keys KEYS]`: the same, then whether the packet printed with CODE (QR on its cover) is the record in FILE.
 * The keys in the export are only as good as the export: KEYS is a JSON file { deviceJwk, signerJwk, hqJwk } from another place.
 */
import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { canonical, canonicalHash } from '../shared/canonical.ts';
import type { Envelope } from '../shared/command.ts';
import { bundleParts, bundleSchema, readPaperCode, recordHash } from '../shared/domain/bundle.ts';
import { firstBreak } from '../shared/domain/ledger.ts';
import { sha256Hex } from '../shared/ids.ts';
import { commandHash, envelopeSchema, ledgerEntrySchema } from '../shared/sync.ts';

const jwk = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() });
const exportSchema = z.object({
  v: z.literal(1),
  ledger: z.string(),
  device: z.string(),
  deviceJwk: jwk,
  signerJwk: jwk,
  hqJwk: jwk,
  epochs: z.array(
    z.object({
      epoch: z.string(),
      checkpoints: z.array(z.string()),
      entries: z.array(z.object({ entry: ledgerEntrySchema, hash: z.string(), command: z.object({ name: z.string(), input: z.unknown(), envelope: envelopeSchema }).nullable() })),
    }),
  ),
});
export type LedgerKeys = { readonly deviceJwk?: JsonWebKey; readonly signerJwk?: JsonWebKey; readonly hqJwk?: JsonWebKey; /** By staff id, for packet exports. */ readonly signers?: Readonly<Record<string, JsonWebKey>> };
export type LedgerVerdict =
  | {
      readonly ok: true;
      readonly ledger: string;
      readonly epochs: number;
      readonly entries: number;
      readonly seals: number;
      readonly checkpoints: number;
      readonly unanchored: number;
      readonly keys: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly epoch: string | null; readonly seq: number | null; readonly reason: string };

/** The payload when `jws` is ES256 by exactly this key, else null. */
function verified(key: JsonWebKey, jws: string): Record<string, unknown> | null {
  try {
    const [head, body, seal, ...rest] = jws.split('.');
    if (!head || !body || !seal || rest.length > 0 || JSON.parse(Buffer.from(head, 'base64url').toString('utf8')).alg !== 'ES256') return null;
    const isGood = verify('sha256', Buffer.from(`${head}.${body}`), { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, Buffer.from(seal, 'base64url'));
    return isGood ? JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) : null;
  } catch {
    return null;
  }
}
const thumbprint = (key: JsonWebKey): string => sha256Hex(canonical({ crv: key.crv, kty: key.kty, x: key.x, y: key.y })).slice(0, 32);

/** Checks one export. `keys` from elsewhere replace those in the file. The first broken entry ends it. */
export function verifyLedger(file: unknown, keys: LedgerKeys = {}): LedgerVerdict {
  const parsed = exportSchema.safeParse(file);
  if (!parsed.success) return { ok: false, epoch: null, seq: null, reason: `not a ledger export: ${parsed.error.issues[0]?.path.join('.') ?? ''}` };
  const data = parsed.data;
  const signerJwk = keys.signerJwk ?? (data.signerJwk as JsonWebKey);
  const hqJwk = keys.hqJwk ?? (data.hqJwk as JsonWebKey);
  const deviceJwk = keys.deviceJwk ?? (data.deviceJwk as JsonWebKey);
  let [entries, seals, checkpoints, unanchored] = [0, 0, 0, 0];
  for (const { epoch, entries: chain, checkpoints: heads } of data.epochs) {
    const broken = (seq: number, reason: string): LedgerVerdict => ({ ok: false, epoch, seq, reason });
    if (chain[0] && chain[0].entry.seq !== 1) return broken(chain[0].entry.seq, 'the chain does not begin with seq 1');
    if (chain[0] && (chain[0].entry.ledger !== data.ledger || chain[0].entry.epoch !== epoch)) return broken(1, 'the entry belongs to another ledger or epoch');
    const broke = firstBreak(chain);
    const sound = broke ? chain.slice(0, broke.index) : chain;
    for (const { entry, command } of sound) {
      if (command) {
        const envelope = command.envelope as Envelope;
        if (commandHash(command.name, command.input, envelope) !== entry.commandHash) return broken(entry.seq, 'the command is not the one that the entry names');
        if (envelope.id !== entry.commandId || envelope.seq !== entry.seq || command.name !== entry.type) return broken(entry.seq, 'the command belongs to another entry');
        for (const jws of envelope.seal ?? []) {
          const statement = verified(signerJwk, jws);
          if (!statement) return broken(entry.seq, "a seal is not by the signer's key");
          if (statement.commandId !== entry.commandId) return broken(entry.seq, 'a seal belongs to another command');
          seals += 1;
        }
      }
      entries += 1;
    }
    if (broke) return broken(broke.seq, broke.reason);
    let last = 0;
    for (const jws of heads) {
      const head = verified(hqJwk, jws);
      if (!head) return broken(last, "a countersigned head is not by HQ's key");
      const seq = Number(head.seq);
      const at = chain[seq - 1];
      if (head.ledger !== data.ledger || head.epoch !== epoch) return broken(seq, 'a countersigned head belongs to another ledger or epoch');
      if (!at) return broken(seq, 'HQ countersigned an entry that is missing here: the ledger was cut short');
      if (at.hash !== head.head) return broken(seq, 'HQ countersigned another entry here: history was rewritten');
      last = Math.max(last, seq);
      checkpoints += 1;
    }
    unanchored += Math.max(0, chain.length - last);
  }
  return {
    ok: true,
    ledger: data.ledger,
    epochs: data.epochs.length,
    entries,
    seals,
    checkpoints,
    unanchored,
    keys: { device: thumbprint(deviceJwk), signer: thumbprint(signerJwk), hq: thumbprint(hqJwk) },
  };
}

export type BundleVerdict =
  | { readonly ok: true; readonly packetId: string; readonly number: number; readonly shortCode: string; readonly versions: number; readonly statements: number; readonly entries: number; readonly checkpoints: number; readonly unanchored: number; readonly keys: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly entry: string; readonly reason: string };

/** Checks one packet's export: content hashes, statements, the ledger runs up to HQ's countersigned heads, and the laptop's seal over every part. Names the first broken part. */
export function verifyBundle(file: unknown, keys: LedgerKeys = {}): BundleVerdict {
  const broken = (entry: string, reason: string): BundleVerdict => ({ ok: false, entry, reason });
  const parsed = bundleSchema.safeParse(file);
  if (!parsed.success) return broken(parsed.error.issues[0]?.path.join('.') || 'the file', 'not a packet export');
  const { seal, ...b } = parsed.data;
  const hqJwk = keys.hqJwk ?? (b.keys.hqJwk as JsonWebKey);
  const deviceJwk = keys.deviceJwk ?? (b.keys.deviceJwk as JsonWebKey);
  const signerOf = (id: string): JsonWebKey | undefined => keys.signers?.[id] ?? (b.keys.signers[id] as JsonWebKey | undefined);
  for (const v of b.versions) if (sha256Hex(v.content) !== v.contentHash) return broken(`version ${v.number}`, 'the content is not the one that its hash names');
  if (!b.versions.some((v) => v.number === b.number)) return broken(`version ${b.number}`, 'the exported version is missing');
  for (const s of b.statements) {
    const key = signerOf(s.signerId);
    const says = key && verified(key, s.jws);
    const version = b.versions.find((v) => v.number === s.number);
    if (!key) return broken(`statement ${s.id}`, `there is no key of its signer ${s.signerId}`);
    if (!says) return broken(`statement ${s.id}`, "the signature is not by the signer's key");
    if (says.packetId !== b.packetId || says.number !== s.number || says.formId !== s.formId || says.formHash !== s.formHash) return broken(`statement ${s.id}`, 'the signature covers another form, version or packet');
    if (!version || says.contentHash !== version.contentHash) return broken(`statement ${s.id}`, 'the signature covers another content than the version here');
    const forms = (JSON.parse(version.content) as { readonly forms?: readonly { readonly id: string }[] }).forms ?? [];
    const form = forms.find((f) => f.id === s.formId);
    if (!form || canonicalHash(form) !== s.formHash) return broken(`statement ${s.id}`, 'the form in the content is not the one that was signed');
  }
  let [entries, checkpoints, unanchored] = [0, 0, 0];
  for (const { ledger, epoch, entries: chain, checkpoints: heads } of b.ledger) {
    const at = (seq: number): string => `ledger entry ${epoch} ${seq}`;
    const first = chain[0];
    if (!first || first.entry.ledger !== ledger || first.entry.epoch !== epoch) return broken(at(first?.entry.seq ?? 0), 'the entry belongs to another ledger or epoch');
    const broke = firstBreak(chain, first.entry.prev);
    if (broke) return broken(at(broke.seq), broke.reason);
    for (const { entry, command } of chain) {
      if (!command) continue;
      const envelope = command.envelope as Envelope;
      if (commandHash(command.name, command.input, envelope) !== entry.commandHash || envelope.id !== entry.commandId) return broken(at(entry.seq), 'the command is not the one that the entry names');
    }
    let last = first.entry.seq - 1;
    for (const jws of heads) {
      const head = verified(hqJwk, jws);
      if (!head) return broken(at(last + 1), "a countersigned head is not by HQ's key");
      const found = chain.find((e) => e.entry.seq === head.seq);
      if (head.ledger !== ledger || head.epoch !== epoch || !found || found.hash !== head.head) return broken(at(Number(head.seq)), 'HQ countersigned another entry here');
      last = Math.max(last, Number(head.seq));
      checkpoints += 1;
    }
    entries += chain.length;
    unanchored += (chain.at(-1)?.entry.seq ?? 0) - last;
  }
  for (const r of b.receipts) {
    const named = b.ledger.flatMap((l) => l.entries).find((e) => e.entry.commandId === r.commandId);
    if (!named || named.hash !== r.hash) return broken(`receipt ${r.code}`, 'the receipt is for another entry');
  }
  const sealed = verified(deviceJwk, seal) as { readonly packetId?: unknown; readonly number?: unknown; readonly parts?: Readonly<Record<string, string>> } | null;
  if (!sealed?.parts || sealed.packetId !== b.packetId || sealed.number !== b.number) return broken('the seal of the file', "it is not by the laptop's key, or for another packet");
  const parts = bundleParts(b);
  for (const name of new Set([...Object.keys(sealed.parts), ...Object.keys(parts)])) {
    if (parts[name] !== sealed.parts[name]) return broken(name, parts[name] === undefined ? 'it was taken out' : sealed.parts[name] === undefined ? 'it was put in' : 'it was changed after the export');
  }
  return {
    ok: true, packetId: b.packetId, number: b.number, shortCode: b.shortCode, versions: b.versions.length, statements: b.statements.length, entries, checkpoints, unanchored,
    keys: { device: thumbprint(deviceJwk), hq: thumbprint(hqJwk), ...Object.fromEntries(Object.keys(b.keys.signers).map((id) => [id, thumbprint(signerOf(id) as JsonWebKey)])) },
  };
}

/** Whether the paper with this code was printed from the record in a (verified) packet export: null when it was, else what differs. */
export function paperDiffers(file: unknown, code: string): string | null {
  const read = readPaperCode(code);
  const bundle = bundleSchema.safeParse(file);
  if (!read) return 'the code is not one of a printed packet (FB2:packet:version:32 hex digits)';
  if (!bundle.success) return 'the file is not a packet export';
  if (read.packetId !== bundle.data.packetId) return `the paper is of packet ${read.packetId}, the file of ${bundle.data.packetId}`;
  if (read.number !== bundle.data.number) return `the paper is of version ${read.number}, the file of version ${bundle.data.number}`;
  const hash = recordHash(bundle.data).slice(0, 32);
  return hash === read.hash ? null : `the paper was printed from another state of the record (${read.hash}; the file has ${hash})`;
}

/** The command line. Returns the exit code. */
export function main(args: readonly string[], say: (line: string) => void): number {
  const [verb] = args;
  const [code, path, flag, keysPath] = verb === 'code' ? args.slice(1) : [null, ...args.slice(1)];
  if ((verb !== 'verify' && verb !== 'code') || !path || (flag !== undefined && (flag !== '--keys' || !keysPath))) {
    say('npm run ledger -- verify FILE [--keys KEYS]');
    say('npm run ledger -- code CODE FILE [--keys KEYS]');
    return 2;
  }
  let file: unknown;
  let keys: LedgerKeys = {};
  try {
    file = JSON.parse(readFileSync(path, 'utf8'));
    if (keysPath) keys = JSON.parse(readFileSync(keysPath, 'utf8')) as LedgerKeys;
  } catch (error) {
    say(`cannot read: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  const isPacket = (file as { readonly kind?: unknown } | null)?.kind === 'packet-export';
  if (verb === 'code' && !isPacket) {
    say('BROKEN  the file  not a packet export');
    return 1;
  }
  if (isPacket) {
    const packet = verifyBundle(file, keys);
    if (!packet.ok) {
      say(`BROKEN  ${packet.entry}  ${packet.reason}`);
      return 1;
    }
    say(`WHOLE  ${packet.shortCode}: ${packet.versions} versions, ${packet.statements} statements, ${packet.entries} ledger entries, ${packet.checkpoints} countersigned heads, ${packet.unanchored} entries not yet countersigned`);
    say(`keys  ${Object.entries(packet.keys).map(([id, print]) => `${id} ${print}`).join('  ')}${keysPath ? '' : "  (from the export itself: compare them with HQ's)"}`);
    const differs = code ? paperDiffers(file, code) : null;
    if (differs) say(`OTHER PAPER  ${differs}`);
    else if (code) say(`SAME PAPER  ${code.trim()}`);
    return differs ? 1 : 0;
  }
  const verdict = verifyLedger(file, keys);
  if (!verdict.ok) {
    say(`BROKEN  epoch ${verdict.epoch ?? '-'}  seq ${verdict.seq ?? '-'}  ${verdict.reason}`);
    return 1;
  }
  say(
    `WHOLE  ledger ${verdict.ledger}: ${verdict.entries} entries in ${verdict.epochs} epochs, ${verdict.seals} seals, ${verdict.checkpoints} countersigned heads, ${verdict.unanchored} entries not yet countersigned`,
  );
  say(`keys  device ${verdict.keys.device}  signer ${verdict.keys.signer}  hq ${verdict.keys.hq}${keysPath ? '' : "  (from the export itself: compare them with HQ's)"}`);
  return 0;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2), (line) => console.log(line));
