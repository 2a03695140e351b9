/**
 * Pins an element to a place in the evidence: marked with the mouse, taken from selected or found words, or page and words typed here. The kernel decides whether
 * the place is inside the document; what the words show is compared as they are typed, and never decides.
 */
import { Label, Select, Textarea, TextInput } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import type { PacketDocument } from '../../../shared/domain/packet.ts';
import { isMismatch } from '../../../shared/domain/pins.ts';
import type { MarkedPlace } from '../../pieces/document-ask.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { savedText } from '../../pieces/words.ts';
import { DecisionDialog, SavedDialog } from '../../ui/DecisionDialog.tsx';
import { useCommand } from '../../use-command.ts';
import type { PinsModel } from './use-pins.ts';

/** What the dialog starts with; null: the person chooses. */
export type NewPin = { readonly evidenceId: string | null; readonly element: string | null; readonly place: MarkedPlace | null };
type Props = { readonly view: PacketView; readonly document: PacketDocument; readonly pins: PinsModel; readonly start: NewPin; readonly onClose: () => void };

/** The dialog. */
export function PinDialog({ view, document: packet, pins, start, onClose }: Props) {
  const [element, setElement] = useState(start.element ?? pins.unpinned[0]?.id ?? pins.states[0]?.element.id ?? '');
  const [evidenceId, setEvidence] = useState(start.evidenceId ?? packet.evidence[0]?.id ?? '');
  const [page, setPage] = useState(String(start.place?.page ?? 1));
  const [quote, setQuote] = useState(start.place?.quote ?? '');
  const { state, send } = useCommand('pin.add');
  const evidence = packet.evidence.find((e) => e.id === evidenceId);
  const wanted = pins.states.find((s) => s.element.id === element)?.element;
  const number = Number.parseInt(page, 10) || 0;
  // The marked part belongs to the page and the document on which it was marked.
  const region = start.place && start.place.page === number && start.evidenceId === evidenceId ? start.place.region : null;
  const kindOf = (formId: string | null): string => packet.forms.find((f) => f.id === formId)?.kind ?? 'Packet';
  const why = !wanted || !evidence ? 'Choose an element and the evidence that shows it.' : null;
  const isRunning = state.phase === 'running';
  if (state.phase === 'saved') {
    return (
      <SavedDialog title="Pinned" receipt={savedText(state.saved, view.agency.zone)} onClose={onClose} onNext={null}>
        {wanted?.label} is pinned to {evidence?.title}, page {number}. Your pin counts from now on; the DIO's stays on record.
      </SavedDialog>
    );
  }
  return (
    <DecisionDialog
      title="Add a pin"
      why={why}
      meaning="A pin is kept with the packet and is part of what you sign. A later pin of the same element counts instead."
      verb="Pin it"
      busyVerb="Saving…"
      isBusy={isRunning}
      onAct={() => void send({ packetId: packet.packetId, version: packet.number, element, evidenceId, page: number, region, quote: quote.trim() }, view.base)}
      onClose={onClose}
      problem={state.phase === 'refused' && <ProblemNote problem={state.problem} />}
    >
      <div className="pin-form">
        <Label htmlFor="pin-element">Element</Label>
        <Select id="pin-element" name="pin-element" data-first value={element} onChange={(e) => setElement(e.target.value)} disabled={isRunning}>
          {pins.states.map((s) => (
            <option key={s.element.id} value={s.element.id}>
              {s.state === 'unpinned' ? '○ ' : ''}
              {kindOf(s.element.formId)}: {s.element.label}
            </option>
          ))}
        </Select>
        <Label htmlFor="pin-evidence">Evidence</Label>
        <Select id="pin-evidence" name="pin-evidence" value={evidenceId} onChange={(e) => setEvidence(e.target.value)} disabled={isRunning}>
          {packet.evidence.map((e) => (
            <option key={e.id} value={e.id}>
              {e.title}, {e.pages} p
            </option>
          ))}
        </Select>
        <Label htmlFor="pin-page">Page, 1 to {evidence?.pages ?? 1}</Label>
        <TextInput id="pin-page" name="pin-page" type="number" value={page} onChange={(e) => setPage(e.target.value)} disabled={isRunning} />
        <p className="soft small">{region ? 'The marked part of the page.' : 'The whole page.'}</p>
        <Label htmlFor="pin-quote">Words that stand there</Label>
        <Textarea id="pin-quote" name="pin-quote" dir="auto" value={quote} onChange={(e) => setQuote(e.target.value)} maxLength={1000} disabled={isRunning} rows={2} />
        <p className="small amber" aria-live="polite">
          {wanted && isMismatch(wanted, { quote }) && `▲ These words show something else than the field: ${wanted.expected.map((x) => x.value).join(', ')}`}
        </p>
      </div>
    </DecisionDialog>
  );
}
