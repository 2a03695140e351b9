/** One packet as a file: what it holds, that the stand-alone verifier accepts it and names what was touched, and that restricted handling tells nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main, verifyBundle } from '../../build/ledger.ts';
import type { Bundle } from '../../shared/domain/bundle.ts';
import { cleanPacket } from '../domain/clean-packets.ts';
import { createWorld, must, type Laptop, type World } from '../support/world.ts';

let world: World;
let laptop: Laptop;
let text: string;
let name: string;
const folder = mkdtempSync(join(tmpdir(), 'fieldbook-export-'));
const take = (packetId: string) => laptop.act('packet.export', { packetId, number: null });
const touched = (edit: (b: Bundle) => void): unknown => {
  const copy = JSON.parse(text) as Bundle;
  edit(copy);
  return copy;
};
beforeAll(async () => {
  world = await createWorld({ packets: 4 });
  const clean = cleanPacket('P-NTA');
  // Other persons than those of the world's packets: their holds follow them.
  const twin = (packetId: string) => {
    const number = packetId === 'pk-flag' ? 'A000077701' : 'A000077702';
    return { ...clean, packetId, subject: { ...clean.subject, subjectId: `su-${packetId}`, identity: { ...clean.subject.identity, aNumber: number, fin: number } } };
  };
  await world.command('packet.receive', { document: twin('pk-flag'), isRestricted: true });
  await world.command('packet.receive', { document: twin('pk-other') });
  await world.command('hold.place', { packetId: 'pk-other', rule: 'RESTRICTED', reason: 'Sealed by order of a court of another kind.' }, 'juvenile_coordinator', 'hq-juvenile');
  laptop = world.laptop();
  await laptop.enrol();
  must(await laptop.sign('pk-1'));
  must(await laptop.hold('pk-2'));
  must(await laptop.hold('pk-1'));
  await laptop.sync();
  ({ name, text } = must(await take('pk-1')));
  // The log travels with the next act.
  must(await laptop.hold('pk-3'));
  await laptop.sync();
}, 120_000);
afterAll(async () => {
  await laptop.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the export of a packet', () => {
  it('is accepted by the stand-alone verifier, offline keys or its own', () => {
    const verdict = verifyBundle(JSON.parse(text));
    expect(verdict).toMatchObject({ ok: true, packetId: 'pk-1', number: 1, unanchored: 0 });
    expect(verdict.ok && verdict.statements).toBeGreaterThan(2);
    expect(verdict.ok && verdict.checkpoints).toBeGreaterThan(0);
    expect(name).toBe('packet-pk-1-v1.json');
    const path = join(folder, name);
    writeFileSync(path, text);
    const said: string[] = [];
    expect(main(['verify', path], (line) => said.push(line))).toBe(0);
    expect(said[0]).toMatch(/^WHOLE {2}FB1:pk-1:v1:[0-9a-f]{16}:R-/);
  });
  it('carries commands on this packet only; entries in between prove the chain', () => {
    const b = JSON.parse(text) as Bundle;
    const inputs = b.ledger.flatMap((r) => r.entries).flatMap((e) => (e.command ? [JSON.stringify(e.command.input)] : []));
    expect(inputs).toHaveLength(2);
    expect(inputs.every((i) => i.includes('"pk-1"'))).toBe(true);
    expect(text).not.toContain('pk-2');
  });
  it.each<readonly [string, (b: Bundle) => void, string | RegExp]>([
    ['a changed content', (b) => { const v = b.versions[0]; if (v) v.content = v.content.replace('I-862', 'I-863'); }, 'version 1'],
    ['a swapped signature', (b) => { const [s, t] = b.statements; if (s && t) s.jws = t.jws; }, /^statement /],
    ['a signature of nobody', (b) => { const s = b.statements[1]; if (s) s.jws = `${s.jws.slice(0, -8)}AAAAAAAA`; }, /^statement /],
    ['an edited ledger entry', (b) => { const e = b.ledger[0]?.entries[0]; if (e) e.entry.actor = 'pm-other'; }, /^ledger entry \S+ 1$/],
    ['a command put in another\'s place', (b) => { const e = b.ledger[0]?.entries[0]; if (e?.command) e.command.input = { packetId: 'pk-9' }; }, /^ledger entry \S+ 1$/],
    ['a check result turned to pass', (b) => { const r = b.checkRuns[0]; if (r) r.results = []; }, /^check run pk-1\.1$/],
    ['a hold taken out', (b) => { b.holds.length = 0; }, /^hold /],
    ['a receipt code rewritten', (b) => { const r = b.receipts[0]; if (r) r.code = 'R-000000'; }, /^receipt /],
    ['another exporter named', (b) => { b.exportedBy = 'pm-other'; }, 'the head of the file'],
    ['a seal of nobody', (b) => { b.seal = `${b.seal.slice(0, -8)}AAAAAAAA`; }, 'the seal of the file'],
  ])('names the broken part: %s', (_what, edit, entry) => {
    const verdict = verifyBundle(touched(edit));
    expect(verdict.ok).toBe(false);
    expect(!verdict.ok && verdict.entry).toEqual(typeof entry === 'string' ? entry : expect.stringMatching(entry));
  });
  it('refuses restricted handling with one answer, byte for byte, whatever the cause', async () => {
    const [flag, other] = [await take('pk-flag'), await take('pk-other')];
    expect(flag).toEqual({ ok: false, problem: { code: 'export/restricted', details: {} } });
    expect(JSON.stringify(flag)).toBe(JSON.stringify(other));
  });
  it('refuses a packet that is not here, and everything while locked', async () => {
    expect(await take('pk-none')).toMatchObject({ ok: false, problem: { code: 'packet/unknown' } });
    must(await laptop.act('session.lock', {}));
    expect(await take('pk-1')).toMatchObject({ ok: false, problem: { code: 'session/locked' } });
  });
  it('hands each export to HQ in the access log', () => {
    const notes = world.proxy.seen.filter((s) => s.path === '/sync/push').flatMap((s) => (JSON.parse(s.body) as { access: { what: string; packetId: string }[] }).access);
    expect(notes.filter((a) => a.what === 'export').map((a) => a.packetId)).toEqual(['pk-1']);
  });
});
