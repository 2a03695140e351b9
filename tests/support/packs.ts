/** Rule rows and packs for tests that publish one. */
import { CORE_PACK } from '../../shared/domain/packs.ts';
import type { Rule } from '../../shared/domain/sufficiency.ts';

const legalList = CORE_PACK.rows.find((r) => r.id === 'NTA-10');
if (!legalList) throw new Error('no NTA-10');
/** A further row that no packet of the tests passes: its I-862 would have to be of an edition of the year 2000. */
export const strictRule: Rule = {
  ...legalList, id: 'LOC-01', severity: 'BLOCK', gates: ['sign:*'], sentence: 'The I-862 is of the edition that this test asks for', source: 'Test of a published pack', forms: [], parameters: { ...legalList.parameters, editions: ['2000-01'] },
};
