/** A modal on the platform's own `<dialog>`: focus stays inside, Escape closes, no button is the default. */
import { Icon } from '@trussworks/react-uswds';
import { type ReactNode, useEffect, useId, useRef } from 'react';

type Props = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly size?: 'normal' | 'wide' | 'palette';
  readonly isBare?: boolean;
};

/** Shows its children over the screen. Focus returns to where it was when it closes. */
export function Dialog({ title, onClose, children, footer, size = 'normal', isBare = false }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const label = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    dialog?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog ${size}`}
      aria-labelledby={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {isBare ? (
        <h2 id={label} className="hidden-text">
          {title}
        </h2>
      ) : (
        <header className="dialog-head">
          <h2 id={label} tabIndex={-1}>
            {title}
          </h2>
          <button type="button" className="icon-button push" onClick={onClose} aria-label="Close">
            <Icon.Close aria-hidden="true" />
          </button>
        </header>
      )}
      <div className="dialog-body">{children}</div>
      {footer && <footer className="dialog-foot">{footer}</footer>}
    </dialog>
  );
}
