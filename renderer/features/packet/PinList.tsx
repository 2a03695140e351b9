/**
 * What this packet must prove and where each thing is pinned: unpinned first, then pins whose words show something else than the field, then the rest by form.
 * Beside a piece of evidence the signer pins an element to one of its pages. Must never hide a pin that points nowhere.
 */
import { Button, Label, Select, Textarea, TextInput } from '@trussworks/react-uswds';
import { type FormEvent, useState } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import type { Evidence, PacketDocument } from '../../../shared/domain/packet.ts';
import { type ElementPins, elementPins, type Pin, type PinFault } from '../../../shared/domain/pins.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { useCommand } from '../../use-command.ts';

const FAULTS: Readonly<Record<PinFault, string>> = { evidence: 'evidence that this version does not have', page: 'a page that the document does not have', region: 'a place outside the page' };
const STATES = { unpinned: '○ Not pinned', mismatch: '▲ Other words at the pin', pinned: '✓ Pinned' } as const;
const ORDER = ['unpinned', 'mismatch', 'pinned'] as const;
type Props = { readonly view: PacketView; readonly document: PacketDocument; readonly evidence: Evidence; readonly onEvidence: (id: string) => void };

/** The list and, below it, the form that pins to `evidence`. */
export function PinList({ view, document: packet, evidence, onEvidence }: Props) {
  const all = elementPins(packet, view.pins);
  const sorted = ORDER.flatMap((state) => all.filter((e) => e.state === state));
  const [element, setElement] = useState(sorted[0]?.element.id ?? '');
  const [page, setPage] = useState('1');
  const [quote, setQuote] = useState('');
  const { state, send } = useCommand('pin.add');
  const isRunning = state.phase === 'running';
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const isSaved = await send({ packetId: packet.packetId, version: packet.number, element, evidenceId: evidence.id, page: Number.parseInt(page, 10) || 0, region: null, quote: quote.trim() }, view.base);
    if (isSaved) setQuote('');
  };
  const kindOf = (e: ElementPins): string => packet.forms.find((f) => f.id === e.element.formId)?.kind ?? 'Packet';
  const place = (pin: Pin) => {
    const item = packet.evidence.find((e) => e.id === pin.evidenceId);
    return `${item?.title ?? pin.evidenceId}, page ${pin.page}`;
  };
  return (
    <section className="paper" aria-labelledby="pins-title">
      <h2 id="pins-title">Pins</h2>
      <p className="soft">
        {all.filter((e) => e.state !== 'unpinned').length} of {all.length} elements pinned
      </p>
      <ul className="stack" aria-label="Elements and their pins">
        {sorted.map((e) => (
          <li key={e.element.id}>
            <b>{STATES[e.state]}</b> {kindOf(e)}: {e.element.label}
            {e.pins.map((pin) => (
              <div key={`${pin.element} ${pin.evidenceId} ${pin.page} ${pin.by}`} className="small">
                <button type="button" className="pin" onClick={() => onEvidence(pin.evidenceId)}>
                  {place(pin)}
                </button>{' '}
                {pin.by === 'dio' ? 'by the DIO' : 'by a signer'}
                {pin.quote && <>: “{pin.quote}”</>}
              </div>
            ))}
            {e.state === 'mismatch' && <div className="small">The field says: {e.element.expected.map((x) => x.value).join(', ')}</div>}
            {e.faulty.map(({ pin, fault }) => (
              <div key={`${pin.evidenceId} ${pin.page} ${fault}`} className="small">
                ▲ A pin names {FAULTS[fault]}: {place(pin)}
              </div>
            ))}
          </li>
        ))}
      </ul>
      <form className="stack" onSubmit={(event) => void add(event)} aria-label={`Pin to ${evidence.title}`}>
        <h3>Pin to this evidence</h3>
        <Label htmlFor="pin-element">Element</Label>
        <Select id="pin-element" name="pin-element" value={element} onChange={(e) => setElement(e.target.value)} disabled={isRunning}>
          {sorted.map((e) => (
            <option key={e.element.id} value={e.element.id}>
              {kindOf(e)}: {e.element.label}
            </option>
          ))}
        </Select>
        <Label htmlFor="pin-page">Page, 1 to {evidence.pages}</Label>
        <TextInput id="pin-page" name="pin-page" type="number" value={page} onChange={(e) => setPage(e.target.value)} disabled={isRunning} />
        <Label htmlFor="pin-quote">Words that stand there</Label>
        <Textarea id="pin-quote" name="pin-quote" value={quote} onChange={(e) => setQuote(e.target.value)} maxLength={1000} disabled={isRunning} rows={2} />
        {state.phase === 'refused' && <ProblemNote problem={state.problem} />}
        {state.phase === 'saved' && <p role="status">Saved on this laptop</p>}
        <Button type="submit" outline disabled={isRunning || element === ''}>
          Pin the page
        </Button>
      </form>
    </section>
  );
}
