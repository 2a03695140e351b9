/**
 * A return that waits for its moment: decided, stored on this laptop, and taken back whole with one key until it is carried out [SYN-18, ADR 0011].
 * Only a return waits. A signature is sealed at once and never undone; a hold, claim, call or custody event protects or informs somebody and applies at once.
 */
import { z } from 'zod';
import { signoffReturn } from './signoff.ts';

/** How long a person may ask to have for taking a return back, in seconds. The first is what nobody chose. */
export const GRACE_SECONDS = [10, 30, 120] as const;
export type GraceSeconds = (typeof GRACE_SECONDS)[number];

/** The one draft under which what waits is stored: a second return carries the first one out. */
export const WAITING_KEY = 'waiting-return';
/** The draft of a packet's return dialog: it stays while the return waits, so that taking it back finds it whole. */
export const returnDraftKey = (packetId: string): string => `return:${packetId}`;

/** What carried a return out: its time, the person, a later decision, the lock, or the first moment after a crash. */
export const CARRIED_BY = ['time', 'person', 'decision', 'lock', 'restart'] as const;
export type CarriedBy = (typeof CARRIED_BY)[number];

const saved = z.object({ commandId: z.string(), seq: z.int(), at: z.string(), ms: z.number() });
/** The stored row. `waiting` until it is carried out; then `returned`, or `refused` with the problem and the dialog's draft still there. */
export const waitingReturn = z.object({
  input: signoffReturn.input, base: z.record(z.string(), z.number()), decidedAt: z.string(), seconds: z.literal(GRACE_SECONDS),
  outcome: z.discriminatedUnion('state', [
    z.object({ state: z.literal('waiting') }),
    z.object({ state: z.literal('returned'), by: z.enum(CARRIED_BY), saved }),
    z.object({ state: z.literal('refused'), by: z.enum(CARRIED_BY), problem: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }) }),
  ]),
});
export type WaitingReturn = z.infer<typeof waitingReturn>;

/** When it is carried out at the latest, as an instant. */
export const dueAt = (w: Pick<WaitingReturn, 'decidedAt' | 'seconds'>): string => new Date(Date.parse(w.decidedAt) + w.seconds * 1000).toISOString();

/** Milliseconds left at `now`; never more than was given, also when the clock was set back meanwhile. */
export const msLeft = (w: Pick<WaitingReturn, 'decidedAt' | 'seconds'>, now: string): number => Math.min(w.seconds * 1000, Math.max(0, Date.parse(dueAt(w)) - Date.parse(now)));
