/**
 * The laptop's SQLite tables: every shared row of `shared/rows.ts`, compared with the row types at compile time, and what only this laptop keeps.
 * Migrations are generated from it (`npm run migrations`). Must never hold a foreign key between pulled rows (streams arrive in any
 * order) and never `ON DELETE CASCADE`. Expression indexes, full-text search and triggers are in migration 0002.
 */
import { getTableColumns, getTableName } from 'drizzle-orm';
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { OutboxState } from '../shared/api.ts';
import type { CheckResult } from '../shared/domain/sufficiency.ts';
import type { StreamId } from '../shared/ids.ts';
import type { Role } from '../shared/roles.ts';
import type {
  AssignmentRow, AuthorityState, CardState, Deficiency, Model, MoaStatus, PacketRow, PacketState, PacketType, Rows, Site, StatementEffect, TableName, TrainingImportRow, OfficerEventRow, AttestationRow, ProspectRow, LoweredRule, LookbackOutcome, Notice, Region,
} from '../shared/rows.ts';

const placed = () => ({ id: text().primaryKey().notNull(), stream: text().$type<StreamId>().notNull(), version: integer().notNull(), changedBy: text().notNull() });
const bool = () => integer({ mode: 'boolean' });
const json = () => text({ mode: 'json' });

export const agencies = sqliteTable('agencies', {
  ...placed(), name: text().notNull(), state: text().notNull(), county: text().notNull(), model: text().$type<Model>().notNull(), fieldOffice: text().notNull(), zone: text().notNull(),
  lat: real().notNull(), lon: real().notNull(), moaSignedOn: text(), moaStatus: text().$type<MoaStatus>().notNull(),
  sites: json().$type<readonly Site[]>().notNull(), isSynthetic: bool().notNull(),
});
export const moaIntervals = sqliteTable('moa_intervals', {
  ...placed(), agencyId: text().notNull(), status: text().$type<MoaStatus>().notNull(), startAt: text().notNull(), endAt: text(), recordedAt: text().notNull(),
}, (t) => [index('moa_intervals_agency').on(t.agencyId)]);
export const officers = sqliteTable('officers', {
  ...placed(), agencyId: text().notNull(), name: text().notNull(), badge: text().notNull(), authorityState: text().$type<AuthorityState>().notNull(),
  cardState: text().$type<CardState>().notNull(), lastCardLoginAt: text(), isSeparated: bool().notNull(), isSynthetic: bool().notNull(),
}, (t) => [index('officers_agency').on(t.agencyId)]);
export const authorityIntervals = sqliteTable('authority_intervals', {
  ...placed(), agencyId: text().notNull(), officerId: text().notNull(), model: text().$type<Model>().notNull(), startAt: text().notNull(), endAt: text(), endReason: text(),
    recordedAt: text().notNull(),
}, (t) => [index('authority_intervals_agency').on(t.agencyId), index('authority_intervals_officer').on(t.officerId)]);
export const training = sqliteTable('training', {
  ...placed(), agencyId: text().notNull(), officerId: text().notNull(), requirement: text().notNull(), title: text().notNull(), completedOn: text(), verifiedBy: text(), verifiedAt: text(),
  evidence: text(), provider: text(), importId: text(), recordedBy: text(), recordedAt: text(), withdrawnBy: text(), withdrawnAt: text(), withdrawnReason: text(),
}, (t) => [index('training_agency').on(t.agencyId), index('training_officer').on(t.officerId)]);
export const officerEvents = sqliteTable('officer_events', {
  ...placed(), agencyId: text().notNull(), officerId: text().notNull(), kind: text().notNull(), at: text().notNull(), details: json().$type<OfficerEventRow['details']>().notNull(),
  recordedBy: text().notNull(), recordedRole: text().$type<Role>().notNull(), recordedAt: text().notNull(),
}, (t) => [index('officer_events_agency').on(t.agencyId), index('officer_events_officer').on(t.officerId)]);
export const courseWaivers = sqliteTable('course_waivers', {
  ...placed(), agencyId: text().notNull(), officerId: text(), requirement: text().notNull(), reason: text().notNull(), evidence: text().notNull(), filedBy: text().notNull(), filedAt: text().notNull(),
  substitute: text(), grantedBy: text(), grantedAt: text(), validFrom: text(), expiresOn: text(), endedBy: text(), endedAt: text(),
}, (t) => [index('course_waivers_agency').on(t.agencyId)]);
export const attestations = sqliteTable('attestations', {
  ...placed(), agencyId: text().notNull(), officerId: text().notNull(), period: text().notNull(), attestedBy: text().notNull(), attestedAt: text().notNull(), note: text().notNull(),
  basis: json().$type<AttestationRow['basis']>().notNull(),
}, (t) => [index('attestations_agency').on(t.agencyId), index('attestations_officer').on(t.officerId)]);
export const requirementOwners = sqliteTable('requirement_owners', {
  ...placed(), agencyId: text().notNull(), requirement: text().notNull(), name: text().notNull(), title: text().notNull(), contact: text().notNull(), namedBy: text().notNull(), namedAt: text().notNull(),
}, (t) => [index('requirement_owners_agency').on(t.agencyId)]);
export const trainingImports = sqliteTable('training_imports', {
  ...placed(), agencyId: text().notNull(), importId: text().notNull(), fileName: text().notNull(), fileHash: text().notNull(), source: text().$type<TrainingImportRow['source']>().notNull(), rows: integer().notNull(),
  importedBy: text().notNull(), importedAt: text().notNull(), undoneBy: text(), undoneAt: text(),
}, (t) => [index('training_imports_agency').on(t.agencyId)]);
export const onboardingFacts = sqliteTable('onboarding_facts', {
  ...placed(), agencyId: text().notNull(), step: text().notNull(), kind: text().notNull(), on: text().notNull(), cause: text(), note: text().notNull(), position: integer(), priorityBasis: text(), withdraws: text(),
  recordedBy: text().notNull(), recordedAt: text().notNull(),
}, (t) => [index('onboarding_facts_agency').on(t.agencyId)]);
export const prospects = sqliteTable('prospects', {
  ...placed(), pmId: text().notNull(), name: text().notNull(), state: text().notNull(), county: text().notNull(), stage: text().notNull(), contacts: json().$type<ProspectRow['contacts']>().notNull(),
  openedAt: text().notNull(), changedAt: text().notNull(),
}, (t) => [index('prospects_pm').on(t.pmId)]);
export const staff = sqliteTable('staff', {
  ...placed(), name: text().notNull(), role: text().$type<Role>().notNull(), legalTitle: text().notNull(), fieldOffice: text().notNull(),
  signerKid: text(), signerJwk: text(), activeFrom: text().notNull(), activeTo: text(),
});
export const assignments = sqliteTable('assignments', {
  ...placed(), pmId: text().notNull(), agencyId: text().notNull(), kind: text().$type<AssignmentRow['kind']>().notNull(), startAt: text().notNull(), endAt: text(),
}, (t) => [index('assignments_pm').on(t.pmId), index('assignments_agency').on(t.agencyId)]);
export const itineraryStops = sqliteTable('itinerary_stops', {
  ...placed(), pmId: text().notNull(), agencyId: text().notNull(), arriveAt: text().notNull(), departAt: text().notNull(), purpose: text().notNull(), note: text().notNull(),
}, (t) => [index('itinerary_stops_pm').on(t.pmId), index('itinerary_stops_agency').on(t.agencyId)]);
export const subjects = sqliteTable('subjects', {
  ...placed(), agencyId: text().notNull(), name: text().notNull(), aNumber: text(), fin: text(), bornOn: text(), isSynthetic: bool().notNull(),
}, (t) => [index('subjects_agency').on(t.agencyId)]);
export const packets = sqliteTable('packets', {
  ...placed(), agencyId: text().notNull(), subjectId: text().notNull(), preparerId: text().notNull(), type: text().$type<PacketType>().notNull(), state: text().$type<PacketState>().notNull(),
  currentVersion: integer().notNull(), eventNumber: text().notNull(), isDetained: bool().notNull(), isResubmitted: bool().notNull(), receivedAt: text().notNull(),
  deadlineAt: text(), deadlineClock: text(), custodyLimitAt: text(), lane: integer().$type<PacketRow['lane']>().notNull(),
  blockCount: integer().notNull(), holdCount: integer().notNull(), warnCount: integer().notNull(), openHolds: integer().notNull(), nextAt: text(), nextClock: text(),
}, (t) => [index('packets_agency').on(t.agencyId), index('packets_subject').on(t.subjectId), index('packets_preparer').on(t.preparerId)]);
export const packetVersions = sqliteTable('packet_versions', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), number: integer().notNull(), preparerId: text().notNull(), content: text().notNull(), contentHash: text().notNull(),
  preparedAt: text().notNull(), receivedAt: text().notNull(),
}, (t) => [index('packet_versions_packet').on(t.packetId)]);
export const checkRuns = sqliteTable('check_runs', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), number: integer().notNull(), pack: text().notNull(), inputsHash: text().notNull(), evaluatedAt: text().notNull(),
  results: json().$type<readonly CheckResult[]>().notNull(),
}, (t) => [index('check_runs_packet').on(t.packetId)]);
export const statements = sqliteTable('statements', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), number: integer().notNull(), formId: text().notNull(), formHash: text().notNull(), signerId: text().notNull(),
  legalTitle: text().notNull(), capacity: text().notNull(), signedAt: text().notNull(), zone: text().notNull(), jws: text().notNull(),
  effect: text().$type<StatementEffect>().notNull(), reviewReasons: json().$type<readonly string[]>().notNull(),
}, (t) => [index('statements_packet').on(t.packetId), index('statements_signer').on(t.signerId, t.signedAt), index('statements_effect').on(t.effect)]);
export const returns = sqliteTable('returns', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), number: integer().notNull(), deficiencies: json().$type<readonly Deficiency[]>().notNull(),
  note: text().notNull(), returnedBy: text().notNull(), returnedAt: text().notNull(),
}, (t) => [index('returns_packet').on(t.packetId)]);
export const holds = sqliteTable('holds', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), subjectId: text().notNull(), rule: text().notNull(), reason: text().notNull(), placedBy: text().notNull(),
  placedAt: text().notNull(), releasedBy: text(), releasedRole: text().$type<Role>(), releasedAt: text(), releaseNote: text(),
}, (t) => [index('holds_packet').on(t.packetId), index('holds_subject').on(t.subjectId), index('holds_released').on(t.releasedAt)]);
export const pins = sqliteTable('pins', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), number: integer().notNull(), element: text().notNull(), evidenceId: text().notNull(), page: integer().notNull(), region: json().$type<Region>(), quote: text().notNull(), addedBy: text().notNull(), addedAt: text().notNull(),
}, (t) => [index('pins_packet').on(t.packetId), index('pins_agency').on(t.agencyId)]);
export const lookbackReviews = sqliteTable('lookback_reviews', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), statementId: text(), cause: text().notNull(), reasons: json().$type<readonly string[]>().notNull(), isDetained: bool().notNull(), openedAt: text().notNull(), dueAt: text().notNull(), ownerId: text(), outcome: text().$type<LookbackOutcome>(), outcomeNote: text(), notices: json().$type<readonly Notice[]>().notNull(), closedBy: text(), closedAt: text(),
}, (t) => [index('lookback_reviews_packet').on(t.packetId), index('lookback_reviews_agency').on(t.agencyId)]);
export const custodyEvents = sqliteTable('custody_events', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), subjectId: text().notNull(), kind: text().notNull(), at: text().notNull(), zone: text().notNull(), details: json().$type<Readonly<Record<string, string | number | boolean | null>>>().notNull(), recordedBy: text().notNull(), recordedAt: text().notNull(),
}, (t) => [index('custody_events_packet').on(t.packetId), index('custody_events_subject').on(t.subjectId), index('custody_events_agency').on(t.agencyId)]);
export const claims = sqliteTable('claims', {
  ...placed(), agencyId: text().notNull(), subjectId: text().notNull(), packetId: text().notNull(), kind: text().notNull(), source: text().notNull(), statement: text().notNull(), reportedAt: text().notNull(), zone: text().notNull(), recordedBy: text().notNull(), recordedAt: text().notNull(), consultedAt: text(), outcome: text(), outcomeNote: text(), closedBy: text(), closedAt: text(),
}, (t) => [index('claims_packet').on(t.packetId), index('claims_subject').on(t.subjectId), index('claims_agency').on(t.agencyId)]);
export const siteCalls = sqliteTable('site_calls', {
  ...placed(), agencyId: text().notNull(), calledAt: text().notNull(), zone: text().notNull(), caller: text().notNull(), about: text().notNull(), action: text().notNull(), kind: text().notNull(), subjectId: text(), packetId: text(), recordedBy: text().notNull(), recordedAt: text().notNull(), closedAt: text(),
}, (t) => [index('site_calls_agency').on(t.agencyId)]);
export const rulePacks = sqliteTable('rule_packs', {
  ...placed(), packVersion: text().notNull(), document: text().notNull(), documentHash: text().notNull(), jws: text().notNull(), effectiveFrom: text().notNull(), publishedBy: text().notNull(), publishedAt: text().notNull(), approvers: json().$type<readonly string[]>().notNull(), lowered: json().$type<readonly LoweredRule[]>().notNull(),
}, (t) => [index('rule_packs_stream').on(t.stream)]);
export const packetLinks = sqliteTable('packet_links', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), otherPacketId: text().notNull(), otherAgencyId: text().notNull(), kind: text().$type<'duplicate' | 'similar'>().notNull(), score: real().notNull(), excerpt: text().notNull(), foundAt: text().notNull(),
}, (t) => [index('packet_links_packet').on(t.packetId), index('packet_links_agency').on(t.agencyId)]);
export const savedFilters = sqliteTable('saved_filters', {
  ...placed(), pmId: text().notNull(), name: text().notNull(), filter: json().$type<Readonly<Record<string, string>>>().notNull(), savedAt: text().notNull(), isRemoved: bool().notNull(),
}, (t) => [index('saved_filters_pm').on(t.pmId)]);

/** Commands of this laptop, kept after HQ's answer: `n` is the local order over all epochs. `input` and `envelope` are JSON text as sent. */
export const outbox = sqliteTable('outbox', {
  n: integer().primaryKey({ autoIncrement: true }), commandId: text().notNull(), ledger: text().notNull(), epoch: text().notNull(), seq: integer().notNull(), name: text().notNull(),
  input: text().notNull(), envelope: text().notNull(), hash: text().notNull(), stream: text().notNull(), packetId: text(), savedAt: text().notNull(), bytes: integer().notNull(),
  state: text().$type<OutboxState>().notNull(), attempts: integer().notNull(), lastAttemptAt: text(), nextAttemptAt: text(), reasonCode: text(), reasonDetails: text(), replaces: text(),
}, (t) => [
  uniqueIndex('outbox_command').on(t.commandId), uniqueIndex('outbox_seq').on(t.ledger, t.epoch, t.seq), index('outbox_state').on(t.state, t.n), index('outbox_packet').on(t.packetId),
  index('outbox_saved').on(t.state, t.savedAt),
]);
/** HQ's answer to one command [SYN-10]; never rewritten. */
export const receipts = sqliteTable('receipts', {
  commandId: text().primaryKey().notNull().references(() => outbox.commandId), seq: integer().notNull(), hash: text().notNull(), outcome: text().notNull(), code: text().notNull(),
  receivedAt: text().notNull(), reasons: text().notNull(), problem: text(), storedAt: text().notNull(),
});
/** The chain of acts. Append only: triggers refuse update and delete [SYN-16]. `entry` is RFC 8785 text. */
export const ledgerEntries = sqliteTable('ledger_entries', {
  n: integer().primaryKey({ autoIncrement: true }), ledger: text().notNull(), epoch: text().notNull(), seq: integer().notNull(), commandId: text().notNull(), at: text().notNull(),
  entry: text().notNull(), hash: text().notNull(),
}, (t) => [uniqueIndex('ledger_entries_seq').on(t.ledger, t.epoch, t.seq), uniqueIndex('ledger_entries_command').on(t.commandId)]);
/** HQ's countersigned heads, by SHA-256 of their compact JWS: what detects truncation and clones. */
export const checkpoints = sqliteTable('checkpoints', {
  hash: text().primaryKey().notNull(), ledger: text().notNull(), epoch: text().notNull(), seq: integer().notNull(), head: text().notNull(), serverTime: text().notNull(), jws: text().notNull(),
});
export const drafts = sqliteTable('drafts', { key: text().primaryKey().notNull(), body: text().notNull(), savedAt: text().notNull() });
export const syncState = sqliteTable('sync_state', { key: text().primaryKey().notNull(), value: text().notNull() });
export const cursors = sqliteTable('cursors', { stream: text().primaryKey().notNull(), version: integer().notNull(), receivedAt: text().notNull() });
/** How a row stood before an unanswered command changed it; `before` null = it did not exist. */
export const pendingRows = sqliteTable('pending_rows', {
  commandId: text().notNull().references(() => outbox.commandId), tableName: text().notNull(), rowId: text().notNull(), stream: text().notNull(), before: text(),
}, (t) => [primaryKey({ columns: [t.tableName, t.rowId, t.commandId] }), index('pending_rows_command').on(t.commandId)]);
/** Rows from HQ that wait because an unanswered command touches them [SYN-8]; the newest per row. */
export const waitingRows = sqliteTable('waiting_rows', {
  tableName: text().notNull(), rowId: text().notNull(), stream: text().notNull(), version: integer().notNull(), row: text().notNull(),
}, (t) => [primaryKey({ columns: [t.tableName, t.rowId] })]);
/** Packets opened and searches made (domain 0.4 item 9): ids only. */
export const accessLog = sqliteTable('access_log', { id: text().primaryKey().notNull(), at: text().notNull(), what: text().notNull(), packetId: text(), sentAt: text() }, (t) =>
  [index('access_log_sent').on(t.sentAt, t.at)]);
/** Refused commands with HQ's reason until a person deals with them [SYN-3]; nothing is deleted. */
export const quarantine = sqliteTable('quarantine', {
  commandId: text().primaryKey().notNull().references(() => outbox.commandId), at: text().notNull(), code: text().notNull(), details: text().notNull(), resolvedBy: text(), resolvedAt: text(),
}, (t) => [index('quarantine_open').on(t.resolvedAt)]);

/** Every shared table by its name. */
export const SHARED_TABLES = {
  agencies, moa_intervals: moaIntervals, officers, authority_intervals: authorityIntervals, training, officer_events: officerEvents, course_waivers: courseWaivers, attestations,
  requirement_owners: requirementOwners, training_imports: trainingImports, onboarding_facts: onboardingFacts, prospects, staff, assignments, itinerary_stops: itineraryStops, subjects, packets,
  packet_versions: packetVersions, check_runs: checkRuns, statements, returns, holds,
  pins, lookback_reviews: lookbackReviews, custody_events: custodyEvents, claims, site_calls: siteCalls, rule_packs: rulePacks, packet_links: packetLinks, saved_filters: savedFilters,
} as const satisfies Record<TableName, SQLiteTable>;

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
type Plain<T> = { [K in keyof T]: T[K] };
type Loose<T> = { -readonly [K in keyof T]: T[K] };
/** Compile-time law: each table's row type is exactly the shared row type. A wrong column is an error here. */
export const SCHEMA_MATCHES_ROWS: { readonly [T in TableName]: Same<Loose<Plain<(typeof SHARED_TABLES)[T]['$inferSelect']>>, Loose<Plain<Rows[T]>>> } = {
  agencies: true, moa_intervals: true, officers: true, authority_intervals: true, training: true, officer_events: true, course_waivers: true, attestations: true, requirement_owners: true, training_imports: true, onboarding_facts: true, prospects: true, staff: true, assignments: true, itinerary_stops: true, subjects: true, packets: true,
  packet_versions: true, check_runs: true, statements: true, returns: true, holds: true,
  pins: true, lookback_reviews: true, custody_events: true, claims: true, site_calls: true, rule_packs: true, packet_links: true, saved_filters: true,
};

/** Column names of each shared table, in the order of the schema. */
export const COLUMNS: Readonly<Record<TableName, readonly string[]>> = Object.fromEntries(
  Object.values(SHARED_TABLES).map((t) => [getTableName(t), Object.values(getTableColumns(t)).map((c) => c.name)]),
) as unknown as Record<TableName, readonly string[]>;
