/** Chooses the passphrase that opens the store and makes the signature. It is kept nowhere; the suggestion is made by the backend. */
import { Button, Label, TextInput } from '@trussworks/react-uswds';
import { useEffect, useRef, useState } from 'react';
import type { SessionState } from '../../../shared/api.ts';
import type { Problem } from '../../../shared/result.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import type { Session } from '../../session.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Gate } from './Gate.tsx';

const MIN = 12;

/** Two fields that must agree, and a suggestion to copy. */
export function PassphraseScreen({ session, send }: { readonly session: Extract<SessionState, { phase: 'passphrase' }>; readonly send: Session['send'] }) {
  const [first, setFirst] = useState('');
  const [again, setAgain] = useState('');
  const [isShown, setShown] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
  }, []);
  const why = first.length < MIN ? `${MIN} characters or more; ${first.length} so far.` : again !== first ? 'Type it a second time, the same.' : null;
  const choose = async () => {
    setBusy(true);
    setProblem(null);
    const answer = await send('session.choosePassphrase', { passphrase: first });
    if (!answer.ok) {
      setProblem(answer.problem);
      setBusy(false);
    }
  };
  return (
    <Gate title={`Welcome, ${session.pmName}`}>
      <p>Choose a passphrase. It encrypts everything on this laptop and makes your signature. Only HQ's recovery key can replace it.</p>
      {session.suggestion && (
        <div className="suggestion">
          <span className="soft small">A suggestion, made on this laptop</span>
          <span className="row">
            <output className="mono suggestion-text">{session.suggestion}</output>
            <CopyButton text={session.suggestion} label="the suggested passphrase" className="usa-button usa-button--outline push">
              Copy
            </CopyButton>
          </span>
        </div>
      )}
      <form
        className="stack wide"
        onSubmit={(e) => {
          e.preventDefault();
          if (!why && !isBusy) void choose();
        }}
      >
        <div>
          <Label htmlFor="first">Passphrase</Label>
          <TextInput
            ref={input}
            id="first"
            name="first"
            type={isShown ? 'text' : 'password'}
            value={first}
            onChange={(e) => setFirst(e.target.value)}
            autoComplete="new-password"
            aria-describedby="why"
          />
        </div>
        <div>
          <Label htmlFor="again">Once more</Label>
          <TextInput
            id="again"
            name="again"
            type={isShown ? 'text' : 'password'}
            value={again}
            onChange={(e) => setAgain(e.target.value)}
            autoComplete="new-password"
            aria-describedby="why"
          />
        </div>
        <button type="button" className="usa-button usa-button--unstyled start" onClick={() => setShown(!isShown)} aria-pressed={isShown}>
          {isShown ? 'Hide what I type' : 'Show what I type'}
        </button>
        {problem && <ProblemNote problem={problem} />}
        <div className="row">
          <Button type="submit" disabled={why !== null || isBusy}>
            {isBusy ? 'Encrypting…' : 'Use this passphrase'}
          </Button>
          <span className="soft small" id="why" aria-live="polite">
            {why}
          </span>
        </div>
      </form>
    </Gate>
  );
}
