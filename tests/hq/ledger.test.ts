/** The exported ledger and its stand-alone verifier: a whole one passes, and each way of touching one is found at its first broken entry. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main, verifyLedger } from '../../build/ledger.ts';
import type { LedgerExport } from '../../hq/ledger-export.ts';
import { newPrivateJwk, publicJwk } from '../../hq/jws.ts';
import { entryHash } from '../../shared/sync.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { fillDesk, Laptop, openDesk, packetFor, SERVICE, type Desk } from './desk.ts';

type Loose = {
  epochs: {
    epoch: string;
    entries: { entry: Record<string, unknown>; hash: string; command: { name: string; input: Record<string, unknown>; envelope: Record<string, unknown> } | null }[];
    checkpoints: string[];
  }[];
} & Record<string, unknown>;

describe.each(HQ_DATABASES.slice(0, 1))('the ledger of one laptop', (database) => {
  const folder = mkdtempSync(join(tmpdir(), 'fieldbook-ledger-'));
  let desk: Desk;
  let file: LedgerExport;
  const changed = (edit: (f: Loose) => void): unknown => {
    const copy = JSON.parse(JSON.stringify(file)) as Loose;
    edit(copy);
    return copy;
  };
  const entry = (f: Loose, n: number) => {
    const found = f.epochs[0]?.entries[n];
    if (!found) throw new Error('no entry');
    return found;
  };

  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    for (const id of ['pk-1', 'pk-2']) await desk.must('packet.receive', { document: packetFor(id) });
    const laptop = await Laptop.enrol(desk);
    await laptop.push([laptop.hold('pk-1'), laptop.item('no.such-command', {}), await laptop.sign('pk-2', ['i213', 'i862'])]);
    await laptop.push([laptop.hold('pk-1')]);
    Object.assign(laptop, { epoch: 'epoch-2', seq: 0, head: '' });
    await laptop.push([laptop.hold('pk-2')]);
    const reply = await desk.hq.app.inject({ url: `/ledger/${laptop.deviceId}`, headers: { authorization: `Bearer ${SERVICE}` } });
    file = reply.json();
  });
  afterAll(async () => {
    await desk.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is whole: every entry, refused ones too, every seal and every countersigned head [SYN-16]', () => {
    expect(verifyLedger(file)).toMatchObject({ ok: true, epochs: 2, entries: 5, seals: 2, checkpoints: 3, unanchored: 0 });
  });

  it.each([
    [
      'an edited entry',
      (f: Loose) => {
        entry(f, 1).entry.at = '2020-01-01T00:00:00.000Z';
      },
      2,
      'hash-mismatch',
    ],
    [
      'a removed entry',
      (f: Loose) => {
        f.epochs[0]?.entries.splice(1, 1);
      },
      3,
      'seq-gap',
    ],
    [
      'two entries in the wrong order',
      (f: Loose) => {
        const list = f.epochs[0]?.entries ?? [];
        [list[1], list[2]] = [list[2] as never, list[1] as never];
      },
      3,
      'seq-gap',
    ],
    [
      'a removed beginning',
      (f: Loose) => {
        f.epochs[0]?.entries.shift();
      },
      2,
      'does not begin',
    ],
    [
      'a cut end',
      (f: Loose) => {
        f.epochs[0]?.entries.pop();
      },
      4,
      'cut short',
    ],
    [
      'a changed command',
      (f: Loose) => {
        const c = entry(f, 0).command;
        if (c) c.input.reason = 'Another reason altogether';
      },
      1,
      'not the one',
    ],
    [
      'a changed seal',
      (f: Loose) => {
        const c = entry(f, 2).command;
        if (c) (c.envelope.seal as string[])[0] = String((c.envelope.seal as string[])[1]).slice(0, -6);
      },
      3,
      'not the one',
    ],
    [
      'a checkpoint of nobody',
      (f: Loose) => {
        const list = f.epochs[0]?.checkpoints ?? [];
        list[0] = `${String(list[0]).slice(0, -6)}AAAAAA`;
      },
      0,
      'not by HQ',
    ],
  ] as const)('finds %s', (_what, edit, seq, reason) => {
    expect(verifyLedger(changed(edit))).toMatchObject({ ok: false, epoch: 'epoch-1', seq, reason: expect.stringContaining(reason) });
  });

  it("finds a history rewritten with good hashes, by HQ's countersignature", () => {
    const rewritten = changed((f) => {
      const list = f.epochs[0]?.entries ?? [];
      let prev = '';
      for (const [n, e] of list.entries()) {
        e.entry.prev = prev;
        if (n === 1) e.entry.at = '2020-01-01T00:00:00.000Z';
        e.command = null;
        e.hash = entryHash(e.entry as never);
        prev = e.hash;
      }
    });
    expect(verifyLedger(rewritten)).toMatchObject({ ok: false, reason: expect.stringContaining('rewritten') });
  });

  it('trusts keys from another place over those in the file', () => {
    const other = publicJwk({ ...newPrivateJwk() }) ?? {};
    expect(verifyLedger(file, { hqJwk: file.hqJwk, signerJwk: file.signerJwk })).toMatchObject({ ok: true });
    expect(verifyLedger(file, { hqJwk: other })).toMatchObject({ ok: false, reason: expect.stringContaining('HQ') });
    expect(verifyLedger(file, { signerJwk: other })).toMatchObject({ ok: false, seq: 3, reason: expect.stringContaining('signer') });
  });

  it('says so on the command line, with exit code 0, 1 or 2', () => {
    const said: string[] = [];
    const write = (name: string, value: unknown): string => {
      const path = join(folder, name);
      writeFileSync(path, JSON.stringify(value));
      return path;
    };
    const run = (...args: string[]): number => main(args, (line) => said.push(line));
    expect(run('verify', write('good.json', file))).toBe(0);
    expect(
      run(
        'verify',
        write(
          'bad.json',
          changed((f) => {
            entry(f, 1).entry.at = '2020-01-01T00:00:00.000Z';
          }),
        ),
      ),
    ).toBe(1);
    expect(run('verify', write('not.json', { hello: 1 }))).toBe(1);
    expect(run('verify', join(folder, 'missing.json'))).toBe(1);
    expect(run('verify', join(folder, 'good.json'), '--keys', write('keys.json', { hqJwk: file.hqJwk }))).toBe(0);
    expect(run()).toBe(2);
    expect(said[0]).toMatch(/^WHOLE {2}ledger/);
    expect(said.some((l) => /^BROKEN {2}epoch epoch-1 {2}seq 2/.test(l))).toBe(true);
  });
});

describe.each(HQ_DATABASES)("HQ's own ledger on $kind", (database) => {
  let desk: Desk;
  const exported = async (): Promise<LedgerExport> => (await desk.hq.app.inject({ url: '/ledger/hq', headers: { authorization: `Bearer ${SERVICE}` } })).json();
  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    await desk.must('packet.receive', { document: packetFor('pk-1') });
  });
  afterAll(async () => {
    await desk.close();
  });

  it('chains and countersigns every command of an HQ role that took effect; a refused one is in the audit only', async () => {
    const before = (await exported()).epochs[0]?.entries.length ?? 0;
    expect(before).toBeGreaterThanOrEqual(10);
    await desk.must('hold.place', { packetId: 'pk-1', rule: 'OTHER', reason: 'Placed by counsel at HQ' }, 'opla', 'hq-opla');
    expect((await desk.command('hold.place', { packetId: 'pk-none', rule: 'OTHER', reason: 'Placed by counsel at HQ' }, 'opla', 'hq-opla')).status).toBe(409);
    expect((await desk.command('hold.place', { packetId: 'pk-1', rule: 'OTHER', reason: 'Placed by counsel at HQ' }, 'pm', 'pm-1')).status).toBe(403);
    const file = await exported();
    expect(file.epochs).toHaveLength(1);
    expect(file.epochs[0]?.entries).toHaveLength(before + 1);
    expect(file.epochs[0]?.entries.at(-1)).toMatchObject({ entry: { ledger: 'hq', type: 'hold.place', actor: 'hq-opla', role: 'opla', seq: before + 1 }, command: { input: { packetId: 'pk-1' } } });
    expect(verifyLedger(file, { hqJwk: publicJwk({ ...file.hqJwk }) ?? {} })).toMatchObject({ ok: true, ledger: 'hq', entries: before + 1, checkpoints: before + 1, unanchored: 0 });
  });

  it('records enrolment and revocation, and keeps entries in order when commands come at once', async () => {
    const laptop = await Laptop.enrol(desk);
    const revoked = await desk.hq.app.inject({
      method: 'POST', url: `/devices/${laptop.deviceId}/revoke`, headers: { authorization: `Bearer ${SERVICE}` }, payload: { as: 'fod', actor: 'hq-fod', reason: 'Replaced by a new laptop' },
    });
    expect(revoked.statusCode).toBe(200);
    await Promise.all(Array.from({ length: 8 }, (_, n) => desk.must('hold.place', { packetId: 'pk-1', rule: 'OTHER', reason: `Placed by counsel, number ${n}` }, 'opla', 'hq-opla')));
    const file = await exported();
    const types = file.epochs[0]?.entries.map((e) => e.entry.type) ?? [];
    expect(types.slice(-10)).toEqual(['staff.receive', 'device.revoke', ...Array.from({ length: 8 }, () => 'hold.place')]);
    expect(file.epochs[0]?.entries.at(-9)?.command?.input).toEqual({ device: laptop.deviceId, reason: 'Replaced by a new laptop' });
    expect(verifyLedger(file)).toMatchObject({ ok: true, unanchored: 0 });
  });

  it('is found out when an entry is edited, cut off or rewritten', async () => {
    const touched = async (edit: (f: Loose) => void) => {
      const copy = JSON.parse(JSON.stringify(await exported())) as Loose;
      edit(copy);
      return verifyLedger(copy);
    };
    expect(await touched((f) => void f.epochs[0]?.entries.pop())).toMatchObject({ ok: false, reason: expect.stringContaining('cut short') });
    expect(await touched((f) => Object.assign(f.epochs[0]?.entries[2]?.entry ?? {}, { actor: 'somebody-else' }))).toMatchObject({ ok: false, seq: 3, reason: 'hash-mismatch' });
    expect(await touched((f) => Object.assign(f.epochs[0]?.entries[1]?.command?.input ?? {}, { name: 'Another agency' }))).toMatchObject({ ok: false, seq: 2, reason: expect.stringContaining('not the one') });
  });
});
