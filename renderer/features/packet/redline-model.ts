/** What a resubmission's screen says, from one view: changes by form in words, what became of the last return, or why nothing can be compared. Pure. */
import type { PacketView } from '../../../shared/api.ts';
import { changedFields } from '../../../shared/domain/must-be-shown.ts';
import { openContent, type PacketDocument } from '../../../shared/domain/packet.ts';
import { type Change, evidenceOf, type Mended, mended, redline } from '../../../shared/domain/redline.ts';
import type { ShownField } from '../../../shared/domain/statement-facts.ts';
import type { CheckResult } from '../../../shared/domain/sufficiency.ts';
import { no, type Problem } from '../../../shared/result.ts';
import { changeGroup, changeWords } from '../../pieces/change-words.ts';

/** Stands for the redline in the list of documents. */
export const CHANGES_ID = '@changes';

export type ChangeLine = { readonly change: Change; readonly words: string; readonly evidenceIds: readonly string[] };
export type RedlineModel = {
  /** The version that this one is compared with. */
  readonly number: number;
  readonly groups: readonly { readonly title: string; readonly lines: readonly ChangeLine[] }[];
  readonly mended: readonly Mended[];
  readonly total: number;
  readonly shown: readonly ShownField[];
  readonly seen: ReadonlySet<string>;
  /** Why nothing can be compared or signed; null when it can. */
  readonly problem: Problem | null;
  readonly whyNotSign: string | null;
};

/** Null for a first version. `failed`: the checks that fail now. */
export function redlineOf(view: PacketView, document: PacketDocument, failed: readonly CheckResult[]): Omit<RedlineModel, 'shown' | 'seen' | 'whyNotSign'> & { readonly must: readonly string[] } | null {
  const { earlier } = view;
  if (!earlier) return null;
  const failing = new Set(failed.map((r) => r.rule));
  const since = earlier.returned ? redline(openContent(earlier.returned.content), document) : [];
  const outcomes = earlier.lastReturn && earlier.returned ? mended(earlier.lastReturn.deficiencies, since, failing) : [];
  if (!earlier.compared) return { number: earlier.number, groups: [], mended: outcomes, total: 0, must: [], problem: no('packet/unknown-version', { packetId: view.packet.id, version: earlier.number }).problem };
  const before = openContent(earlier.compared.content);
  const groups = new Map<string, ChangeLine[]>();
  const changes = redline(before, document);
  for (const change of changes) {
    const title = changeGroup(change.path, document, before);
    const line: ChangeLine = { change, words: changeWords(change, document, before), evidenceIds: evidenceOf(document, change) };
    groups.set(title, [...(groups.get(title) ?? []), line]);
  }
  return { number: earlier.number, groups: [...groups].map(([title, lines]) => ({ title, lines })), mended: outcomes, total: changes.length, must: changedFields(document, before), problem: null };
}
