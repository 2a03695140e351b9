/** Practice: the cases to choose from, the case under way, and the answer key. Nothing here is real, and nothing of it leaves the laptop. */
import { Button } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { PracticeState } from '../../../shared/api.ts';
import { alarmText } from '../../../shared/domain/clock-alarms.ts';
import { PRACTICE_CASE_IDS, PRACTICE_CASES, PRACTICE_PASSPHRASE, type PracticeCaseId, type PracticeVerdict } from '../../../shared/domain/practice.ts';
import type { Problem } from '../../../shared/result.ts';
import { useNow } from '../../clock.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { useOpen } from '../../session.ts';
import { Screen } from '../../shell/Screen.tsx';
import { useStore } from '../../store.ts';

const VERDICTS: Readonly<Record<PracticeVerdict['is'], { readonly words: string; readonly tone: string }>> = {
  open: { words: 'Not decided yet', tone: '' },
  short: { words: 'Not there yet', tone: 'amber' },
  right: { words: 'Right', tone: 'green' },
  wrong: { words: 'Wrong', tone: 'amber' },
};

/** The screen, in practice and outside. */
export function PracticeScreen() {
  const { session } = useOpen();
  const { practice, practiceEndedBy } = session;
  const now = useNow();
  return (
    <Screen title="Practice">
      <div className="scroll">
        <div className="practice-page">
          {practice ? (
            <Underway practice={practice} />
          ) : (
            <>
              {practiceEndedBy && (
                <div className="note-box red-edge" role="alert">
                  <b>Practice ended by itself.</b> {alarmText(practiceEndedBy, now)}. What you practised is gone; nothing of it was real.
                </div>
              )}
              <p className="lead">
                Nine cases with papers that are wrong on purpose, or only look wrong. A store of its own, a clock of its own, and no way to any HQ. Your real clocks stay in
                view, and practice ends by itself when one has four hours or less.
              </p>
            </>
          )}
          <Cases current={practice?.caseId ?? null} />
        </div>
      </div>
    </Screen>
  );
}

function Underway({ practice }: { readonly practice: PracticeState }) {
  const { send } = useOpen();
  const go = useStore((s) => s.go);
  const { answer } = practice;
  const verdict = answer ? VERDICTS[answer.verdict.is] : null;
  return (
    <section className="practice-case" aria-labelledby="practice-title">
      <h2 id="practice-title">{practice.title}</h2>
      <p>{practice.situation}</p>
      <p className="soft small">
        Decide as you would at your desk: sign, return, or place a hold. To sign, type <span className="mono strong">{PRACTICE_PASSPHRASE}</span>, never your own passphrase.
      </p>
      <div className="button-row">
        <Button type="button" onClick={() => go({ screen: 'queue', split: 'all' })} data-start>
          Go to the queue
        </Button>
        {!answer && (
          <Button type="button" outline onClick={() => void send('practice.reveal', {})}>
            Show the answer key
          </Button>
        )}
      </div>
      {answer && verdict && (
        <div className="answer-key" aria-live="polite">
          <h3>
            Answer key <span className={`chip ${verdict.tone}`}>{verdict.words}</span>
          </h3>
          <p>{answer.verdict.why}</p>
          <p>{answer.text}</p>
          <p className="soft small">Rules and clocks: {answer.rules.join(', ')}</p>
        </div>
      )}
    </section>
  );
}

function Cases({ current }: { readonly current: PracticeCaseId | null }) {
  const { send } = useOpen();
  const go = useStore((s) => s.go);
  const [busy, setBusy] = useState<PracticeCaseId | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const start = async (id: PracticeCaseId): Promise<void> => {
    setBusy(id);
    setProblem(null);
    go({ screen: 'practice' });
    const answer = await send('practice.start', { caseId: id });
    setBusy(null);
    if (!answer.ok) setProblem(answer.problem);
  };
  return (
    <section aria-labelledby="practice-cases">
      <h2 id="practice-cases">{current ? 'Other cases' : 'Cases'}</h2>
      {problem && <ProblemNote problem={problem} />}
      <ul className="practice-list">
        {PRACTICE_CASE_IDS.map((id) => (
          <li key={id}>
            <span className="num soft">{id}</span>
            <span className="stack">
              <b>{PRACTICE_CASES[id].title}</b>
              <span className="soft small">{PRACTICE_CASES[id].situation}</span>
            </span>
            <Button type="button" outline disabled={busy !== null} aria-label={`${id === current ? 'Start again' : 'Start'}: ${PRACTICE_CASES[id].title}`} onClick={() => void start(id)}>
              {busy === id ? 'Laying out ...' : id === current ? 'Start again' : 'Start'}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
