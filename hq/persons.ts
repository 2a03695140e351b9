/**
 * Which rows name the same person. HQ alone sees all agencies; a laptop never asks this.
 * Must never answer with a row of a `restricted:` stream unless the caller says that it may know of it: being restricted is itself protected (8 U.S.C. 1367).
 */
import { sql } from 'drizzle-orm';
import type { StreamId } from '../shared/ids.ts';
import { rowsOf, type HqConnection } from './open.ts';

/** One agency's row of a person, and what showed that it is the same one. An A-number goes before a FIN. */
export type SamePerson = { readonly subjectId: string; readonly agencyId: string; readonly stream: StreamId; readonly basis: 'aNumber' | 'fin' };

/** The comparable forms, the same expressions as the indexes `subjects_a_number` and `subjects_fin`. */
const A_NUMBER = (alias: string) => sql.raw(`lpad(regexp_replace(${alias}."a_number", '[^0-9]', '', 'g'), 9, '0')`);
const FIN = (alias: string) => sql.raw(`upper(regexp_replace(${alias}."fin", '[^0-9A-Za-z]', '', 'g'))`);

/** `s` and `o` are rows of the same person and not the same row: the same A-number or FIN, empty numbers never. For a join of `subjects s` with `subjects o`. */
export const SAME_PERSON = sql`o.id <> s.id
      AND ((${A_NUMBER('o')} = ${A_NUMBER('s')} AND ${A_NUMBER('s')} <> '000000000') OR (${FIN('o')} = ${FIN('s')} AND ${FIN('s')} <> ''))`;

/** Other rows of the person of `subjectId`: the same A-number or FIN, however it was typed. Empty numbers match nothing. */
export const samePersonAs = (db: HqConnection, subjectId: string, sees: 'open streams' | 'all streams'): Promise<readonly SamePerson[]> =>
  rowsOf(db, sql`
    SELECT o.id AS "subjectId", o.agency_id AS "agencyId", o.stream, CASE WHEN ${A_NUMBER('o')} = ${A_NUMBER('s')} AND ${A_NUMBER('s')} <> '000000000' THEN 'aNumber' ELSE 'fin' END AS basis
    FROM subjects s JOIN subjects o ON ${SAME_PERSON}
    WHERE s.id = ${subjectId} AND (${sees === 'all streams'} OR o.stream NOT LIKE 'restricted:%')
    ORDER BY o.id`);
