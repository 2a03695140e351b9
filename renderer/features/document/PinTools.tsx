/** The two buttons above a document that pin: draw a rectangle with the mouse, or take what is selected, found or the page. */
type Props = { readonly isMarking: boolean; readonly onMarking: (isOn: boolean) => void; readonly onPin: () => void };

/** Part of a document's bar. */
export function PinTools({ isMarking, onMarking, onPin }: Props) {
  return (
    <span className="pin-tools">
      <button type="button" className="pdf-zoom" aria-pressed={isMarking} onClick={() => onMarking(!isMarking)} title="Draw a rectangle on the page with the mouse">
        Mark a place
      </button>
      <button type="button" className="pdf-zoom" onClick={onPin} title="Pin to the selected or found words, or to the page on screen (P)">
        Pin… <kbd>P</kbd>
      </button>
    </span>
  );
}
