/** Agencies on this laptop with what is open there. Unknown stays unknown: nothing here grades an agency. */
import type { AgencyItem } from '../../shared/api.ts';
import { memoised, type Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { laneCounts } from '../queue-index.ts';
import { rowsWhere } from '../rows.ts';
import { HEAD } from './head.ts';

type Open = { readonly agencyId: string; readonly openPackets: number; readonly earliestDeadlineAt: string | null };
/** Open packets and earliest deadline per agency; kept until a packet changes or a head moves. */
export const openPerAgency = (store: Store, now: string): ReadonlyMap<string, Open> => memoised(store, 'packets.perAgency', ['packets'], laneCounts(store, now).from, () =>
  new Map((store.prepare(`SELECT "agencyId", count(*) AS openPackets,
    nullif(min(${HEAD}), '~') AS earliestDeadlineAt FROM packets WHERE "lane" <> 9 AND "state" <> 'closed' GROUP BY "agencyId"`).all(now) as Open[]).map((o) => [o.agencyId, o])));

/** Every agency here, by name; `officersValid` hold delegated authority now. */
export function listAgencies(store: Store, { now }: ReadContext): readonly AgencyItem[] {
  const open = openPerAgency(store, now);
  const officers = new Map((store.prepare(`SELECT o."agencyId", count(*) AS n, sum(o."isSeparated" = 0 AND EXISTS (SELECT 1 FROM authority_intervals i
    WHERE i."officerId" = o."id" AND i."startAt" <= ? AND (i."endAt" IS NULL OR i."endAt" > ?))) AS valid FROM officers o GROUP BY o."agencyId"`).all(now,
      now) as { agencyId: string; n: number; valid: number }[])
    .map((o) => [o.agencyId, o]));
  return [...rowsWhere(store, 'agencies', {})].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1)).map((agency) => ({
    agency, openPackets: open.get(agency.id)?.openPackets ?? 0, officers: officers.get(agency.id)?.n ?? 0, officersValid: officers.get(agency.id)?.valid ?? 0,
    earliestDeadlineAt: open.get(agency.id)?.earliestDeadlineAt ?? null,
  }));
}

/** Every time zone that an agency on this laptop lies in. */
export const agencyZones = (store: Store): readonly string[] => store.prepare('SELECT DISTINCT "zone" FROM agencies').pluck().all() as string[];
