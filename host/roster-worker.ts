/**
 * Reads and plans one roster in a thread of its own, so that no call waits for it. Speaks with roster-jobs.ts by messages: `{ read }` or `{ refused }` once,
 * then for each `{ plan }` some `{ progress }` and `{ planned }`, and for `{ rejects }` the file of rejected rows. Ending the thread is how it is cancelled.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { planRoster, type PlanInput, type RosterPlan } from '../shared/domain/roster-plan.ts';
import { rejectFile } from '../shared/domain/roster-words.ts';
import type { Problem } from '../shared/result.ts';
import { readRoster, type RosterFile } from './roster-file.ts';

/** What a plan needs beside the table, which stays here. */
export type PlanAsk = Omit<PlanInput, 'table'>;
export type ToRoster = { readonly plan: PlanAsk } | { readonly rejects: true };
/** Of the table only its head crosses over; `sample`: the first rows. */
export type RosterHead = Omit<RosterFile, 'rows'> & { readonly rows: number; readonly sample: RosterFile['rows'] };
export type FromRoster = { readonly read: RosterHead } | { readonly refused: Problem } | { readonly progress: number } | { readonly planned: RosterPlan } | { readonly rejects: string } | { readonly failed: string };

const SAMPLE = 5;
/** Rejected rows that the screen shows; the file has all. */
export const SHOWN_REJECTS = 200;
const port = parentPort;
if (!port) throw new Error('roster-worker.ts runs in a worker thread only');
const tell = (message: FromRoster): void => port.postMessage(message);
const why = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

let table: RosterFile | null = null;
let plan: RosterPlan | null = null;
port.on('message', (asked: ToRoster) => {
  if (!table) return;
  try {
    if ('rejects' in asked) return tell({ rejects: rejectFile(table.headers, plan?.rejects ?? []) });
    plan = planRoster({ ...asked.plan, table }, (progress) => tell({ progress }));
    tell({ planned: { ...plan, rejects: plan.rejects.slice(0, SHOWN_REJECTS) } });
  } catch (error) {
    tell({ failed: why(error) });
  }
});
try {
  const answer = await readRoster(workerData as Uint8Array);
  if (answer.ok) {
    table = answer.value;
    const { rows, ...head } = table;
    tell({ read: { ...head, rows: rows.length, sample: rows.slice(0, SAMPLE) } });
  } else {
    tell({ refused: answer.problem });
    port.close();
  }
} catch (error) {
  tell({ failed: why(error) });
  port.close();
}
