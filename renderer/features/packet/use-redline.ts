/** The redline of a packet's screen with what was on screen of it, and why Sign is off. */
import { useMemo } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import type { PacketDocument } from '../../../shared/domain/packet.ts';
import type { CheckResult } from '../../../shared/domain/sufficiency.ts';
import { problemLine } from '../../pieces/ProblemNote.tsx';
import { type RedlineModel, redlineOf } from './redline-model.ts';
import { useShownFields } from './use-shown-fields.ts';

/** The redline of a view, with what was on screen of it. `isOn`: it is the chosen document. */
export function useRedline(view: PacketView, document: PacketDocument | undefined, failed: readonly CheckResult[], isOn: boolean): RedlineModel | null {
  const found = useMemo(() => (document ? redlineOf(view, document, failed) : null), [view, document, failed]);
  const shown = useShownFields(found ? `${view.packet.id}.${view.version.number}<${found.number}` : null, isOn);
  if (!found) return null;
  const seen = new Set(shown.map((s) => s.field));
  const fields = found.must.filter((f) => !seen.has(f));
  const whyNotSign = found.problem
    ? problemLine(found.problem)
    : fields.length > 0
      ? `Not yet on screen: ${fields.length} of ${found.total} changes since version ${found.number}. Open Changes and look at each (N: next change).`
      : null;
  return { ...found, shown, seen, whyNotSign };
}
