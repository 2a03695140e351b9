/** All that the screen derives from a resubmission: what changed, what became of the last return, what was on screen of it, and why Sign is off. */
import { useMemo } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import { mustBeShown, notShown } from '../../../shared/domain/must-be-shown.ts';
import { openContent, type PacketDocument } from '../../../shared/domain/packet.ts';
import { type Change, evidenceOf, type Mended, mended, redline } from '../../../shared/domain/redline.ts';
import type { ShownField } from '../../../shared/domain/statement-facts.ts';
import type { CheckResult } from '../../../shared/domain/sufficiency.ts';
import { no, type Problem } from '../../../shared/result.ts';
import { changeGroup, changeWords } from '../../pieces/change-words.ts';
import { problemLine } from '../../pieces/ProblemNote.tsx';
import { useShownFields } from './use-shown-fields.ts';

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

/** Pure part: null for a first version. */
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
  return { number: earlier.number, groups: [...groups].map(([title, lines]) => ({ title, lines })), mended: outcomes, total: changes.length, must: mustBeShown(document, before).fields, problem: null };
}

/** The redline of a view, with what was on screen of it. `isOn`: it is the chosen document. */
export function useRedline(view: PacketView, document: PacketDocument | undefined, failed: readonly CheckResult[], isOn: boolean): RedlineModel | null {
  const found = useMemo(() => (document ? redlineOf(view, document, failed) : null), [view, document, failed]);
  const shown = useShownFields(found ? `${view.packet.id}.${view.version.number}<${found.number}` : null, isOn);
  if (!found) return null;
  const seen = new Set(shown.map((s) => s.field));
  const { fields } = notShown({ fields: found.must }, seen);
  const whyNotSign = found.problem
    ? problemLine(found.problem)
    : fields.length > 0
      ? `Not yet on screen: ${fields.length} of ${found.total} changes since version ${found.number}. Open Changes and look at each (N: next change).`
      : null;
  return { ...found, shown, seen, whyNotSign };
}
