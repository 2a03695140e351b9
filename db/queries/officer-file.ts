/** Everything on record of one DIO: authority over time, events, completions, waivers, verifications, card, and how many packets the DIO prepared here. */
import { attestationPeriod, fileOf } from '../../shared/domain/officer-commands.ts';
import { cardAt, cardStanding, liveOfficerEvents, spellsOf, stateAt, trainingFile } from '../../shared/domain/officer-events.ts';
import { requirementsOf, standings } from '../../shared/domain/training.ts';
import { agencyStream, PROGRAM_STREAM } from '../../shared/ids.ts';
import { no, ok, type Result } from '../../shared/result.ts';
import type { RequirementOwnerRow } from '../../shared/rows.ts';
import type { OfficerFileView } from '../../shared/training-views.ts';
import type { Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { rowById, rowsWhere } from '../rows.ts';
import { baseOf } from './packet.ts';

const newestFirst = <T>(rows: readonly T[], at: (row: T) => string): readonly T[] => [...rows].sort((a, b) => (at(a) > at(b) ? -1 : at(a) < at(b) ? 1 : 0));
const newestOwners = (rows: readonly RequirementOwnerRow[]): readonly RequirementOwnerRow[] => [...new Map([...newestFirst(rows, (r) => r.namedAt)].reverse().map((r) => [r.requirement, r])).values()];

/** The file of one officer. `officer/unknown` when the officer or the agency is not on this laptop. */
export function officerFile(store: Store, { officerId }: { readonly officerId: string }, { now }: ReadContext): Result<OfficerFileView> {
  const officer = rowById(store, 'officers', officerId);
  const agency = rowById(store, 'agencies', officer?.agencyId ?? null);
  if (!officer || !agency) return no('officer/unknown', { officerId });
  const own = { officerId };
  const [waivers, programme] = [rowsWhere(store, 'course_waivers', { agencyId: agency.id }), rowsWhere(store, 'course_waivers', { agencyId: '*' })];
  const rows = { officer, agency, events: rowsWhere(store, 'officer_events', own), training: rowsWhere(store, 'training', own), intervals: rowsWhere(store, 'authority_intervals', own), waivers, programme };
  const file = fileOf(rows);
  const training = trainingFile(file);
  const live = new Set(liveOfficerEvents(rows.events).map((e) => e.id));
  const state = stateAt(file, now);
  const packets = store.prepare('SELECT sum("state" <> \'closed\' AND "lane" <> 9) AS open, count(*) AS total FROM packets WHERE "preparerId" = ?').get(officerId) as { readonly open: number | null; readonly total: number };
  return ok({
    officer, agency, authority: state === 'NONE' ? officer.authorityState : state, spells: [...spellsOf(file)].reverse(), card: cardAt(file.events, officer, agency.zone, now),
    events: newestFirst(rows.events, (e) => e.at).map((e) => ({ ...e, isCorrected: e.kind !== 'corrected' && !live.has(e.id) })),
    standings: [...standings(training, now), ...(requirementsOf(agency.model).includes('card') ? [cardStanding(file, officer, now)] : [])],
    completions: newestFirst(rows.training, (t) => `${t.completedOn ?? ''} ${t.requirement}`),
    waivers: newestFirst([...waivers, ...programme].filter((w) => w.officerId === null || w.officerId === officerId), (w) => w.filedAt),
    attestations: newestFirst(rowsWhere(store, 'attestations', own), (a) => a.attestedAt), owners: newestOwners(rowsWhere(store, 'requirement_owners', { agencyId: agency.id })),
    packets: { open: packets.open ?? 0, done: packets.total - (packets.open ?? 0) }, period: attestationPeriod(now, agency.zone),
    people: Object.fromEntries(rowsWhere(store, 'staff', {}).map((s) => [s.id, s.name])), base: baseOf(store, [agencyStream(agency.id), PROGRAM_STREAM]), now,
  });
}
