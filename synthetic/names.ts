/**
 * Synthetic people: names from two neutral syllable lists, A-numbers from the block A000 0xx xxx that the product sets aside,
 * nationalities uniformly from 25 countries of all regions, so that the data teaches no profile (domain 9.1).
 */
import type { Random } from './prng.ts';

const FIRST = ['Ba', 'Do', 'Fe', 'Ga', 'Ke', 'Lo', 'Mi', 'Na', 'Po', 'Ra', 'Se', 'Ti', 'Va', 'Zo', 'Ne', 'Tu', 'Ri', 'Ma'] as const;
const SECOND = ['lan', 'mor', 'nel', 'ren', 'sil', 'tar', 'vek', 'wen', 'dir', 'bas', 'kol', 'fim', 'rud', 'pel', 'tos'] as const;

/** One invented name of two syllables: `Bamor`. */
export const syllables = (r: Random): string => r.pick(FIRST) + r.pick(SECOND);

/** `Kelan Bamor`: an invented officer or member of staff. */
export const fullName = (r: Random): string => `${syllables(r)} ${syllables(r)}`;

export type Country = { readonly name: string; readonly language: string };
export const COUNTRIES: readonly Country[] = [
  { name: 'Australia', language: 'English' }, { name: 'Brazil', language: 'Portuguese' }, { name: 'Canada', language: 'English' }, { name: 'China', language: 'Mandarin' },
  { name: 'Colombia', language: 'Spanish' }, { name: 'Egypt', language: 'Arabic' }, { name: 'France', language: 'French' }, { name: 'Ghana', language: 'English' },
  { name: 'Guatemala', language: 'Spanish' }, { name: 'India', language: 'Hindi' }, { name: 'Ireland', language: 'English' }, { name: 'Jamaica', language: 'English' },
  { name: 'Kenya', language: 'Swahili' }, { name: 'Mexico', language: 'Spanish' }, { name: 'Nepal', language: 'Nepali' }, { name: 'Nigeria', language: 'English' },
  { name: 'Peru', language: 'Spanish' }, { name: 'Philippines', language: 'Tagalog' }, { name: 'Poland', language: 'Polish' }, { name: 'Romania', language: 'Romanian' },
  { name: 'South Africa', language: 'English' }, { name: 'Turkey', language: 'Turkish' }, { name: 'Ukraine', language: 'Ukrainian' }, { name: 'United Kingdom', language: 'English' },
  { name: 'Vietnam', language: 'Vietnamese' },
];

/** `A000012345` from a running number; wraps after 100,000. */
export const demoANumber = (n: number): string => `A0000${String(n % 100_000).padStart(5, '0')}`;

/** A nine-digit fingerprint identification number of the synthetic range. */
export const demoFin = (n: number): string => `9${String(n % 100_000_000).padStart(8, '0')}`;
