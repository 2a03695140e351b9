/**
 * HQ's PostgreSQL tables: every shared row of `shared/rows.ts` plus what only HQ keeps (feed, devices, receipts, ledger, audit).
 * Compared with the row types at compile time. Must never hold a foreign key: streams are shards and rows arrive in any order.
 */
import { boolean, customType, doublePrecision, index, integer, json, pgTable, primaryKey, text, uniqueIndex, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import type { StreamId } from '../shared/ids.ts';
import type { Role } from '../shared/roles.ts';
import type {
  AuthorityState, CardState, Deficiency, Model, MoaStatus, PacketRow, PacketState, PacketType, Rows, Site, StatementEffect, TableName, TrainingImportRow, OfficerEventRow, AttestationRow, ProspectRow, AssignmentRow, LoweredRule, LookbackOutcome, Notice, Region,
} from '../shared/rows.ts';
import type { CheckResult } from '../shared/domain/sufficiency.ts';

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
const placed = () => ({ id: text().primaryKey(), stream: text().$type<StreamId>().notNull(), version: integer().notNull(), changedBy: text().notNull() });

export const agencies = pgTable('agencies', {
  ...placed(), name: text().notNull(), state: text().notNull(), county: text().notNull(), model: text().$type<Model>().notNull(), fieldOffice: text().notNull(), zone: text().notNull(),
  lat: doublePrecision().notNull(), lon: doublePrecision().notNull(), moaSignedOn: text(), moaStatus: text().$type<MoaStatus>().notNull(),
  sites: json().$type<readonly Site[]>().notNull(), isSynthetic: boolean().notNull(),
});
export const moaIntervals = pgTable('moa_intervals', {
  ...placed(), agencyId: text().notNull(), status: text().$type<MoaStatus>().notNull(), startAt: text().notNull(), endAt: text(), recordedAt: text().notNull(),
}, (t) => [index('moa_intervals_agency').on(t.agencyId)]);
export const officers = pgTable('officers', {
  ...placed(), agencyId: text().notNull(), name: text().notNull(), badge: text().notNull(), authorityState: text().$type<AuthorityState>().notNull(),
  cardState: text().$type<CardState>().notNull(), lastCardLoginAt: text(), isSeparated: boolean().notNull(), isSynthetic: boolean().notNull(),
}, (t) => [index('officers_agency').on(t.agencyId)]);
export const authorityIntervals = pgTable('authority_intervals', {
  ...placed(), agencyId: text().notNull(), officerId: text().notNull(), model: text().$type<Model>().notNull(), startAt: text().notNull(), endAt: text(), endReason: text(),
    recordedAt: text().notNull(),
}, (t) => [index('authority_intervals_agency').on(t.agencyId), index('authority_intervals_officer').on(t.officerId)]);
export const training = pgTable('training', {
  ...placed(), agencyId: text().notNull(), officerId: text().notNull(), requirement: text().notNull(), title: text().notNull(), completedOn: text(), verifiedBy: text(), verifiedAt: text(),
  evidence: text(), provider: text(), importId: text(), recordedBy: text(), recordedAt: text(), withdrawnBy: text(), withdrawnAt: text(), withdrawnReason: text(),
}, (t) => [index('training_agency').on(t.agencyId), index('training_officer').on(t.officerId)]);
export const officerEvents = pgTable('officer_events', {
  ...placed(), agencyId: text().notNull(), officerId: text().notNull(), kind: text().notNull(), at: text().notNull(), details: json().$type<OfficerEventRow['details']>().notNull(),
  recordedBy: text().notNull(), recordedRole: text().$type<Role>().notNull(), recordedAt: text().notNull(),
}, (t) => [index('officer_events_agency').on(t.agencyId), index('officer_events_officer').on(t.officerId)]);
export const courseWaivers = pgTable('course_waivers', {
  ...placed(), agencyId: text().notNull(), officerId: text(), requirement: text().notNull(), reason: text().notNull(), evidence: text().notNull(), filedBy: text().notNull(), filedAt: text().notNull(),
  substitute: text(), grantedBy: text(), grantedAt: text(), validFrom: text(), expiresOn: text(), endedBy: text(), endedAt: text(),
}, (t) => [index('course_waivers_agency').on(t.agencyId)]);
export const attestations = pgTable('attestations', {
  ...placed(), agencyId: text().notNull(), officerId: text().notNull(), period: text().notNull(), attestedBy: text().notNull(), attestedAt: text().notNull(), note: text().notNull(),
  basis: json().$type<AttestationRow['basis']>().notNull(),
}, (t) => [index('attestations_agency').on(t.agencyId), index('attestations_officer').on(t.officerId)]);
export const requirementOwners = pgTable('requirement_owners', {
  ...placed(), agencyId: text().notNull(), requirement: text().notNull(), name: text().notNull(), title: text().notNull(), contact: text().notNull(), namedBy: text().notNull(), namedAt: text().notNull(),
}, (t) => [index('requirement_owners_agency').on(t.agencyId)]);
export const trainingImports = pgTable('training_imports', {
  ...placed(), agencyId: text().notNull(), importId: text().notNull(), fileName: text().notNull(), fileHash: text().notNull(), source: text().$type<TrainingImportRow['source']>().notNull(), rows: integer().notNull(),
  importedBy: text().notNull(), importedAt: text().notNull(), undoneBy: text(), undoneAt: text(),
}, (t) => [index('training_imports_agency').on(t.agencyId)]);
export const onboardingFacts = pgTable('onboarding_facts', {
  ...placed(), agencyId: text().notNull(), step: text().notNull(), kind: text().notNull(), on: text().notNull(), cause: text(), note: text().notNull(), position: integer(), priorityBasis: text(), withdraws: text(),
  recordedBy: text().notNull(), recordedAt: text().notNull(),
}, (t) => [index('onboarding_facts_agency').on(t.agencyId)]);
export const prospects = pgTable('prospects', {
  ...placed(), pmId: text().notNull(), name: text().notNull(), state: text().notNull(), county: text().notNull(), stage: text().notNull(), contacts: json().$type<ProspectRow['contacts']>().notNull(),
  openedAt: text().notNull(), changedAt: text().notNull(),
}, (t) => [index('prospects_pm').on(t.pmId)]);
export const staff = pgTable('staff', {
  ...placed(), name: text().notNull(), role: text().$type<Role>().notNull(), legalTitle: text().notNull(), fieldOffice: text().notNull(),
  signerKid: text(), signerJwk: text(), activeFrom: text().notNull(), activeTo: text(),
});
export const assignments = pgTable('assignments', {
  ...placed(), pmId: text().notNull(), agencyId: text().notNull(), kind: text().$type<AssignmentRow['kind']>().notNull(), startAt: text().notNull(), endAt: text(),
}, (t) => [index('assignments_pm').on(t.pmId), index('assignments_agency').on(t.agencyId)]);
export const itineraryStops = pgTable('itinerary_stops', {
  ...placed(), pmId: text().notNull(), agencyId: text().notNull(), arriveAt: text().notNull(), departAt: text().notNull(), purpose: text().notNull(), note: text().notNull(),
}, (t) => [index('itinerary_stops_pm').on(t.pmId), index('itinerary_stops_agency').on(t.agencyId)]);
export const subjects = pgTable('subjects', {
  ...placed(), agencyId: text().notNull(), name: text().notNull(), aNumber: text(), fin: text(), bornOn: text(), isSynthetic: boolean().notNull(),
}, (t) => [
  index('subjects_agency').on(t.agencyId),
  // The same expressions as in `hq/persons.ts`, word for word.
  index('subjects_a_number').on(sql`lpad(regexp_replace(${t.aNumber}, '[^0-9]', '', 'g'), 9, '0')`), index('subjects_fin').on(sql`upper(regexp_replace(${t.fin}, '[^0-9A-Za-z]', '', 'g'))`),
]);
export const packets = pgTable('packets', {
  ...placed(), agencyId: text().notNull(), subjectId: text().notNull(), preparerId: text().notNull(), type: text().$type<PacketType>().notNull(), state: text().$type<PacketState>().notNull(),
  currentVersion: integer().notNull(), eventNumber: text().notNull(), isDetained: boolean().notNull(), isResubmitted: boolean().notNull(), receivedAt: text().notNull(),
  deadlineAt: text(), deadlineClock: text(), custodyLimitAt: text(), lane: integer().$type<PacketRow['lane']>().notNull(),
  blockCount: integer().notNull(), holdCount: integer().notNull(), warnCount: integer().notNull(), openHolds: integer().notNull(), nextAt: text(), nextClock: text(),
}, (t) => [index('packets_agency').on(t.agencyId), index('packets_subject').on(t.subjectId)]);
export const packetVersions = pgTable('packet_versions', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), number: integer().notNull(), preparerId: text().notNull(), content: text().notNull(), contentHash: text().notNull(),
  preparedAt: text().notNull(), receivedAt: text().notNull(),
}, (t) => [index('packet_versions_packet').on(t.packetId), index('packet_versions_agency').on(t.agencyId)]);
export const checkRuns = pgTable('check_runs', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), number: integer().notNull(), pack: text().notNull(), inputsHash: text().notNull(), evaluatedAt: text().notNull(),
  results: json().$type<readonly CheckResult[]>().notNull(),
}, (t) => [index('check_runs_packet').on(t.packetId), index('check_runs_agency').on(t.agencyId)]);
export const statements = pgTable('statements', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), number: integer().notNull(), formId: text().notNull(), formHash: text().notNull(), signerId: text().notNull(),
  legalTitle: text().notNull(), capacity: text().notNull(), signedAt: text().notNull(), zone: text().notNull(), jws: text().notNull(),
  effect: text().$type<StatementEffect>().notNull(), reviewReasons: json().$type<readonly string[]>().notNull(),
}, (t) => [index('statements_packet').on(t.packetId), index('statements_agency').on(t.agencyId)]);
export const returns = pgTable('returns', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), number: integer().notNull(), deficiencies: json().$type<readonly Deficiency[]>().notNull(), note: text().notNull(),
  returnedBy: text().notNull(), returnedAt: text().notNull(),
}, (t) => [index('returns_packet').on(t.packetId), index('returns_agency').on(t.agencyId)]);
export const holds = pgTable('holds', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), subjectId: text().notNull(), rule: text().notNull(), reason: text().notNull(), placedBy: text().notNull(),
    placedAt: text().notNull(),
  releasedBy: text(), releasedRole: text().$type<Role>(), releasedAt: text(), releaseNote: text(),
}, (t) => [index('holds_packet').on(t.packetId), index('holds_subject').on(t.subjectId), index('holds_agency').on(t.agencyId)]);
export const pins = pgTable('pins', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), number: integer().notNull(), element: text().notNull(), evidenceId: text().notNull(), page: integer().notNull(), region: json().$type<Region>(), quote: text().notNull(), addedBy: text().notNull(), addedAt: text().notNull(),
}, (t) => [index('pins_packet').on(t.packetId), index('pins_agency').on(t.agencyId)]);
export const lookbackReviews = pgTable('lookback_reviews', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), statementId: text(), cause: text().notNull(), reasons: json().$type<readonly string[]>().notNull(), isDetained: boolean().notNull(), openedAt: text().notNull(), dueAt: text().notNull(), ownerId: text(), outcome: text().$type<LookbackOutcome>(), outcomeNote: text(), notices: json().$type<readonly Notice[]>().notNull(), closedBy: text(), closedAt: text(),
}, (t) => [index('lookback_reviews_packet').on(t.packetId), index('lookback_reviews_agency').on(t.agencyId)]);
export const custodyEvents = pgTable('custody_events', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), subjectId: text().notNull(), kind: text().notNull(), at: text().notNull(), zone: text().notNull(), details: json().$type<Readonly<Record<string, string | number | boolean | null>>>().notNull(), recordedBy: text().notNull(), recordedAt: text().notNull(),
}, (t) => [index('custody_events_packet').on(t.packetId), index('custody_events_subject').on(t.subjectId), index('custody_events_agency').on(t.agencyId)]);
export const claims = pgTable('claims', {
  ...placed(), agencyId: text().notNull(), subjectId: text().notNull(), packetId: text().notNull(), kind: text().notNull(), source: text().notNull(), statement: text().notNull(), reportedAt: text().notNull(), zone: text().notNull(), recordedBy: text().notNull(), recordedAt: text().notNull(), consultedAt: text(), outcome: text(), outcomeNote: text(), closedBy: text(), closedAt: text(),
}, (t) => [index('claims_packet').on(t.packetId), index('claims_subject').on(t.subjectId), index('claims_agency').on(t.agencyId)]);
export const siteCalls = pgTable('site_calls', {
  ...placed(), agencyId: text().notNull(), calledAt: text().notNull(), zone: text().notNull(), caller: text().notNull(), about: text().notNull(), action: text().notNull(), kind: text().notNull(), subjectId: text(), packetId: text(), recordedBy: text().notNull(), recordedAt: text().notNull(), closedAt: text(),
}, (t) => [index('site_calls_agency').on(t.agencyId)]);
export const rulePacks = pgTable('rule_packs', {
  ...placed(), packVersion: text().notNull(), document: text().notNull(), documentHash: text().notNull(), jws: text().notNull(), effectiveFrom: text().notNull(), publishedBy: text().notNull(), publishedAt: text().notNull(), approvers: json().$type<readonly string[]>().notNull(), lowered: json().$type<readonly LoweredRule[]>().notNull(),
}, (t) => [index('rule_packs_stream').on(t.stream)]);
export const packetLinks = pgTable('packet_links', {
  ...placed(), agencyId: text().notNull(), packetId: text().notNull(), otherPacketId: text().notNull(), otherAgencyId: text().notNull(), kind: text().$type<'duplicate' | 'similar'>().notNull(), score: doublePrecision().notNull(), excerpt: text().notNull(), foundAt: text().notNull(),
}, (t) => [index('packet_links_packet').on(t.packetId), index('packet_links_agency').on(t.agencyId)]);
export const savedFilters = pgTable('saved_filters', {
  ...placed(), pmId: text().notNull(), name: text().notNull(), filter: json().$type<Readonly<Record<string, string>>>().notNull(), savedAt: text().notNull(), isRemoved: boolean().notNull(),
}, (t) => [index('saved_filters_pm').on(t.pmId)]);

/** Every shared table by the name that `shared/rows.ts` gives it. */
export const TABLES = {
  agencies, moa_intervals: moaIntervals, officers, authority_intervals: authorityIntervals, training, officer_events: officerEvents, course_waivers: courseWaivers, attestations,
  requirement_owners: requirementOwners, training_imports: trainingImports, onboarding_facts: onboardingFacts, prospects, staff, assignments, itinerary_stops: itineraryStops, subjects, packets,
  packet_versions: packetVersions, check_runs: checkRuns, statements, returns, holds,
  pins, lookback_reviews: lookbackReviews, custody_events: custodyEvents, claims, site_calls: siteCalls, rule_packs: rulePacks, packet_links: packetLinks, saved_filters: savedFilters,
} as const;

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
/** A type error here means that schema.ts and shared/rows.ts differ. */
export const SCHEMA_IS_ROWS: { readonly [T in TableName]: Same<Readonly<Required<Rows[T]>>, Readonly<(typeof TABLES)[T]['$inferSelect']>> } = {
  agencies: true, moa_intervals: true, officers: true, authority_intervals: true, training: true, officer_events: true, course_waivers: true, attestations: true, requirement_owners: true, training_imports: true, onboarding_facts: true, prospects: true, staff: true, assignments: true, itinerary_stops: true, subjects: true, packets: true,
  packet_versions: true, check_runs: true, statements: true, returns: true, holds: true,
  pins: true, lookback_reviews: true, custody_events: true, claims: true, site_calls: true, rule_packs: true, packet_links: true, saved_filters: true,
};
/** A shared table as the generic runner sees it: any table with the four placing columns. */
export type SharedTable = PgTable & { readonly id: PgColumn; readonly stream: PgColumn; readonly version: PgColumn };

/** Head version per stream; the row that every writer of the stream locks [SYN-6]. */
export const streams = pgTable('streams', { id: text().primaryKey(), head: integer().notNull() });
/** What pull sends: the ready line of each row's newest state, at the version that wrote it. */
export const feed = pgTable('feed', { stream: text().notNull(), version: integer().notNull(), tbl: text().notNull(), rowId: text().notNull(), line: text().notNull() },
  (t) => [primaryKey({ columns: [t.stream, t.tbl, t.rowId] }), index('feed_order').on(t.stream, t.version)]);

export const devices = pgTable('devices', {
  id: text().primaryKey(), pmId: text().notNull(), name: text().notNull(), deviceJwk: text().notNull(), signerJwk: text().notNull(), signerKid: text().notNull(), ledger: text().notNull(),
  enrolledAt: text().notNull(), revokedAt: text(), lastContactAt: text(),
}, (t) => [uniqueIndex('devices_ledger').on(t.ledger)]);
export const enrolmentCodes = pgTable('enrolment_codes', { codeHash: text().primaryKey(), pmId: text().notNull(), expiresAt: text().notNull(), usedAt: text(), deviceId: text() });

/** Newest accepted entry per `(ledger, epoch)`. `anchorAt` never goes back within an epoch. */
export const ledgerHeads = pgTable('ledger_heads', { ledger: text().notNull(), epoch: text().notNull(), seq: integer().notNull(), head: text().notNull(), anchorAt: text().notNull(),
  openedAt: text().notNull() },
  (t) => [primaryKey({ columns: [t.ledger, t.epoch] })]);
/** The stored answer per `(ledger, epoch, seq)`: a resend gets the same one [SYN-2]. */
export const pushResults = pgTable('push_results', {
  ledger: text().notNull(), epoch: text().notNull(), seq: integer().notNull(), hash: text().notNull(), commandId: text().notNull(), receipt: text().notNull(), receivedAt: text().notNull(),
}, (t) => [primaryKey({ columns: [t.ledger, t.epoch, t.seq] }), index('push_results_command').on(t.ledger, t.commandId)]);
/** Entry and whole command, for the export. Append-only [SYN-16]. */
export const ledgerEntries = pgTable('ledger_entries', { ledger: text().notNull(), epoch: text().notNull(), seq: integer().notNull(), hash: text().notNull(), entry: text().notNull(),
  command: text().notNull() },
  (t) => [primaryKey({ columns: [t.ledger, t.epoch, t.seq] })]);
/** Countersigned heads by the hash of their compact JWS: what a later envelope names as its anchor. */
export const checkpoints = pgTable('checkpoints', { hash: text().primaryKey(), ledger: text().notNull(), epoch: text().notNull(), seq: integer().notNull(), jws: text().notNull(),
  at: text().notNull() },
  (t) => [index('checkpoints_ledger').on(t.ledger, t.epoch)]);
/** Refused and forked items, whole, with the answer that they got. Never deleted. */
export const quarantine = pgTable('quarantine', {
  ledger: text().notNull(), epoch: text().notNull(), seq: integer().notNull(), hash: text().notNull(), code: text().notNull(), item: text().notNull(), receipt: text().notNull(),
    receivedAt: text().notNull(),
}, (t) => [primaryKey({ columns: [t.ledger, t.epoch, t.seq, t.hash] })]);
export const accessLog = pgTable('access_log', { device: text().notNull(), id: text().notNull(), pmId: text().notNull(), at: text().notNull(), what: text().notNull(), packetId: text(),
  receivedAt: text().notNull() },
  (t) => [primaryKey({ columns: [t.device, t.id] })]);
/** Who did what at HQ itself: commands of HQ roles, enrolments, exports. */
export const audit = pgTable('audit', { id: text().primaryKey(), at: text().notNull(), actor: text().notNull(), role: text().notNull(), what: text().notNull(), target: text().notNull(),
  outcome: text().notNull() });
/** Client assertions already used, until they expire: a replay is refused. */
export const tokens = pgTable('tokens', { jti: text().primaryKey(), device: text().notNull(), expiresAt: text().notNull() }, (t) => [index('tokens_expiry').on(t.expiresAt)]);
export const ingestSeen = pgTable('ingest_seen', { kind: text().notNull(), hash: text().notNull(), at: text().notNull() }, (t) => [primaryKey({ columns: [t.kind, t.hash] })]);
export const heartbeats = pgTable('heartbeats', { device: text().primaryKey(), at: text().notNull(), unsent: integer().notNull(), oldestAt: text(), clocksSoon: integer().notNull(),
  appVersion: text().notNull() });
/** Generation, HQ's own keys (when none are given from outside) and the like. */
export const hqState = pgTable('hq_state', { key: text().primaryKey(), value: text().notNull() });
/** Files that packets name, by content. A row here means that every chunk is here and the hash was verified. */
export const attachments = pgTable('attachments', { sha256: text().primaryKey(), bytes: integer().notNull(), mediaType: text().notNull(), receivedAt: text().notNull() });
export const attachmentChunks = pgTable('attachment_chunks', { sha256: text().notNull(), n: integer().notNull(), data: bytea().notNull() },
  (t) => [primaryKey({ columns: [t.sha256, t.n] })]);
/** What the search for links has looked at: each packet's row by its stream version, and the version of the document whose narrative stands in the buckets. */
export const linkLooks = pgTable('link_looks', { packetId: text().primaryKey(), rowVersion: integer().notNull(), number: integer().notNull() });
/** MinHash buckets of narratives (`shared/domain/similarity.ts`): two that are alike share one. */
export const narrativeBuckets = pgTable('narrative_buckets', { bucket: integer().notNull(), packetId: text().notNull() },
  (t) => [primaryKey({ columns: [t.bucket, t.packetId] }), index('narrative_buckets_packet').on(t.packetId)]);
