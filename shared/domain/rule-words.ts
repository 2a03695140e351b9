/** Looks up the sentence and source of a rule for the screen. Unknown ids (an older or newer pack) still show their id. */
import { HOLD_RULES, type HoldRule, releasersOf } from './holds.ts';
import type { PacketDocument } from './packet.ts';
import { CORE_PACK, type RulePack } from './packs.ts';
import type { Role } from '../roles.ts';

type RuleWords = { readonly id: string; readonly sentence: string; readonly source: string };
const wordsByPack = new WeakMap<RulePack, ReadonlyMap<string, RuleWords>>();
function wordsIn(pack: RulePack): ReadonlyMap<string, RuleWords> {
  const known = wordsByPack.get(pack);
  if (known) return known;
  // The newest row of a rule has the words that hold now.
  const words = new Map<string, RuleWords>(pack.rows.map((r) => [r.id, r]));
  wordsByPack.set(pack, words);
  return words;
}

/** The rule's own words in this pack, else as Fieldbook itself has them. */
export const ruleOf = (id: string, pack: RulePack = CORE_PACK): RuleWords => wordsIn(pack).get(id) ?? wordsIn(CORE_PACK).get(id) ?? { id, sentence: `Check ${id} of another rule pack`, source: '' };
/** Ids that a deficiency may name, in the pack's order. */
export const ruleIds = (pack: RulePack): readonly string[] => [...wordsIn(pack).keys()];

/** `I-862 · hearing · time`: a field path as a person reads it. */
export function fieldWords(path: string, document: PacketDocument): string {
  if (path === 'forms') return 'Forms of the packet';
  if (path === 'evidence') return 'Evidence of the packet';
  const parts = path.split('.');
  const form = parts[0] === 'forms' ? document.forms.find((f) => f.id === parts[1]) : undefined;
  const rest = (form ? parts.slice(2) : parts).map((p) => (/^\d+$/.test(p) ? `${Number(p) + 1}` : p.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()));
  return [form?.kind ?? '', ...rest].filter(Boolean).join(' · ');
}

/** What a finding expects, its codes (`entry_date`) as words. Written by predicates, never by a person. */
export const expectedWords = ({ expected }: { readonly expected: string }): string => expected.replace(/\b[a-z]+(?:_[a-z]+)+\b/g, (code) => code.replaceAll('_', ' '));

/** The hold's label; generic on purpose for restricted handling. */
export const holdLabel = (rule: string): string => HOLD_RULES[rule as HoldRule]?.label ?? rule;

const ROLE_WORDS: Readonly<Partial<Record<Role, string>>> = {
  opla: 'OPLA',
  sddo: 'an SDDO',
  juvenile_coordinator: 'the juvenile coordinator',
  restricted_officer: 'the officer for restricted handling',
  fod: 'the FOD',
};
/** `OPLA or an SDDO`: who at HQ may release a hold of this rule. */
export const releaserWords = (rule: string): string =>
  releasersOf(rule)
    .map((r) => ROLE_WORDS[r] ?? r)
    .join(' or ') || 'nobody known here';

/** The law or policy behind a rule as a person reads it: the table's marks ([K], [D]) as words. */
export const sourceWords = (source: string): string =>
  source
    .split(/;\s*/)
    .map((part) => (part === '[D]' ? 'Program default, to be confirmed by counsel' : part.replace(/\s*\[(D|K)\]/g, ', to be confirmed by counsel')))
    .join('; ');
