/**
 * State of the screen itself: route, selection, look. Rows never live here.
 * Look is remembered in the browser's own storage (it is not about any person); route and scroll in the encrypted draft `ui`.
 */
import { create } from 'zustand';
import type { QueryIn, QueuePage } from '../shared/api.ts';
import { GRACE_SECONDS, type GraceSeconds } from '../shared/domain/waiting-return.ts';
import { parseRoute, type Route, routeText } from './route.ts';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'normal' | 'compact';
/** What a form with a document shows; `auto` by the room there is. */
export type DocumentMode = 'document' | 'facts' | 'both';
export type Look = {
  readonly theme: Theme;
  readonly density: Density;
  readonly hasLetterKeys: boolean;
  /** A tone when a clock sounds; the words appear either way. */
  readonly hasAlarmSound: boolean;
  readonly isRailCollapsed: boolean;
  /** After a decision the next packet of the list opens by itself. */
  readonly hasAutoAdvance: boolean;
  /** How long a return can be taken back. */
  readonly graceSeconds: GraceSeconds;
  /** Width of the checks, of the pane beside a list and of the fields beside a document; 0 until a person moved the divider: by the window. */
  readonly checksWidth: number;
  readonly detailWidth: number;
  readonly factsWidth: number;
  /** The checks beside a packet; `auto`: folded where a document stands side by side and there is no room for all. */
  readonly checks: 'auto' | 'open' | 'folded';
  readonly documentMode: DocumentMode | 'auto';
  readonly hiddenColumns: readonly string[];
};
const PLAIN: Look = {
  theme: 'system', density: 'normal', hasLetterKeys: true, hasAlarmSound: true, isRailCollapsed: false, hasAutoAdvance: true, graceSeconds: GRACE_SECONDS[0], checksWidth: 0, detailWidth: 0, factsWidth: 0, checks: 'auto', documentMode: 'auto', hiddenColumns: [],
};
const LOOK_KEY = 'fieldbook.look';

function rememberedLook(): Look {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(LOOK_KEY) ?? 'null');
    return typeof found === 'object' && found !== null ? { ...PLAIN, ...found } : PLAIN;
  } catch {
    return PLAIN;
  }
}

/** What of a list was not loaded when a packet was opened from it: `seen` rows of `total` were. */
export type RestOfList = { readonly input: Omit<QueryIn<'queue.list'>, 'offset' | 'limit'>; readonly seen: number; readonly total: number };
/** A decision whose packet is no longer on screen, for the notice that says so. `at`: instant. */
export type Decision = { readonly title: string; readonly receipt: string; readonly at: string };
export type Overlay = 'palette' | 'keys' | 'call' | null;
type State = {
  readonly look: Look;
  readonly route: Route;
  readonly overlay: Overlay;
  /** Selected row per list, and how far a list was scrolled, by route text. */
  readonly selected: Readonly<Record<string, string>>;
  readonly scroll: Readonly<Record<string, number>>;
  /** What a screen reader should hear once. */
  readonly announcement: string;
  /** The list that a packet was opened from, and its order when it is not the whole queue: where "back" and "next" lead. */
  readonly from: Route;
  readonly walk: readonly string[];
  readonly rest: RestOfList | null;
  readonly setWalk: (from: Route, ids: readonly string[], rest?: RestOfList | null) => void;
  /** Adds a further page, which may overlap: rows that left the list have moved the others up. */
  readonly growWalk: (page: Pick<QueuePage, 'items' | 'total'>, seen: number) => void;
  readonly decision: Decision | null;
  readonly setDecision: (decision: Decision | null) => void;
  /** The packet whose return was taken back: its dialog opens again. */
  readonly reopen: string | null;
  readonly setReopen: (packetId: string | null) => void;
  /** What the queue was searched for when a packet was opened from it, for the way back. Memory alone: the route must not carry a name. Ends on any other screen. */
  readonly searched: { readonly list: string; readonly text: string } | null;
  readonly setSearched: (searched: State['searched']) => void;
  readonly go: (route: Route) => void;
  readonly setLook: (change: Partial<Look>) => void;
  readonly setOverlay: (overlay: Overlay) => void;
  readonly select: (list: string, id: string) => void;
  readonly setScroll: (list: string, top: number) => void;
  readonly announce: (text: string) => void;
};

export const useStore = create<State>()((set, get) => ({
  look: rememberedLook(),
  route: parseRoute(location.hash) ?? { screen: 'today' },
  overlay: null,
  selected: {},
  scroll: {},
  announcement: '',
  from: { screen: 'queue', split: 'all' },
  walk: [],
  rest: null,
  setWalk: (from, walk, rest = null) => set({ from, walk, rest: rest && rest.seen < rest.total ? rest : null }),
  growWalk: ({ items, total }, seen) =>
    set(({ walk, rest }) => {
      const known = new Set(walk);
      return { walk: [...walk, ...items.map((i) => i.packet.id).filter((id) => !known.has(id))], rest: rest && seen < total ? { ...rest, seen, total } : null };
    }),
  decision: null,
  setDecision: (decision) => set({ decision }),
  reopen: null,
  setReopen: (reopen) => set({ reopen }),
  searched: null,
  setSearched: (searched) => set({ searched }),
  go: (route) => {
    const text = `#${routeText(route)}`;
    if (location.hash !== text) history.pushState(null, '', text);
    set({ route, overlay: null, ...(['queue', 'packet'].includes(route.screen) ? {} : { searched: null }) });
  },
  setLook: (change) => {
    const look = { ...get().look, ...change };
    set({ look });
    try {
      localStorage.setItem(LOOK_KEY, JSON.stringify(look));
    } catch {
      /* A full or forbidden storage only loses the look. */
    }
    applyLook();
  },
  setOverlay: (overlay) => set({ overlay }),
  select: (list, id) => set((s) => (s.selected[list] === id ? s : { selected: { ...s.selected, [list]: id } })),
  setScroll: (list, top) => set((s) => ({ scroll: { ...s.scroll, [list]: top } })),
  announce: (text) => set({ announcement: text }),
}));

addEventListener('popstate', () => useStore.setState({ route: parseRoute(location.hash) ?? { screen: 'today' }, overlay: null }));
addEventListener('hashchange', () => {
  const route = parseRoute(location.hash);
  if (route) useStore.setState({ route });
});

/** Puts theme and density on the root element. */
export function applyLook(): void {
  const { look } = useStore.getState();
  const root = document.documentElement;
  if (look.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = look.theme;
  root.dataset.density = look.density;
}

/** The width of a side pane: as the person left it, else a share of the window within limits. */
export const paneWidth = (saved: number, share: number, min: number, max: number): number => saved || Math.round(Math.min(max, Math.max(min, innerWidth * share)));

/** Goes to a route that the backend wrote as text; does nothing when there is no such screen. */
export function goTo(text: string): void {
  const route = parseRoute(text);
  if (route) useStore.getState().go(route);
}
