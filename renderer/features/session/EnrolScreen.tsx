/** First start: ties this laptop to one field program manager with a one-time code from HQ. */
import { Button, Label, TextInput } from '@trussworks/react-uswds';
import { useEffect, useRef, useState } from 'react';
import type { SessionState } from '../../../shared/api.ts';
import type { Problem } from '../../../shared/result.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import type { Session } from '../../session.ts';
import { Gate } from './Gate.tsx';

/** Asks for the code; in the demonstration it is filled in. */
export function EnrolScreen({ session, send }: { readonly session: Extract<SessionState, { phase: 'enrol' }>; readonly send: Session['send'] }) {
  const [code, setCode] = useState(session.demoCode ?? '');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
  }, []);
  const enrol = async () => {
    setBusy(true);
    setProblem(null);
    const answer = await send('session.enrol', { code });
    if (!answer.ok) {
      setProblem(answer.problem);
      setBusy(false);
    }
  };
  return (
    <Gate title="Set up this laptop" isDemo={session.isDemo}>
      <p>Fieldbook is where a 287(g) field program manager reviews and signs charging documents, with or without a network, and sees what HQ has received.</p>
      <form
        className="stack wide"
        onSubmit={(e) => {
          e.preventDefault();
          if (code.trim() && !isBusy) void enrol();
        }}
      >
        <div>
          <Label htmlFor="code">Enrolment code</Label>
          <TextInput
            ref={input}
            id="code"
            name="code"
            type="text"
            value={code}
            onChange={(e) => setCode(e.target.value)}
            autoComplete="off"
            spellCheck={false}
            className="mono-input"
            aria-describedby="code-hint"
          />
          <p className="soft small" id="code-hint">
            {session.demoCode ? 'Filled in for the demonstration.' : 'From the HQ program office. It works once.'} HQ: {session.hq}
          </p>
        </div>
        {problem && <ProblemNote problem={problem} />}
        <div className="row">
          <Button type="submit" disabled={!code.trim() || isBusy}>
            {isBusy ? 'Setting up…' : 'Set up'}
          </Button>
        </div>
        <p className="soft small">Two keys are made on this laptop and never leave it: one for sending to HQ, one for your signature.</p>
      </form>
    </Gate>
  );
}
