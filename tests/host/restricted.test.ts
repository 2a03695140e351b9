/**
 * 8 U.S.C. 1367, scenario 12: two packets that differ only in why their handling is restricted (the flag of intake, or another cause) are the same, byte for byte,
 * in every query, act, alarm, log line and pulled row. `SEEN` and `DONE` name every query and every act, so that a new one cannot be forgotten.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTS, QUERIES, type ActName, type QueryName } from '../../shared/api.ts';
import { cleanPacket } from '../domain/clean-packets.ts';
import { createWorld, must, type Laptop, type World } from '../support/world.ts';

/** Two persons whose names, numbers and papers differ in one letter. */
const FLAGGED = { id: 'tw-a', letter: 'A', digit: '7' } as const;
const OTHER = { id: 'tw-b', letter: 'B', digit: '8' } as const;
type Twin = typeof FLAGGED | typeof OTHER;
const number = (t: Twin): string => `A00001234${t.digit}`;
const documentOf = (t: Twin) => {
  const clean = cleanPacket('P-NTA');
  const identity = { ...clean.subject.identity, familyName: `Twin${t.letter}`, aNumber: number(t), fin: `77700000${t.digit}`, eventNumber: `EXC261100007${t.digit}` };
  return { ...clean, packetId: t.id, eventNumber: identity.eventNumber, subject: { ...clean.subject, subjectId: `su-${t.id}`, identity }, forms: clean.forms.map((f) => ({ ...f, identity: { ...f.identity, ...identity } })) };
};
/** Text with what names this twin, times, hashes and versions put away: nothing else may differ. */
const plain = (value: unknown, t: Twin): string => JSON.stringify(value)
  .replaceAll(`su-${t.id}`, '<subject>').replaceAll(t.id, '<packet>').replaceAll(new RegExp(`twin${t.letter}`, 'gi'), '<name>').replaceAll(number(t), '<a>').replaceAll(`77700000${t.digit}`, '<fin>')
  .replaceAll(`EXC261100007${t.digit}`, '<event>').replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>').replaceAll(/\b[0-9a-f]{64}\b/g, '<hash>').replaceAll(/\b[0-9a-f]{32}\b/g, '<id>')
  // What else is written on this disk between two questions says nothing of a packet.
  .replaceAll(/"diskFreeBytes":\d+/g, '"diskFreeBytes":0').replaceAll(/"version":\d+/g, '"version":0').replaceAll(/"(previousId|nextId)":(?:"[^"]*"|null)/g, '"$1":0');
/** Only what is about this twin, out of an answer with rows of both. */
const about = (value: unknown, t: Twin): unknown => {
  const names = (x: unknown, who: Twin): boolean => new RegExp(`${who.id}|twin${who.letter}`, 'i').test(JSON.stringify(x) ?? '');
  const other = t === FLAGGED ? OTHER : FLAGGED;
  if (Array.isArray(value)) return value.filter((x) => !names(x, other) || names(x, t)).map((x) => about(x, t));
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, about(v, t)])) : value;
};

describe('[PK-10] restricted handling', () => {
  let world: World;
  let laptop: Laptop;
  let teller: Laptop;
  beforeAll(async () => {
    world = await createWorld({ packets: 1 });
    await world.command('packet.receive', { document: documentOf(FLAGGED), isRestricted: true });
    await world.command('packet.receive', { document: documentOf(OTHER) });
    await world.command('hold.place', { packetId: OTHER.id, rule: 'RESTRICTED', reason: 'A sealed juvenile record, which is another cause.' }, 'juvenile_coordinator', 'hq-juvenile');
    await world.holdsReached();
    // A tip, written down on one laptop: no other one, not even of the same person, learns of it.
    teller = world.laptop();
    await teller.enrol();
    must(await teller.run('claim.record', { packetId: FLAGGED.id, kind: 'restricted_tip', source: 'household_or_family', statement: 'Telltale: the husband called about her.', reportedAt: world.clock.now() }));
    await teller.sync();
    laptop = world.laptop();
    await laptop.enrol();
  }, 120_000);
  afterAll(async () => { await world.close(); });

  const asked = (t: Twin) => ({
    'today.overview': {}, 'queue.list': { split: 'all', search: '', offset: 0, limit: 100 }, 'queue.found': { search: `Twin${t.letter} narrative`, packetIds: [t.id] }, 'packet.open': { packetId: t.id, number: null }, 'agencies.list': {}, 'officers.list': { agencyId: null },
    'officers.lapses': { officerId: null }, 'itinerary.list': {}, 'assignments.list': {}, 'sync.items': { filter: 'received' }, 'sync.status': {}, 'document.states': { packetId: t.id, number: null }, 'draft.get': { key: `hold:${t.id}` }, 'claims.list': { agencyId: null },
    'custody.board': { agencyId: null },
    'training.matrix': { agencyId: null, requirement: null, state: null, part: null, search: '', sort: 'due', asOf: null, offset: 0, limit: 200 }, 'officer.file': { officerId: cleanPacket('P-NTA').preparerId },
    'return.waiting': {},
    'imports.list': {},
    'lookback.list': {}, 'onboarding.list': {},
    'filters.list': {}, 'queue.preparers': {},
    'rules.overview': {},
    'packet.beside': { packetId: t.id, otherPacketId: 'pk-1' },
  }) as const satisfies Record<QueryName, unknown>;

  it.each(Object.keys(QUERIES) as QueryName[])('%s answers the same for both', async (name) => {
    const answers = await Promise.all([FLAGGED, OTHER].map(async (t) => plain(about(await laptop.backend.call({ read: name, input: asked(t)[name] }), t), t)));
    expect(answers[0]).toBe(answers[1]);
    // The rules are public, PK-10 among them: that list is about no packet.
    if (name !== 'rules.overview') expect(answers[0]).not.toMatch(/1367|Telltale|husband|restricted_tip|household|juvenile record/i);
  });
  it.each(['number', 'name', 'event number'] as const)('a search by %s finds both alike', async (by) => {
    const pages = await Promise.all([FLAGGED, OTHER].map(async (t) => {
      const search = by === 'number' ? number(t) : by === 'name' ? `Twin${t.letter}` : `EXC261100007${t.digit}`;
      const page = await laptop.read('queue.list', { split: 'all', search, offset: 0, limit: 20 });
      expect(page.total).toBe(1);
      return plain(page, t);
    }));
    expect(pages[0]).toBe(pages[1]);
    for (const search of ['restricted', '1367', 'Telltale', 'husband', 'juvenile']) expect((await laptop.read('queue.list', { split: 'all', search, offset: 0, limit: 20 })).total, search).toBe(0);
  });

  it('no search by their papers finds either, nor another packet under any hold, and none shows a snippet of them', async () => {
    const inPapers = { split: 'all', search: 'narrative', offset: 0, limit: 20 } as const;
    expect((await laptop.read('queue.list', inPapers)).items.map((i) => i.packet.id)).toEqual(['pk-1']);
    expect(await laptop.read('queue.found', { search: 'narrative', packetIds: [FLAGGED.id, OTHER.id] })).toEqual([]);
    // A hold of another cause, on a packet of which nothing is restricted.
    await world.command('hold.place', { packetId: 'pk-1', rule: 'OTHER', reason: 'Another protective matter.' }, 'sddo', 'hq-sddo');
    await laptop.sync();
    expect((await laptop.read('queue.list', inPapers)).total).toBe(0);
  });

  it('every act that names a packet answers the same for both', async () => {
    const DONE = {
      'packet.export': (t: Twin) => ({ packetId: t.id, number: null }), 'document.want': (t: Twin) => ({ packetId: t.id }), 'access.note': (t: Twin) => ({ what: 'packet' as const, packetId: t.id }),
      'draft.save': (t: Twin) => ({ key: `hold:${t.id}`, body: '{}' }), 'draft.drop': (t: Twin) => ({ key: `hold:${t.id}` }), 'claim.draft': (t: Twin) => ({ claimId: t.id }), 'packet.pdf': (t: Twin) => ({ packetId: t.id, number: null }),
    };
    const WITHOUT: readonly ActName[] = ['session.state', 'session.enrol', 'session.choosePassphrase', 'session.unlock', 'session.lock', 'sync.now', 'sync.pause', 'sync.test', 'sync.requeue', 'packet.pdfState', 'packet.pdfStop', 'practice.start', 'practice.reveal', 'practice.leave', 'return.dismiss',
      // About officers, never a packet.
      'import.begin', 'import.chunk', 'import.plan', 'import.write', 'import.state', 'import.stop', 'import.rejects', 'import.undo',
      // One after the other, in a test of their own.
      'return.wait', 'return.undo', 'return.now'];
    expect([...Object.keys(DONE), ...WITHOUT].sort()).toEqual(Object.keys(ACTS).sort());
    for (const [name, input] of Object.entries(DONE)) {
      const [a, b] = [await laptop.act(name as ActName, input(FLAGGED) as never), await laptop.act(name as ActName, input(OTHER) as never)];
      expect(plain(a, FLAGGED), name).toBe(plain(b, OTHER));
    }
    expect(await laptop.act('packet.export', { packetId: FLAGGED.id, number: null })).toEqual({ ok: false, problem: { code: 'export/restricted', details: {} } });
  });
  it('a return that waits, is taken back and made answers the same for both', async () => {
    const lines = [];
    for (const t of [FLAGGED, OTHER]) {
      const { base } = await laptop.read('packet.open', { packetId: t.id, number: null });
      const wait = { input: { packetId: t.id, version: 1, note: '', deficiencies: [{ rule: 'NTA-01', field: 'forms.i862.hearing.place', note: 'Missing.' }] }, base, seconds: 10 as const, dialog: '{}' };
      const answers = [
        await laptop.act('return.wait', wait), await laptop.read('return.waiting', {}), await laptop.act('return.undo', { packetId: t.id }), await laptop.act('return.wait', wait),
        await laptop.act('return.now', { packetId: t.id }), await laptop.read('return.waiting', {}), await laptop.act('return.undo', { packetId: t.id }),
      ];
      await laptop.sync();
      lines.push(plain(answers, t).replaceAll(/"(commandId|seq|ms)":("[^"]*"|[\d.]+)/g, '"$1":0'));
    }
    expect(lines[0]).toBe(lines[1]);
    expect(lines[0]).toContain('"state":"returned"');
  });
  it('the laptop that wrote a tip down shows an act like any other, and no claim', async () => {
    const { claims } = await teller.read('packet.open', { packetId: FLAGGED.id, number: null });
    expect(claims).toEqual([]);
    expect((await teller.items()).filter((i) => i.packetId === FLAGGED.id).map((i) => [i.title, i.state])).toEqual([['Protective matter · TwinA, Luis', 'received']]);
    expect(await teller.read('claims.list', { agencyId: null })).toEqual([]);
  });
  it('what a laptop without the role pulls is the same, row for row', async () => {
    const second = world.laptop();
    await second.enrol();
    const tables = await Promise.all([FLAGGED, OTHER].map(async (t) => {
      const view = await second.read('packet.open', { packetId: t.id, number: null });
      return plain({ packet: view.packet, version: { ...view.version, content: '' }, run: view.checkRun, holds: view.holds, subject: view.subject, statements: view.statements, returns: view.returns, claims: view.claims }, t);
    }));
    expect(tables[0]).toBe(tables[1]);
    await second.close();
  });
  it('alarms, the lock screen and log lines hold neither the flag nor a packet', async () => {
    const state = must(await laptop.act('session.lock', {}));
    const text = JSON.stringify([state, laptop.log, teller.log]);
    expect(text).not.toMatch(/tw-a|tw-b|Twin|RESTRICTED|restricted|1367|Telltale/);
  });
});
