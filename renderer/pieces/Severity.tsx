/** Severity as shape and word: ■ Block, ◆ Hold, ▲ Warn, ○ Info. Never colour alone. */
import type { Severity } from '../../shared/domain/sufficiency.ts';

export const SEVERITIES = {
  BLOCK: { shape: '■', word: 'Block', tone: 'block' },
  HOLD: { shape: '◆', word: 'Hold', tone: 'hold' },
  WARN: { shape: '▲', word: 'Warn', tone: 'warn' },
  INFO: { shape: '○', word: 'Info', tone: 'info' },
} as const satisfies Record<Severity, { shape: string; word: string; tone: string }>;

/** One severity mark with its word. */
export function SeverityMark({ severity, hasWord = true }: { readonly severity: Severity; readonly hasWord?: boolean }) {
  const { shape, word, tone } = SEVERITIES[severity];
  return (
    <span className={`sev ${tone}`} title={word}>
      <span className="shape" aria-hidden="true">
        {shape}
      </span>
      <span className={hasWord ? '' : 'hidden-text'}>{word}</span>
    </span>
  );
}

/** `■ 1  ◆ 1  ▲ 2`, or `✓ none` when every check passed. */
export function CheckCounts({ block, hold, warn }: { readonly block: number; readonly hold: number; readonly warn: number }) {
  const parts = (
    [
      ['BLOCK', block],
      ['HOLD', hold],
      ['WARN', warn],
    ] as const
  ).filter(([, n]) => n > 0);
  if (parts.length === 0)
    return (
      <span className="sev pass">
        <span className="shape" aria-hidden="true">
          ✓
        </span>
        all pass
      </span>
    );
  return (
    <span className="row">
      {parts.map(([severity, n]) => (
        <span key={severity} className={`sev ${SEVERITIES[severity].tone}`} title={`${n} ${SEVERITIES[severity].word}`}>
          <span className="shape" aria-hidden="true">
            {SEVERITIES[severity].shape}
          </span>
          <span className="hidden-text">{SEVERITIES[severity].word} </span>
          {n}
        </span>
      ))}
    </span>
  );
}
