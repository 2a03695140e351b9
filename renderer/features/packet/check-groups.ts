/** Check results as the pane shows them: grouped by the act that they gate, failed first, each result once. Pure. */
import { SIGNABLE } from '../../../shared/domain/packet.ts';
import type { Act, CheckResult, Severity } from '../../../shared/domain/sufficiency.ts';

export type CheckGroup = { readonly act: Act | ''; readonly title: string; readonly failed: readonly CheckResult[]; readonly passed: readonly CheckResult[] };

const VERBS = ['sign', 'issue', 'serve', 'effective'] as const;
const WORDS: Readonly<Record<(typeof VERBS)[number], (form: string) => string>> = {
  sign: (f) => `To sign ${f}`,
  issue: (f) => `To issue ${f}`,
  serve: (f) => `To serve ${f}`,
  effective: (f) => `For ${f} to take effect`,
};
const WEIGHT: Readonly<Record<Severity, number>> = { BLOCK: 0, HOLD: 1, WARN: 2, INFO: 3 };

/** `To sign I-862`; `To sign any form` for `sign:*`. */
export function actTitle(act: Act | ''): string {
  if (act === '') return 'For information';
  const [verb, form = ''] = act.split(':');
  const known = VERBS.find((v) => v === verb);
  return known ? WORDS[known](form === '*' ? 'any form' : form) : act;
}

/** `sign I-862`, `give effect to I-247A`: an act inside a sentence. */
export function actWords(act: string): string {
  const [verb, form = ''] = act.split(':');
  return `${verb === 'effective' ? 'give effect to' : verb} ${form === '*' ? 'any form' : form}`;
}
/** An act after the signature: its open checks are work still to come, not defects of what is signed. */
export const isLater = (act: string): boolean => act !== '' && !act.startsWith('sign:');

function rank(act: Act | ''): number {
  if (act === '') return 9999;
  const [verb, form = ''] = act.split(':');
  const at = (SIGNABLE as readonly string[]).indexOf(form);
  return (VERBS as readonly string[]).indexOf(verb ?? '') * 100 + (form === '*' ? -1 : at < 0 ? 90 : at);
}
const firstGate = (r: CheckResult): Act | '' => [...r.gates].sort((a, b) => rank(a) - rank(b))[0] ?? '';
const bySeverity = (a: CheckResult, b: CheckResult): number => WEIGHT[a.severity] - WEIGHT[b.severity] || (a.rule < b.rule ? -1 : 1);

/**
 * Groups in the order of the work: what gates a signature first, and of that what failed; then later acts, whose open checks are work still
 * to come. Checks that do not apply are left out.
 */
export function checkGroups(results: readonly CheckResult[]): readonly CheckGroup[] {
  const acts = [...new Set(results.filter((r) => r.outcome !== 'not_applicable').map(firstGate))];
  return acts
    .map((act) => {
      const here = results.filter((r) => firstGate(r) === act);
      const of = (outcome: CheckResult['outcome']) => here.filter((r) => r.outcome === outcome).sort(bySeverity);
      return { act, title: actTitle(act), failed: of('fail'), passed: of('pass') };
    })
    .sort((a, b) => Number(isLater(a.act)) - Number(isLater(b.act)) || Number(b.failed.length > 0) - Number(a.failed.length > 0) || rank(a.act) - rank(b.act));
}

/** Failed results in the order of the pane: what the digits 1 to 9 jump to. */
export const failedInOrder = (groups: readonly CheckGroup[]): readonly CheckResult[] => groups.flatMap((g) => g.failed);
/** One result's identity on screen. */
export const checkKey = (r: CheckResult): string => `${r.rule}/${r.predicate}/${r.gates.join()}`;
