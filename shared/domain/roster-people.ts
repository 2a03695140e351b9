/**
 * Whose row it is: by badge or officer id, else by name, within the agency that the row names. Two that fit are none, and a badge whose officer has another
 * name is refused: a completion in the wrong file gives authority to the wrong person.
 */
import { cellText } from './roster-columns.ts';
import { fold } from './search-words.ts';

export type RosterOfficer = { readonly id: string; readonly agencyId: string; readonly name: string; readonly badge: string };
export type RosterAgency = { readonly id: string; readonly name: string; /** The day that it is there now. */ readonly today: string };
export type PersonFault = 'person-missing' | 'person-unknown' | 'person-two' | 'person-other-name' | 'agency-unknown' | 'agency-two';
export type Found = { readonly officer: RosterOfficer } | { readonly fault: PersonFault; readonly value: string };
export type Asked = { readonly agency: string; readonly badge: string; readonly name: string };
export type People = { readonly find: (asked: Asked) => Found };

const badgeKey = (text: string): string => fold(text).replace(/[^\p{L}\p{N}]+/gu, '');
const SUFFIX = new Set(['jr', 'sr', 'ii', 'iii', 'iv']);
/** "Núñez, José A." and "Jose Nunez" are one name: the part before the comma goes to the end, initials and suffixes count for nothing. */
export function nameKey(text: string): string {
  const [before = '', ...after] = text.split(',');
  const words = (part: string): readonly string[] => fold(part).replace(/[^\p{L}\p{N}]+/gu, ' ').trim().split(' ').filter((w) => w.length > 1 && !SUFFIX.has(w));
  const rest = after.flatMap(words);
  return [...rest, ...words(before)].join(' ');
}
const agencyKey = (text: string): string => fold(text).replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

function indexed<T>(all: readonly T[], keysOf: (item: T) => readonly string[]): ReadonlyMap<string, readonly T[]> {
  const map = new Map<string, T[]>();
  for (const item of all) {
    for (const k of new Set(keysOf(item))) {
      if (k === '') continue;
      const own = map.get(k);
      if (own) own.push(item);
      else map.set(k, [item]);
    }
  }
  return map;
}

/** The officers of this laptop, to be asked for by row. */
export function peopleOf(officers: readonly RosterOfficer[], agencies: readonly RosterAgency[]): People {
  const byAgency = indexed(agencies, (a) => [agencyKey(a.id), agencyKey(a.name)]);
  const byBadge = indexed(officers, (o) => [badgeKey(o.badge), badgeKey(o.id)]);
  const byName = indexed(officers, (o) => [nameKey(o.name)]);
  const find = ({ agency, badge, name }: Asked): Found => {
    if (badge === '' && name === '') return { fault: 'person-missing', value: '' };
    const places = agency === '' ? null : (byAgency.get(agencyKey(agency)) ?? []);
    if (places?.length === 0) return { fault: 'agency-unknown', value: agency };
    if (places && places.length > 1) return { fault: 'agency-two', value: agency };
    const here = (all: readonly RosterOfficer[] | undefined): readonly RosterOfficer[] => (all ?? []).filter((o) => !places || o.agencyId === places[0]?.id);
    const value = badge === '' ? name : badge;
    const asked = nameKey(name);
    let fits = here(badge === '' ? byName.get(asked) : byBadge.get(badgeKey(badge)));
    // Several agencies may give out the same number; the name tells them apart.
    if (fits.length > 1 && badge !== '' && asked !== '') fits = fits.filter((o) => nameKey(o.name) === asked).length > 0 ? fits.filter((o) => nameKey(o.name) === asked) : fits;
    const [officer] = fits;
    if (!officer) return { fault: 'person-unknown', value };
    if (fits.length > 1) return { fault: 'person-two', value };
    if (badge !== '' && asked !== '' && !isLikelySame(asked, nameKey(officer.name))) return { fault: 'person-other-name', value: `${badge}, ${name}` };
    return { officer };
  };
  // Most rows of a roster repeat the person of the row before, once per course.
  const known = new Map<string, Found>();
  return {
    find: (asked) => {
      const k = `${asked.agency}\u0000${asked.badge}\u0000${asked.name}`;
      const before = known.get(k);
      if (before) return before;
      const found = find(asked);
      known.set(k, found);
      return found;
    },
  };
}
/** Any word in common: married names and nicknames differ in part, another person's name wholly. */
function isLikelySame(a: string, b: string): boolean {
  const words = new Set(a.split(' '));
  return b.split(' ').some((w) => words.has(w));
}
/** The name of a row, from one column or two. */
export const rowName = (name: string, lastName: string, firstName: string): string => (name !== '' ? name : cellText([firstName, lastName].filter(Boolean).join(' ')));
