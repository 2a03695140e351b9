/** Work of an HQ process that follows commits: looks once more for every call that comes while it looks, never twice at the same time, and stops cleanly. */
export type AfterCommit = {
  /** Looks as soon as the present turn is over; calls that come meanwhile are answered by one more look. */
  readonly soon: () => void;
  /** Resolves when nothing is under way. */
  readonly settled: () => Promise<void>;
  /** Begins nothing new; resolves when what is under way has ended. */
  readonly stop: () => Promise<void>;
};

/** `look` does everything that is left to do, and asks between two steps whether it must stop. `onError`: a look that threw; the next one begins anew. */
export function afterCommit(look: (isStopped: () => boolean) => Promise<void>, onError: (error: unknown) => void): AfterCommit {
  let working: Promise<void> | null = null;
  let isAskedAgain = false;
  let isStopped = false;
  const work = async (): Promise<void> => {
    do {
      isAskedAgain = false;
      try {
        await look(() => isStopped);
      } catch (error) {
        if (!isStopped) onError(error);
      }
    } while (isAskedAgain && !isStopped);
    working = null;
  };
  return {
    soon: () => {
      if (isStopped) return;
      if (working) isAskedAgain = true;
      else working = new Promise<void>((done) => { setImmediate(done); }).then(work);
    },
    settled: async () => {
      while (working) await working;
    },
    stop: async () => {
      isStopped = true;
      await working;
    },
  };
}
