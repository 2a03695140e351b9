/** One import on its way, as the host tells of it: sends the file in pieces, asks how far it is, and finds a running one again when the screen comes back. */
import { useEffect, useRef, useState } from 'react';
import type { ActIn, ImportJob } from '../../../shared/api.ts';
import { no, type Problem, type Result } from '../../../shared/result.ts';
import { act } from '../../api.ts';
import { offer } from '../../pieces/offer.ts';

/** Bytes of one piece; a multiple of three, so that pieces of base64 fit together. */
const CHUNK = 768 * 1024;
/** How often the host is asked, ms. */
const ASK_MS = 200;
const BUSY: readonly ImportJob['phase'][] = ['reading', 'planning', 'writing', 'undoing'];
export const isBusy = (job: ImportJob | null): boolean => job !== null && (job.phase === 'sending' || BUSY.includes(job.phase));

/** The job that this window began last. It goes on while another screen is open; the host forgets it at lock. */
let current: string | null = null;

async function base64(part: Blob): Promise<string> {
  const bytes = new Uint8Array(await part.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}

export type Import = {
  readonly job: ImportJob | null;
  readonly problem: Problem | null;
  readonly choose: (file: File) => Promise<void>;
  readonly plan: (input: Omit<ActIn<'import.plan'>, 'id'>) => Promise<void>;
  readonly write: () => Promise<void>;
  /** Stops writing, or lets the file go. */
  readonly stop: () => Promise<void>;
  readonly undo: (importId: string, reason: string) => Promise<void>;
  readonly saveRejects: () => Promise<void>;
};

/** The import of this window. */
export function useImport(): Import {
  const [job, setJob] = useState<ImportJob | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isHere = useRef(true);
  const take = (answer: Result<ImportJob>): ImportJob | null => {
    if (!isHere.current) return null;
    if (!answer.ok) {
      setProblem(answer.problem);
      return null;
    }
    current = answer.value.id;
    setProblem(null);
    setJob(answer.value);
    return answer.value;
  };
  useEffect(() => {
    isHere.current = true;
    const id = current;
    if (id !== null) {
      void act('import.state', { id }).then((answer) => {
        if (!isHere.current || current !== id) return;
        if (answer.ok) setJob(answer.value);
        else current = null;
      });
    }
    return () => {
      isHere.current = false;
    };
  }, []);
  const isAsking = job !== null && BUSY.includes(job.phase);
  const id = job?.id ?? null;
  useEffect(() => {
    if (!isAsking || id === null) return;
    let isOn = true;
    const ask = async (): Promise<void> => {
      while (isOn) {
        await new Promise((resolve) => setTimeout(resolve, ASK_MS));
        const answer = await act('import.state', { id });
        if (!isOn) return;
        if (answer.ok) setJob(answer.value);
        else {
          current = null;
          setJob(null);
          setProblem(answer.problem);
          return;
        }
      }
    };
    void ask();
    return () => {
      isOn = false;
    };
  }, [isAsking, id]);

  return {
    job, problem,
    choose: async (file) => {
      const begun = take(await act('import.begin', { fileName: file.name.slice(0, 200), bytes: file.size }));
      if (!begun) return;
      try {
        for (let at = 0; at < file.size; at += CHUNK) {
          const part = await base64(file.slice(at, at + CHUNK));
          if (current !== begun.id) return;
          const told = await act('import.chunk', { id: begun.id, at, base64: part });
          // Another file was chosen, or this one was let go meanwhile.
          if (current !== begun.id) return;
          if (!take(told)) return;
        }
      } catch {
        // The file went away or changed on its disk while it was read.
        take(no('import/unreachable'));
      }
    },
    plan: async (input) => {
      if (job) take(await act('import.plan', { id: job.id, ...input }));
    },
    write: async () => {
      if (job) take(await act('import.write', { id: job.id }));
    },
    stop: async () => {
      if (!job) return;
      const answer = await act('import.stop', { id: job.id });
      if (answer.ok && answer.value === null) {
        current = null;
        setJob(null);
        setProblem(null);
      }
    },
    undo: async (importId, reason) => {
      take(await act('import.undo', { importId, reason }));
    },
    saveRejects: async () => {
      if (!job) return;
      const answer = await act('import.rejects', { id: job.id });
      if (answer.ok) offer(answer.value.name, new Blob([answer.value.text], { type: 'text/csv' }));
      else setProblem(answer.problem);
    },
  };
}
