/** Locked: rows and key are gone from memory; the clocks that the host kept are still shown, without a name. */
import { Button, Label, TextInput } from '@trussworks/react-uswds';
import { useEffect, useRef, useState } from 'react';
import type { SessionState } from '../../../shared/api.ts';
import type { Problem } from '../../../shared/result.ts';
import { type Alarm, alarmText } from '../../../shared/domain/clock-alarms.ts';
import { countdown, siteTime, utcTime } from '../../../shared/time.ts';
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
  const { retryAt } = session;
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
      <LockClocks alarms={session.alarms} now={now} />
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

const MORE = 4;
/** The next clock large, the ones after it as lines. Site code and clock id only: this is readable by anyone who passes by. */
function LockClocks({ alarms, now }: { readonly alarms: readonly Alarm[]; readonly now: string }) {
  const [next, ...later] = alarms;
  if (!next) return null;
  return (
    <div className="stack">
      <div className={`lock-clock ${urgencyOf(next.deadlineAt, now)}`} role="timer" aria-label={alarmText(next, now)}>
        <span className="lock-left num">{countdown(now, next.deadlineAt)}</span>
        <span>
          <b>{alarmText(next, now)}</b>
          <br />
          <span className="soft num">
            {siteTime(next.deadlineAt, READER_ZONE)}
            {READER_ZONE === 'UTC' ? '' : ` · ${utcTime(next.deadlineAt)}`}
          </span>
        </span>
      </div>
      {later.length > 0 && (
        <ul className="lock-more soft small num" aria-label="Next clocks">
          {later.slice(0, MORE).map((a) => (
            <li key={a.deadlineAt + a.site + a.clock}>{alarmText(a, now)}</li>
          ))}
          {later.length > MORE && <li>and {later.length - MORE} more</li>}
        </ul>
      )}
    </div>
  );
}
