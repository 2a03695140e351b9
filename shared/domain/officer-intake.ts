/**
 * HQ's roster of DIOs as it comes in: authority intervals become events of the file, training becomes completions, and what follows is computed as everywhere.
 * Rows that a line leaves out stay: nothing is deleted. What Fieldbook's own people recorded is never overwritten by a roster.
 */
import { z } from 'zod';
import { canonical } from '../canonical.ts';
import { command, many, one, put, type Put } from '../command.ts';
import { agencyStream, deriveId } from '../ids.ts';
import { no, ok } from '../result.ts';
import type { Draft, OfficerEventRow } from '../rows.ts';
import { msOf, utcInstant } from '../time.ts';
import { fileOf, projected, rosterEvents } from './officer-commands.ts';
import { liveOfficerEvents } from './officer-events.ts';

const id = z.string().trim().min(1).max(64);
const text = (max = 200) => z.string().trim().min(1).max(max);
const instant = z.iso.datetime({ offset: true });
const day = z.iso.date();
const utc = (at: string): string => utcInstant(msOf(at));
const utcOrNull = (at: string | null): string | null => (at === null ? null : utc(at));

export const officerLine = z.strictObject({
  id, agencyId: id, name: text(), badge: z.string().max(40),
  authorityState: z.enum(['NOMINATED', 'VETTED', 'REJECTED', 'TRAINING', 'PASSED', 'DISQUALIFIED', 'CERTIFIED', 'DUE_SOON', 'LAPSED', 'SUSPENDED', 'REVOKED', 'REINSTATED', 'SEPARATED']),
  cardState: z.enum(['CARD_ACTIVE', 'CARD_DUE', 'CARD_DEACTIVATED', 'REACTIVATION_REQUESTED']), lastCardLoginAt: instant.nullable(), isSeparated: z.boolean().optional(), isSynthetic: z.boolean(),
  intervals: z.array(z.strictObject({ id, model: z.enum(['JEM', 'TFM', 'WSO']), startAt: instant, endAt: instant.nullable(), endReason: z.string().max(200).nullable() })).max(60),
  training: z.array(z.strictObject({
    id, requirement: text(60), title: text(), completedOn: day, evidence: z.string().max(400).optional(), provider: z.string().max(100).optional(), verifiedBy: z.string().max(64).nullable(), verifiedAt: instant.nullable(),
  })).max(400),
});
type OfficerLine = z.infer<typeof officerLine>;

/** Events that this line says and the file lacks, with corrections of what an earlier line of the same roster said otherwise. */
function newEvents(line: OfficerLine, stored: readonly OfficerEventRow[], at: string, commandId: string): readonly Draft<'officer_events'>[] {
  const intervals = line.intervals.map((i) => ({ ...i, startAt: utc(i.startAt), endAt: utcOrNull(i.endAt), recordedAt: at }));
  const said = [...rosterEvents(line, intervals)];
  const own = { stream: agencyStream(line.agencyId), agencyId: line.agencyId, officerId: line.id, recordedBy: 'hq', recordedRole: 'service' as const, recordedAt: at };
  if (intervals.length === 0 && !stored.some((e) => e.kind === 'roster.stated' && e.details.state === line.authorityState)) said.push({ id: deriveId(commandId, 'stated'), ...own, kind: 'roster.stated', at, details: { state: line.authorityState } });
  const live = new Map(liveOfficerEvents(stored).map((e) => [e.id, e]));
  const isSaid = (e: Draft<'officer_events'>): boolean => canonical(live.get(e.id)?.details ?? null) === canonical(e.details);
  const fresh = said.filter((e) => !isSaid(e));
  const starts = new Map(intervals.map((i) => [i.id, i]));
  // What an earlier line said of the same interval, and this one says otherwise.
  const wrong = [...live.values()].filter((e) => {
    if (e.kind !== 'roster.opened' && e.kind !== 'roster.closed') return false;
    if (fresh.some((f) => f.id === e.id)) return true;
    if (said.some((x) => x.id === e.id)) return false;
    if (e.kind === 'roster.opened') return starts.has(String(e.details.intervalId));
    const before = [...live.values()].filter((o) => o.kind === 'roster.opened' && o.at <= e.at).sort((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
    return before !== undefined && starts.has(String(before.details.intervalId));
  });
  const corrections = wrong.map((e): Draft<'officer_events'> => ({ id: deriveId(commandId, `corrected.${e.id}`), ...own, kind: 'corrected', at, details: { eventId: e.id, why: 'HQ\'s roster says otherwise now' } }));
  // The same id cannot be said twice: what changed only in its words is another event.
  return [...fresh.map((e) => (stored.some((s) => s.id === e.id) ? { ...e, id: deriveId(commandId, e.id) } : e)), ...corrections];
}

/** `officer.receive`: a DIO with authority intervals and completed training, as HQ's roster has them. */
export const officerReceive = command({
  name: 'officer.receive', conflict: 'merge', roles: ['service', 'national_pm'], input: officerLine,
  reads: [(line) => ({
    officer: one('officers', line.id), agency: one('agencies', line.agencyId), intervals: many('authority_intervals', { officerId: line.id }), training: many('training', { officerId: line.id }), events: many('officer_events', { officerId: line.id }),
    waivers: many('course_waivers', { agencyId: line.agencyId }), programme: many('course_waivers', { agencyId: '*' }),
  })],
  stream: (_first, line) => agencyStream(line.agencyId),
  decide: (s, line, env) => {
    const { officer, agency } = s;
    if (!agency) return no('intake/unknown-agency', { agencyId: line.agencyId });
    if (officer && officer.agencyId !== line.agencyId) return no('intake/agency-changed', { id: line.id, stored: officer.agencyId, received: line.agencyId });
    const own = { stream: agencyStream(agency.id), agencyId: agency.id };
    const row: Draft<'officers'> = {
      id: line.id, ...own, name: line.name, badge: line.badge, authorityState: line.authorityState, cardState: line.cardState, lastCardLoginAt: utcOrNull(line.lastCardLoginAt),
      isSeparated: line.isSeparated ?? false, isSynthetic: line.isSynthetic,
    };
    const events = newEvents(line, s.events, env.at, env.id);
    const stored = new Map(s.training.map((t) => [t.id, t]));
    const training = line.training.flatMap((t): readonly Draft<'training'>[] => {
      const before = stored.get(t.id);
      // A completion is a fact; only its verification can come later.
      if (before && (before.verifiedBy !== null || t.verifiedBy === null)) return [];
      const { version: _v, changedBy: _c, ...kept } = before ?? { version: 0, changedBy: '' };
      const made: Draft<'training'> = {
        id: t.id, ...own, officerId: line.id, requirement: t.requirement, title: t.title, completedOn: t.completedOn, evidence: t.evidence ?? null, provider: t.provider ?? null, importId: null, recordedBy: env.actor, recordedAt: env.at,
        withdrawnBy: null, withdrawnAt: null, withdrawnReason: null, ...kept, verifiedBy: t.verifiedBy, verifiedAt: utcOrNull(t.verifiedAt),
      };
      return [made];
    });
    const rows = { ...row, version: 0, changedBy: '' };
    const file = fileOf({
      ...s, agency, officer: rows, events: [...s.events, ...events.map((e) => ({ ...e, version: 0, changedBy: '' }))],
      training: [...s.training.filter((t) => !training.some((n) => n.id === t.id)), ...training.map((t) => ({ ...t, version: 0, changedBy: '' }))],
    });
    const follows = projected(file, row, s.intervals, env);
    const head = follows.find((p) => p.table === 'officers') ?? put('officers', row);
    const before = officer && canonical({ ...officer, version: 0, changedBy: '', stream: '' });
    const isHead = before === canonical({ ...head.row, version: 0, changedBy: '', stream: '' });
    const puts: readonly Put[] = [
      ...events.map((e) => put('officer_events', e)), ...training.map((t) => put('training', t)), ...follows.filter((p) => p.table !== 'officers'), ...(isHead ? [] : [head]),
    ];
    return puts.length === 0 ? no('intake/already-have-it', { what: 'officers', id: line.id }) : ok(puts);
  },
});
