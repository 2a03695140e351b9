/** The custody board: people held at one agency, by state, the nearest limit first. Never sorted or filtered by anything about the person. */
import type { CustodyBoard, CustodyCard, QueryIn } from '../../shared/api.ts';
import { custodyState, documentEvents, isArrestedOutside, isReleased, liveEvents, paperTask, shownState } from '../../shared/domain/custody.ts';
import type { PacketDocument } from '../../shared/domain/packet.ts';
import { headAt } from '../../shared/domain/queue.ts';
import type { CustodyEventRow, PacketRow } from '../../shared/rows.ts';
import { memoised, type Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { decode, rowsWhere } from '../rows.ts';
import { HEAD } from './head.ts';

/** Cards of one agency at the most; the board says how many there are. */
const MOST_CARDS = 200;
/** How long an end (ICE custody, release, cancellation) stays on the board, ms. */
const ENDED_MS = 7 * 86_400_000;
const ENDS: readonly string[] = ['ICE_CUSTODY', 'RELEASED_LIMIT', 'RELEASED_OTHER', 'CANCELLED'];
type Agency = CustodyBoard['agencies'][number];
/** Somebody is held, or was and has custody events. */
const ON_BOARD = `("isDetained" = 1 OR EXISTS (SELECT 1 FROM custody_events e WHERE e."packetId" = packets."id"))`;

/** Agencies with people on the board, by nearest limit; and the cards of the one asked for, else of the first. */
export function custodyBoard(store: Store, { agencyId }: QueryIn<'custody.board'>, { now }: ReadContext): CustodyBoard {
  const agencies = memoised(store, 'custody.agencies', ['packets', 'agencies', 'custody_events'], '', () => store.prepare(`SELECT a."id", a."name", a."zone", a."model", count(p."id") AS people, min(p."custodyLimitAt") AS limitAt
    FROM agencies a JOIN (SELECT * FROM packets WHERE "state" <> 'closed' AND ${ON_BOARD}) p ON p."agencyId" = a."id" GROUP BY a."id" ORDER BY limitAt IS NULL, limitAt, a."name"`).all() as readonly Agency[]);
  const asked = agencyId ?? agencies[0]?.id ?? null;
  if (asked === null) return { agencies, agencyId: null, cards: [], total: 0, now };
  // An hour: ends leave the board by days; the countdown is the screen's.
  const { cards, total } = memoised(store, `custody.board.${asked}`, ['packets', 'packet_versions', 'custody_events', 'statements', 'subjects'], now.slice(0, 13), () => cardsOf(store, asked, now));
  return { agencies, agencyId: asked, cards: cards.map((c) => ({ ...c.card, ...headAt({ ...c.packet }, now) })), total, now };
}

type Made = { readonly card: CustodyCard; readonly packet: PacketRow };
function cardsOf(store: Store, agencyId: string, now: string): { readonly cards: readonly Made[]; readonly total: number } {
  const total = store.prepare(`SELECT count(*) FROM packets WHERE "agencyId" = ? AND "state" <> 'closed' AND ${ON_BOARD}`).pluck().get(agencyId) as number;
  const rows = store.prepare(`SELECT packets.*, s."name" AS subjectName, v."content" FROM packets LEFT JOIN subjects s ON s."id" = packets."subjectId"
    LEFT JOIN packet_versions v ON v."packetId" = packets."id" AND v."number" = packets."currentVersion"
    WHERE packets."agencyId" = ? AND "state" <> 'closed' AND ${ON_BOARD} ORDER BY ${HEAD}, packets."id" LIMIT ${MOST_CARDS}`).all(agencyId, now) as readonly (Readonly<Record<string, unknown>> & { readonly subjectName: string | null; readonly content: string | null })[];
  const events = new Map<string, CustodyEventRow[]>();
  for (const e of rowsWhere(store, 'custody_events', { agencyId })) events.set(e.packetId, [...(events.get(e.packetId) ?? []), e]);
  const signed = new Map<string, Set<string>>();
  for (const s of store.prepare('SELECT "packetId", "formId" FROM statements WHERE "agencyId" = ?').all(agencyId) as readonly { readonly packetId: string; readonly formId: string }[]) {
    const forms = signed.get(s.packetId) ?? new Set();
    signed.set(s.packetId, forms.add(s.formId));
  }
  const cards = rows.flatMap(({ subjectName, content, ...raw }): readonly Made[] => {
    const packet = decode('packets', raw);
    const made = cardOf(packet, subjectName ?? '', content, events.get(packet.id) ?? [], signed.get(packet.id) ?? new Set());
    return ENDS.includes(made.state) && made.lastAt !== null && Date.parse(now) - Date.parse(made.lastAt) > ENDED_MS ? [] : [{ card: made, packet }];
  });
  return { cards, total: total - (rows.length - cards.length) };
}

function cardOf(packet: PacketRow, subjectName: string, content: string | null, own: readonly CustodyEventRow[], signed: ReadonlySet<string>): CustodyCard {
  // The text was validated when HQ took it in; two hundred at once are only read.
  const document = content === null ? null : (JSON.parse(content) as PacketDocument);
  const all = [...(document ? documentEvents(document) : []), ...own];
  const state = shownState(custodyState(all), packet.state);
  const last = liveEvents(own).at(-1);
  return {
    packetId: packet.id, eventNumber: packet.eventNumber, subjectName, state, deadlineAt: packet.deadlineAt, deadlineClock: packet.deadlineClock, custodyLimitAt: isReleased(state) ? null : packet.custodyLimitAt,
    openHolds: packet.openHolds, lastKind: last?.kind ?? null, lastAt: last?.at ?? all.at(-1)?.at ?? null, task: document ? paperTask(document, signed, own) : null, isArrested: isArrestedOutside(all),
  };
}
