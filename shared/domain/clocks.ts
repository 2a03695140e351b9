/**
 * Liberty clocks of one packet (domain 2): when something irreversible happens, computed from events only.
 * A clock starts at an event, never at a form's date, and never pauses because a laptop is offline.
 */
import { allForYear } from '@18f/us-federal-holidays';
import type { Temporal } from 'temporal-polyfill';
import { msOf, utcInstant, zoned } from '../time.ts';
import type { Form, FormOf, PacketDocument } from './packet.ts';

export type ClockId = 'K1' | 'K2' | 'K2B' | 'K3' | 'K4' | 'K5';
export type Clock = {
  readonly id: ClockId; readonly label: string; readonly startsAt: string;
  /** The earlier computation: the one that alarms (0.4 item 8). */
  readonly deadlineAt: string;
  /** The longer computation of the same limit, where law gives two. */
  readonly outerAt: string | null;
  readonly zone: string; readonly source: string;
  /** When the awaited event happened; null while the clock runs. */
  readonly stoppedAt: string | null;
  /** Passed means over-detention: release or notify required. */
  readonly isCustodyLimit: boolean;
};

const HOUR = 3_600_000;
const holidays = new Map<number, ReadonlySet<string>>();

/** Holidays of a year, with the observed New Year's Day that falls on 31 December and that the library lists under the next year. */
function holidaysOf(year: number): ReadonlySet<string> {
  const known = holidays.get(year);
  if (known) return known;
  // Only `dateString` is used: the library's Date objects are in the computer's zone.
  const made = new Set([...allForYear(year), ...allForYear(year + 1)].map((h) => h.dateString));
  holidays.set(year, made);
  return made;
}

/** True when `day` (`YYYY-MM-DD`) is a federal holiday or the day on which one is observed (5 U.S.C. 6103). */
export const isHoliday = (day: string): boolean => holidaysOf(Number(day.slice(0, 4))).has(day);

/** A day that 8 CFR 287.7(d) leaves out: Saturday, Sunday, federal holiday. */
const isExcluded = (day: Temporal.PlainDate): boolean => day.dayOfWeek >= 6 || isHoliday(day.toString());

/** 48 elapsed hours; weekends and holidays count. */
export const h48Straight = (instant: string): string => utcInstant(msOf(instant) + 48 * HOUR);

/**
 * 48 hours counted only on days that are not Saturday, Sunday or federal holiday at the site (8 CFR 287.7(d)).
 * A start inside an excluded day moves to 00:00 of the next included day. Elapsed hours, so DST days count 23 or 25.
 */
export function h48Business(instant: string, zone: string): string {
  let at = zoned(instant, zone);
  let left = 48 * HOUR;
  for (;;) {
    const midnight = at.toPlainDate().add({ days: 1 }).toZonedDateTime({ timeZone: zone });
    if (!isExcluded(at.toPlainDate())) {
      const today = midnight.epochMilliseconds - at.epochMilliseconds;
      if (left <= today) return utcInstant(at.epochMilliseconds + left);
      left -= today;
    }
    at = midnight;
  }
}

const formsOf = <K extends Form['kind']>(document: PacketDocument, kind: K): readonly FormOf<K>[] => document.forms.filter((f): f is FormOf<K> => f.kind === kind);

/** The latest of the issue times when every one of these forms that the packet holds is issued; else null. */
function allIssuedAt(document: PacketDocument, kinds: readonly Form['kind'][]): string | null {
  const issued = document.forms.filter((f) => kinds.includes(f.kind)).map((f) => f.issued?.at ?? null);
  if (issued.length === 0 || issued.some((at) => at === null)) return null;
  return utcInstant(Math.max(...issued.map((at) => msOf(at ?? ''))));
}

/** Every clock that this document's events have started, running or stopped. Order: K1 to K5. */
export function packetClocks(document: PacketDocument): readonly Clock[] {
  const { events, zone } = document;
  const clocks: Clock[] = [];
  const utc = (at: string | null): string | null => (at === null ? null : utcInstant(msOf(at)));
  const inIceCustodyAt = utc(events.iceCustodyAt);
  if (events.immigrationArrestAt !== null) {
    const startsAt = utcInstant(msOf(events.immigrationArrestAt));
    // On an arrest with a warrant K1 does not run in law; it is shown as a target (domain 2.2).
    const label = events.isArrestWarrantless === false ? 'Custody and charging decision (target)' : 'Custody and charging decision';
    clocks.push({
      id: 'K1', label, startsAt, deadlineAt: h48Straight(startsAt), outerAt: null, zone, source: '8 CFR 287.3(d)',
      stoppedAt: allIssuedAt(document, ['I-862', 'I-200', 'I-286']), isCustodyLimit: false,
    });
  }
  const detainers = formsOf(document, 'I-247A');
  if (events.localReleaseAt !== null && detainers.length > 0) {
    const startsAt = utcInstant(msOf(events.localReleaseAt));
    const outer = h48Business(startsAt, zone);
    clocks.push({ id: 'K2', label: 'Detainer hold, regulation', startsAt, deadlineAt: outer, outerAt: null, zone, source: '8 CFR 287.7(d)', stoppedAt: inIceCustodyAt, isCustodyLimit: true });
    clocks.push({ id: 'K2B', label: 'Detainer hold, form', startsAt, deadlineAt: h48Straight(startsAt), outerAt: outer, zone, source: 'Form I-247A', stoppedAt: inIceCustodyAt, isCustodyLimit: true });
  }
  if (events.custodyTransferredAt !== null) {
    const startsAt = utcInstant(msOf(events.custodyTransferredAt));
    clocks.push({ id: 'K3', label: 'Hold after warrant service', startsAt, deadlineAt: h48Straight(startsAt), outerAt: null, zone, source: 'MOA App. A', stoppedAt: inIceCustodyAt, isCustodyLimit: true });
  }
  if (events.localReleaseAt !== null) {
    const startsAt = utcInstant(msOf(events.localReleaseAt));
    clocks.push({
      id: 'K4', label: 'Local release', startsAt, deadlineAt: startsAt, outerAt: null, zone, source: 'Form I-247A',
      stoppedAt: utc(events.custodyTransferredAt) ?? inIceCustodyAt, isCustodyLimit: false,
    });
  }
  for (const detainer of detainers) {
    if (detainer.issued?.byKind !== 'officer') continue;
    const startsAt = utcInstant(msOf(detainer.issued.at));
    clocks.push({
      id: 'K5', label: 'Tell ICE of the detainer', startsAt, deadlineAt: utcInstant(msOf(startsAt) + 24 * HOUR), outerAt: null, zone, source: 'MOA App. A',
      stoppedAt: utc(detainer.iceNotifiedAt), isCustodyLimit: false,
    });
  }
  return clocks;
}

/** What the packet's head stores: the earliest running deadline, which clock it is, and the earliest running custody limit. */
export function headClocks(clocks: readonly Clock[]): { readonly deadlineAt: string | null; readonly deadlineClock: string | null; readonly custodyLimitAt: string | null } {
  const running = clocks.filter((c) => c.stoppedAt === null).sort((a, b) => msOf(a.deadlineAt) - msOf(b.deadlineAt));
  const first = running[0];
  return {
    deadlineAt: first?.deadlineAt ?? null, deadlineClock: first?.id ?? null,
    custodyLimitAt: running.find((c) => c.isCustodyLimit)?.deadlineAt ?? null,
  };
}
