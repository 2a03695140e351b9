/**
 * Imports of rosters on their way, one at a time: bytes from the window, a thread that reads and plans, then one command per agency and two thousand rows. Stopping
 * leaves whole commands only, and the job says what was written. Must never write anything to disk but through commands, nor go on after a lock.
 */
import { createHash, randomUUID } from 'node:crypto';
import { setImmediate as breath } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { ActIn, ExportedFile, ImportJob } from '../shared/api.ts';
import { guessMapping, mappingGap, type RosterKind } from '../shared/domain/roster-columns.ts';
import { changesOf, piecesOf, type RosterPlan } from '../shared/domain/roster-plan.ts';
import type { CompletionInput } from '../shared/domain/officer-commands.ts';
import { no, ok, type Problem, type Result } from '../shared/result.ts';
import { agenciesOfImport, completionsOnRecord, rememberedMatches, rememberMatches, rosterPeople } from '../db/queries/imports.ts';
import type { Store } from '../db/open.ts';
import { StoreError } from '../db/store-error.ts';
import { ROSTER_MAX_BYTES } from './roster-file.ts';
import type { FromRoster, ToRoster } from './roster-worker.ts';

/** What an import needs of the open desk. */
type Open = { readonly store: Store; readonly clock: { readonly now: () => string } };
type Source = { readonly importId: string; readonly fileName: string; readonly fileHash: string; readonly kind: RosterKind };
export type RosterCommands<D> = {
  readonly record: (open: D, input: { readonly agencyId: string; readonly completions: readonly CompletionInput[]; readonly source: Source }) => Result<unknown>;
  readonly withdraw: (open: D, input: { readonly agencyId: string; readonly which: { readonly importId: string }; readonly reason: string }) => Result<unknown>;
};
export type RosterJobs<D> = {
  readonly begin: (input: ActIn<'import.begin'>) => Result<ImportJob>;
  readonly chunk: (open: D, input: ActIn<'import.chunk'>) => Result<ImportJob>;
  readonly plan: (open: D, input: ActIn<'import.plan'>) => Result<ImportJob>;
  /** Carries out the plan on screen. Answers at once; the job goes on. */
  readonly write: (open: D, id: string) => Result<ImportJob>;
  /** Takes a whole import back, agency by agency. */
  readonly undo: (open: D, input: ActIn<'import.undo'>) => Result<ImportJob>;
  readonly state: (id: string) => Result<ImportJob>;
  /** While it writes: no further command. Else the job is forgotten. */
  readonly stop: (id: string) => Result<ImportJob | null>;
  readonly rejects: (id: string) => Promise<Result<ExportedFile>>;
  readonly stopAll: () => void;
};
type Job = { state: ImportJob; bytes: Buffer | null; got: number; hash: string; worker: Worker | null; plan: RosterPlan | null; kind: RosterKind; isStopped: boolean; onRejects: ((text: string | null) => void) | null };

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './roster-worker.ts' : './roster-worker.js', import.meta.url);
const BUSY: readonly ImportJob['phase'][] = ['writing', 'undoing'];

/** `isOpen`: the desk is still the open one. `settle`: rows were written. `log` gets what went wrong in the thread, never a row. */
export function createRosterJobs<D extends Open>(x: { readonly commands: RosterCommands<D>; readonly isOpen: (open: D) => boolean; readonly settle: () => void; readonly log: (line: Readonly<Record<string, unknown>>) => void }): RosterJobs<D> {
  let job: Job | null = null;
  const end = (): void => {
    const ending = job;
    job = null;
    if (!ending) return;
    ending.isStopped = true;
    ending.onRejects?.(null);
    void ending.worker?.terminate();
  };
  const set = (own: Job, change: Partial<ImportJob>): void => { own.state = { ...own.state, ...change }; };
  const made = (fileName: string, phase: ImportJob['phase'], of: number): Job => {
    end();
    const own: Job = {
      bytes: null, got: 0, hash: '', worker: null, plan: null, kind: 'PALMS', isStopped: false, onRejects: null,
      state: { id: randomUUID(), importId: randomUUID(), phase, fileName, done: 0, of, problem: null, table: null, mapping: null, courses: {}, isRemembered: false, plan: null, written: null },
    };
    job = own;
    return own;
  };
  const of = (id: string, ...phases: readonly ImportJob['phase'][]): Job | null => (job?.state.id === id && (phases.length === 0 || phases.includes(job.state.phase)) ? job : null);
  const gone = no('import/gone', {});

  function heard(own: Job, open: D, message: FromRoster): void {
    if (job !== own || !x.isOpen(open)) return;
    if ('read' in message) {
      const { mapping, courses } = rememberedMatches(open.store, message.read.headers);
      const isRemembered = mapping !== null && mappingGap(mapping, message.read.headers.length) === null;
      set(own, { phase: 'mapping', table: message.read, mapping: isRemembered ? mapping : guessMapping(message.read.headers), courses, isRemembered, done: 0, of: message.read.rows });
    } else if ('refused' in message) set(own, { phase: 'failed', problem: message.refused });
    else if ('progress' in message) set(own, { done: message.progress });
    else if ('rejects' in message) own.onRejects?.(message.rejects);
    else if ('planned' in message) {
      own.plan = message.planned;
      const { agencies, ...rest } = message.planned;
      set(own, { phase: 'planned', plan: { ...rest, agencies: agencies.map(({ completions: _, ...a }) => a) } });
    } else failed(own, message.failed);
  }
  function failed(own: Job, why: string): void {
    if (job !== own || own.state.phase === 'failed') return;
    x.log({ event: 'import/failed', error: why });
    set(own, { phase: 'failed', problem: { code: 'import/failed', details: {} } });
  }
  function read(own: Job, open: D, bytes: Buffer): void {
    own.hash = createHash('sha256').update(bytes).digest('hex');
    const alone = new Uint8Array(bytes);
    const worker = new Worker(WORKER, { workerData: alone, transferList: [alone.buffer] });
    own.worker = worker;
    set(own, { phase: 'reading', done: 0, of: 0 });
    worker.on('message', (message: FromRoster) => heard(own, open, message));
    worker.on('error', (error) => failed(own, error instanceof Error ? (error.stack ?? error.message) : String(error)));
    worker.on('exit', () => {
      own.worker = null;
      if (own.state.phase === 'reading' || own.state.phase === 'planning') failed(own, 'the thread ended early');
    });
  }
  /** Runs one step after the other with a breath between, in which other calls have their turn, until all are done, one is refused, or the person stops it. */
  async function carryOut(own: Job, open: D, steps: readonly { readonly rows: number; readonly agencyId: string; readonly run: () => Result<unknown> }[], done: 'done' | 'undone'): Promise<void> {
    let problem: Problem | null = null;
    const agencies = new Set<string>();
    let [rows, commands] = [0, 0];
    for (const step of steps) {
      await breath();
      if (own.isStopped || !x.isOpen(open)) break;
      try {
        const answer = step.run();
        problem = answer.ok ? null : answer.problem;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        problem = error.problem;
      }
      if (problem) break;
      commands += 1;
      rows += step.rows;
      agencies.add(step.agencyId);
      set(own, { done: own.state.done + step.rows, written: { rows, agencies: agencies.size, commands } });
    }
    if (commands > 0 && x.isOpen(open)) x.settle();
    set(own, { phase: commands === steps.length ? done : 'stopped', problem, written: { rows, agencies: agencies.size, commands } });
  }
  const begun = (own: Job, work: Promise<void>): Result<ImportJob> => {
    work.catch((error: unknown) => failed(own, error instanceof Error ? (error.stack ?? error.message) : String(error)));
    return ok(own.state);
  };

  return {
    begin: ({ fileName, bytes }) => {
      if (job && BUSY.includes(job.state.phase)) return no('import/busy');
      if (bytes > ROSTER_MAX_BYTES) return no('import/too-large', { mebibytes: ROSTER_MAX_BYTES / 1024 / 1024 });
      if (bytes === 0) return no('import/empty');
      const own = made(fileName, 'sending', bytes);
      own.bytes = Buffer.alloc(bytes);
      return ok(own.state);
    },
    chunk: (open, { id, at, base64 }) => {
      const own = of(id, 'sending');
      if (!own?.bytes) return gone;
      const part = Buffer.from(base64, 'base64');
      if (at !== own.got || at + part.length > own.bytes.length) return gone;
      part.copy(own.bytes, at);
      own.got += part.length;
      set(own, { done: own.got });
      if (own.got === own.bytes.length) {
        const { bytes } = own;
        own.bytes = null;
        read(own, open, bytes);
      }
      return ok(own.state);
    },
    plan: (open, { id, kind, mapping, courses, isVerified }) => {
      const own = of(id, 'mapping', 'planned');
      if (!own?.worker || !own.state.table) return gone;
      const gap = mappingGap(mapping, own.state.table.headers.length);
      if (gap !== null) return no('import/mapping', { gap });
      rememberMatches(open.store, own.state.table.headers, mapping, courses, open.clock.now());
      own.kind = kind;
      own.plan = null;
      const known = rememberedMatches(open.store, own.state.table.headers).courses;
      set(own, { phase: 'planning', mapping, courses: known, plan: null, done: 0, of: own.state.table.rows });
      own.worker.postMessage({ plan: { mapping, courses: known, kind, isVerified, ...rosterPeople(open.store, open.clock.now()), onRecord: completionsOnRecord(open.store) } } satisfies ToRoster);
      return ok(own.state);
    },
    write: (open, id) => {
      const own = of(id, 'planned');
      if (!own?.plan) return gone;
      const { plan, kind } = own;
      const source: Source = { importId: own.state.importId, fileName: own.state.fileName, fileHash: own.hash, kind };
      set(own, { phase: 'writing', done: 0, of: changesOf(plan.counts), written: { rows: 0, agencies: 0, commands: 0 } });
      return begun(own, carryOut(own, open, piecesOf(plan.agencies).map(({ agencyId, completions }) => ({ rows: completions.length, agencyId, run: () => x.commands.record(open, { agencyId, completions, source }) })), 'done'));
    },
    undo: (open, { importId, reason }) => {
      if (job && BUSY.includes(job.state.phase)) return no('import/busy');
      const agencies = agenciesOfImport(open.store, importId);
      if (agencies.length === 0) return no('training/unknown-import', { importId });
      const own = made('', 'undoing', agencies.length);
      return begun(own, carryOut(own, open, agencies.map((agencyId) => ({ rows: 1, agencyId, run: () => x.commands.withdraw(open, { agencyId, which: { importId }, reason }) })), 'undone'));
    },
    state: (id) => {
      const own = of(id);
      return own ? ok(own.state) : gone;
    },
    stop: (id) => {
      const own = of(id);
      if (!own) return ok(null);
      if (BUSY.includes(own.state.phase)) {
        own.isStopped = true;
        return ok(own.state);
      }
      end();
      return ok(null);
    },
    rejects: async (id) => {
      const own = of(id);
      if (!own?.worker || !own.plan || own.onRejects) return gone;
      const text = await new Promise<string | null>((resolve) => {
        own.onRejects = resolve;
        own.worker?.postMessage({ rejects: true } satisfies ToRoster);
      });
      own.onRejects = null;
      return text === null ? gone : ok({ name: `${own.state.fileName.replace(/\.[a-z]+$/i, '').replace(/[^\p{L}\p{N}._ -]/gu, '_') || 'roster'}-rejected.csv`, text });
    },
    stopAll: end,
  };
}
