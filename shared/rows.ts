/**
 * Every stored row, once: the source of truth for the laptop's SQLite and HQ's PostgreSQL.
 * Both Drizzle schemas are compared with these types at compile time. Rows are flat; `json` columns
 * hold plain JSON. Instants are ISO 8601 UTC with milliseconds (`2026-11-24T19:10:00.000Z`), days `YYYY-MM-DD`.
 *
 * Each shared row carries `stream` (the one stream that it belongs to, SYN-6), `version` (the stream version
 * at which HQ last wrote it; 0 while only this laptop knows it) and `changedBy` (device or 'hq').
 */
import type { CheckResult } from './domain/sufficiency.ts';
import type { Role } from './roles.ts';
import type { StreamId } from './ids.ts';

type Placed = { readonly id: string; readonly stream: StreamId; readonly version: number; readonly changedBy: string };

export type Model = 'JEM' | 'TFM' | 'WSO';
export type MoaStatus = 'in_force' | 'suspended' | 'terminated';

export type AgencyRow = Placed & {
  readonly name: string; readonly state: string; readonly county: string; readonly model: Model;
  readonly fieldOffice: string; readonly zone: string; readonly lat: number; readonly lon: number;
  readonly moaSignedOn: string | null; readonly moaStatus: MoaStatus;
  /** Facilities at which DIOs of this agency may act (PK-05). */
  readonly sites: readonly Site[]; readonly isSynthetic: boolean;
};
export type Site = { readonly id: string; readonly name: string; readonly kind: 'jail' | 'field' | 'office' };

/** When the MOA was in force, suspended or terminated (PK-04). Intervals of one agency never overlap. */
export type MoaIntervalRow = Placed & {
  readonly agencyId: string; readonly status: MoaStatus; readonly startAt: string; readonly endAt: string | null; readonly recordedAt: string;
};

export type AuthorityState =
  | 'NOMINATED' | 'VETTED' | 'REJECTED' | 'TRAINING' | 'PASSED' | 'DISQUALIFIED' | 'CERTIFIED'
  | 'DUE_SOON' | 'LAPSED' | 'SUSPENDED' | 'REVOKED' | 'REINSTATED' | 'SEPARATED';
export type CardState = 'CARD_ACTIVE' | 'CARD_DUE' | 'CARD_DEACTIVATED' | 'REACTIVATION_REQUESTED';

/** A Designated Immigration Officer (DIO) of one agency. */
export type OfficerRow = Placed & {
  readonly agencyId: string; readonly name: string; readonly badge: string;
  readonly authorityState: AuthorityState; readonly cardState: CardState; readonly lastCardLoginAt: string | null;
  readonly isSeparated: boolean; readonly isSynthetic: boolean;
};

/** A period during which a DIO held delegated authority (AUT-5 opens it, AUT-8 to AUT-10 close it). */
export type AuthorityIntervalRow = Placed & {
  readonly agencyId: string; readonly officerId: string; readonly model: Model;
  readonly startAt: string; readonly endAt: string | null; readonly endReason: string | null;
  /** When HQ learned of this state: late lapses are found by comparing it with the acts (bitemporal). */
  readonly recordedAt: string;
};

/**
 * One completion of one requirement by one DIO: a fact, never changed. What is added later, once: who verified it against its evidence (without which it
 * does not count), and who withdrew it and why. Status and due day are computed (`training.ts`), for any day. Fields that a row of an older HQ lacks are null.
 */
export type TrainingRow = Placed & {
  readonly agencyId: string; readonly officerId: string; readonly requirement: string; readonly title: string;
  readonly completedOn: string | null; readonly verifiedBy: string | null; readonly verifiedAt: string | null;
  readonly evidence: string | null; readonly provider: string | null; readonly importId: string | null; readonly recordedBy: string | null; readonly recordedAt: string | null;
  readonly withdrawnBy: string | null; readonly withdrawnAt: string | null; readonly withdrawnReason: string | null;
};
/** One step of a DIO's authority, card or employment (domain 3.3). Facts: never changed; a correction is a later event. `at`: when it took effect; `recordedAt`: when somebody learned it. */
export type OfficerEventRow = Placed & {
  readonly agencyId: string; readonly officerId: string; readonly kind: string; readonly at: string; readonly details: Readonly<Record<string, string | number | boolean | null>>;
  readonly recordedBy: string; readonly recordedRole: Role; readonly recordedAt: string;
};
/**
 * A course that cannot be taken (domain 3.4): filed by a PM with evidence, answered by a National PM with a waiver or a substitute until a day.
 * `agencyId` `*` in stream `program`: every agency; `officerId` null: every DIO of the agency.
 */
export type CourseWaiverRow = Placed & {
  readonly agencyId: string; readonly officerId: string | null; readonly requirement: string; readonly reason: string; readonly evidence: string; readonly filedBy: string; readonly filedAt: string;
  readonly substitute: string | null; readonly grantedBy: string | null; readonly grantedAt: string | null; readonly validFrom: string | null; readonly expiresOn: string | null;
  readonly endedBy: string | null; readonly endedAt: string | null;
};
/** The annual verification of one DIO (ERO 13004.2): what the PM found, requirement by requirement, and said. `period`: the fiscal year. */
export type AttestationRow = Placed & {
  readonly agencyId: string; readonly officerId: string; readonly period: string; readonly attestedBy: string; readonly attestedAt: string; readonly note: string;
  readonly basis: readonly { readonly requirement: string; readonly standing: string; readonly dueOn: string | null }[];
};
/** The training officer who answers for one requirement at one agency; the newest counts. */
export type RequirementOwnerRow = Placed & {
  readonly agencyId: string; readonly requirement: string; readonly name: string; readonly title: string; readonly contact: string; readonly namedBy: string; readonly namedAt: string;
};
/** One roster read into one agency: which file, how much of it, and whether it was taken back whole. */
export type TrainingImportRow = Placed & {
  readonly agencyId: string; readonly importId: string; readonly fileName: string; readonly fileHash: string; readonly source: 'PALMS' | 'FLETC'; readonly rows: number; readonly importedBy: string; readonly importedAt: string;
  readonly undoneBy: string | null; readonly undoneAt: string | null;
};

/** Federal staff: PMs and HQ roles, with the *legal* title that decides what they may sign (CFR 239.1(a), 287.5(e)(2)). */
export type StaffRow = Placed & {
  readonly name: string; readonly role: Role; readonly legalTitle: string; readonly fieldOffice: string;
  readonly signerKid: string | null; readonly signerJwk: string | null; readonly activeFrom: string; readonly activeTo: string | null;
};

/** Which PM answers for which agency, and when [SYN-7]. */
export type AssignmentRow = Placed & {
  readonly pmId: string; readonly agencyId: string; readonly kind: 'assigned' | 'delegated'; readonly startAt: string; readonly endAt: string | null;
};

export type ItineraryStopRow = Placed & {
  readonly pmId: string; readonly agencyId: string; readonly arriveAt: string; readonly departAt: string;
  readonly purpose: string; readonly note: string;
};

/** One person, as one agency knows them. Holds on a person and queue rows point here. */
export type SubjectRow = Placed & {
  readonly agencyId: string; readonly name: string; readonly aNumber: string | null; readonly fin: string | null;
  readonly bornOn: string | null; readonly isSynthetic: boolean;
};

export const PACKET_TYPES = ['P-NTA', 'P-REIN', 'P-FARO', 'P-ER', 'P-FINAL', 'P-DET', 'P-WSO', 'P-NONE', 'P-VR'] as const;
export type PacketType = (typeof PACKET_TYPES)[number];
export type PacketState = 'in_review' | 'returned' | 'part_signed' | 'signed' | 'closed';

/** The packet's head: what the queue lists. Its words live in `packet_versions`. */
export type PacketRow = Placed & {
  readonly agencyId: string; readonly subjectId: string; readonly preparerId: string; readonly type: PacketType;
  readonly state: PacketState; readonly currentVersion: number; readonly eventNumber: string;
  readonly isDetained: boolean; readonly isResubmitted: boolean; readonly receivedAt: string;
  /** Earliest irreversible event, and which clock it is: computed by `packetClocks`, stored for the queue's index. */
  readonly deadlineAt: string | null; readonly deadlineClock: string | null;
  /** Earliest of K2/K2B/K3: passed means over-detention, tier T0 (domain 2.3). */
  readonly custodyLimitAt: string | null;
  /** 0 protective hold open (T0), 1 in review, 5 returned, 9 done. */
  readonly lane: 0 | 1 | 5 | 9;
  readonly blockCount: number; readonly holdCount: number; readonly warnCount: number; readonly openHolds: number;
  /** The clock that is due after `deadlineAt`: heads the row once a local release has passed. Null: none, or a row older than this column. */
  readonly nextAt: string | null; readonly nextClock: string | null;
};

/** One immutable version of a packet's document. `content` is RFC 8785 text; `contentHash` its SHA-256. */
export type PacketVersionRow = Placed & {
  readonly agencyId: string; readonly packetId: string; readonly number: number; readonly preparerId: string;
  readonly content: string; readonly contentHash: string; readonly preparedAt: string; readonly receivedAt: string;
};

/** What one rule pack said of one version, and when. Old results are never re-graded. */
export type CheckRunRow = Placed & {
  readonly agencyId: string; readonly packetId: string; readonly number: number; readonly pack: string;
  readonly inputsHash: string; readonly evaluatedAt: string; readonly results: readonly CheckResult[];
};

export type StatementEffect = 'provisional' | 'in_effect' | 'under_review';
/** One sealed signature over one form. Never updated except for what HQ adds on receipt. */
export type StatementRow = Placed & {
  readonly agencyId: string; readonly packetId: string; readonly number: number; readonly formId: string;
  readonly formHash: string; readonly signerId: string; readonly legalTitle: string; readonly capacity: string;
  readonly signedAt: string; readonly zone: string; readonly jws: string;
  readonly effect: StatementEffect; readonly reviewReasons: readonly string[];
};

export type Deficiency = { readonly rule: string; readonly field: string; readonly note: string };
export type ReturnRow = Placed & {
  readonly agencyId: string; readonly packetId: string; readonly number: number; readonly deficiencies: readonly Deficiency[];
  readonly note: string; readonly returnedBy: string; readonly returnedAt: string;
};

export type HoldRow = Placed & {
  readonly agencyId: string; readonly packetId: string; readonly subjectId: string; readonly rule: string; readonly reason: string;
  readonly placedBy: string; readonly placedAt: string;
  readonly releasedBy: string | null; readonly releasedRole: Role | null; readonly releasedAt: string | null; readonly releaseNote: string | null;
};

export type Region = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
export type LookbackOutcome = 'stands' | 'cancelled' | 'reissued' | 'released';
export type Notice = { readonly to: string; readonly at: string; readonly what: string };
export type LoweredRule = { readonly rule: string; readonly what: string };

/** Where a required element stands in an evidence item; the DIO's own pins are in the document, these the signer added. `region` in fractions of the page, null = the whole page. */
export type PinRow = Placed & {
  readonly agencyId: string; readonly packetId: string; readonly number: number; readonly element: string; readonly evidenceId: string; readonly page: number; readonly region: Region | null; readonly quote: string; readonly addedBy: string; readonly addedAt: string;
};
/** A look back at an act that rested on facts that had changed (0.4 item 7): owner, one business day, outcome, notices. */
export type LookbackReviewRow = Placed & {
  readonly agencyId: string; readonly packetId: string; readonly statementId: string | null; readonly cause: string; readonly reasons: readonly string[]; readonly isDetained: boolean; readonly openedAt: string; readonly dueAt: string; readonly ownerId: string | null; readonly outcome: LookbackOutcome | null; readonly outcomeNote: string | null; readonly notices: readonly Notice[]; readonly closedBy: string | null; readonly closedAt: string | null;
};
/** One step of custody, from screened to ICE custody or release (domain 7). Facts: never changed; a correction is a later event. */
export type CustodyEventRow = Placed & {
  readonly agencyId: string; readonly packetId: string; readonly subjectId: string; readonly kind: string; readonly at: string; readonly zone: string; readonly details: Readonly<Record<string, string | number | boolean | null>>; readonly recordedBy: string; readonly recordedAt: string;
};
/** A claim or indicia that protects a person (citizenship, age ...), as it was told; K6 and K7 run from `reportedAt`. */
export type ClaimRow = Placed & {
  readonly agencyId: string; readonly subjectId: string; readonly packetId: string; readonly kind: string; readonly source: string; readonly statement: string; readonly reportedAt: string; readonly zone: string; readonly recordedBy: string; readonly recordedAt: string; readonly consultedAt: string | null; readonly outcome: string | null; readonly outcomeNote: string | null; readonly closedBy: string | null; readonly closedAt: string | null;
};
/** One call of a site to the officer on call, in three fields; starts K6 when it is about citizenship. */
export type SiteCallRow = Placed & {
  readonly agencyId: string; readonly calledAt: string; readonly zone: string; readonly caller: string; readonly about: string; readonly action: string; readonly kind: string; readonly subjectId: string | null; readonly packetId: string | null; readonly recordedBy: string; readonly recordedAt: string; readonly closedAt: string | null;
};
/** One rule pack that HQ published: RFC 8785 text, its hash and HQ's signature. Stream `program`. */
export type RulePackRow = Placed & {
  readonly packVersion: string; readonly document: string; readonly documentHash: string; readonly jws: string; readonly effectiveFrom: string; readonly publishedBy: string; readonly publishedAt: string; readonly approvers: readonly string[]; readonly lowered: readonly LoweredRule[];
};
/** HQ found another packet of the same person (PK-22), or a narrative that reads the same (PK-23). */
export type PacketLinkRow = Placed & {
  readonly agencyId: string; readonly packetId: string; readonly otherPacketId: string; readonly otherAgencyId: string; readonly kind: 'duplicate' | 'similar'; readonly score: number; readonly excerpt: string; readonly foundAt: string;
};
/** A named filter of the queue, one person's own. Stream `pm:<id>`. */
export type SavedFilterRow = Placed & {
  readonly pmId: string; readonly name: string; readonly filter: Readonly<Record<string, string>>; readonly savedAt: string; readonly isRemoved: boolean;
};

/** One dated fact of one step of an agency's onboarding (domain 4.1): never changed; the newest of a step and kind holds. */
export type OnboardingFactRow = Placed & {
  readonly agencyId: string; readonly step: string; readonly kind: string; readonly on: string; /** Whose days a moved plan was. */ readonly cause: string | null; readonly note: string;
  /** The place in the installer's queue, and by which rule. */ readonly position: number | null; readonly priorityBasis: string | null; readonly withdraws: string | null; readonly recordedBy: string; readonly recordedAt: string;
};
/** An agency that has no agreement yet (stage -1), with every contact. A PM's own; stream `pm:<id>`. */
export type ProspectRow = Placed & {
  readonly pmId: string; readonly name: string; readonly state: string; readonly county: string; readonly stage: string;
  readonly contacts: readonly { readonly on: string; readonly who: string; readonly what: string }[]; readonly openedAt: string; readonly changedAt: string;
};

/** Every shared table by name. The names are the table names in both databases. */
export type Rows = {
  agencies: AgencyRow;
  moa_intervals: MoaIntervalRow;
  officers: OfficerRow;
  authority_intervals: AuthorityIntervalRow;
  training: TrainingRow;
  officer_events: OfficerEventRow;
  course_waivers: CourseWaiverRow;
  attestations: AttestationRow;
  requirement_owners: RequirementOwnerRow;
  training_imports: TrainingImportRow;
  onboarding_facts: OnboardingFactRow;
  prospects: ProspectRow;
  staff: StaffRow;
  assignments: AssignmentRow;
  itinerary_stops: ItineraryStopRow;
  subjects: SubjectRow;
  packets: PacketRow;
  packet_versions: PacketVersionRow;
  check_runs: CheckRunRow;
  statements: StatementRow;
  returns: ReturnRow;
  holds: HoldRow;
  pins: PinRow;
  lookback_reviews: LookbackReviewRow;
  custody_events: CustodyEventRow;
  claims: ClaimRow;
  site_calls: SiteCallRow;
  rule_packs: RulePackRow;
  packet_links: PacketLinkRow;
  saved_filters: SavedFilterRow;
};
export type TableName = keyof Rows;

/**
 * Columns by which `many()` may filter. They are fixed when a row is made and never change after
 * (the kernel asserts it): so a row can join a filter's result but never silently leave it (SYN-4).
 */
export const TABLE_KEYS = {
  agencies: [],
  moa_intervals: ['agencyId'],
  officers: ['agencyId'],
  authority_intervals: ['officerId', 'agencyId'],
  training: ['officerId', 'agencyId'],
  officer_events: ['officerId', 'agencyId'],
  // `*`: those of the whole programme.
  course_waivers: ['agencyId'],
  attestations: ['officerId', 'agencyId'],
  requirement_owners: ['agencyId'],
  training_imports: ['agencyId'],
  onboarding_facts: ['agencyId'],
  prospects: ['pmId'],
  staff: [],
  assignments: ['pmId', 'agencyId'],
  itinerary_stops: ['pmId', 'agencyId'],
  subjects: ['agencyId'],
  packets: ['agencyId', 'subjectId'],
  packet_versions: ['packetId', 'agencyId'],
  check_runs: ['packetId', 'agencyId'],
  statements: ['packetId', 'agencyId'],
  returns: ['packetId', 'agencyId'],
  holds: ['packetId', 'subjectId', 'agencyId'],
  pins: ['packetId', 'agencyId'],
  lookback_reviews: ['packetId', 'agencyId'],
  custody_events: ['packetId', 'subjectId', 'agencyId'],
  claims: ['packetId', 'subjectId', 'agencyId'],
  site_calls: ['agencyId'],
  // All of them: they share the stream `program`.
  rule_packs: ['stream'],
  packet_links: ['packetId', 'agencyId'],
  saved_filters: ['pmId'],
} as const satisfies { [T in TableName]: readonly (keyof Rows[T])[] };

export const TABLE_NAMES = Object.keys(TABLE_KEYS) as readonly TableName[];

/** Columns stored as JSON, per table: the codec between a row and its SQL columns. */
export const JSON_COLUMNS = {
  agencies: ['sites'], moa_intervals: [], officers: [], authority_intervals: [], training: [], officer_events: ['details'], course_waivers: [], attestations: ['basis'], requirement_owners: [], training_imports: [], onboarding_facts: [], prospects: ['contacts'],
  staff: [], assignments: [], itinerary_stops: [], subjects: [], packets: [], packet_versions: [], check_runs: ['results'], statements: ['reviewReasons'],
  returns: ['deficiencies'], holds: [],
  pins: ['region'], lookback_reviews: ['reasons', 'notices'], custody_events: ['details'], claims: [], site_calls: [], rule_packs: ['approvers', 'lowered'], packet_links: [], saved_filters: ['filter'],
} as const satisfies { [T in TableName]: readonly (keyof Rows[T])[] };

/** Columns that are booleans, per table (SQLite stores 0 or 1). */
export const BOOLEAN_COLUMNS = {
  agencies: ['isSynthetic'], moa_intervals: [], officers: ['isSeparated', 'isSynthetic'], authority_intervals: [], training: [], officer_events: [], course_waivers: [], attestations: [], requirement_owners: [], training_imports: [], onboarding_facts: [], prospects: [],
  staff: [], assignments: [], itinerary_stops: [], subjects: ['isSynthetic'], packets: ['isDetained', 'isResubmitted'], packet_versions: [],
  check_runs: [], statements: [], returns: [], holds: [],
  pins: [], lookback_reviews: ['isDetained'], custody_events: [], claims: [], site_calls: [], rule_packs: [], packet_links: [], saved_filters: ['isRemoved'],
} as const satisfies { [T in TableName]: readonly (keyof Rows[T])[] };

/** A row as `decide` makes it: HQ or the laptop's kernel adds version and author. */
export type Draft<T extends TableName> = Omit<Rows[T], 'version' | 'changedBy'>;
/** The id of a version row and of its check run. */
export const versionId = (packetId: string, number: number): string => `${packetId}.${number}`;
