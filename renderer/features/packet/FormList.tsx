/** Forms and evidence of one packet with "seen" marks. The chosen one is shown large. */
import { useEffect, useRef } from 'react';
import type { PacketDocument } from '../../../shared/domain/packet.ts';
import type { Severity } from '../../../shared/domain/sufficiency.ts';
import type { StatementRow } from '../../../shared/rows.ts';
import { SEVERITIES } from '../../pieces/Severity.tsx';
import { formTitle } from '../../pieces/words.ts';
import { CHANGES_ID } from './redline-model.ts';
import { PINS_ID } from './use-pins.ts';

type Props = {
  readonly document: PacketDocument;
  readonly chosen: string;
  readonly seen: ReadonlySet<string>;
  readonly failing: ReadonlyMap<string, { readonly n: number; readonly severity: Severity }>;
  readonly statements: readonly StatementRow[];
  /** Of a resubmission: how many changes were on screen, of how many, and how many deficiencies are not fixed. */
  readonly changes: { readonly number: number; readonly seen: number; readonly total: number; readonly open: number } | null;
  /** Places of pins and how many were on screen; elements without a pin and with other words at it. */
  readonly pins: { readonly shown: number; readonly total: number; readonly unpinned: number; readonly mismatched: number };
  readonly onChoose: (id: string) => void;
};
/** Stands for what the packet says outside its forms. */
export const FACTS_ID = '@facts';
export const evidenceKey = (id: string): string => `evidence:${id}`;

/** The list on the left. Arrow keys move while it has the focus. */
export function FormList({ document: packet, chosen, seen, failing, statements, changes, pins, onChoose }: Props) {
  const ids = [...(changes ? [CHANGES_ID] : []), ...packet.forms.map((f) => f.id), FACTS_ID, PINS_ID, ...packet.evidence.map((e) => evidenceKey(e.id))];
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const next = ids[ids.indexOf(chosen) + step];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    onChoose(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-item="${CSS.escape(next)}"]`)?.focus();
  };
  const list = useRef<HTMLElement>(null);
  // The chosen document is the one tab stop: while the focus is in the list it goes with the choice.
  useEffect(() => {
    const item = list.current?.querySelector<HTMLElement>(`[data-item="${CSS.escape(chosen)}"]`);
    if (list.current?.contains(document.activeElement) && document.activeElement !== item) item?.focus();
    item?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const failMark = (id: string) => {
    const f = failing.get(id);
    return f ? (
      <span className={`sev small ${SEVERITIES[f.severity].tone}`} title={`${f.n} failed: ${SEVERITIES[f.severity].word}`}>
        <span aria-hidden="true">{SEVERITIES[f.severity].shape}</span>
        {f.n}
        <span className="hidden-text"> failed</span>
      </span>
    ) : null;
  };
  const row = (id: string, head: string, sub: string, state: React.ReactNode) => (
    <li key={id}>
      <button
        type="button"
        data-item={id}
        className={`doc ${chosen === id ? 'chosen' : ''}`}
        aria-current={chosen === id ? 'true' : undefined}
        data-start={chosen === id || undefined}
        tabIndex={chosen === id ? 0 : -1}
        onClick={() => onChoose(id)}
      >
        <span className="seen" title={seen.has(id) ? 'Seen' : 'Not yet on screen'}>
          <span aria-hidden="true">{seen.has(id) ? '◉' : '○'}</span>
          <span className="hidden-text">{seen.has(id) ? 'Seen: ' : 'Not seen: '}</span>
        </span>
        <span className="doc-text">
          <span className="strong cut">{head}</span>
          {sub && (
            <span className="soft small cut" title={sub}>
              {sub}
            </span>
          )}
        </span>
        {state}
      </button>
    </li>
  );
  return (
    <nav ref={list} className="docs" aria-label="Forms and evidence" onKeyDown={onKeyDown} data-region="forms">
      {changes && (
        <>
          <h3>Resubmitted</h3>
          <ul>
            {row(
              CHANGES_ID,
              'Changes',
              `since version ${changes.number}, ${changes.seen} of ${changes.total} seen`,
              changes.open > 0 ? (
                <span className="sev small amber nowrap" title="Deficiencies of the last return that are not fixed">
                  <span aria-hidden="true">▲</span>
                  {changes.open}
                  <span className="hidden-text"> not fixed</span>
                </span>
              ) : null,
            )}
          </ul>
        </>
      )}
      <h3>Forms</h3>
      <ul>
        {packet.forms.map((f) => {
          const isSigned = statements.some((s) => s.formId === f.id);
          return row(
            f.id,
            f.kind,
            formTitle(f),
            isSigned ? (
              <span className="small nowrap" title="Signed">
                ✓ signed
              </span>
            ) : (
              failMark(f.id)
            ),
          );
        })}
        {row(FACTS_ID, 'Encounter', 'events, records, protections', failMark(FACTS_ID))}
      </ul>
      <h3>
        Evidence <span className="soft num">{packet.evidence.length}</span>
      </h3>
      <ul>
        {row(
          PINS_ID,
          'Pins',
          `${pins.shown} of ${pins.total} on screen${pins.unpinned > 0 ? `, ${pins.unpinned} not pinned` : ''}`,
          pins.mismatched > 0 ? (
            <span className="sev small amber nowrap" title="Pins whose words show something else than the field">
              <span aria-hidden="true">▲</span>
              {pins.mismatched}
              <span className="hidden-text"> with other words</span>
            </span>
          ) : null,
        )}
        {packet.evidence.map((e) => row(evidenceKey(e.id), e.title, `${e.kind.replaceAll('_', ' ')}, ${e.pages} p`, null))}
      </ul>
    </nav>
  );
}
