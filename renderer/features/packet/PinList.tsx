/**
 * What this packet must prove and where each thing is pinned: unpinned first, then pins whose words show something else than the field, then the rest by form.
 * Every pin leads to its place in the evidence. Must never hide a pin that points nowhere.
 */
import { Button } from '@trussworks/react-uswds';
import { placeOf } from '../../../shared/domain/must-be-shown.ts';
import type { PacketDocument } from '../../../shared/domain/packet.ts';
import type { Pin, PinFault } from '../../../shared/domain/pins.ts';
import { count } from '../../pieces/words.ts';
import type { PinsModel } from './use-pins.ts';

const FAULTS: Readonly<Record<PinFault, string>> = { evidence: 'evidence that this version does not have', page: 'a page that the document does not have', region: 'a place outside the page' };
const STATES = { unpinned: '○ Not pinned', mismatch: '▲ Other words at the pin', pinned: '✓ Pinned' } as const;
const ORDER = ['unpinned', 'mismatch', 'pinned'] as const;
type Props = { readonly document: PacketDocument; readonly pins: PinsModel; readonly onPin: (element: string | null) => void };

/** The document "Pins" of a packet. */
export function PinList({ document: packet, pins, onPin }: Props) {
  const sorted = ORDER.flatMap((state) => pins.states.filter((e) => e.state === state));
  const kindOf = (formId: string | null): string => packet.forms.find((f) => f.id === formId)?.kind ?? 'Packet';
  const place = (pin: Pin): string => `${packet.evidence.find((e) => e.id === pin.evidenceId)?.title ?? pin.evidenceId}, page ${pin.page}`;
  return (
    <article className="paper pin-list" aria-label="Pins">
      <header className="paper-head">
        <div>
          <p className="paper-kind">Evidence</p>
          <h2>Pins</h2>
        </div>
        <p className="small soft paper-note num" role="status">
          {pins.states.length - pins.unpinned.length} of {count(pins.states.length, 'element')} pinned, {pins.shown.length} of {count(pins.places.length, 'pin')} on screen
        </p>
      </header>
      <p className="pin-do">
        <Button type="button" outline onClick={() => onPin(null)}>
          Add a pin…
        </Button>
        <span className="soft small">
          <kbd>]</kbd> next pin, <kbd>[</kbd> previous. On a document <kbd>P</kbd> pins what is selected, found or on screen.
        </span>
      </p>
      {pins.whyNotSign && <p className="small amber">▲ {pins.whyNotSign}</p>}
      <ul aria-label="Elements and their pins">
        {sorted.map((e) => (
          <li key={e.element.id} className={e.state}>
            <span className="pin-state nowrap">{STATES[e.state]}</span>
            <div>
              <p>
                <span className="soft">{kindOf(e.element.formId)}</span> <b>{e.element.label}</b>
              </p>
              {e.state === 'unpinned' && e.faulty.length === 0 && <p className="soft small">Nobody has shown where this stands.</p>}
              {e.pins.map((pin) => (
                <p key={`${pin.element} ${placeOf(pin)} ${pin.by}`} className="small">
                  <span aria-hidden="true">{pins.seen.has(placeOf(pin)) ? '◉' : '○'} </span>
                  <button type="button" className="pin" onClick={() => pins.go(placeOf(pin))}>
                    {place(pin)}
                  </button>
                  <span className="soft">
                    {pins.seen.has(placeOf(pin)) ? 'was on screen' : 'not yet on screen'}, {pin.by === 'dio' ? 'by the DIO' : 'by a signer'}
                  </span>
                  {pin.quote && <span dir="auto">: “{pin.quote}”</span>}
                </p>
              ))}
              {e.state === 'mismatch' && <p className="small amber">The field says: {e.element.expected.map((x) => x.value).join(', ')}</p>}
              {e.faulty.map(({ pin, fault }) => (
                <p key={`${placeOf(pin)} ${fault}`} className="small amber">
                  ▲ A pin names {FAULTS[fault]}: {place(pin)}
                </p>
              ))}
            </div>
            <button type="button" className="pin push" onClick={() => onPin(e.element.id)} aria-label={`Pin ${e.element.label}`}>
              Pin…
            </button>
          </li>
        ))}
      </ul>
    </article>
  );
}
