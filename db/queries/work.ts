/** What my work on a packet is doing: derived from outbox, quarantine and drafts, never stored. */
import type { WorkState } from '../../shared/api.ts';
import { lookbackIdOf } from '../../shared/domain/lookback.ts';
import { draftKeys } from '../drafts.ts';
import { memoised, type Store } from '../open.ts';
import { rowById } from '../rows.ts';

/** The state of a packet's newest work; trouble first, then what is unsent, then a draft, then HQ's last answer. */
export function workOf(store: Store, packetId: string): WorkState {
  const states = outboxStates(store).get(packetId);
  for (const [state, work] of ORDER) if (states?.has(state)) return work;
  if (draftPackets(store).has(packetId)) return 'draft';
  return states?.has('under_review') ? 'under_review' : states?.has('received') ? 'received' : 'none';
}
const ORDER: readonly (readonly [state: string, work: WorkState])[] = [['attention', 'needs_attention'], ['sending', 'sending'], ['ready', 'saved']];

/** Which outbox states each packet has; `attention` is a refusal that nobody dealt with yet. */
const outboxStates = (store: Store): ReadonlyMap<string, ReadonlySet<string>> => memoised(store, 'outbox.packets', ['outbox', 'lookback_reviews'], '', () => {
  const map = new Map<string, Set<string>>();
  const rows = store.prepare(`SELECT DISTINCT o."packetId", CASE WHEN o."state" = 'refused' AND q."commandId" IS NOT NULL THEN 'attention' ELSE o."state" END AS state,
    CASE WHEN o."state" = 'under_review' THEN o."commandId" END AS held
    FROM outbox o LEFT JOIN quarantine q ON q."commandId" = o."commandId" AND q."resolvedAt" IS NULL WHERE o."packetId" IS NOT NULL`).all() as { readonly packetId: string; readonly state: string; readonly held: string | null }[];
  for (const { packetId, state: answered, held } of rows) {
    // [SYN-17] An act whose look-back is closed is received like any other: the review says what came of it.
    const isClosed = held !== null && (rowById(store, 'lookback_reviews', lookbackIdOf(held))?.closedAt ?? null) !== null;
    const state = isClosed ? 'received' : answered;
    const states = map.get(packetId);
    if (states) states.add(state);
    else map.set(packetId, new Set([state]));
  }
  return map;
});

/** Ids that draft keys name: keys are `what:<packetId>` with further parts after `:`, `/` or `|`. */
const draftPackets = (store: Store): ReadonlySet<string> =>
  memoised(store, 'drafts.packets', ['drafts'], '', () => new Set(draftKeys(store).flatMap((k) => k.split(/[/:|]/))));
