/**
 * Everything that any transport knows: commands, queries and session acts by name, with their types.
 * The renderer cannot tell Electron from a browser: it sees `Backend.call` and `Backend.onChanged` only.
 */
import { z } from 'zod';
import type { AttachmentState } from './attachments.ts';
import type { AnyCommand } from './command.ts';
import type { Alarm, Ring } from './domain/clock-alarms.ts';
import { type CustodyState, type CustodyTask, custodyRecord } from './domain/custody.ts';
import { filterRemove, filterRename, filterSave, QUEUE_SPLITS, type QueueFilter, queueFilterSchema } from './domain/filters.ts';
import { holdPlace, holdRelease } from './domain/holds.ts';
import type { PracticeCaseId, PracticeVerdict } from './domain/practice.ts';
import { lookbackLapse, type RevocationTask } from './domain/lapse-review.ts';
import { LOOKBACK_COMMANDS, type ChangedFact } from './domain/lookback.ts';
import { signoffReturn, signoffSign } from './domain/signoff.ts';
import { GRACE_SECONDS, type WaitingReturn } from './domain/waiting-return.ts';
import { INTAKE_COMMANDS } from './domain/intake.ts';
import { PACK_COMMANDS } from './domain/pack-commands.ts';
import { REEVALUATION_COMMANDS } from './domain/reevaluation.ts';
import type { InactivePack, LoweredNote } from './domain/published-packs.ts';
import type { RulePack } from './domain/packs.ts';
import type { Passage } from './domain/similarity.ts';
import { callClose, callLog } from './domain/calls.ts';
import { claimClose, claimConsult, claimMemo, claimRecord } from './domain/claims.ts';
import type { Clock } from './domain/clocks.ts';
import { holdFollow } from './domain/person.ts';
import { pinAdd } from './domain/pins.ts';
import type { Part } from './domain/search-words.ts';
import type { CardStanding, RecordedOfficerKind } from './domain/officer-events.ts';
import type { RequirementStanding } from './domain/training.ts';
import { type InstallOutlook, ONBOARDING_COMMANDS, type StepOwner, type StepStanding } from './domain/onboarding.ts';
import { coursesSchema, mappingSchema, ROSTER_KINDS, type RosterCourses, type RosterKind, type RosterMapping, type RosterRow } from './domain/roster-columns.ts';
import type { AgencyPlan, RosterPlan } from './domain/roster-plan.ts';
import { OFFICER_COMMANDS, OFFICER_HQ_COMMANDS } from './domain/officer-commands.ts';
import { matrixInput, type MatrixPage, type OfficerFileView } from './training-views.ts';
import { query, type Query } from './query.ts';
import type { Problem, Result } from './result.ts';
import type {
  AgencyRow, AssignmentRow, AuthorityIntervalRow, CheckRunRow, ClaimRow, CustodyEventRow, HoldRow, ItineraryStopRow, LookbackReviewRow, MoaIntervalRow, Model, OfficerRow, PacketLinkRow, PacketRow, PacketVersionRow, PinRow,
  ReturnRow, RulePackRow, SiteCallRow, StaffRow, StatementRow, SubjectRow, OfficerEventRow, OnboardingFactRow, ProspectRow,
} from './rows.ts';

/** Commands that a laptop may run. */
export const FIELD_COMMANDS = {
  'signoff.sign': signoffSign, 'signoff.return': signoffReturn, 'hold.place': holdPlace,
  'custody.record': custodyRecord,
  'call.log': callLog, 'call.close': callClose, 'claim.record': claimRecord, 'claim.consult': claimConsult, 'claim.memo': claimMemo, 'hold.follow': holdFollow,
  'pin.add': pinAdd,
  ...OFFICER_COMMANDS, ...ONBOARDING_COMMANDS,
  'filter.save': filterSave, 'filter.rename': filterRename, 'filter.remove': filterRemove,
} as const;
/** Every command that HQ knows: the field's, those of HQ roles, and intake. */
export const COMMANDS: Readonly<Record<string, AnyCommand>> = {
  ...FIELD_COMMANDS, 'hold.release': holdRelease, ...INTAKE_COMMANDS,
  'claim.close': claimClose,
  ...LOOKBACK_COMMANDS, 'lookback.lapse': lookbackLapse,
  ...OFFICER_HQ_COMMANDS,
  ...PACK_COMMANDS, ...REEVALUATION_COMMANDS,
};

/** What my work on a row is doing: derived from outbox and receipts, never stored. Words: product 4.1. */
export type WorkState = 'none' | 'draft' | 'saved' | 'sending' | 'received' | 'under_review' | 'needs_attention';

export type QueueSplit = (typeof QUEUE_SPLITS)[number];
export type QueueItem = {
  readonly packet: PacketRow; readonly subjectName: string; readonly aNumber: string | null; readonly agencyName: string; readonly zone: string;
  readonly preparerName: string; readonly isPreparerValid: boolean; readonly tier: 0 | 1 | 2 | 3 | 4 | 5; readonly work: WorkState;
};
export type QueuePage = { readonly items: readonly QueueItem[]; readonly total: number; readonly counts: Readonly<Record<QueueSplit, number>>; readonly agenciesHere: number; readonly agenciesAssigned: number; readonly now: string };

/** Where a search matched one packet: in its names (`who`), a form by its kind, `encounter`, `evidence` or a `note`; `label` says what it is called there. */
export type FoundText = { readonly packetId: string; readonly where: string; readonly label: string; readonly parts: readonly Part[] };

/** One kept filter of this person, and how many packets it shows now. */
/** Who prepared packets on this laptop, and how many; `name` is the id where the laptop lacks the officer. */
export type PreparerItem = { readonly id: string; readonly name: string; readonly agencyName: string; readonly packets: number };
export type SavedFilter = {
  readonly id: string; readonly name: string; readonly split: QueueSplit; readonly search: string; readonly agencyId?: string; readonly filter: QueueFilter; readonly count: number; readonly base: Readonly<Record<string, number>>;
};

/** What a resubmission is compared with: the version that this person decided on last (`comparedVersion`), and the last return with the version that it was about. */
export type EarlierVersions = { readonly number: number; readonly compared: PacketVersionRow | null; readonly lastReturn: ReturnRow | null; readonly returned: PacketVersionRow | null };
/** One packet with everything that its screen shows, and the stream versions that the person thereby looks at. */
export type PacketView = {
  readonly packet: PacketRow; readonly version: PacketVersionRow; readonly versions: readonly number[]; readonly subject: SubjectRow; readonly agency: AgencyRow;
  readonly preparer: OfficerRow | null; readonly officers: readonly OfficerRow[]; readonly intervals: readonly AuthorityIntervalRow[]; readonly moa: readonly MoaIntervalRow[];
  readonly checkRun: CheckRunRow | null; readonly statements: readonly StatementRow[]; readonly returns: readonly ReturnRow[]; readonly holds: readonly HoldRow[]; /** Protective matters of the packet; never what stands behind restricted handling. */ readonly claims: readonly ClaimRow[]; readonly lookbacks: readonly LookbackItem[];
  /** Other packets of the same person and narratives that read the same, as HQ found them. */
  readonly links: readonly PacketLinkRow[];
  readonly staff: readonly Pick<StaffRow, 'id' | 'name' | 'role' | 'legalTitle'>[]; readonly signer: StaffRow | null;
  readonly pins: readonly PinRow[];
  readonly base: Readonly<Record<string, number>>; readonly work: WorkState; readonly nextId: string | null; readonly previousId: string | null; readonly now: string;
  /** Custody events, in the order in which they happened. */
  readonly custody: readonly CustodyEventRow[];
  /** The rule pack that counts and those that wait to count; and what packs lowered in the last 30 days. */
  readonly packs: readonly RulePackRow[]; readonly lowered: readonly LoweredNote[];
  /** Null for a first version. */
  readonly earlier: EarlierVersions | null;
};

/** One person on the custody board. `custodyLimitAt`: the running custody limit; `deadlineAt`: the head's clock, local release among them; `task`: what is to be done, apart from a limit that has passed. */
export type CustodyCard = {
  readonly packetId: string; readonly eventNumber: string; readonly subjectName: string; readonly state: CustodyState; readonly deadlineAt: string | null; readonly deadlineClock: string | null; readonly custodyLimitAt: string | null;
  readonly openHolds: number; readonly lastKind: string | null; readonly lastAt: string | null; readonly task: CustodyTask | null; readonly isArrested: boolean;
};
export type CustodyBoard = {
  readonly agencies: readonly { readonly id: string; readonly name: string; readonly zone: string; readonly model: Model; readonly people: number; readonly limitAt: string | null }[];
  readonly agencyId: string | null; readonly cards: readonly CustodyCard[]; readonly total: number; readonly now: string;
};

/** A look-back review with names: what was signed by whom, and what HQ had otherwise. `ownerName` null: the SDDO of `fieldOffice` by rule. */
export type LookbackItem = {
  readonly review: LookbackReviewRow; readonly facts: readonly ChangedFact[]; readonly subjectName: string; readonly agencyName: string; readonly zone: string; readonly fieldOffice: string;
  readonly ownerName: string | null; readonly closedByName: string | null; readonly signedByName: string | null; readonly signedAt: string | null; readonly forms: readonly string[]; readonly isMine: boolean;
};
/** One packet's head and its I-213 narrative, cut where it reads like the other one. `passages` null: it has no narrative. */
export type PacketBeside = { readonly packet: PacketRow; readonly subjectName: string; readonly agencyName: string; readonly zone: string; readonly passages: readonly Passage[] | null };
/** Two packets that HQ linked. `other` null: its stream is not on this laptop, and what HQ sent in the links is all there is. */
export type PacketsBeside = { readonly own: PacketBeside; readonly other: PacketBeside | null; readonly links: readonly PacketLinkRow[]; readonly now: string };

export type AgencyItem = { readonly agency: AgencyRow; readonly openPackets: number; readonly officers: number; readonly officersValid: number; readonly earliestDeadlineAt: string | null };
export type OfficerItem = { readonly officer: OfficerRow; readonly agencyName: string; readonly zone: string; readonly interval: AuthorityIntervalRow | null; readonly intervals: readonly AuthorityIntervalRow[];
  /** Of what is asked of this model. */ readonly standings: readonly RequirementStanding[]; readonly card: CardStanding; readonly events: readonly OfficerEventRow[]; readonly earliestDueOn: string | null;
  /** What a lapse asks for; null when nothing is. */ readonly revocation: RevocationTask | null; /** What a PM may record from the present state. */ readonly steps: readonly RecordedOfficerKind[];
  /** Versions of the streams that the person looks at. */ readonly base: Readonly<Record<string, number>> };
/** One packet with an act of a DIO outside authority. `group`: what is to be done about it; `review`: the look-back that answers for it, as far as HQ has opened it. */
export type TouchedPacket = {
  readonly packetId: string; readonly eventNumber: string; readonly subjectName: string; readonly group: 'custody' | 'served' | 'signed'; readonly isSigned: boolean; readonly isServed: boolean; readonly isDetained: boolean;
  readonly acts: readonly { readonly words: string; readonly at: string; readonly why: string }[]; readonly review: { readonly dueAt: string; readonly outcome: LookbackReviewRow['outcome'] } | null;
};
/** The packets that a lapse of one DIO touches: in custody first, then served, then signed. */
export type OfficerLapses = { readonly officerId: string; readonly officerName: string; readonly agencyName: string; readonly zone: string; readonly packets: readonly TouchedPacket[] };
/** One agency that is being set up, as of the day at its site. `slips`: days by owner, the most first. `installer`: its turn with the installer; null when installed or unknown. */
export type OnboardingItem = {
  readonly agencyId: string; readonly name: string; readonly zone: string; readonly fieldOffice: string; readonly today: string; readonly schedule: readonly StepStanding[]; readonly outlook: InstallOutlook;
  readonly slips: readonly (readonly [StepOwner, number])[]; readonly readyEarly: number | null; readonly position: number | null; readonly priorityBasis: string | null;
  readonly installer: { readonly from: string; readonly to: string; readonly waits: number } | null; readonly facts: readonly OnboardingFactRow[];
  /** Cards while the site waits for its equipment; null when it is installed or nobody knows when it will be. `ready`: DIOs with authority and no terminal. `nearest`: the nearest working site, great-circle miles. */
  readonly cards: {
    readonly installOn: string; readonly ready: number; readonly unknown: number; readonly dead: readonly { readonly officerId: string; readonly name: string; readonly badge: string; readonly isAsked: boolean }[];
    readonly dying: readonly { readonly officerId: string; readonly name: string; readonly badge: string; readonly diesAt: string }[]; readonly nearest: { readonly name: string; readonly miles: number } | null;
  } | null;
};
export type OnboardingView = { readonly items: readonly OnboardingItem[]; readonly prospects: readonly ProspectRow[]; readonly now: string };
export type ItineraryItem = { readonly stop: ItineraryStopRow; readonly agencyName: string; readonly zone: string; readonly openPackets: number };

/** A claim or call with its clocks, as the Claims screen lists it. `name`: of the person, or what the caller said. */
export type StopItem = {
  readonly id: string; readonly claim: ClaimRow | null; readonly call: SiteCallRow | null; readonly clocks: readonly Clock[]; /** The earliest clock that runs. */ readonly deadlineAt: string | null;
  readonly name: string; readonly aNumber: string | null; readonly agencyName: string; readonly zone: string; readonly packetId: string | null; readonly isOpen: boolean;
  /** When the memorandum on the claim was sent. */ readonly memoAt: string | null; /** Open holds of this claim's rule on the packet. */ readonly openHolds: number;
  readonly base: Readonly<Record<string, number>>;
};
export type OutboxState = 'ready' | 'sending' | 'received' | 'under_review' | 'refused';
export type SyncItem = {
  readonly seq: number; readonly commandId: string; readonly name: string; readonly packetId: string | null; readonly title: string; readonly savedAt: string;
  readonly state: OutboxState; readonly attempts: number; readonly lastAttemptAt: string | null; readonly nextAttemptAt: string | null; readonly bytes: number;
  readonly reason: { readonly code: string; readonly details: Readonly<Record<string, unknown>> } | null;
  readonly receipt: { readonly code: string; readonly receivedAt: string; readonly hash: string } | null; readonly replaces: string | null;
  /** The look-back review that HQ opened on this act, if any. */
  readonly lookback: { readonly dueAt: string; readonly outcome: LookbackReviewRow['outcome'] } | null;
};
export type LinkState = 'unknown' | 'online' | 'offline';
/** All that the status bar and the Sync screen need; the words are a pure function of it (`shared/domain/status.ts`). */
export type SyncStatus = {
  readonly link: LinkState; readonly ready: number; readonly attention: number; readonly sending: { readonly done: number; readonly of: number; readonly bytesLeft: number } | null;
  readonly stalledUntil: string | null; readonly stallReason: { readonly code: string; readonly details: Readonly<Record<string, unknown>> } | null;
  readonly lastReceivedAt: string | null; readonly hqDataAsOf: string | null; readonly oldestUnsentAt: string | null; readonly isPulling: boolean; readonly pulledRows: number;
  readonly clockAtRisk: { readonly count: number; readonly deadlineAt: string; readonly clock: string; readonly agencyName: string; readonly zone: string; readonly packetId: string } | null;
  readonly clockSkewMs: number | null; readonly isClockTrusted: boolean; readonly diskFreeBytes: number | null; readonly now: string; readonly isPaused: boolean;
};
export type Overview = {
  readonly now: string; readonly atRisk: readonly QueueItem[]; readonly attention: readonly { readonly kind: 'hold' | 'under_review' | 'refused' | 'resubmitted' | 'claim' | 'authority' | 'training' | 'revocation'; readonly title: string; readonly detail: string; readonly route: string }[];
  readonly unsent: readonly SyncItem[]; readonly openTotal: number; readonly nextStops: readonly ItineraryItem[]; readonly signedToday: number; readonly agenciesHere: number; readonly agenciesAssigned: number;
};
/** One pack of the history: where it stands, and who stands for it. `problem` only when it may not count. */
export type PackItem = {
  readonly version: string; readonly state: 'active' | 'waiting' | 'proposed' | 'replaced' | 'inactive'; readonly isBuiltIn: boolean; readonly effectiveFrom: string | null; readonly publishedAt: string | null;
  readonly publishedBy: string; readonly approvers: readonly string[]; readonly lowered: RulePackRow['lowered']; readonly problem: InactivePack['problem'] | null;
};
/** The rules as this laptop judges by them now. `packs`: the newest first, the built-in one last. */
export type RulesView = { readonly pack: RulePack; readonly packs: readonly PackItem[]; readonly lowered: readonly LoweredNote[]; readonly now: string };
/** The return that waits to be made, or what became of the last one. `preparerName`: to whom it goes back. */
export type WaitingReturnView = {
  readonly packetId: string; readonly number: number; readonly eventNumber: string; readonly preparerName: string | null; readonly deficiencies: number; readonly zone: string;
  readonly decidedAt: string; readonly dueAt: string; readonly outcome: WaitingReturn['outcome']; readonly now: string;
};
export type Draft = { readonly key: string; readonly body: string; readonly savedAt: string };

const none = z.strictObject({});
export const QUERIES = {
  'today.overview': query<Overview>()('today.overview', none, ['packets', 'holds', 'statements', 'lookback_reviews', 'outbox', 'receipts', 'itinerary_stops', 'officers', 'authority_intervals', 'training', 'officer_events', 'course_waivers', 'claims', 'site_calls']),
  'queue.list': query<QueuePage>()('queue.list', z.strictObject({
    split: z.enum(QUEUE_SPLITS), search: z.string().max(200),
    /** Only packets of this agency; the counts of the splits then count that agency alone. */
    agencyId: z.string().min(1).max(120).optional(),
    /** What else the packets shown must have; the counts then look at it too. */
    filter: queueFilterSchema.optional(), offset: z.int().min(0), limit: z.int().min(1).max(500),
  }), ['packets', 'custody_events', 'pins', 'packet_versions', 'holds', 'returns', 'claims', 'statements', 'lookback_reviews', 'subjects', 'agencies', 'officers', 'outbox', 'receipts', 'drafts']),
  'filters.list': query<readonly SavedFilter[]>()('filters.list', none, ['saved_filters', 'packets', 'lookback_reviews', 'custody_events', 'pins', 'packet_versions', 'holds', 'returns', 'claims', 'subjects', 'agencies', 'officers']),
  /** Who prepared the packets on this laptop, by name. */
  'queue.preparers': query<readonly PreparerItem[]>()('queue.preparers', none, ['packets', 'officers', 'agencies']),
  /** Where the search matched these packets, the ones on screen: a snippet each. */
  'queue.found': query<readonly FoundText[]>()('queue.found', z.strictObject({ search: z.string().max(200), packetIds: z.array(z.string().max(64)).max(100) }), ['packets', 'lookback_reviews', 'custody_events', 'pins', 'packet_versions', 'holds', 'returns', 'claims', 'subjects', 'agencies', 'officers']),
  'packet.open': query<PacketView>()('packet.open', z.strictObject({ packetId: z.string(), number: z.int().min(1).nullable() }), ['packets', 'packet_versions', 'check_runs', 'statements', 'returns', 'holds', 'officers', 'authority_intervals', 'moa_intervals', 'outbox', 'receipts', 'custody_events', 'claims', 'lookback_reviews', 'rule_packs', 'packet_links', 'pins']),
  'agencies.list': query<readonly AgencyItem[]>()('agencies.list', none, ['agencies', 'packets', 'officers', 'authority_intervals']),
  'officers.list': query<readonly OfficerItem[]>()('officers.list', z.strictObject({ agencyId: z.string().nullable() }), ['officers', 'authority_intervals', 'training', 'officer_events', 'course_waivers', 'agencies']),
  /** DIOs against requirements, as of now or of a past day. */
  'training.matrix': query<MatrixPage>()('training.matrix', matrixInput, ['officers', 'agencies', 'officer_events', 'training', 'course_waivers', 'authority_intervals']),
  'officer.file': query<OfficerFileView>()('officer.file', z.strictObject({ officerId: z.string().min(1).max(64) }), ['officers', 'agencies', 'officer_events', 'training', 'course_waivers', 'authority_intervals', 'attestations', 'requirement_owners', 'packets', 'staff']),
  /** Imports of rosters, the newest first. */
  'imports.list': query<readonly ImportItem[]>()('imports.list', none, ['training_imports', 'staff']),
  /** Packets with an act of a DIO outside authority, of one DIO or of all (null). */
  'officers.lapses': query<readonly OfficerLapses[]>()('officers.lapses', z.strictObject({ officerId: z.string().max(64).nullable() }), ['officers', 'agencies', 'officer_events', 'training', 'course_waivers', 'authority_intervals', 'packets', 'packet_versions', 'statements', 'subjects', 'lookback_reviews']),
  'itinerary.list': query<readonly ItineraryItem[]>()('itinerary.list', none, ['itinerary_stops', 'packets', 'agencies']),
  'assignments.list': query<readonly AssignmentRow[]>()('assignments.list', none, ['assignments']),
  'sync.items': query<readonly SyncItem[]>()('sync.items', z.strictObject({ filter: z.enum(['all', 'attention', 'unsent', 'received']) }), ['outbox', 'receipts', 'lookback_reviews']),
  'sync.status': query<SyncStatus>()('sync.status', none, ['outbox', 'receipts', 'sync_state', 'packets']),
  'document.states': query<readonly AttachmentState[]>()('document.states', z.strictObject({ packetId: z.string(), number: z.int().min(1).nullable() }), ['attachments', 'packet_versions']),
  'draft.get': query<Draft | null>()('draft.get', z.strictObject({ key: z.string().max(120) }), ['drafts']),
  'return.waiting': query<WaitingReturnView | null>()('return.waiting', none, ['drafts', 'packets', 'officers', 'agencies']),
  /** People in custody at one agency (null: the one with the nearest limit), by state. */
  'custody.board': query<CustodyBoard>()('custody.board', z.strictObject({ agencyId: z.string().min(1).max(120).nullable() }), ['custody_events', 'packets', 'packet_versions', 'statements', 'subjects', 'agencies']),
  /** Claims and calls, running clocks first; `agencyId` null: of all agencies. */
  'claims.list': query<readonly StopItem[]>()('claims.list', z.strictObject({ agencyId: z.string().max(120).nullable() }), ['claims', 'site_calls', 'holds', 'subjects', 'agencies', 'packets']),
  'onboarding.list': query<OnboardingView>()('onboarding.list', none, ['agencies', 'onboarding_facts', 'prospects', 'officers', 'officer_events', 'training', 'course_waivers', 'authority_intervals']),
  'lookback.list': query<readonly LookbackItem[]>()('lookback.list', none, ['lookback_reviews', 'packets', 'statements', 'staff']),
  'rules.overview': query<RulesView>()('rules.overview', none, ['rule_packs', 'staff']),
  'packet.beside': query<PacketsBeside>()('packet.beside', z.strictObject({ packetId: z.string().max(64), otherPacketId: z.string().max(64) }), ['packets', 'packet_versions', 'packet_links', 'subjects', 'agencies']),
} as const;
export type Queries = typeof QUERIES;
export type QueryName = keyof Queries;
export type QueryIn<N extends QueryName> = Queries[N] extends Query<infer In, unknown> ? In : never;
export type QueryOut<N extends QueryName> = Queries[N] extends Query<infer _In, infer Out> ? Out : never;

export type FieldCommandName = keyof typeof FIELD_COMMANDS;
export type CommandIn<N extends FieldCommandName> = z.infer<(typeof FIELD_COMMANDS)[N]['input']>;
/** A command was saved on this laptop; HQ's receipt comes later through `sync.items`. */
export type Saved = { readonly commandId: string; readonly seq: number; readonly at: string; readonly ms: number };

/** Where the person stands: which screen may be shown at all. `alarms`: the next clocks of a locked laptop; `rung`: what sounded last (notice `alarm`). */
export type SessionState =
  | { readonly phase: 'enrol'; readonly demoCode: string | null; readonly hq: string; readonly isDemo: boolean }
  | { readonly phase: 'passphrase'; readonly pmName: string; readonly suggestion: string | null }
  | { readonly phase: 'locked'; readonly pmName: string; readonly protection: 'passphrase only' | 'passphrase and this computer'; readonly retryAt: string | null; readonly now: string; readonly alarms: readonly Alarm[]; readonly rung: readonly Ring[]; readonly problem: { readonly code: string; readonly details: Readonly<Record<string, unknown>> } | null }
  | { readonly phase: 'open'; readonly me: { readonly id: string; readonly name: string; readonly role: string; readonly legalTitle: string; readonly fieldOffice: string }; readonly deviceId: string; readonly isDemo: boolean; readonly about: About; readonly now: string; readonly rung: readonly Ring[];
    /** The practice room, while it is open: commands, queries and `now` are then its own. `practiceEndedBy`: the real clock that closed the last one. */
    readonly practice: PracticeState | null; readonly practiceEndedBy: Alarm | null };
/** A practice case under way. `answer` null until the person asked for the answer key. Real clocks go on: `realNow` is the real time when this was told. */
export type PracticeState = {
  /** Names this room in every call, so that nothing meant for one lands in another. */
  readonly room: string;
  readonly caseId: PracticeCaseId; readonly title: string; readonly situation: string; readonly packetId: string;
  readonly answer: { readonly text: string; readonly rules: readonly string[]; readonly verdict: PracticeVerdict } | null;
  readonly realNow: string; readonly realClocks: readonly Alarm[];
};
export type About = { readonly version: string; readonly host: string; readonly hq: string; readonly cipher: string; readonly schema: number; readonly pack: string; readonly tz: string; readonly ledgerHead: string; readonly seq: number; readonly dataFolder: string };

/** Session acts: what is neither a command on shared rows nor a query. All go through the same `call`. */
export const ACTS = {
  'session.state': z.strictObject({}),
  'session.enrol': z.strictObject({ code: z.string().trim().min(1).max(40) }),
  'session.choosePassphrase': z.strictObject({ passphrase: z.string().min(12, 'at least 12 characters').max(400) }),
  'session.unlock': z.strictObject({ passphrase: z.string().min(1).max(400) }),
  'session.lock': z.strictObject({}),
  'draft.save': z.strictObject({ key: z.string().max(120), body: z.string().max(100_000) }),
  'draft.drop': z.strictObject({ key: z.string().max(120) }),
  /** `signoff.return` after some seconds, in which it can be taken back; the dialog's content stays as its draft meanwhile. */
  'return.wait': z.strictObject({ input: signoffReturn.input, base: z.record(z.string(), z.number()), seconds: z.literal(GRACE_SECONDS), dialog: z.string().max(200_000) }),
  'return.undo': z.strictObject({ packetId: z.string().max(64) }),
  'return.now': z.strictObject({ packetId: z.string().max(64) }),
  'return.dismiss': z.strictObject({}),
  'sync.now': z.strictObject({}),
  'sync.pause': z.strictObject({ isPaused: z.boolean() }),
  'sync.test': z.strictObject({}),
  'sync.requeue': z.strictObject({ commandId: z.string() }),
  /** Fetch this packet's files before all others. */
  'document.want': z.strictObject({ packetId: z.string().max(64) }),
  'access.note': z.strictObject({ what: z.enum(['packet', 'search', 'export']), packetId: z.string().nullable() }),
  /** One packet as a machine-readable bundle with proofs; noted in the access log. `number` null: the current version. */
  'packet.export': z.strictObject({ packetId: z.string().min(1).max(64), number: z.int().min(1).nullable() }),
  /** Practice: its own store and clock, nothing of it reaches an HQ. Starting another case leaves the first. */
  'practice.start': z.strictObject({ caseId: z.string().max(4) }),
  'practice.reveal': z.strictObject({}),
  'practice.leave': z.strictObject({}),
  /** Begins one PDF of the same packet, to read and print; noted in the access log. The finished file is at `GET /blob/<sha256>` until it is stopped. */
  'packet.pdf': z.strictObject({ packetId: z.string().min(1).max(64), number: z.int().min(1).nullable() }),
  'packet.pdfState': z.strictObject({ id: z.string().max(64) }),
  'packet.pdfStop': z.strictObject({ id: z.string().max(64) }),
  /** A roster comes in: its name and length, then its bytes in order (chunks of at most 1 MiB); the last one begins the reading. One import at a time. */
  'import.begin': z.strictObject({ fileName: z.string().trim().min(1).max(200), bytes: z.int().min(0) }),
  'import.chunk': z.strictObject({ id: z.string().max(64), at: z.int().min(0), base64: z.string().max(1_400_000) }),
  /** The dry run: what the file would change under this mapping, which is remembered for its headers. `isVerified`: the person saw that the file came from PALMS or FLETC itself. */
  'import.plan': z.strictObject({ id: z.string().max(64), kind: z.enum(ROSTER_KINDS), mapping: mappingSchema, courses: coursesSchema, isVerified: z.boolean() }),
  /** Carries out the dry run on screen, one command per agency and two thousand rows. */
  'import.write': z.strictObject({ id: z.string().max(64) }),
  'import.state': z.strictObject({ id: z.string().max(64) }),
  /** While it writes: no further command, and the state says what was written. Else the file is forgotten. */
  'import.stop': z.strictObject({ id: z.string().max(64) }),
  /** The rejected rows with their reasons, as CSV. */
  'import.rejects': z.strictObject({ id: z.string().max(64) }),
  'import.undo': z.strictObject({ importId: z.string().min(1).max(64), reason: z.string().trim().min(10).max(400) }),
  /** The draft memorandum to OPLA on a citizenship claim, as a PDF; noted in the access log. */
  'claim.draft': z.strictObject({ claimId: z.string().min(1).max(120) }),
} as const;
export type ActName = keyof typeof ACTS;
export type ActIn<N extends ActName> = z.infer<(typeof ACTS)[N]>;
export type ConnectionTest = readonly { readonly step: 'network' | 'hq' | 'protocol' | 'sign-in'; readonly ok: boolean; readonly text: string; readonly fix: string | null }[];
/** A finished export: the file's name and its text (JSON). */
export type ExportedFile = { readonly name: string; readonly text: string };
/** A PDF on its way: `done` of `of` parts; `sha256` and `bytes` once it is done. */
export type PdfJob = { readonly id: string; readonly phase: 'working' | 'done' | 'failed'; readonly name: string; readonly done: number; readonly of: number; readonly sha256: string | null; readonly bytes: number };
/** An import of a roster on its way. `done` of `of`: bytes while sending, rows while planning and writing, agencies while undoing. `plan.rejects`: the first ones; `import.rejects` has all. */
export type ImportJob = {
  readonly id: string; readonly importId: string; readonly phase: 'sending' | 'reading' | 'mapping' | 'planning' | 'planned' | 'writing' | 'done' | 'stopped' | 'undoing' | 'undone' | 'failed';
  readonly fileName: string; readonly done: number; readonly of: number; readonly problem: Problem | null;
  readonly table: { readonly headers: readonly string[]; readonly rows: number; readonly sample: readonly RosterRow[]; readonly format: string; readonly sheet: string | null; readonly otherSheets: readonly string[] } | null;
  readonly mapping: RosterMapping | null; readonly courses: RosterCourses; /** The mapping is the one used last for these headers. */ readonly isRemembered: boolean;
  readonly plan: (Omit<RosterPlan, 'agencies'> & { readonly agencies: readonly Omit<AgencyPlan, 'completions'>[] }) | null;
  /** What is saved on this laptop; never part of a command. */
  readonly written: { readonly rows: number; readonly agencies: number; readonly commands: number } | null;
};
/** One import over all its agencies. `undoneAt`: when the last of it was taken back. */
export type ImportItem = { readonly importId: string; readonly fileName: string; readonly kind: RosterKind; readonly rows: number; readonly agencies: number; readonly importedAt: string; readonly importedByName: string; readonly undoneAt: string | null };
/** A finished PDF: its name, without anything about a person, and its bytes in base64. */
export type MadeFile = { readonly name: string; readonly base64: string };
export type ActOut<N extends ActName> = N extends 'return.now' ? Saved : N extends 'claim.draft' ? MadeFile : N extends 'packet.export' | 'import.rejects' ? ExportedFile : N extends 'import.stop' ? ImportJob | null : N extends 'import.begin' | 'import.chunk' | 'import.plan' | 'import.write' | 'import.state' | 'import.undo' ? ImportJob : N extends 'packet.pdf' | 'packet.pdfState' ? PdfJob : N extends 'session.state' | 'session.enrol' | 'session.choosePassphrase' | 'session.unlock' | 'session.lock' | 'practice.start' | 'practice.reveal' | 'practice.leave' ? SessionState : N extends 'sync.test' ? ConnectionTest : null;

/** `room`: the practice room that the screen stands in; absent at the real desk. A command, query or draft of another room than the open one is refused. */
export type Call = { readonly room?: string } & (
  | { readonly run: string; readonly input: unknown; readonly base: Readonly<Record<string, number>>; /** Passphrase or PIN; sealed commands only. Never logged or stored. */ readonly secret?: string }
  | { readonly read: string; readonly input: unknown }
  | { readonly act: string; readonly input: unknown });

/** The whole contract between a screen and the backend: one call, one notice. */
export type Backend = {
  readonly call: (call: Call) => Promise<Result<unknown>>;
  /** Tables that changed since the last notice, `session` for its state, `alarm` when a clock sounds; returns an unsubscribe. */
  readonly onChanged: (listener: (tables: readonly string[]) => void) => () => void;
};
