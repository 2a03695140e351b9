/** Copies a text that people quote: codes, receipts, hashes. Says so in words. */
import { useEffect, useState } from 'react';

/** A button that shows `text` (or `children`) and copies it. */
export function CopyButton({
  text,
  label,
  children,
  className = 'note-code',
}: {
  readonly text: string;
  readonly label: string;
  readonly children?: React.ReactNode;
  readonly className?: string;
}) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <button type="button" className={className} onClick={() => void copy()} aria-label={`Copy ${label}`} title={`Copy ${label}`}>
      {children ?? text}
      <span aria-live="polite">{isCopied ? ' copied' : ''}</span>
    </button>
  );
}
