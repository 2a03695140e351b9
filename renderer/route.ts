/** Where the person is, as data and as text (`#/packet/p-001`). Must never carry a name or a free text. */
import type { QueueSplit } from '../shared/api.ts';
import { type QueueFilter, queueFilterSchema } from '../shared/domain/filters.ts';
import { type MatrixFilter, matrixFilterSchema } from '../shared/training-views.ts';

export type SyncFilter = 'all' | 'attention' | 'unsent' | 'received';
export type Route =
  | { readonly screen: 'today' }
  | { readonly screen: 'queue'; readonly split: QueueSplit; /** Only this agency's packets. */ readonly agencyId?: string; /** What else they are narrowed by; left out: by nothing. */ readonly filter?: QueueFilter }
  | { readonly screen: 'packet'; readonly packetId: string; readonly number: number | null }
  | { readonly screen: 'agencies' }
  | { readonly screen: 'officers'; readonly agencyId: string | null }
  | { readonly screen: 'training'; /** Only of this agency. */ readonly agencyId: string | null; readonly filter?: MatrixFilter }
  | { readonly screen: 'officer-file'; readonly officerId: string }
  | { readonly screen: 'itinerary' }
  | { readonly screen: 'sync'; readonly filter: SyncFilter }
  | { readonly screen: 'settings' }
  | { readonly screen: 'practice' }
  | { readonly screen: 'custody'; /** null: the agency with the nearest limit. */ readonly agencyId: string | null }
  | { readonly screen: 'return-sheet'; readonly packetId: string; /** The version that was returned. */ readonly number: number }
  | { readonly screen: 'claims'; /** Only of this agency. */ readonly agencyId: string | null }
  | { readonly screen: 'lookback' }
  | { readonly screen: 'onboarding' }
  | { readonly screen: 'rules' }
  | { readonly screen: 'import' };
export type Screen = Route['screen'];

export const SPLITS: readonly QueueSplit[] = ['all', 'clock_running', 'resubmitted', 'blocked', 'returned', 'done'];
const FILTERS: readonly SyncFilter[] = ['all', 'attention', 'unsent', 'received'];

type Shape = Readonly<Record<string, { readonly safeParse: (value: unknown) => { readonly success: boolean; readonly data?: unknown } }>>;
/** In one order, so that the same filter is the same text. */
const filterText = (shape: Shape, filter: Readonly<Record<string, string | undefined>>): string =>
  new URLSearchParams(Object.keys(shape).flatMap((key): [string, string][] => (filter[key] === undefined ? [] : [[key, filter[key]]]))).toString();
/** What of a link is a filter; a value that this version does not know is left out, and then no chip says it. */
const filterFrom = (shape: Shape, asked: URLSearchParams): object => Object.fromEntries(Object.entries(shape).flatMap(([key, field]) => {
  const value = field.safeParse(asked.get(key) ?? undefined);
  return value.success && value.data !== undefined ? [[key, value.data]] : [];
}));
const withText = (place: string, narrowed: string): string => (narrowed === '' ? place : `${place}?${narrowed}`);
/** The queue's route with this filter, or without one. */
export const queueRoute = (split: QueueSplit, agencyId?: string, filter: QueueFilter = {}): Extract<Route, { screen: 'queue' }> => ({
  screen: 'queue', split, ...(agencyId === undefined ? {} : { agencyId }), ...(Object.keys(filter).length > 0 ? { filter } : {}),
});

/** The matrix with this filter, or without one. */
export const trainingRoute = (agencyId: string | null, filter: MatrixFilter = {}): Extract<Route, { screen: 'training' }> => ({ screen: 'training', agencyId, ...(Object.keys(filter).length > 0 ? { filter } : {}) });

/** `#/packet/p-001/2` and the like; the inverse of `parseRoute`. */
export function routeText(route: Route): string {
  switch (route.screen) {
    case 'queue': {
      const place = route.agencyId !== undefined ? `/queue/${route.split}/${encodeURIComponent(route.agencyId)}` : route.split === 'all' ? '/queue' : `/queue/${route.split}`;
      return withText(place, filterText(queueFilterSchema.shape, route.filter ?? {}));
    }
    case 'training':
      return withText(route.agencyId === null ? '/training' : `/training/${encodeURIComponent(route.agencyId)}`, filterText(matrixFilterSchema.shape, route.filter ?? {}));
    case 'officer-file':
      return `/officer-file/${encodeURIComponent(route.officerId)}`;
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
    case 'onboarding':
    case 'rules':
    case 'import':
      return { screen };
    case 'queue': {
      const s = first || asked.get('split');
      const agencyId = second || asked.get('agency');
      return queueRoute(SPLITS.find((x) => x === s) ?? 'all', agencyId || undefined, filterFrom(queueFilterSchema.shape, asked) as QueueFilter);
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
    case 'training':
      return trainingRoute(first || asked.get('agency') || null, filterFrom(matrixFilterSchema.shape, asked) as MatrixFilter);
    case 'officer-file':
      return first ? { screen, officerId: first } : null;
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
