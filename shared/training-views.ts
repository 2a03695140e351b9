/** What the screens of training and of one DIO's file read: the matrix in pages, and everything on record of one officer. */
import { z } from 'zod';
import type { CardStanding, Spell } from './domain/officer-events.ts';
import { LOOK_AHEAD, type LookAhead, REQUIREMENT_IDS, type RequirementId, type RequirementStanding, type Standing } from './domain/training.ts';
import type { AgencyRow, AttestationRow, AuthorityState, CourseWaiverRow, Model, OfficerEventRow, OfficerRow, RequirementOwnerRow, TrainingRow } from './rows.ts';

/** What a cell can be looked for by: how it stands, or what is in its way. */
export const CELL_STATES = ['overdue', 'unknown', 'due_soon', 'waived', 'current', 'unverified', 'unavailable'] as const;
export type CellState = (typeof CELL_STATES)[number];

const requirement = z.enum(REQUIREMENT_IDS as [RequirementId, ...RequirementId[]]);
/** What of the matrix a link keeps: never a name or another free text. `known` counts only with a day. */
export const matrixFilterSchema = z.strictObject({
  requirement: requirement.optional(), state: z.enum(CELL_STATES).optional(), part: z.enum(LOOK_AHEAD).optional(), sort: z.literal('name').optional(), day: z.iso.date().optional(), known: z.literal('then').optional(),
});
export type MatrixFilter = z.infer<typeof matrixFilterSchema>;

export const matrixInput = z.strictObject({
  agencyId: z.string().min(1).max(120).nullable(), requirement: requirement.nullable(),
  /** Both must hold of one and the same cell. */
  state: z.enum(CELL_STATES).nullable(), part: z.enum(LOOK_AHEAD).nullable(),
  search: z.string().max(200), sort: z.enum(['due', 'name']),
  /** Null: this moment. Else the end of that day at each site, by what is known now or by what was known then. */
  asOf: z.strictObject({ day: z.iso.date(), known: z.enum(['now', 'then']) }).nullable(),
  offset: z.int().min(0), limit: z.int().min(1).max(200),
});
export type MatrixInput = z.infer<typeof matrixInput>;

export type MatrixCell = {
  readonly standing: Standing; readonly dueOn: string | null;
  /** Day of a newer completion that waits to be verified and does not count. */ readonly unverifiedOn: string | null;
  /** Reported as not to be had; HQ has not answered, and nothing is extended. */ readonly isUnavailable: boolean;
};
/** `cells`: in the order of `REQUIREMENT_IDS`. `first`: what ends first of what was asked for. `authority` NONE: nothing was on record. */
export type MatrixRow = {
  readonly officerId: string; readonly name: string; readonly badge: string; readonly agencyId: string; readonly agencyName: string; readonly zone: string; readonly model: Model;
  readonly authority: AuthorityState | 'NONE'; readonly cells: readonly MatrixCell[]; readonly first: RequirementId | null;
};
/** `counts`: officers with such a cell, by part of the look-ahead, under every filter but that one; the card, which never lasts longer than 30 days, only where it is the requirement asked for. `left`: officers who have left the agency and are not listed. */
export type MatrixPage = {
  readonly rows: readonly MatrixRow[]; readonly total: number; readonly officers: number; readonly left: number; readonly counts: Readonly<Record<LookAhead, number>>; readonly now: string;
};

/** Everything on record of one DIO. `waivers`: about this officer, the agency or every agency. `owners`: the newest for each requirement. `people`: names by id. */
export type OfficerFileView = {
  readonly officer: OfficerRow; readonly agency: AgencyRow; readonly authority: AuthorityState | 'NONE'; readonly spells: readonly Spell[]; readonly card: CardStanding;
  readonly events: readonly (OfficerEventRow & { readonly isCorrected: boolean })[]; readonly standings: readonly RequirementStanding[]; readonly completions: readonly TrainingRow[];
  readonly waivers: readonly CourseWaiverRow[]; readonly attestations: readonly AttestationRow[]; readonly owners: readonly RequirementOwnerRow[];
  /** Packets on this laptop that the officer prepared: still to do, and done. */
  readonly packets: { readonly open: number; readonly done: number };
  /** The fiscal year that a verification made now is for. */
  readonly period: string;
  readonly people: Readonly<Record<string, string>>; readonly base: Readonly<Record<string, number>>; readonly now: string;
};
