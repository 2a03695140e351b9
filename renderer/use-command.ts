/** Runs one command from a dialog and says where it stands. Must never retry by itself: a refusal is an answer. */
import { useState } from 'react';
import type { CommandIn, FieldCommandName, Saved } from '../shared/api.ts';
import type { Problem } from '../shared/result.ts';
import { run } from './api.ts';

export type CommandState = { readonly phase: 'idle' | 'running' } | { readonly phase: 'saved'; readonly saved: Saved } | { readonly phase: 'refused'; readonly problem: Problem };

/** A command and its progress. `send` resolves to what was saved once it is durable on this laptop, else to null. */
export function useCommand<N extends FieldCommandName>(
  name: N,
): { readonly state: CommandState; readonly send: (input: CommandIn<N>, base: Readonly<Record<string, number>>, secret?: string) => Promise<Saved | null> } {
  const [state, setState] = useState<CommandState>({ phase: 'idle' });
  const send = async (input: CommandIn<N>, base: Readonly<Record<string, number>>, secret?: string): Promise<Saved | null> => {
    setState({ phase: 'running' });
    const answer = await run(name, input, base, secret);
    setState(answer.ok ? { phase: 'saved', saved: answer.value } : { phase: 'refused', problem: answer.problem });
    return answer.ok ? answer.value : null;
  };
  return { state, send };
}
