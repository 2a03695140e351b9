/** A real encrypted store in a temporary folder, a clock by hand, and one clean packet pulled into it. Everything is invented. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonical } from '../../shared/canonical.ts';
import type { AnyCommand } from '../../shared/command.ts';
import { holdPlace } from '../../shared/domain/holds.ts';
import { formHash, openContent } from '../../shared/domain/packet.ts';
import { signoffReturn, signoffSign } from '../../shared/domain/signoff.ts';
import { PACK_VERSION } from '../../shared/domain/sufficiency.ts';
import type { Problem, Result } from '../../shared/result.ts';
import { versionId, type PacketRow } from '../../shared/rows.ts';
import type { Receipt } from '../../shared/sync.ts';
import { openStore, type Store } from '../../db/open.ts';
import { nextBatch } from '../../db/outbox.ts';
import { applyPage, cursors } from '../../db/pull.ts';
import { rowById } from '../../db/rows.ts';
import { run, type RunInput } from '../../db/run.ts';
import { set } from '../../db/sync-state.ts';
import { AGENCY, cleanAgency, cleanInterval, cleanMoa, cleanOfficer, cleanPacket, cleanSigner, NOW, PM, rowsOf } from '../domain/clean-packets.ts';

export { AGENCY, NOW, PM } from '../domain/clean-packets.ts';
export const STREAM = `agency:${AGENCY}` as const;
export const KEY = Buffer.alloc(32, 7);
export const PACKET = cleanPacket().packetId;

/** A folder that `clean()` removes. */
export function tempFolder(): { readonly folder: string; readonly clean: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'fieldbook-db-'));
  return { folder, clean: () => rmSync(folder, { recursive: true, force: true }) };
}
export type Fixture = { readonly store: Store; readonly file: string; readonly folder: string; readonly close: () => void };
/** A new store that knows who it is; empty of shared rows. */
export function newStore(): Fixture {
  const { folder, clean } = tempFolder();
  const file = join(folder, 'fieldbook.db');
  const store = openStore({ file, key: KEY, isNew: true });
  set(store, 'device', JSON.stringify({ deviceId: 'dev-1', ledger: 'ledger-1' }));
  set(store, 'pm', JSON.stringify({ id: PM }));
  return { store, file, folder, close: () => { store.close(); clean(); } };
}

export type PageRow = { readonly table: string; readonly row: Readonly<Record<string, unknown>> };
/** Applies rows as HQ would send them: next version of the stream, one page. */
export function pullRows(store: Store, stream: string, rows: readonly PageRow[]): 'applied' | 'stale' {
  const from = cursors(store)[stream] ?? 0;
  return applyPage(store, { stream, from, to: from + 1, receivedAt: NOW, rows: rows.map(({ table, row }) => ({ table, row: { ...row, stream, version: from + 1, changedBy: 'hq' } })) });
}
/** Rows of one clean packet under which it can be signed, all in the agency's stream. */
export function cleanRows(id = PACKET): readonly PageRow[] {
  const document = { ...cleanPacket(), packetId: id };
  const { packet, version, subject } = rowsOf(document);
  return [
    { table: 'agencies', row: cleanAgency() }, { table: 'moa_intervals', row: cleanMoa() }, { table: 'officers', row: cleanOfficer() }, { table: 'authority_intervals', row: cleanInterval() },
    { table: 'subjects', row: subject }, { table: 'packets', row: packet }, { table: 'packet_versions', row: version },
  ];
}
/** `newStore` with one clean packet and its signer. */
export function filledStore(): Fixture {
  const made = newStore();
  pullRows(made.store, STREAM, cleanRows());
  pullRows(made.store, 'program', [{ table: 'staff', row: cleanSigner() }]);
  return made;
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
/** A compact JWS over a statement, as the host makes it. */
export function seal(statement: unknown): string {
  const body = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.${Buffer.from(canonical(statement)).toString('base64url')}`;
  return `${body}.${sign('sha256', Buffer.from(body), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

let counter = 0;
/** Everything `run` needs beside the act. Ids count up, so that a run can be repeated with `over.newId`. */
export function runInput(command: AnyCommand, input: unknown, over: Partial<RunInput> & { readonly at?: string } = {}): RunInput {
  const { at = NOW, ...rest } = over;
  return {
    command, input, base: { [STREAM]: 1 }, who: { actor: PM, role: 'pm', device: 'dev-1', ledger: 'ledger-1' }, clock: { now: () => at, mono: () => 5, bootId: 'boot-1', zone: 'America/Chicago' },
    newId: () => { counter += 1; return `id-${String(counter).padStart(8, '0')}`; }, salt: () => 'salt', packs: [PACK_VERSION], tz: '2026a', sign: seal, ...rest,
  };
}
/** Places a hold. */
export const hold = (store: Store, over: Parameters<typeof runInput>[2] = {}, rule = 'OTHER', packetId = PACKET) =>
  run(store, runInput(holdPlace, { packetId, rule, reason: 'synthetic reason, long enough' }, over));
/** Returns the packet to its agency. */
export const giveBack = (store: Store, over: Parameters<typeof runInput>[2] = {}) =>
  run(store, runInput(signoffReturn, { packetId: PACKET, version: 1, note: '', deficiencies: [{ rule: 'NTA-06', field: 'forms.i862.hearing.time', note: 'synthetic' }] }, over));
/** Signs one form of the packet. */
export function signForm(store: Store, formId = 'i862', over: Parameters<typeof runInput>[2] = {}) {
  const version = rowById(store, 'packet_versions', versionId(PACKET, 1));
  const form = openContent(version?.content ?? '').forms.find((f) => f.id === formId);
  if (!form) throw new Error(`no form ${formId}`);
  return run(store, runInput(signoffSign, { packetId: PACKET, version: 1, forms: [{ formId, contentHash: formHash(form), capacity: 'Supervisory officer' }], shown: [{ formId, seconds: 12 }],
    warnReasons: [] }, over));
}

/** The value, or a failed test that names the problem. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.problem.code} ${JSON.stringify(result.problem.details)}`);
  return result.value;
}
export const packetOf = (store: Store, id = PACKET): PacketRow => {
  const row = rowById(store, 'packets', id);
  if (!row) throw new Error('no packet');
  return row;
};
/** Receipts for everything that is unsent. */
export const receiptsFor = (store: Store, outcome: Receipt['outcome'], problem: Problem | null = null): Receipt[] =>
  nextBatch(store, { maxItems: 200, maxBytes: 1e6, now: NOW }).map((i) => ({
    seq: i.envelope.seq, commandId: i.envelope.id, hash: i.hash, outcome, code: `R-${i.envelope.seq}`, receivedAt: NOW, reasons: [], problem: problem ? { code: problem.code, details: {
      ...problem.details } } : null,
  }));
/** The problem code that `work` throws. */
export function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as { readonly problem?: Problem }).problem?.code ?? String(error);
  }
  return 'nothing';
}
