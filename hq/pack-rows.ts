/** The rule packs that HQ knows, as rows. Reads only; their long texts come from memory after the first time (`working-set.ts`). */
import { many } from '../shared/command.ts';
import { PROGRAM_STREAM } from '../shared/ids.ts';
import type { RulePackRow } from '../shared/rows.ts';
import type { HqConnection } from './open.ts';
import { workingSet } from './working-set.ts';

const READ = many('rule_packs', { stream: PROGRAM_STREAM });

/** Every pack, proposals too, in the order of their ids. */
export async function packRows(db: HqConnection): Promise<readonly RulePackRow[]> {
  const set = workingSet(db);
  await set.load([READ]);
  return set.get(READ) as unknown as readonly RulePackRow[];
}
