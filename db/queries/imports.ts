/** What an import of rosters reads: officers with their agencies, what is on record by id, how the columns were matched last time, and the imports so far. */
import type { ImportItem } from '../../shared/api.ts';
import { headersKey, coursesSchema, mappingSchema, type RosterCourses, type RosterMapping } from '../../shared/domain/roster-columns.ts';
import type { RosterAgency, RosterOfficer } from '../../shared/domain/roster-people.ts';
import { sha256Hex } from '../../shared/ids.ts';
import { siteDay } from '../../shared/time.ts';
import { getDraft, saveDraft } from '../drafts.ts';
import type { Store } from '../open.ts';

/** Officers and agencies of this laptop; `today` of each agency by `now`. */
export function rosterPeople(store: Store, now: string): { readonly officers: readonly RosterOfficer[]; readonly agencies: readonly RosterAgency[] } {
  const officers = store.prepare('SELECT "id", "agencyId", "name", "badge" FROM officers').all() as RosterOfficer[];
  const agencies = store.prepare('SELECT "id", "name", "zone" FROM agencies').all() as { readonly id: string; readonly name: string; readonly zone: string }[];
  return { officers, agencies: agencies.map(({ id, name, zone }) => ({ id, name, today: siteDay(now, zone) })) };
}
/** Every completion on record by its id. */
export function completionsOnRecord(store: Store): Map<string, { readonly isVerified: boolean; readonly isWithdrawn: boolean }> {
  const rows = store.prepare('SELECT "id", "verifiedBy" IS NOT NULL, "withdrawnAt" IS NOT NULL FROM training').raw().all() as [string, number, number][];
  return new Map(rows.map(([id, verified, withdrawn]) => [id, { isVerified: verified === 1, isWithdrawn: withdrawn === 1 }]));
}

const MAPPING_KEY = (headers: readonly string[]): string => `import:columns:${sha256Hex(headersKey(headers)).slice(0, 32)}`;
const COURSES_KEY = 'import:courses';
const parsed = (body: string | undefined): unknown => (body === undefined ? null : JSON.parse(body));
/** How columns with these headers, and courses by their titles, were matched before on this laptop. */
export function rememberedMatches(store: Store, headers: readonly string[]): { readonly mapping: RosterMapping | null; readonly courses: RosterCourses } {
  const mapping = mappingSchema.safeParse(parsed(getDraft(store, MAPPING_KEY(headers))?.body));
  const courses = coursesSchema.safeParse(parsed(getDraft(store, COURSES_KEY)?.body));
  return { mapping: mapping.success ? mapping.data : null, courses: courses.success ? courses.data : {} };
}
/** Keeps them for the next file. */
export function rememberMatches(store: Store, headers: readonly string[], mapping: RosterMapping, courses: RosterCourses, now: string): void {
  saveDraft(store, MAPPING_KEY(headers), JSON.stringify(mapping), now);
  saveDraft(store, COURSES_KEY, JSON.stringify({ ...rememberedMatches(store, headers).courses, ...courses }), now);
}

/** Imports on this laptop over all agencies, the newest first. `rows`: completions that each wrote. */
export function listImports(store: Store): readonly ImportItem[] {
  return store.prepare(`SELECT i."importId", min(i."fileName") AS "fileName", min(i."source") AS "kind", sum(i."rows") AS "rows", count(DISTINCT i."agencyId") AS "agencies", min(i."importedAt") AS "importedAt",
    coalesce(min(s."name"), min(i."importedBy")) AS "importedByName", CASE WHEN count(i."undoneAt") = count(*) THEN max(i."undoneAt") END AS "undoneAt"
    FROM training_imports i LEFT JOIN staff s ON s."id" = i."importedBy" GROUP BY i."importId" ORDER BY min(i."importedAt") DESC, i."importId"`).all() as ImportItem[];
}
/** Agencies in which an import wrote anything that was not undone. */
export const agenciesOfImport = (store: Store, importId: string): readonly string[] =>
  store.prepare('SELECT DISTINCT "agencyId" FROM training_imports WHERE "importId" = ? AND "undoneAt" IS NULL ORDER BY "agencyId"').pluck().all(importId) as string[];
