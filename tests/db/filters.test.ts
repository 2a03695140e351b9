/** Kept filters: what is refused, what the list says, and that one person never sees or moves another's. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreparerItem, QueuePage, SavedFilter } from '../../shared/api.ts';
import { FILTERS_MAX, filterRemove, filterRename, filterSave, keptFilter, type KeptFilter } from '../../shared/domain/filters.ts';
import type { Result } from '../../shared/result.ts';
import { applyReply } from '../../db/outbox.ts';
import { read } from '../../db/read.ts';
import { rowsWhere } from '../../db/rows.ts';
import { run } from '../../db/run.ts';
import { filledStore, must, NOW, PACKET, PM, pullRows, receiptsFor, runInput, STREAM, type Fixture } from './fixture.ts';

let f: Fixture;
beforeEach(() => { f = filledStore(); });
afterEach(() => f.close());
const context = { now: NOW, pmId: PM, status: {} };
const list = (): readonly SavedFilter[] => must(read(f.store, 'filters.list', {}, context)) as readonly SavedFilter[];
const save = (name: string, filter: KeptFilter) => run(f.store, runInput(filterSave, { name, filter }));
const codeOf = (r: Result<unknown>): string => (r.ok ? 'ok' : r.problem.code);
const DETAINED = { split: 'all', custody: 'detained' } as const;

describe('kept filters', () => {
  it('are listed by name with what they show now, as the queue shows it', () => {
    must(save('zoo', { split: 'all', search: 'narrative', agencyId: 'ag-07' }));
    must(save('Árbol', DETAINED));
    must(save('blocked', { split: 'blocked' }));
    expect(list().map((x) => [x.name, x.count])).toEqual([['Árbol', 1], ['blocked', 0], ['zoo', 1]]);
    const [first] = list();
    const page = must(read(f.store, 'queue.list', { split: first?.split, search: first?.search, filter: first?.filter, offset: 0, limit: 9 }, context)) as QueuePage;
    expect([page.total, page.items[0]?.packet.id]).toEqual([first?.count, PACKET]);
    pullRows(f.store, STREAM, [{ table: 'returns', row: { id: 'r', agencyId: 'ag-07', packetId: PACKET, number: 1, deficiencies: [], note: 'x', returnedBy: PM, returnedAt: NOW } }]);
    expect(list()[2]?.count).toBe(1);
  });
  it('have one name each, whatever the case or accents, and free it when they go', () => {
    must(save('Árbol ', DETAINED));
    expect(codeOf(save('arbol', { split: 'done' }))).toBe('filter/name-taken');
    must(save('other', { split: 'done' }));
    const [arbol, other] = list();
    expect(codeOf(run(f.store, runInput(filterRename, { filterId: other?.id, name: 'ARBOL' })))).toBe('filter/name-taken');
    must(run(f.store, runInput(filterRename, { filterId: arbol?.id, name: 'ARBOL' })));
    must(run(f.store, runInput(filterRemove, { filterId: arbol?.id })));
    must(run(f.store, runInput(filterRemove, { filterId: arbol?.id })));
    must(run(f.store, runInput(filterRename, { filterId: other?.id, name: 'arbol' })));
    expect(list().map((x) => x.name)).toEqual(['arbol']);
    expect(codeOf(run(f.store, runInput(filterRename, { filterId: arbol?.id, name: 'again' })))).toBe('filter/unknown');
  });
  it('must choose something, and are thirty at most', () => {
    expect(codeOf(save('all', { split: 'all', search: '  ' }))).toBe('filter/nothing-chosen');
    for (let n = 0; n < FILTERS_MAX; n += 1) must(save(`n${n}`, DETAINED));
    expect(codeOf(save('one more', DETAINED))).toBe('filter/too-many');
  });
  it.each(['', '   ', 'x'.repeat(61)])('refuse the name %j before anything is decided', (name) => {
    expect(filterSave.input.safeParse({ name, filter: DETAINED }).success).toBe(false);
  });
  it('are their owner\'s: nobody else renames or removes them, or sees them', () => {
    must(save('mine', DETAINED));
    const [mine] = list();
    const who = { actor: 'pm-other', role: 'pm', device: 'dev-1', ledger: 'ledger-1' } as const;
    for (const command of [filterRename, filterRemove]) expect(codeOf(run(f.store, runInput(command, { filterId: mine?.id, name: 'theirs' }, { who })))).toBe('filter/unknown');
    expect(must(read(f.store, 'filters.list', {}, { ...context, pmId: 'pm-other' }))).toEqual([]);
  });
  it('go when HQ refuses them', () => {
    must(save('mine', DETAINED));
    applyReply(f.store, { receipts: receiptsFor(f.store, 'refused', { code: 'filter/name-taken', details: { name: 'mine' } }), checkpointJws: null }, NOW);
    expect(list()).toEqual([]);
  });
  it('of a newer program open with what this one knows', () => {
    expect(keptFilter({ split: 'later', custody: 'detained', clock: '9h', moon: 'full' })).toEqual({ split: 'all', custody: 'detained' });
  });
});

describe('who prepared the packets here', () => {
  const preparers = (): readonly PreparerItem[] => must(read(f.store, 'queue.preparers', {}, context)) as readonly PreparerItem[];
  it('is named with agency and count, follows what is pulled, and filters the queue', () => {
    const [first] = preparers();
    expect(preparers()).toEqual([{ id: 'dio-1', name: 'Mira Tolan', agencyName: expect.stringMatching(/./), packets: 1 }]);
    const page = must(read(f.store, 'queue.list', { split: 'all', search: '', filter: { preparerId: first?.id }, offset: 0, limit: 9 }, context)) as QueuePage;
    expect([page.total, page.items[0]?.packet.id]).toEqual([1, PACKET]);
    // Another officer, whom this laptop does not have, took the packet over: nobody is offered who shows nothing.
    const packet = rowsWhere(f.store, 'packets', { id: PACKET })[0];
    pullRows(f.store, STREAM, [{ table: 'packets', row: { ...packet, preparerId: 'dio-gone' } }]);
    expect(preparers()).toEqual([{ id: 'dio-gone', name: 'dio-gone', agencyName: '', packets: 1 }]);
  });
});
