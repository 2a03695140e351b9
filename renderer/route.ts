/** Where the person is, as data and as text (`#/packet/p-001`). Must never carry a name or a free text. */
import type { QueueSplit } from '../shared/api.ts';
import { type QueueFilter, queueFilterSchema } from '../shared/domain/filters.ts';

export type SyncFilter = 'all' | 'attention' | 'unsent' | 'received';
export type Route =
  | { readonly screen: 'today' }
  | { readonly screen: 'queue'; readonly split: QueueSplit; /** Only this agency's packets. */ readonly agencyId?: string; /** What else they are narrowed by; left out: by nothing. */ readonly filter?: QueueFilter }
  | { readonly screen: 'packet'; readonly packetId: string; readonly number: number | null }
  | { readonly screen: 'agencies' }
  | { readonly screen: 'officers'; readonly agencyId: string | null }
  | { readonly screen: 'itinerary' }
  | { readonly screen: 'sync'; readonly filter: SyncFilter }
  | { readonly screen: 'settings' }
  | { readonly screen: 'practice' }
  | { readonly screen: 'custody'; /** null: the agency with the nearest limit. */ readonly agencyId: string | null }
  | { readonly screen: 'return-sheet'; readonly packetId: string; /** The version that was returned. */ readonly number: number }
  | { readonly screen: 'claims'; /** Only of this agency. */ readonly agencyId: string | null }
  | { readonly screen: 'lookback' }
  | { readonly screen: 'rules' }
  | { readonly screen: 'import' };
export type Screen = Route['screen'];

export const SPLITS: readonly QueueSplit[] = ['all', 'clock_running', 'resubmitted', 'blocked', 'returned', 'done'];
const FILTERS: readonly SyncFilter[] = ['all', 'attention', 'unsent', 'received'];

const FILTER_KEYS = Object.keys(queueFilterSchema.shape) as readonly (keyof QueueFilter)[];
/** In one order, so that the same filter is the same text. */
const filterEntries = (filter: QueueFilter): [string, string][] => FILTER_KEYS.flatMap((key): [string, string][] => (filter[key] === undefined ? [] : [[key, filter[key]]]));
/** What of a link is a filter; a value that this version does not know is left out, and then no chip says it. */
function filterFrom(asked: URLSearchParams): QueueFilter {
  const known = FILTER_KEYS.flatMap((key) => {
    const value = queueFilterSchema.shape[key].safeParse(asked.get(key) ?? undefined);
    return value.success && value.data !== undefined ? [[key, value.data]] : [];
  });
  return Object.fromEntries(known) as QueueFilter;
}
/** The queue's route with this filter, or without one. */
export const queueRoute = (split: QueueSplit, agencyId?: string, filter: QueueFilter = {}): Extract<Route, { screen: 'queue' }> => ({
  screen: 'queue', split, ...(agencyId === undefined ? {} : { agencyId }), ...(Object.keys(filter).length > 0 ? { filter } : {}),
});

/** `#/packet/p-001/2` and the like; the inverse of `parseRoute`. */
export function routeText(route: Route): string {
  switch (route.screen) {
    case 'queue': {
      const place = route.agencyId !== undefined ? `/queue/${route.split}/${encodeURIComponent(route.agencyId)}` : route.split === 'all' ? '/queue' : `/queue/${route.split}`;
      const narrowed = new URLSearchParams(filterEntries(route.filter ?? {})).toString();
      return narrowed === '' ? place : `${place}?${narrowed}`;
    }
    case 'packet':
      return `/packet/${encodeURIComponent(route.packetId)}${route.number === null ? '' : `/${route.number}`}`;
    case 'officers':
      return route.agencyId === null ? '/officers' : `/officers/${encodeURIComponent(route.agencyId)}`;
    case 'custody':
      return route.agencyId === null ? '/custody' : `/custody/${encodeURIComponent(route.agencyId)}`;
    case 'claims':
      return route.agencyId === null ? '/claims' : `/claims/${encodeURIComponent(route.agencyId)}`;
    case 'sync':
      return route.filter === 'all' ? '/sync' : `/sync/${route.filter}`;
    case 'return-sheet':
      return `/return-sheet/${encodeURIComponent(route.packetId)}/${route.number}`;
    default:
      return `/${route.screen}`;
  }
}

/** Reads a route from text, also as the backend writes it (`/sync?filter=attention`); null when there is no such screen. */
export function parseRoute(text: string): Route | null {
  try {
    return routeOf(text);
  } catch {
    // A mistyped link: `%` that stands for nothing.
    return null;
  }
}
function routeOf(text: string): Route | null {
  const [path = '', query = ''] = text.replace(/^#/, '').replace(/^\//, '').split('?');
  const [screen, first, second] = path.split(/[/:]/).map(decodeURIComponent);
  const asked = new URLSearchParams(query);
  switch (screen) {
    case 'today':
    case 'agencies':
    case 'itinerary':
    case 'settings':
    case 'practice':
    case 'lookback':
    case 'rules':
    case 'import':
      return { screen };
    case 'queue': {
      const s = first || asked.get('split');
      const agencyId = second || asked.get('agency');
      return queueRoute(SPLITS.find((x) => x === s) ?? 'all', agencyId || undefined, filterFrom(asked));
    }
    case 'packet': {
      const id = first || asked.get('id');
      return id ? { screen, packetId: id, number: second && Number(second) > 0 ? Number(second) : null } : null;
    }
    case 'claims':
    case 'officers':
      return { screen, agencyId: first || asked.get('agency') || null };
    case 'custody':
      return { screen, agencyId: first || asked.get('agency') || null };
    case 'sync': {
      const f = first || asked.get('filter');
      return { screen, filter: FILTERS.find((x) => x === f) ?? 'all' };
    }
    case 'return-sheet':
      return first && second && Number(second) > 0 ? { screen, packetId: first, number: Number(second) } : null;
    default:
      return null;
  }
}
