/**
 * Verifying a chain of ledger entries. Detects edits, insertions, removals and reordering inside the chain;
 * truncation and cloned laptops are detected by HQ's countersigned checkpoints, which an export carries.
 */
import { entryHash, type LedgerEntry } from '../sync.ts';

export type ChainBreak = { readonly index: number; readonly seq: number; readonly reason: 'seq-gap' | 'prev-mismatch' | 'hash-mismatch' | 'mixed-ledger' };

/** The first broken entry of one `(ledger, epoch)` chain, or null when the chain holds. */
export function firstBreak(chain: readonly { readonly entry: LedgerEntry; readonly hash: string }[], firstPrev = ''): ChainBreak | null {
  let prev = firstPrev;
  for (const [index, { entry, hash }] of chain.entries()) {
    const at = (reason: ChainBreak['reason']): ChainBreak => ({ index, seq: entry.seq, reason });
    if (entry.ledger !== chain[0]?.entry.ledger || entry.epoch !== chain[0]?.entry.epoch) return at('mixed-ledger');
    if (entry.seq !== (chain[0]?.entry.seq ?? 1) + index) return at('seq-gap');
    if (entry.prev !== prev) return at('prev-mismatch');
    if (entryHash(entry) !== hash) return at('hash-mismatch');
    prev = hash;
  }
  return null;
}
