/** Designated officers with their authority and training as dated facts, as they stand now. */
import type { OfficerItem } from '../../shared/api.ts';
import { intervalAt } from '../../shared/domain/authority.ts';
import { cardAt, stateAt, trainingFile } from '../../shared/domain/officer-events.ts';
import { revocationTask } from '../../shared/domain/lapse-review.ts';
import { stepsOf } from '../../shared/domain/officer-steps.ts';
import { standings } from '../../shared/domain/training.ts';
import { PROGRAM_STREAM } from '../../shared/ids.ts';
import type { Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { officerFiles } from './officer-files.ts';
import { baseOf } from './packet.ts';

const sorted = <T>(rows: readonly T[], at: (row: T) => string): readonly T[] => [...rows].sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0));

/** Officers of one agency or of all, by agency and name. `officer` shows state and card of this moment; `interval` is the one in force now; `earliestDueOn` the next training day due. */
export function listOfficers(store: Store, agencyId: string | null, { now }: ReadContext): readonly OfficerItem[] {
  const items = officerFiles(store, agencyId).map(({ officer, agency, rows, file }): OfficerItem => {
    const own = sorted(rows.intervals, (i) => i.startAt);
    const all = standings(trainingFile(file), now);
    const state = stateAt(file, now);
    const card = cardAt(file.events, officer, agency.zone, now);
    return {
      officer: { ...officer, authorityState: state === 'NONE' ? officer.authorityState : state, cardState: card.state, lastCardLoginAt: card.lastLoginAt ?? officer.lastCardLoginAt },
      agencyName: agency.name, zone: agency.zone, interval: intervalAt(own, officer.id, now), intervals: own.filter((i) => i.startAt !== i.endAt), standings: all, card,
      events: sorted(rows.events, (e) => e.at), earliestDueOn: all.flatMap((s) => s.dueOn ?? []).sort()[0] ?? null,
      revocation: revocationTask(file, now), steps: stepsOf(state, 'pm'), base: baseOf(store, [officer.stream, PROGRAM_STREAM]),
    };
  });
  return sorted(items, (i) => `${i.agencyName}\u0000${i.officer.name}\u0000${i.officer.id}`);
}
