/**
 * Days as rosters write them: ISO, US m/d/yyyy, month names, Excel's day numbers, side by side in one column. A day that could be two days is none:
 * a wrong day moves a due day, and with it authority.
 */
import { addDays } from './calendar.ts';
import type { Cell } from './roster-columns.ts';
import { cellText } from './roster-columns.ts';

export type DayFault = 'day-missing' | 'day-unreadable' | 'day-impossible' | 'day-ambiguous' | 'day-too-early' | 'day-future';
export type ReadDay = { readonly day: string } | { readonly fault: DayFault };
/** 8 U.S.C. 1357(g) became law on this day. */
const FIRST_DAY = '1996-09-30';
/** Excel's day 0 as its numbers are counted after February 1900. */
const EXCEL_ZERO = '1899-12-30';
const EXCEL_DAYS = [20_000, 80_000] as const;
const SLASHED = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[ ,]+\d{1,2}:\d\d.*)?$/;
const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/;
const COMPACT = /^((?:19|20)\d\d)(\d\d)(\d\d)$/;
const NAMED = /^(?:(\d{1,2})[ -]([a-z]{3,9})\.?[ ,-]+(\d{4})|([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}))$/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const LONG = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const monthOf = (name: string): number => {
  const low = name.toLowerCase();
  const n = LONG.indexOf(low);
  return (n >= 0 ? n : MONTHS.indexOf(low === 'sept' ? 'sep' : low)) + 1;
};
const lastOf = (year: number, month: number): number => (month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
const pad = (n: number): string => String(n).padStart(2, '0');
const isDay = (year: number, month: number, day: number): boolean => month >= 1 && month <= 12 && day >= 1 && day <= lastOf(year, month);
const made = (year: number, month: number, day: number): ReadDay => (isDay(year, month, day) ? { day: `${year}-${pad(month)}-${pad(day)}` } : { fault: 'day-impossible' });

/** True when the column has days that can only be d/m/yyyy: then `3/4/2026` may be either, and no day with both parts up to 12 is taken. */
export function hasDayFirst(cells: Iterable<Cell | undefined>): boolean {
  for (const cell of cells) {
    const found = SLASHED.exec(cellText(cell));
    if (found && Number(found[1]) > 12 && isDay(Number(found[3]), Number(found[2]), Number(found[1]))) return true;
  }
  return false;
}
function serial(n: number): ReadDay {
  return n >= EXCEL_DAYS[0] && n < EXCEL_DAYS[1] ? { day: addDays(EXCEL_ZERO, Math.floor(n), false) } : { fault: 'day-unreadable' };
}
function parsed(cell: Cell | undefined, isDayFirst: boolean): ReadDay {
  if (typeof cell === 'number') return Number.isInteger(cell) && COMPACT.test(String(cell)) ? parsed(String(cell), isDayFirst) : serial(cell);
  const text = cellText(cell);
  if (text === '') return { fault: 'day-missing' };
  const iso = ISO.exec(text) ?? COMPACT.exec(text);
  if (iso) return made(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const slashed = SLASHED.exec(text);
  if (slashed) {
    const [a, b, year] = [Number(slashed[1]), Number(slashed[2]), Number(slashed[3])];
    if (isDayFirst && a <= 12 && b <= 12 && a !== b) return { fault: 'day-ambiguous' };
    return made(year, a, b);
  }
  const named = NAMED.exec(text);
  if (named) return made(Number(named[3] ?? named[6]), monthOf(named[2] ?? named[4] ?? ''), Number(named[1] ?? named[5]));
  if (/^\d{5}(?:\.\d+)?$/.test(text)) return serial(Number(text));
  // Two digits for the year, or dots and dashes of which nobody says which part is the month.
  return { fault: /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$/.test(text) ? 'day-ambiguous' : 'day-unreadable' };
}

/** The day that a cell says, or why it says none. `today`: the last day that can be over. `isDayFirst`: `hasDayFirst` of the column. */
export function readDay(cell: Cell | undefined, today: string, isDayFirst = false): ReadDay {
  const found = parsed(cell, isDayFirst);
  if ('fault' in found) return found;
  if (found.day > today) return { fault: 'day-future' };
  return found.day < FIRST_DAY ? { fault: 'day-too-early' } : found;
}
