/** Agencies that are being set up: the schedule of each as of today, whose days the slips were, and the installers' queue; and the PM's own prospects. */
import type { OnboardingItem, OnboardingView } from '../../shared/api.ts';
import { installOutlook, installQueue, liveFacts, readyTooEarly, scheduleOf, slipByOwner } from '../../shared/domain/onboarding.ts';
import type { AgencyRow, OnboardingFactRow } from '../../shared/rows.ts';
import { cardForecast, nearestPlace } from '../../shared/domain/cards.ts';
import { cardAt, isValidState, stateAt } from '../../shared/domain/officer-events.ts';
import { siteDay } from '../../shared/time.ts';
import { memoised, type Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { rowsWhere } from '../rows.ts';
import { officerFiles } from './officer-files.ts';

/** OCIO had one dedicated installer in 2018 (OIG-18-77 p. 6). */
const INSTALLERS = 1;

/** Agencies with facts of onboarding, what is furthest over the goal first. Moves by the day. */
export function onboardingView(store: Store, { now, pmId }: ReadContext): OnboardingView {
  const items = memoised(store, 'onboarding', ['agencies', 'onboarding_facts', 'officers', 'officer_events', 'training', 'course_waivers', 'authority_intervals'], now.slice(0, 13), () => {
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
    const agencies = rowsWhere(store, 'agencies', {});
    // A site works when its equipment is in, or when it was never set up here.
    const works = agencies.filter((a) => a.moaStatus === 'in_force' && (open.find((i) => i.agencyId === a.id)?.outlook.isDone ?? true));
    return open.map((i): OnboardingItem => ({ ...i, installer: queue.get(i.agencyId) ?? null, cards: cardsOf(store, i, agencies.find((a) => a.id === i.agencyId) as AgencyRow, works, now) }))
      .sort((a, b) => (a.outlook.left ?? Number.POSITIVE_INFINITY) - (b.outlook.left ?? Number.POSITIVE_INFINITY) || (a.agencyId < b.agencyId ? -1 : 1));
  });
  return { items, prospects: [...rowsWhere(store, 'prospects', { pmId })].sort((a, b) => (a.name < b.name ? -1 : 1)), now };
}

/** The cards of a site that waits for its equipment, with names; null when it is installed or nobody knows when it will be. */
function cardsOf(store: Store, item: { readonly agencyId: string; readonly zone: string; readonly outlook: OnboardingItem['outlook'] }, agency: AgencyRow, works: readonly AgencyRow[], now: string): OnboardingItem['cards'] {
  const installOn = item.outlook.byPlan;
  if (item.outlook.isDone || installOn === null) return null;
  const files = officerFiles(store, item.agencyId).filter((f) => !f.officer.isSeparated);
  const names = new Map(files.map((f) => [f.officer.id, { officerId: f.officer.id, name: f.officer.name, badge: f.officer.badge }]));
  const nameOf = (officerId: string) => names.get(officerId) ?? { officerId, name: officerId, badge: '' };
  const states = files.map((f) => ({ file: f.file, card: cardAt(f.file.events, f.officer, item.zone, now) }));
  const forecast = cardForecast(states.map(({ file, card }) => ({ officerId: file.officerId, state: card.state, diesAt: card.diesAt })), installOn, item.zone, now);
  const nearest = nearestPlace(agency, works);
  const isAsked = new Map(states.map(({ file, card }) => [file.officerId, card.state === 'REACTIVATION_REQUESTED']));
  return {
    installOn, ready: files.filter((f) => isValidState(stateAt(f.file, now))).length, unknown: forecast.unknown.length,
    dead: forecast.dead.map((id) => ({ ...nameOf(id), isAsked: isAsked.get(id) ?? false })), dying: forecast.dying.map((d) => ({ ...nameOf(d.officerId), diesAt: d.diesAt })),
    nearest: nearest && { name: nearest.place.name, miles: Math.round(nearest.miles) },
  };
}
