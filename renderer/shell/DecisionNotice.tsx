/**
 * What was decided last on a packet that may no longer be on screen: a return that still waits, with its way back, and what was saved.
 * It holds the only copy of nothing: the act is in Sync, the text is a draft, the packet says the same.
 */
import { Icon } from '@trussworks/react-uswds';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { WaitingReturnView } from '../../shared/api.ts';
import { act } from '../api.ts';
import { nowInstant } from '../clock.ts';
import { focusContent, useKeys } from '../keys.ts';
import { problemLine } from '../pieces/ProblemNote.tsx';
import { count, packetName, savedText } from '../pieces/words.ts';
import { routeText } from '../route.ts';
import { useStore } from '../store.ts';
import { useQuery } from '../use-query.ts';

/** How long "saved" stays when nobody closes it, ms. */
const SHOWN_MS = 20_000;
/** Why a return was made at another moment than its own; such a notice stays until it is closed. */
const MADE_BY: Readonly<Record<string, string>> = { lock: ' when Fieldbook was locked or closed', restart: ' after Fieldbook was started again' };

/** A clock for what is on screen for seconds only. */
function useSeconds(isOn: boolean): string {
  const [now, setNow] = useState(nowInstant);
  useEffect(() => {
    setNow(nowInstant());
    if (!isOn) return;
    const timer = setInterval(() => setNow(nowInstant()), 250);
    return () => clearInterval(timer);
  }, [isOn]);
  return now;
}
const isYoung = (at: string, now: string): boolean => Date.parse(now) - Date.parse(at) < SHOWN_MS;

/** Mounted once in the shell. Z takes a return back from everywhere but a dialog or a text field. */
export function DecisionNotice() {
  const { go, decision, setDecision, setReopen, announce } = useStore();
  const found = useQuery('return.waiting', {}).data ?? null;
  const outcome = found?.outcome ?? null;
  const now = useSeconds(outcome?.state === 'waiting' || outcome?.state === 'returned' || decision !== null);
  const openAgain = useCallback(
    (packetId: string) => {
      setReopen(packetId);
      go({ screen: 'packet', packetId, number: null });
    },
    [go, setReopen],
  );
  const waiting = found?.outcome.state === 'waiting' ? found : null;
  const undo = useCallback(() => {
    if (!waiting) return;
    void act('return.undo', { packetId: waiting.packetId }).then((answer) => {
      if (!answer.ok) return announce(problemLine(answer.problem));
      announce('Taken back. Nothing was sent.');
      openAgain(waiting.packetId);
    });
  }, [waiting, announce, openAgain]);
  useKeys([{ keys: 'z', label: 'Undo the return', group: 'Everywhere', run: undo, disabled: waiting ? null : 'No return is waiting. A signature has no undo.' }], null);
  const decidedAt = waiting?.decidedAt;
  // Said once; the countdown is for the eye.
  useEffect(() => {
    if (waiting) announce(`${nameOf(waiting)} goes back to ${toWhom(waiting)}. Z takes it back.`);
  }, [decidedAt]);
  // A locked screen, or the other room, must not find it.
  useEffect(() => () => setDecision(null), [setDecision]);
  const dismiss = () => void act('return.dismiss', {});
  const shown = decision && isYoung(decision.at, now) ? decision : null;
  const isToldStill = outcome?.state !== 'returned' || MADE_BY[outcome.by] !== undefined || isYoung(outcome.saved.at, now);
  if (!shown && !(found && isToldStill)) return null;
  return (
    <section className="decision-notices" aria-label="Last decisions" data-region="notices">
      {shown && (
        <Notice onClose={() => setDecision(null)}>
          <p className="strong" role="status">
            {shown.title}
          </p>
          <p className="soft small num">◐ Saved on this laptop. {shown.receipt}</p>
        </Notice>
      )}
      {found && outcome?.state === 'waiting' && (
        <Notice
          actions={
            <>
              <button type="button" className="usa-button usa-button--outline" onClick={undo}>
                Undo <kbd>Z</kbd>
              </button>
              <button type="button" className="usa-button usa-button--unstyled" onClick={() => void act('return.now', { packetId: found.packetId }).then(focusContent)}>
                Return now
              </button>
            </>
          }
        >
          <p className="strong">
            {nameOf(found)}: returning to {toWhom(found)} <span className="num">{secondsLeft(found, now)}</span>
          </p>
        </Notice>
      )}
      {found && outcome?.state === 'returned' && isToldStill && (
        <Notice onClose={dismiss}>
          <p className="strong" role="status">
            {nameOf(found)} was returned to {toWhom(found)}
            {MADE_BY[outcome.by] ?? ''}, with {count(found.deficiencies, 'deficiency', 'deficiencies')}.
          </p>
          <p className="soft small num">
            ◐ Saved on this laptop. {savedText(outcome.saved, found.zone)}{' '}
            <a href={`#${routeText({ screen: 'return-sheet', packetId: found.packetId, number: found.number })}`}>Return sheet, to print</a>
          </p>
        </Notice>
      )}
      {found && outcome?.state === 'refused' && (
        <Notice
          onClose={dismiss}
          actions={
            <button type="button" className="usa-button usa-button--outline" onClick={() => openAgain(found.packetId)}>
              Open the return
            </button>
          }
        >
          <p className="strong amber" role="alert">
            ▲ {nameOf(found)} was not returned. {problemLine(outcome.problem)}
          </p>
        </Notice>
      )}
    </section>
  );
}

const nameOf = (w: WaitingReturnView): string => packetName({ id: w.packetId, eventNumber: w.eventNumber });
const toWhom = (w: WaitingReturnView): string => w.preparerName ?? 'the DIO';
const secondsLeft = (w: WaitingReturnView, now: string): string => {
  const left = Math.ceil((Date.parse(w.dueAt) - Date.parse(now)) / 1000);
  return left > 0 ? `in ${left} s` : 'now';
};

function Notice({ onClose, actions, children }: { readonly onClose?: () => void; readonly actions?: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="decision-notice">
      <div className="decision-words">{children}</div>
      {actions}
      {onClose && (
        <button
          type="button"
          className="icon-button"
          onClick={() => {
            onClose();
            // The button goes, and the focus with it.
            focusContent();
          }}
          aria-label="Close"
          title="Close"
        >
          <Icon.Close aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
