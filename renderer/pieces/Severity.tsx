/** Severity as shape and word: ■ Block, ◆ Hold, ▲ Warn, ○ Info. Never colour alone. */
import type { Severity } from '../../shared/domain/sufficiency.ts';
import type { PacketRow } from '../../shared/rows.ts';

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

/** The checks of a packet in a list. */
export const PacketChecks = ({ packet, isShort = false }: { readonly packet: PacketRow; readonly isShort?: boolean }) => (
  <CheckCounts block={packet.blockCount} hold={packet.holdCount} warn={packet.warnCount} isShort={isShort} />
);

type Counts = { readonly block: number; readonly hold: number; readonly warn: number; readonly isShort?: boolean };
/** `■ 1  ◆ 1  ▲ 2`, or `✓ all pass` when every check passed; short: `✓` alone, the word for a screen reader. */
export function CheckCounts({ block, hold, warn, isShort = false }: Counts) {
  const parts = (
    [
      ['BLOCK', block],
      ['HOLD', hold],
      ['WARN', warn],
    ] as const
  ).filter(([, n]) => n > 0);
  if (parts.length === 0)
    return (
      <span className="sev pass" title="all pass">
        <span className="shape" aria-hidden="true">
          ✓
        </span>
        <span className={isShort ? 'hidden-text' : ''}>all pass</span>
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
