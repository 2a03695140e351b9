/** Agencies that are being set up: the schedule of each as of today, whose days the slips were, and the installers' queue; and the PM's own prospects. */
import type { OnboardingItem, OnboardingView } from '../../shared/api.ts';
import { installOutlook, installQueue, liveFacts, readyTooEarly, scheduleOf, slipByOwner } from '../../shared/domain/onboarding.ts';
import type { OnboardingFactRow } from '../../shared/rows.ts';
import { siteDay } from '../../shared/time.ts';
import { memoised, type Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { rowsWhere } from '../rows.ts';

/** OCIO had one dedicated installer in 2018 (OIG-18-77 p. 6). */
const INSTALLERS = 1;

/** Agencies with facts of onboarding, what is furthest over the goal first. Moves by the day. */
export function onboardingView(store: Store, { now, pmId }: ReadContext): OnboardingView {
  const items = memoised(store, 'onboarding', ['agencies', 'onboarding_facts'], now.slice(0, 13), () => {
    const facts = new Map<string, OnboardingFactRow[]>();
    for (const f of rowsWhere(store, 'onboarding_facts', {})) facts.set(f.agencyId, [...(facts.get(f.agencyId) ?? []), f]);
    const open = rowsWhere(store, 'agencies', {}).flatMap((agency) => {
      const own = facts.get(agency.id);
      if (!own) return [];
      const today = siteDay(now, agency.zone);
      const schedule = scheduleOf(own, today);
      const queued = liveFacts(own).findLast((f) => f.kind === 'queued') ?? null;
      return [{
        agencyId: agency.id, name: agency.name, zone: agency.zone, fieldOffice: agency.fieldOffice, today, schedule, outlook: installOutlook(schedule, today), slips: [...slipByOwner(own)].sort((a, b) => b[1] - a[1]),
        readyEarly: readyTooEarly(schedule), position: queued?.position ?? null, priorityBasis: queued?.priorityBasis ?? null, facts: liveFacts(own).toReversed(),
      }];
    });
    // The sites that wait for the same installer: what each waits beside its own steps.
    const waiting = open.flatMap((i) => {
      const install = i.schedule.find((s) => s.step === 'install');
      return install && install.standing !== 'done' && install.from !== null ? [{ agencyId: i.agencyId, readyOn: install.from, position: i.position }] : [];
    });
    const queue = new Map(installQueue(waiting, INSTALLERS).map((q) => [q.agencyId, q]));
    return open.map((i): OnboardingItem => ({ ...i, installer: queue.get(i.agencyId) ?? null }))
      .sort((a, b) => (a.outlook.left ?? Number.POSITIVE_INFINITY) - (b.outlook.left ?? Number.POSITIVE_INFINITY) || (a.agencyId < b.agencyId ? -1 : 1));
  });
  return { items, prospects: [...rowsWhere(store, 'prospects', { pmId })].sort((a, b) => (a.name < b.name ? -1 : 1)), now };
}
