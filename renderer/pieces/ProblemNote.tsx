/** A refusal as a person reads it: what, where, what to do, and a code to quote. */
import { Button } from '@trussworks/react-uswds';
import { useEffect } from 'react';
import type { Problem } from '../../shared/result.ts';
import { sentence } from '../../shared/text.ts';
import { focusContent } from '../keys.ts';
import { CopyButton } from '../ui/CopyButton.tsx';

type Props = { readonly problem: Problem; readonly tone?: 'amber' | 'red' | ''; readonly children?: React.ReactNode; readonly isAlert?: boolean };

/** The note. `role=alert` when it answers something that the person just did. */
export function ProblemNote({ problem, tone = 'amber', children, isAlert = true }: Props) {
  const { what, where, todo } = sentence(problem);
  return (
    <div className={`note ${tone}`} role={isAlert ? 'alert' : undefined}>
      <p className="strong">{what}</p>
      {where && <p className="soft small">{where}</p>}
      <p>
        {todo} <CopyButton text={problem.code} label="problem code" />
      </p>
      {children}
    </div>
  );
}

/** In place of a screen's content that could not be read: what is wrong and the one next step. */
export function LoadProblem({ problem, onRetry }: { readonly problem: Problem; readonly onRetry: () => void }) {
  useEffect(focusContent, []);
  return (
    <ProblemNote problem={problem}>
      <Button type="button" outline className="start" onClick={onRetry} data-start>
        Try again
      </Button>
    </ProblemNote>
  );
}

/** The same as one line, for reasons beside disabled buttons. */
export const problemLine = (problem: Problem): string => {
  const { what, todo } = sentence(problem);
  return `${what} ${todo}`.trim();
};
