/** Locked: rows and key are gone from memory; the one clock that the host kept is still shown, without a name. */
import { Button, Label, TextInput } from '@trussworks/react-uswds';
import { useEffect, useRef, useState } from 'react';
import type { SessionState } from '../../../shared/api.ts';
import type { Problem } from '../../../shared/result.ts';
import { countdown, siteTime } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { urgencyOf } from '../../pieces/Countdown.tsx';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { READER_ZONE } from '../../pieces/words.ts';
import type { Session } from '../../session.ts';
import { Gate } from './Gate.tsx';

type Props = { readonly session: Extract<SessionState, { phase: 'locked' }>; readonly send: Session['send']; readonly onRetry: () => void };

/** Asks for the passphrase. While tries are used up it says until when. */
export function LockScreen({ session, send, onRetry }: Props) {
  const [passphrase, setPassphrase] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Problem | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const now = useNow();
  const { clock, retryAt } = session;
  const isWaiting = retryAt !== null && Date.parse(retryAt) > Date.parse(now);
  useEffect(() => {
    input.current?.focus();
  }, []);
  useEffect(() => {
    if (!retryAt) return;
    const timer = setTimeout(onRetry, Math.max(500, Date.parse(retryAt) - Date.now()));
    return () => clearTimeout(timer);
  }, [retryAt, onRetry]);
  const unlock = async () => {
    setBusy(true);
    setRefused(null);
    const answer = await send('session.unlock', { passphrase });
    setPassphrase('');
    if (!answer.ok) {
      setRefused(answer.problem);
      setBusy(false);
      input.current?.focus();
    }
  };
  return (
    <Gate title="Locked">
      {clock && (
        <div className={`lock-clock ${urgencyOf(clock.deadlineAt, now)}`} role="timer">
          <span className="lock-left num">{countdown(now, clock.deadlineAt)}</span>
          <span>
            <b>{clock.clock}</b> at site {clock.site}
            <br />
            <span className="soft">{siteTime(clock.deadlineAt, READER_ZONE)}</span>
          </span>
        </div>
      )}
      <form
        className="stack wide"
        onSubmit={(e) => {
          e.preventDefault();
          if (passphrase && !isBusy && !isWaiting) void unlock();
        }}
      >
        <div>
          <Label htmlFor="passphrase">Passphrase of {session.pmName}</Label>
          <TextInput ref={input} id="passphrase" name="passphrase" type="password" value={passphrase} onChange={(e) => setPassphrase(e.target.value)} autoComplete="current-password" />
        </div>
        {(refused ?? session.problem) && <ProblemNote problem={(refused ?? session.problem) as Problem} />}
        {isWaiting && retryAt && (
          <p className="amber strong" role="status">
            Next try in {countdown(now, retryAt)}.
          </p>
        )}
        <div className="row">
          <Button type="submit" disabled={!passphrase || isBusy || isWaiting}>
            {isBusy ? 'Opening…' : 'Unlock'}
          </Button>
          <span className="soft small push">Protected by {session.protection}</span>
        </div>
      </form>
      <p className="soft small">Works without a network. Your unfinished text is kept, encrypted.</p>
    </Gate>
  );
}
