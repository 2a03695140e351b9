/** The search over names, papers and notes against a slow scan of the same words; what keeps a packet's papers out; and that nothing typed is query language. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { FoundText, QueuePage } from '../../shared/api.ts';
import { packetTexts } from '../../shared/domain/packet-texts.ts';
import { backup } from '../../db/backup.ts';
import { openStore } from '../../db/open.ts';
import { applyReply } from '../../db/outbox.ts';
import { dropStream, resetForGeneration, sweepUnseen } from '../../db/pull.ts';
import { read } from '../../db/read.ts';
import { rowById } from '../../db/rows.ts';
import { set } from '../../db/sync-state.ts';
import { transact, type Store } from '../../db/open.ts';
import { cleanRows, filledStore, giveBack, hold, KEY, must, newStore, NOW, PACKET, packetOf, PM, pullRows, receiptsFor, STREAM, type Fixture, type PageRow } from './fixture.ts';

let f: Fixture;
afterEach(() => f.close());
const context = { now: NOW, pmId: PM, status: {} };
const ids = (store: Store, search: string): readonly string[] =>
  (must(read(store, 'queue.list', { split: 'all', search, offset: 0, limit: 500 }, context)) as QueuePage).items.map((i) => i.packet.id).sort();
const found = (store: Store, search: string, packetIds: readonly string[] = [PACKET]): readonly FoundText[] => must(read(store, 'queue.found', { search, packetIds }, context)) as readonly FoundText[];
const hits = (t: FoundText | undefined): readonly string[] => (t?.parts ?? []).filter((p) => p.isHit).map((p) => p.text);

/** A packet's three rows with a name and a narrative of their own. */
function rowsFor(id: string, name: string, narrative: string): readonly PageRow[] {
  const [, , , , subject, packet, version] = cleanRows();
  return [
    { table: 'subjects', row: { ...subject?.row, id: `${id}.s`, name, aNumber: null } }, { table: 'packets', row: { ...packet?.row, id, subjectId: `${id}.s`, eventNumber: 'QQQ' } },
    { table: 'packet_versions', row: { ...version?.row, id: `${id}.1`, packetId: id, content: JSON.stringify({ forms: [{ kind: 'I-213', narrative }] }) } },
  ];
}

// ---- the slow way, said without the code that it checks ----
const plain = (text: string): string => text.normalize('NFD').replace(/\p{Mn}/gu, '').toLowerCase();
const wordsOf = (text: string): readonly string[] => plain(text).split(/[^\p{L}\p{N}]+/u).filter((w) => w !== '');
const isCjk = (word: string): boolean => /\p{Script=Han}/u.test(word);
const isIn = (text: string, word: string, isPaper: boolean): boolean => {
  if (isCjk(word)) return [...word].every((sign, n, all) => (all.length === 1 ? plain(text).includes(sign) : n === 0 || plain(text).includes((all[n - 1] ?? '') + sign)));
  const isWhole = word.length === 1 || (isPaper && /^[a-z0-9]{1,2}$/.test(word));
  const parts = [...wordsOf(text), ...(text.match(/\S+['’]\S+/g) ?? []).map((w) => plain(w).replace(/[^\p{L}\p{N}]/gu, ''))];
  return parts.some((w) => (isWhole ? w === word : w.startsWith(word)));
};
const WORDS = ['Muñoz', 'ORTEGA', "O'Brien", 'Ibn-Rushd', 'Al', 'x', 'knife', 'knives', 'محمد', 'مُحَمَّد', 'שָׁלוֹם', 'שלום', '王小明', '小明', '北京市朝阳区', '朝阳', 'Ünal', 'naïve', 'Zürich-Nord', '12', '2026', 'a'.repeat(200)] as const;
const text = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 6 }).map((w) => w.join(' '));
const typed = fc.array(fc.oneof(fc.constantFrom(...WORDS), fc.tuple(fc.constantFrom(...WORDS), fc.integer({ min: 1, max: 4 })).map(([w, n]) => [...w].slice(0, n).join(''))), { minLength: 1, maxLength: 3 }).map((w) => w.join(' '))
  // An A-number is typed with its A, which is then no word: tests/db/queue.test.ts has those.
  .filter((t) => !/^\s*a[-\s]?\d/i.test(t));

describe('search over people, papers and notes', () => {
  it('finds what a slow scan finds, in any script, and marks it', () => {
    f = newStore();
    const { store } = f;
    let round = 0;
    fc.assert(fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 8 }), fc.array(typed, { minLength: 1, maxLength: 6 }), (packets, asked) => {
      round += 1;
      dropStream(store, STREAM);
      pullRows(store, STREAM, packets.flatMap(([name, narrative], n) => rowsFor(`p${round}-${n}`, name, narrative)));
      for (const search of asked) {
        const words = wordsOf(search);
        const onlyNames = words.every((w) => /^[a-z0-9]{1,2}$/.test(w));
        const expected = packets.flatMap(([name, narrative], n) => (words.every((w) => isIn(name, w, false) || (!onlyNames && isIn(narrative, w, true))) ? [`p${round}-${n}`] : [])).sort();
        expect([search, ids(store, search)]).toEqual([search, expected]);
        for (const one of found(store, search, expected)) expect([search, one.packetId, hits(one).length > 0]).toEqual([search, one.packetId, true]);
        expect([search, found(store, search, expected).length]).toEqual([search, expected.length]);
      }
    }), { numRuns: 60, seed: 3 });
  });
  it('takes whatever is typed as words: nothing is query language and nothing fails', () => {
    f = filledStore();
    const signs = fc.string({ unit: fc.constantFrom('"', '*', '(', ')', '-', ':', '^', '+', '{', '}', "'", '\\', ' ', 'NEAR', 'AND', 'OR', 'NOT', 'text', 'ortega', '\0', '%', '_', '😀', '\ud800'), maxLength: 30 });
    fc.assert(fc.property(signs, (search) => {
      expect(Array.isArray(ids(f.store, search))).toBe(true);
      expect(Array.isArray(found(f.store, search))).toBe(true);
    }), { numRuns: 300, seed: 4 });
    expect(ids(f.store, '"ortega" luis*')).toEqual([PACKET]);
    expect(ids(f.store, 'NOT garcia')).toEqual([]);
  });
  it('says where it matched, with the words around it', () => {
    f = newStore();
    pullRows(f.store, STREAM, rowsFor('p1', "O'BRIEN, Zoë", `${'before it happened '.repeat(20)}he crossed near Nógales with a ladder ${'and after that '.repeat(20)}`));
    const [one] = found(f.store, 'nogales ladd', ['p1']);
    expect([one?.where, one?.label, hits(one)]).toEqual(['I-213', 'narrative', ['Nógales', 'ladder']]);
    expect(one?.parts.map((p) => p.text).join('').length).toBeLessThan(160);
    expect(hits(found(f.store, 'obrien nogales', ['p1'])[0])).toEqual(['Nógales']);
    expect(found(f.store, 'zoe', ['p1'])).toMatchObject([{ where: 'who', label: 'name' }]);
    expect(hits(found(f.store, 'obrien', ['p1'])[0])).toEqual(["O'BRIEN"]);
    expect(found(f.store, 'nothing', ['p1', 'gone'])).toEqual([]);
  });
  it('follows a new version, and a return and its end, in the transaction that wrote them', () => {
    f = filledStore();
    const { store } = f;
    expect(ids(store, 'synthetic')).toEqual([PACKET]);
    pullRows(store, STREAM, [
      { table: 'packets', row: { ...packetOf(store), currentVersion: 2 } }, { table: 'packet_versions', row: { ...rowById(store, 'packet_versions', `${PACKET}.1`), id: `${PACKET}.2`, number: 2, content: JSON.stringify({ forms: [{ kind: 'I-213', narrative: 'Windmill' }] }) } }]);
    expect([ids(store, 'windmill'), ids(store, 'narrative')]).toEqual([[PACKET], []]);
    pullRows(store, STREAM, [{ table: 'packets', row: { ...packetOf(store), currentVersion: 1 } }]);
    expect([ids(store, 'windmill'), ids(store, 'narrative')]).toEqual([[], [PACKET]]);
    must(giveBack(store));
    expect(found(store, 'synthetic', [PACKET]).length).toBe(1);
    pullRows(store, STREAM, [{ table: 'returns', row: { id: 'r2', agencyId: 'ag-07', packetId: PACKET, number: 1, deficiencies: [{ rule: 'NTA-06', field: 'x', note: 'Quagmire' }], note: 'Umbrella', returnedBy: PM, returnedAt: NOW } }]);
    expect([ids(store, 'quagmire'), ids(store, 'umbrella')]).toEqual([[PACKET], [PACKET]]);
    expect(found(store, 'umbrella')).toMatchObject([{ where: 'note', label: 'return' }]);
  });
  it.each(['OTHER', 'PK-08', 'RESTRICTED'])('[PK-10] keeps papers and notes out while any hold is open, here %s, and says nothing of it', (rule) => {
    f = filledStore();
    const { store } = f;
    expect(found(store, 'narrative ortega')).toHaveLength(1);
    must(hold(store, {}, rule));
    expect([ids(store, 'narrative'), ids(store, 'synthetic reason'), ids(store, 'ortega')]).toEqual([[], [], [PACKET]]);
    expect(found(store, 'narrative')).toEqual([]);
    expect(found(store, 'narrative ortega')).toMatchObject([{ where: 'who' }]);
    // HQ refuses it: the papers are back.
    applyReply(store, { receipts: receiptsFor(store, 'refused', { code: 'x/y', details: {} }), checkpointJws: null }, NOW);
    expect(ids(store, 'narrative')).toEqual([PACKET]);
  });
  it('[PK-10] finds a released hold by its words, but never one of restricted handling, nor a claim of a restricted stream', () => {
    f = filledStore();
    const { store } = f;
    const row = (id: string, rule: string) => ({ id, agencyId: 'ag-07', packetId: PACKET, subjectId: 'su-1', rule, reason: `because${id}`, placedBy: 'a', placedAt: NOW, releasedBy: 'b', releasedRole: 'sddo', releasedAt: NOW, releaseNote: `solved${id}` });
    pullRows(store, STREAM, [{ table: 'holds', row: row('one', 'OTHER') }, { table: 'holds', row: row('two', 'RESTRICTED') }]);
    pullRows(store, 'restricted:ag-07', [{ table: 'claims', row: { id: 'c1', agencyId: 'ag-07', subjectId: 'su-1', packetId: PACKET, kind: 'restricted_tip', source: 'unknown', statement: 'Telltale', reportedAt: NOW, zone: 'UTC', recordedBy: 'x', recordedAt: NOW } }]);
    expect(['becauseone', 'solvedone', 'becausetwo', 'solvedtwo', 'telltale'].map((w) => ids(store, w).length)).toEqual([1, 1, 0, 0, 0]);
  });
  it('finds what was written of custody, in a look-back review and on a pin, and nothing of a restricted stream', () => {
    f = filledStore();
    const { store } = f;
    const own = { agencyId: 'ag-07', packetId: PACKET };
    const event = (id: string, words: string) => ({ table: 'custody_events' as const, row: { id, ...own, subjectId: 'su-1', kind: 'call.made', at: NOW, zone: 'UTC', details: { to: 'Dispatcher', answer: words, forAt: NOW }, recordedBy: PM, recordedAt: NOW } });
    const review = { id: 'lb1', ...own, statementId: null, cause: 'report', reasons: [], isDetained: true, openedAt: NOW, dueAt: NOW, ownerId: null, outcome: 'stands', outcomeNote: 'Bellwether', notices: [], closedBy: 'x', closedAt: NOW };
    const pin = { id: 'pin1', ...own, number: 1, element: 'identity.name', evidenceId: 'ev', page: 1, region: null, quote: 'Lanternfish', addedBy: PM, addedAt: NOW };
    pullRows(store, STREAM, [event('ce1', 'Kestrel'), { table: 'lookback_reviews', row: review }, { table: 'pins', row: pin }]);
    pullRows(store, 'restricted:ag-07', [event('ce2', 'Ptarmigan'), { table: 'lookback_reviews', row: { ...review, id: 'lb2', outcomeNote: 'Cormorant' } }]);
    expect(['kestrel', 'dispatcher', 'bellwether', 'lanternfish', 'ptarmigan', 'cormorant'].map((w) => ids(store, w).length)).toEqual([1, 1, 1, 1, 0, 0]);
    expect(found(store, 'kestrel')).toMatchObject([{ where: 'note', label: 'custody' }]);
    must(hold(store));
    expect(['kestrel', 'bellwether', 'lanternfish'].map((w) => ids(store, w).length)).toEqual([0, 0, 0]);
  });
  it('forgets a packet that leaves the laptop, and what a new generation of HQ no longer has', () => {
    f = filledStore();
    const { store } = f;
    const left = () => ['packet_search', 'packet_search_papers'].map((t) => store.sqlite.prepare(`SELECT count(*) FROM ${t}`).pluck().get());
    pullRows(store, STREAM, [{ table: 'returns', row: { id: 'r2', agencyId: 'ag-07', packetId: PACKET, number: 1, deficiencies: [], note: 'Umbrella', returnedBy: PM, returnedAt: NOW } }]);
    resetForGeneration(store, 'g2');
    pullRows(store, STREAM, cleanRows());
    transact(store, () => sweepUnseen(store));
    expect([ids(store, 'umbrella'), ids(store, 'narrative')]).toEqual([[], [PACKET]]);
    expect(left()).toEqual([1, 1]);
    expect(dropStream(store, STREAM)).toBe(true);
    expect(left()).toEqual([0, 0]);
  });
  it('is whole in a backup, and is built anew in a store that an older version wrote', () => {
    f = filledStore();
    backup(f.store, KEY, `${f.file}.copy`);
    const copy = openStore({ file: `${f.file}.copy`, key: KEY });
    expect(ids(copy, 'narrative ortega')).toEqual([PACKET]);
    copy.sqlite.exec("INSERT INTO packet_search_papers (packet_search_papers) VALUES ('delete-all')");
    set(copy, 'searchEdition', null);
    expect(ids(copy, 'narrative')).toEqual([]);
    copy.close();
    const again = openStore({ file: `${f.file}.copy`, key: KEY });
    expect(ids(again, 'narrative')).toEqual([PACKET]);
    again.close();
  });
  it('reads a content that is no document, or of an older shape, as one without words', () => {
    expect([packetTexts('not json'), packetTexts('null'), packetTexts('[]'), packetTexts('{"forms":3}')]).toEqual([[], [], [], []]);
    f = newStore();
    expect(ids(f.store, 'anything')).toEqual([]);
  });
});
