/** One item of the outbox, with the ladder Saved, Ready, Sent, Received. Its state is always text. */
import { Button } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { SyncItem } from '../../../shared/api.ts';
import { LOOKBACK_OUTCOMES } from '../../../shared/domain/lookback.ts';
import type { Problem } from '../../../shared/result.ts';
import { age, countdown, siteTime } from '../../../shared/time.ts';
import { act } from '../../api.ts';
import { useNow } from '../../clock.ts';
import { ProblemNote, problemLine } from '../../pieces/ProblemNote.tsx';
import { bytesText, count, OUTBOX_WORDS, READER_ZONE, receiptText, shortHash } from '../../pieces/words.ts';
import { useStore } from '../../store.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';

const SHAPES: Readonly<Record<SyncItem['state'], string>> = { ready: '◐', sending: '↑', received: '✓', under_review: '▲', refused: '▲' };
const TONES: Readonly<Record<SyncItem['state'], string>> = { ready: '', sending: '', received: 'green', under_review: 'amber strong', refused: 'amber strong' };
/** `12 m`, and words for what a countdown calls 0 m. */
const waitText = (now: string, at: string): string => (Date.parse(at) - Date.parse(now) < 60_000 ? 'under 1 m' : countdown(now, at));
const ladderOf = (item: SyncItem): readonly string[] => ['Saved on this laptop', 'Ready to send', 'Sent', item.state === 'refused' ? 'Refused by HQ' : 'Received by HQ'];

type Props = {
  readonly item: SyncItem;
  readonly isFirst: boolean;
  /** The screen says the reason already, once for all. */
  readonly isSaid: boolean;
  readonly onProblem: (problem: Problem | null) => void;
};
/** The row; opens to its details. */
export function SyncRow({ item, isFirst, isSaid, onProblem }: Props) {
  const now = useNow();
  const go = useStore((s) => s.go);
  const [isOpen, setOpen] = useState(false);
  const isSealed = item.name === 'signoff.sign';
  const rung = item.receipt || item.state === 'refused' ? 4 : item.state === 'sending' ? 3 : 2;
  const state =
    item.receipt && item.state === 'received'
      ? receiptText(item.receipt, now)
      : item.receipt && item.state === 'under_review'
        ? `${receiptText(item.receipt, now)} · ${item.lookback?.outcome ? `look-back: ${LOOKBACK_OUTCOMES[item.lookback.outcome].label.toLowerCase()}` : 'under review'}`
        : OUTBOX_WORDS[item.state];
  const requeue = async () => {
    const answer = await act('sync.requeue', { commandId: item.commandId });
    onProblem(answer.ok ? null : answer.problem);
  };
  const { commandId, seq, name, attempts, reason, receipt } = item;
  const details = JSON.stringify({ commandId, seq, name, state: item.state, attempts, reason, receipt });
  return (
    <li className={`sync-row ${isOpen ? 'open' : ''}`}>
      <button type="button" className="sync-line" aria-expanded={isOpen} data-start={isFirst || undefined} onClick={() => setOpen(!isOpen)}>
        <span className="soft num">{item.seq}</span>
        <span className="strong cut">{item.title}</span>
        <span className={`cut num ${TONES[item.state]}`}>
          <span aria-hidden="true">{SHAPES[item.state]} </span>
          {state}
        </span>
        <span className="soft small num nowrap">{age(now, item.savedAt)}</span>
        <span className="soft small num nowrap">{bytesText(item.bytes)}</span>
        <span className="soft small num cut">
          {item.receipt ? '' : item.attempts === 0 ? 'not tried yet' : count(item.attempts, 'attempt')}
          {item.nextAttemptAt && !item.receipt ? `, next in ${waitText(now, item.nextAttemptAt)}` : ''}
        </span>
      </button>
      {item.reason && !isOpen && !isSaid && <p className="sync-reason">{problemLine(item.reason)}</p>}
      {isOpen && (
        <div className="sync-detail">
          <ol className="ladder">
            {ladderOf(item).map((word, n) => (
              <li key={word} className={n < rung ? 'done' : ''} aria-current={n === rung - 1 ? 'step' : undefined}>
                <span aria-hidden="true">{n < rung ? '●' : '○'}</span> {word}
              </li>
            ))}
          </ol>
          {item.reason && <ProblemNote problem={item.reason} isAlert={false} />}
          <dl className="facts">
            <dt>Saved</dt>
            <dd className="num">{siteTime(item.savedAt, READER_ZONE)}</dd>
            <dt>Last attempt</dt>
            <dd className="num">{item.lastAttemptAt ? siteTime(item.lastAttemptAt, READER_ZONE) : 'none'}</dd>
            {item.receipt && (
              <>
                <dt>Receipt</dt>
                <dd>
                  <CopyButton text={item.receipt.code} label="receipt" />{' '}
                  <span className="mono soft" title={item.receipt.hash}>
                    {shortHash(item.receipt.hash)}
                  </span>
                </dd>
              </>
            )}
            {item.lookback && (
              <>
                <dt>Look-back</dt>
                <dd className="num">{item.lookback.outcome ? LOOKBACK_OUTCOMES[item.lookback.outcome].follows : `due ${siteTime(item.lookback.dueAt, READER_ZONE)}`}</dd>
              </>
            )}
            {item.replaces && (
              <>
                <dt>Replaces</dt>
                <dd className="mono">{shortHash(item.replaces)}</dd>
              </>
            )}
            <dt>Command</dt>
            <dd className="mono">
              {item.name} {shortHash(item.commandId)}
            </dd>
          </dl>
          <div className="row wrap">
            {item.packetId && (
              <Button type="button" outline onClick={() => go({ screen: 'packet', packetId: item.packetId ?? '', number: null })}>
                Open the packet
              </Button>
            )}
            {item.state === 'refused' && (
              <Button
                type="button"
                outline
                onClick={() => void requeue()}
                disabled={isSealed}
                title={isSealed ? 'A signature is made again on the packet, not sent again' : undefined}
              >
                Return to outbox
              </Button>
            )}
            <CopyButton text={details} label="details" className="usa-button usa-button--outline">
              Copy details
            </CopyButton>
          </div>
          {item.state === 'refused' && isSealed && <p className="soft small">A refused signature is not sent again: open the packet and sign what is current.</p>}
        </div>
      )}
    </li>
  );
}
