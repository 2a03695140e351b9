/** Where the person is, as data and as text (`#/packet/p-001`). Must never carry a name or a free text. */
import type { QueueSplit } from '../shared/api.ts';

export type SyncFilter = 'all' | 'attention' | 'unsent' | 'received';
export type Route =
  | { readonly screen: 'today' }
  | { readonly screen: 'queue'; readonly split: QueueSplit; /** Only this agency's packets. */ readonly agencyId?: string }
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
  | { readonly screen: 'rules' };
export type Screen = Route['screen'];

export const SPLITS: readonly QueueSplit[] = ['all', 'clock_running', 'resubmitted', 'blocked', 'returned', 'done'];
const FILTERS: readonly SyncFilter[] = ['all', 'attention', 'unsent', 'received'];

/** `#/packet/p-001/2` and the like; the inverse of `parseRoute`. */
export function routeText(route: Route): string {
  switch (route.screen) {
    case 'queue':
      if (route.agencyId !== undefined) return `/queue/${route.split}/${encodeURIComponent(route.agencyId)}`;
      return route.split === 'all' ? '/queue' : `/queue/${route.split}`;
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
      return { screen };
    case 'queue': {
      const s = first || asked.get('split');
      const agencyId = second || asked.get('agency');
      return { screen, split: SPLITS.find((x) => x === s) ?? 'all', ...(agencyId ? { agencyId } : {}) };
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
