/** Pins over one page, and the rectangle that a mouse draws for a new one. Takes no click that is meant for the text below, unless a place is being marked. */
import { type PointerEvent, useRef, useState } from 'react';
import type { MarkedPlace, PinMark } from '../../pieces/document-ask.ts';
import { partOf, turned, unturned, wordsIn } from './pin-place.ts';

/** Smaller than this, in CSS pixels, is a click and no rectangle. */
const SMALLEST = 6;
type Props = {
  readonly marks: readonly PinMark[];
  readonly page: number;
  readonly rotation: number;
  readonly isMarking: boolean;
  readonly onPlace: (place: MarkedPlace) => void;
  /** The rectangle left the page. */
  readonly onOutside: (page: number) => void;
};
type Drag = { readonly x: number; readonly y: number; readonly toX: number; readonly toY: number };
const percent = (value: number): string => `${value * 100}%`;
const WHOLE = { x: 0, y: 0, w: 1, h: 1 };

/** The marks of this page. */
export function PinLayer({ marks, page, rotation, isMarking, onPlace, onOutside }: Props) {
  const layer = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const begin = (event: PointerEvent<HTMLDivElement>) => {
    if (!isMarking || event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ x: event.clientX, y: event.clientY, toX: event.clientX, toY: event.clientY });
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (drag) setDrag({ ...drag, toX: event.clientX, toY: event.clientY });
  };
  const frame = layer.current?.getBoundingClientRect();
  const box = drag && { left: Math.min(drag.x, drag.toX), top: Math.min(drag.y, drag.toY), right: Math.max(drag.x, drag.toX), bottom: Math.max(drag.y, drag.toY) };
  const drawn = box && frame ? partOf(box, frame) : null;
  const end = () => {
    setDrag(null);
    const sheet = layer.current?.parentElement;
    if (!box || !drawn || !sheet || box.right - box.left < SMALLEST || box.bottom - box.top < SMALLEST) return;
    if (drawn.x < 0 || drawn.y < 0 || drawn.x + drawn.w > 1 || drawn.y + drawn.h > 1) return onOutside(page);
    onPlace({ page, region: unturned(drawn, rotation), quote: wordsIn(sheet, box) });
  };
  return (
    <div ref={layer} className={`pins ${isMarking ? 'marking' : ''}`} onPointerDown={begin} onPointerMove={move} onPointerUp={end} onPointerCancel={() => setDrag(null)}>
      {marks.map((mark) => {
        const { x, y, w, h } = turned(mark.region ?? WHOLE, rotation);
        return (
          <div
            key={mark.place}
            className={`pin-mark ${mark.isChosen ? 'chosen' : ''} ${mark.region ? '' : 'whole'} ${y < 0.06 ? 'low' : ''} ${x > 0.5 ? 'left' : ''}`}
            data-pin={mark.place}
            role="note"
            aria-label={`Pin: ${mark.label}`}
            style={{ left: percent(x), top: percent(y), width: percent(w), height: percent(h) }}
          >
            <span className="pin-tag" aria-hidden="true">
              {mark.isSeen ? '◉' : '○'} {mark.label}
            </span>
          </div>
        );
      })}
      {drawn && <div className="pin-drawn" style={{ left: percent(drawn.x), top: percent(drawn.y), width: percent(drawn.w), height: percent(drawn.h) }} />}
    </div>
  );
}
