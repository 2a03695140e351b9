/**
 * Security cards at a site that waits for its equipment (domain 3.3, 4.4; K17): which die before the terminal is there, who is trained without one, and where the
 * nearest working terminal is. A dead card ends no authority; it stops the work in ICE's systems.
 */
import type { CardState } from '../rows.ts';
import { endOfDay } from './calendar.ts';

export type CardAtSite = { readonly officerId: string; readonly state: CardState; /** When it dies or died; null when no login is known. */ readonly diesAt: string | null };
export type CardForecast = {
  /** Dead now, or asked to be reactivated. */ readonly dead: readonly string[];
  /** Alive now, and dead by the day of the installation if nobody logs in; soonest first. */ readonly dying: readonly { readonly officerId: string; readonly diesAt: string }[];
  /** No login is known: neither alive nor dead. */ readonly unknown: readonly string[];
};
/** What becomes of the cards of a site by the end of a day of the site (`YYYY-MM-DD`), as of `now`. */
export function cardForecast(cards: readonly CardAtSite[], untilOn: string, zone: string, now: string): CardForecast {
  const until = endOfDay(untilOn, zone);
  const isDead = (c: CardAtSite): boolean => (c.diesAt === null ? c.state === 'CARD_DEACTIVATED' || c.state === 'REACTIVATION_REQUESTED' : c.diesAt <= now);
  const alive = cards.filter((c) => !isDead(c));
  return {
    dead: cards.filter(isDead).map((c) => c.officerId),
    dying: alive.flatMap((c) => (c.diesAt !== null && c.diesAt <= until ? [{ officerId: c.officerId, diesAt: c.diesAt }] : [])).sort((a, b) => (a.diesAt < b.diesAt ? -1 : a.diesAt > b.diesAt ? 1 : a.officerId < b.officerId ? -1 : 1)),
    unknown: alive.filter((c) => c.diesAt === null).map((c) => c.officerId),
  };
}

export type Place = { readonly id: string; readonly lat: number; readonly lon: number };
const EARTH_MILES = 3958.8;
const rad = (degrees: number): number => (degrees * Math.PI) / 180;
/** Great-circle miles between two places. */
export function milesBetween(a: Place, b: Place): number {
  const h = Math.sin(rad(b.lat - a.lat) / 2) ** 2 + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lon - a.lon) / 2) ** 2;
  return 2 * EARTH_MILES * Math.asin(Math.min(1, Math.sqrt(h)));
}
/** The nearest other place, in great-circle miles; equal distances by id. Null when there is none. */
export function nearestPlace<P extends Place>(from: Place, all: readonly P[]): { readonly place: P; readonly miles: number } | null {
  const ranked = all.filter((p) => p.id !== from.id).map((place) => ({ place, miles: milesBetween(from, place) }));
  return ranked.sort((a, b) => a.miles - b.miles || (a.place.id < b.place.id ? -1 : 1))[0] ?? null;
}
