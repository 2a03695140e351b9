/** What my work on a packet is doing: derived from outbox, quarantine and drafts, never stored. */
import type { WorkState } from '../../shared/api.ts';
import { draftKeys } from '../drafts.ts';
import { memoised, type Store } from '../open.ts';

/** The state of a packet's newest work; trouble first, then what is unsent, then a draft, then HQ's last answer. */
export function workOf(store: Store, packetId: string): WorkState {
  const items = store.prepare(`SELECT o."state", q."commandId" AS open FROM outbox o LEFT JOIN quarantine q ON q."commandId" = o."commandId" AND q."resolvedAt" IS NULL
    WHERE o."packetId" = ? ORDER BY o."n" DESC`).all(packetId) as { readonly state: string; readonly open: string | null }[];
  if (items.some((i) => i.state === 'refused' && i.open !== null)) return 'needs_attention';
  if (items.some((i) => i.state === 'sending')) return 'sending';
  if (items.some((i) => i.state === 'ready')) return 'saved';
  if (draftPackets(store).has(packetId)) return 'draft';
  const last = items.find((i) => i.state !== 'refused');
  if (items.some((i) => i.state === 'under_review')) return 'under_review';
  return last ? 'received' : 'none';
}

/** Ids that draft keys name: keys are `what:<packetId>` with further parts after `:`, `/` or `|`. */
const draftPackets = (store: Store): ReadonlySet<string> =>
  memoised(store, 'drafts.packets', ['drafts'], '', () => new Set(draftKeys(store).flatMap((k) => k.split(/[/:|]/))));
