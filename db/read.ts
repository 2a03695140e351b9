/** Answers a query by name: one dispatch to `queries/<noun>.ts`. Must never write; input is already parsed by the registry. */
import type { QueryIn, QueryName, QueryOut, SyncStatus } from '../shared/api.ts';
import { no, ok, type Result } from '../shared/result.ts';
import { getDraft } from './drafts.ts';
import type { Attachments } from './attachments.ts';
import type { Store } from './open.ts';
import { listAgencies } from './queries/agencies.ts';
import { custodyBoard } from './queries/custody.ts';
import { besideOf } from './queries/beside.ts';
import { listFilters } from './queries/filters.ts';
import { foundTexts } from './queries/found.ts';
import { documentStates } from './queries/documents.ts';
import { listStops } from './queries/claims.ts';
import { listImports } from './queries/imports.ts';
import { listItinerary } from './queries/itinerary.ts';
import { listPreparers } from './queries/preparers.ts';
import { listOfficers } from './queries/officers.ts';
import { officerFile } from './queries/officer-file.ts';
import { trainingMatrix } from './queries/training-matrix.ts';
import { officerLapses } from './queries/lapses.ts';
import { listLookbacks } from './queries/lookback.ts';
import { onboardingView } from './queries/onboarding.ts';
import { openPacket } from './queries/packet.ts';
import { listQueue } from './queries/queue.ts';
import { rulesOverview } from './queries/rules.ts';
import { listAssignments } from './queries/assignments.ts';
import { syncItems, syncStatus } from './queries/sync.ts';
import { waitingReturnView } from './queries/waiting-return.ts';
import { todayOverview } from './queries/today.ts';

/** What a query needs beside rows: the host's time, whose laptop it is, and what the sync loop alone knows. */
export type ReadContext = { readonly now: string; readonly pmId: string; readonly status: Partial<SyncStatus>;
  /** The second file, with the documents; absent where no query asks for them. */
  readonly attachments?: Attachments | null };

const READERS: { readonly [N in QueryName]: (store: Store, input: QueryIn<N>, context: ReadContext) => Result<QueryOut<N>> } = {
  'today.overview': (store, _i, c) => ok(todayOverview(store, c)),
  'queue.list': (store, i, c) => ok(listQueue(store, i, c)),
  'filters.list': (store, _i, c) => ok(listFilters(store, c)),
  'queue.preparers': (store) => ok(listPreparers(store)),
  'queue.found': (store, i) => ok(foundTexts(store, i)),
  'packet.open': openPacket,
  'agencies.list': (store, _i, c) => ok(listAgencies(store, c)),
  'officers.list': (store, i, c) => ok(listOfficers(store, i.agencyId, c)),
  'training.matrix': trainingMatrix,
  'officer.file': officerFile,
  'imports.list': (store) => ok(listImports(store)),
  'officers.lapses': (store, i, c) => ok(officerLapses(store, i.officerId, c)),
  'itinerary.list': (store, _i, c) => ok(listItinerary(store, c)),
  'assignments.list': (store) => ok(listAssignments(store)),
  'sync.items': (store, i) => ok(syncItems(store, i.filter)),
  'sync.status': (store, _i, c) => ok(syncStatus(store, c)),
  'document.states': documentStates,
  'draft.get': (store, i) => ok(getDraft(store, i.key)),
  'return.waiting': (store, _i, c) => ok(waitingReturnView(store, c)),
  'custody.board': (store, i, c) => ok(custodyBoard(store, i, c)),
  'claims.list': (store, i) => ok(listStops(store, i.agencyId)),
  'onboarding.list': (store, _i, c) => ok(onboardingView(store, c)),
  'lookback.list': (store, _i, c) => ok(listLookbacks(store, c)),
  'rules.overview': (store, _i, c) => ok(rulesOverview(store, c)),
  'packet.beside': besideOf,
};

/** Reads by name. `call/unknown` for a name that is no query; the query's own problems otherwise. */
export function read(store: Store, name: QueryName, input: unknown, context: ReadContext): Result<unknown> {
  if (!Object.hasOwn(READERS, name)) return no('call/unknown', { name });
  return (READERS[name] as (s: Store, i: unknown, c: ReadContext) => Result<unknown>)(store, input, context);
}
