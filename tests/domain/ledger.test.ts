/** The chain of ledger entries: what `firstBreak` must notice. */
import { describe, expect, it } from 'vitest';
import { firstBreak } from '../../shared/domain/ledger.ts';
import { entryHash, type LedgerEntry } from '../../shared/sync.ts';

/** A sound chain of n entries. */
function chain(n: number, epoch = 'E1'): { entry: LedgerEntry; hash: string }[] {
  const made: { entry: LedgerEntry; hash: string }[] = [];
  for (let seq = 1; seq <= n; seq += 1) {
    const entry: LedgerEntry = {
      v: 1, ledger: 'L1', epoch, seq, prev: made.at(-1)?.hash ?? '', type: 'hold.place', commandId: `cmd-${seq}`, commandHash: 'c'.repeat(64), actor: 'pm-1', role: 'pm', at: '2026-11-24T20:10:00.000Z', mono: seq, bootId: 'b', anchor: '',
    };
    made.push({ entry, hash: entryHash(entry) });
  }
  return made;
}

describe('[SYN-16] nothing leaves or changes the ledger unnoticed', () => {
  it('holds for a sound chain, an empty one, and one that continues from a checkpoint', () => {
    const five = chain(5);
    expect([firstBreak(five), firstBreak([]), firstBreak(five.slice(2), five[1]?.hash)]).toEqual([null, null, null]);
  });
  it('notices an entry taken out', () => expect(firstBreak(chain(5).filter((_, n) => n !== 2))).toMatchObject({ index: 2, reason: 'seq-gap' }));
  it('notices an entry taken out and the rest renumbered', () => {
    const cut = chain(5).filter((_, n) => n !== 2).map(({ entry, hash }, n) => ({ entry: { ...entry, seq: n + 1 }, hash }));
    expect(firstBreak(cut)).toMatchObject({ index: 2, reason: 'prev-mismatch' });
  });
  it('notices a changed entry', () => expect(firstBreak(chain(5).map((c, n) => (n === 1 ? { ...c, entry: { ...c.entry, actor: 'pm-2' } } : c)))).toMatchObject({ index: 1, reason: 'hash-mismatch' }));
  it('notices a changed entry with its hash made new', () => {
    const edited = chain(5).map((c, n) => { const entry = n === 1 ? { ...c.entry, actor: 'pm-2' } : c.entry; return { entry, hash: entryHash(entry) }; });
    expect(firstBreak(edited)).toMatchObject({ index: 2, reason: 'prev-mismatch' });
  });
  it('notices two epochs in one chain', () => expect(firstBreak([...chain(2), ...chain(3, 'E2').slice(2)])).toMatchObject({ index: 2, reason: 'mixed-ledger' }));
});
