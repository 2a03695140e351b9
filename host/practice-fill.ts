/** Lays a practice case out: the same intake commands that HQ runs, decided here and written as pulled pages. Nothing of it goes through outbox or ledger. */
import { randomUUID } from 'node:crypto';
import { COMMANDS } from '../shared/api.ts';
import { CHUNK_BYTES } from '../shared/attachments.ts';
import { stages, type Envelope } from '../shared/command.ts';
import type { PracticeCaseId } from '../shared/domain/practice.ts';
import type { StreamId } from '../shared/ids.ts';
import { packetWithFiles } from '../synthetic/documents.ts';
import { practiceWorld } from '../synthetic/practice-world.ts';
import { beginBlob, putChunk, reconcile, verifyBlob, type Attachments } from '../db/attachments.ts';
import { transact, type Store } from '../db/open.ts';
import { applyPage, cursors } from '../db/pull.ts';
import { rowById } from '../db/rows.ts';
import { load } from '../db/run.ts';
import { set } from '../db/sync-state.ts';
import type { Me } from './session.ts';

type Into = { readonly store: Store; readonly attachments: Attachments; readonly person: Me; readonly signerJwk: object; readonly at: string };

const envelopeAt = (at: string): Envelope => ({
  id: randomUUID(), ledger: 'practice', epoch: 'practice', seq: 1, prev: '', device: 'practice', actor: 'practice', role: 'service', at, zone: 'UTC', mono: 0, bootId: 'practice', anchor: '', base: {},
  packs: [], tz: process.versions.tz ?? '', salt: '',
});

/** One intake command on the practice store. Throws when it is refused: the cases are ours. */
function land({ store, at }: Into, name: string, raw: unknown): void {
  const command = COMMANDS[name];
  if (command?.kind !== 'plain') throw new Error(`no plain command ${name}`);
  const input: unknown = command.input.parse(raw);
  const envelope = envelopeAt(at);
  const [first, second] = stages(command);
  const firstRows = first ? load(store, first(input, envelope, {})) : {};
  const rows = { ...firstRows, ...(second ? load(store, second(input, envelope, firstRows)) : {}) };
  const stream: StreamId | null = command.stream(firstRows as never, input, envelope);
  const decided = command.decide(rows as never, input, envelope);
  if (!decided.ok) {
    if (decided.problem.code === 'intake/already-have-it') return;
    throw new Error(`practice: ${name} was refused: ${JSON.stringify(decided.problem)}`);
  }
  if (stream === null) throw new Error(`practice: ${name} has no stream`);
  write({ store, at }, stream, decided.value);
}
function write({ store, at }: Pick<Into, 'store' | 'at'>, stream: StreamId, puts: readonly { readonly table: string; readonly row: object }[]): void {
  const from = cursors(store)[stream] ?? 0;
  applyPage(store, { stream, from, to: from + 1, receivedAt: at, rows: puts.map(({ table, row }) => ({ table, row: { ...row, version: from + 1, changedBy: 'practice' } })) });
}

/** Fills an empty practice store and its documents. Returns the id of the packet that the case is about. */
export async function fillPractice(id: PracticeCaseId, into: Into): Promise<string> {
  const { store, attachments, person, at } = into;
  const world = practiceWorld(id, person);
  transact(store, () => {
    set(store, 'pm', JSON.stringify(person));
    set(store, 'lastHqTime', at);
    set(store, 'lastPullAt', at);
    set(store, 'skewMs', '0');
  });
  for (const { command, input } of world.lines) land(into, command, input);
  const signer = rowById(store, 'staff', person.id);
  if (signer) write(into, signer.stream, [{ table: 'staff', row: { ...signer, signerKid: 'practice', signerJwk: JSON.stringify(into.signerJwk) } }]);
  for (const each of world.packets) {
    const { packet, files } = await packetWithFiles(each.scenario === null ? each : { ...each, scenario: null });
    land(into, 'packet.receive', { document: packet.document });
    for (const { sha256, bytes } of files) {
      beginBlob(attachments, sha256, bytes.byteLength);
      for (let n = 0; n * CHUNK_BYTES < bytes.byteLength; n += 1) putChunk(attachments, sha256, n, bytes.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES));
      for (const _ of verifyBlob(attachments, sha256, at)) { /* small files: nothing to let in between */ }
    }
  }
  while (reconcile(store, attachments)) { /* a step at a time */ }
  return world.packetId;
}
