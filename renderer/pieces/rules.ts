/** Looks up the sentence and source of a rule for the screen. Unknown ids (an older or newer pack) still show their id. */
import { HOLD_RULES, type HoldRule } from '../../shared/domain/holds.ts';
import { RULES } from '../../shared/domain/sufficiency.ts';

type RuleWords = { readonly id: string; readonly sentence: string; readonly source: string };
const known: ReadonlyMap<string, RuleWords> = new Map(Object.values(RULES as unknown as Readonly<Record<string, RuleWords>>).map((r) => [r.id, r]));

/** The rule's own words. */
export const ruleOf = (id: string): RuleWords => known.get(id) ?? { id, sentence: `Check ${id} of another rule pack`, source: '' };
/** Ids that a deficiency may name, in the table's order. */
export const RULE_IDS: readonly string[] = [...known.keys()];

/** The hold's label; generic on purpose for restricted handling. */
export const holdLabel = (rule: string): string => HOLD_RULES[rule as HoldRule]?.label ?? rule;
