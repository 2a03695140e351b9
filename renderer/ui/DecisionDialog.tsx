/** The frame of a decision: what is decided above, why it cannot be done yet, cancel and the one verb below. No button is the default. */
import { Button } from '@trussworks/react-uswds';
import { type ReactNode, useId } from 'react';
import { Dialog } from './Dialog.tsx';

type Props = {
  readonly title: string;
  readonly size?: 'normal' | 'wide';
  /** Why the verb is off; null when it is on. */
  readonly why: string | null;
  /** What stands there when nothing is missing: what the act means. */
  readonly meaning: string;
  readonly verb: string;
  readonly busyVerb: string;
  readonly isBusy: boolean;
  readonly onAct: () => void;
  readonly onClose: () => void;
  /** Stays in view above the verb: the passphrase. */
  readonly secret?: ReactNode;
  readonly problem?: ReactNode;
  readonly children: ReactNode;
};

/** A dialog that decides. The element with `data-first` has the focus at the start. */
export function DecisionDialog({ title, size = 'normal', why, meaning, verb, busyVerb, isBusy, onAct, onClose, secret, problem, children }: Props) {
  const note = useId();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      size={size}
      footer={
        <>
          {problem && <div className="foot-row">{problem}</div>}
          {secret && <div className="foot-row secret">{secret}</div>}
          <span className={`small cut-3 ${why === null ? 'soft' : 'strong'}`} id={note} aria-live="polite">
            {why ?? meaning}
          </span>
          <Button type="button" outline className="push" onClick={onClose}>
            Cancel
          </Button>
          <Button type="button" disabled={why !== null || isBusy} onClick={onAct} aria-describedby={note}>
            {isBusy ? busyVerb : verb}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}

type SavedProps = {
  readonly title: string;
  /** Ledger entry, time and the like. */
  readonly receipt: string;
  readonly onClose: () => void;
  readonly onNext: (() => void) | null;
  /** The way back to where the dialog was opened. */
  readonly stay?: string;
  readonly children: ReactNode;
};

/** What a person reads after a decision: durable here, not yet at HQ. Green is for HQ's receipt only, so this is not green. */
export function SavedDialog({ title, receipt, onClose, onNext, stay = 'Stay on this packet', children }: SavedProps) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button type="button" outline className="push" onClick={onClose} data-first={onNext ? undefined : true}>
            {stay}
          </Button>
          {onNext && (
            <Button
              type="button"
              data-first
              onClick={() => {
                onClose();
                onNext();
              }}
            >
              Next packet
            </Button>
          )}
        </>
      }
    >
      <div className="note" role="status">
        <p className="strong">◐ Saved on this laptop</p>
        <p>{children}</p>
        <p className="soft small num">{receipt} HQ's receipt follows by itself and shows in Sync.</p>
      </div>
    </Dialog>
  );
}
