/** Which screen may be shown at all: the backend's session, asked at start and after every session act. */
import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import type { ActIn, SessionState } from '../shared/api.ts';
import type { Problem, Result } from '../shared/result.ts';
import { act, standIn } from './api.ts';
import { tellNow } from './clock.ts';
import { discardDrafts, saveDraftsNow } from './use-draft.ts';
import { forgetAll, onSessionChanged } from './use-query.ts';

export type SessionAct = 'session.enrol' | 'session.choosePassphrase' | 'session.unlock' | 'session.lock' | 'practice.start' | 'practice.reveal' | 'practice.leave';
export type Session = {
  readonly state: SessionState | null;
  readonly problem: Problem | null;
  readonly send: <N extends SessionAct>(name: N, input: ActIn<N>) => Promise<Result<SessionState>>;
  readonly reload: () => void;
};
export type OpenSession = Extract<SessionState, { phase: 'open' }>;

/** The practice room that this state stands in; null at the real desk and before unlock. */
const roomOf = (state: SessionState): string | null => (state.phase === 'open' ? (state.practice?.room ?? null) : null);
/** The session and the acts that change it. Leaving `open`, and going into or out of practice, forgets every row on screen. */
export function useSession(): Session {
  const [state, setState] = useState<SessionState | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const room = useRef<string | null>(null);
  const take = useCallback((answer: Result<SessionState>) => {
    if (!answer.ok) return setProblem(answer.problem);
    const here = roomOf(answer.value);
    if (here !== room.current) {
      room.current = here;
      discardDrafts();
      standIn(here);
      forgetAll();
    }
    if (answer.value.phase !== 'open') forgetAll();
    if ('now' in answer.value) tellNow(answer.value.now);
    setProblem(null);
    setState(answer.value);
  }, []);
  const reload = useCallback(() => {
    void act('session.state', {}).then(take);
  }, [take]);
  useEffect(() => {
    reload();
    return onSessionChanged(reload);
  }, [reload]);
  const send = useCallback(
    async <N extends SessionAct>(name: N, input: ActIn<N>): Promise<Result<SessionState>> => {
      if (name === 'session.lock' || name === 'practice.start' || name === 'practice.leave') await saveDraftsNow();
      const answer = (await act(name, input)) as Result<SessionState>;
      if (answer.ok) take(answer);
      else if (name === 'session.unlock')
        void act('session.state', {}).then((s) => {
          if (s.ok) setState(s.value);
        });
      return answer;
    },
    [take],
  );
  return { state, problem, send, reload };
}

type Open = { readonly session: OpenSession; readonly lock: () => void; readonly send: Session['send'] };
const OpenContext = createContext<Open | null>(null);
export const OpenProvider = OpenContext.Provider;
/** The open session; only parts inside the shell may ask. */
export function useOpen(): Open {
  const open = useContext(OpenContext);
  if (!open) throw new Error('outside an open session');
  return open;
}
