/** A divider between two panes: dragged with the pointer, moved with arrow keys, remembered by the caller. */
import { useRef } from 'react';

type Props = { readonly label: string; readonly width: number; readonly min: number; readonly max: number; readonly onChange: (width: number) => void };

/** Changes the width of the pane to its right. */
export function Divider({ label, width, min, max, onChange }: Props) {
  const from = useRef<{ x: number; width: number } | null>(null);
  const clamp = (w: number) => Math.round(Math.min(max, Math.max(min, w)));
  return (
    // A focusable separator is a widget; `hr` is not.
    <div
      className="divider"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={(e) => {
        from.current = { x: e.clientX, width };
        e.currentTarget.setPointerCapture(e.pointerId);
      }}
      onPointerMove={(e) => {
        if (from.current) onChange(clamp(from.current.width + from.current.x - e.clientX));
      }}
      onPointerUp={() => {
        from.current = null;
      }}
      onKeyDown={(e) => {
        const step = e.key === 'ArrowLeft' ? 16 : e.key === 'ArrowRight' ? -16 : 0;
        if (step) {
          e.preventDefault();
          onChange(clamp(width + step));
        }
      }}
    />
  );
}
