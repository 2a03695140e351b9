/**
 * The queue's filter, and the filters that a person keeps under a name. A filter chooses which packets are shown, never their order; it never asks for
 * nationality or offence (domain 0.4 item 9). A kept filter is its owner's own: a row of `pm:<id>`, removed by a mark, never deleted.
 */
import { z } from 'zod';
import { command, many, one, put } from '../command.ts';
import { deriveId, pmStream } from '../ids.ts';
import { no, ok } from '../result.ts';
import { FIELD_ROLES } from '../roles.ts';
import { PACKET_TYPES, type SavedFilterRow } from '../rows.ts';
import { fold } from './search-words.ts';

export const QUEUE_SPLITS = ['all', 'clock_running', 'resubmitted', 'blocked', 'returned', 'done'] as const;
/** `4h`, `24h`, `72h`: the head deadline is at most so many hours away or has passed. `none`: no clock. */
export const CLOCK_BUCKETS = ['past', '4h', '24h', '72h', 'none'] as const;
/** What stands against a packet: a failed Block, a hold or Hold check, a warning; `clear`: none of them. */
export const SEVERITY_FILTERS = ['block', 'hold', 'warn', 'clear'] as const;
const id = z.string().min(1).max(120);

/** What the queue can be narrowed by beside split, search and agency. */
export const queueFilterSchema = z.strictObject({
  type: z.enum(PACKET_TYPES).optional(), custody: z.enum(['detained', 'not_detained']).optional(), clock: z.enum(CLOCK_BUCKETS).optional(), severity: z.enum(SEVERITY_FILTERS).optional(), preparerId: id.optional(),
});
export type QueueFilter = z.infer<typeof queueFilterSchema>;
/** All that a kept filter holds. */
const keptSchema = queueFilterSchema.extend({ split: z.enum(QUEUE_SPLITS), search: z.string().max(200).optional(), agencyId: id.optional() });
export type KeptFilter = z.infer<typeof keptSchema>;

/** A stored filter, read again: what this version does not know is left out, so that a newer program's filter still opens. */
export function keptFilter(stored: Readonly<Record<string, string>>): KeptFilter {
  const known = Object.entries(keptSchema.shape).flatMap(([key, field]) => {
    const value = field.safeParse(stored[key]);
    return stored[key] !== undefined && value.success ? [[key, value.data]] : [];
  });
  return { split: 'all', ...Object.fromEntries(known) } as KeptFilter;
}
/** True when the filter shows the whole queue. */
export const isWholeQueue = ({ split, ...rest }: KeptFilter): boolean => split === 'all' && Object.values(rest).every((v) => v === undefined || v.trim() === '');

export const FILTER_NAME_MAX = 60;
export const FILTERS_MAX = 30;
const name = z.string().trim().min(1).max(FILTER_NAME_MAX);
/** Names are the same when they read the same: in any case and with or without accents. */
export const isSameName = (a: string, b: string): boolean => fold(a.trim()) === fold(b.trim());
const isTaken = (mine: readonly SavedFilterRow[], wanted: string, but?: string): boolean => mine.some((f) => !f.isRemoved && f.id !== but && isSameName(f.name, wanted));
const bare = ({ version: _v, changedBy: _c, ...row }: SavedFilterRow): Omit<SavedFilterRow, 'version' | 'changedBy'> => row;

/** `filter.save`: keeps a filter under a name. Refusals: filter/nothing-chosen, filter/name-taken, filter/too-many. */
export const filterSave = command({
  name: 'filter.save', conflict: 'merge', roles: FIELD_ROLES,
  input: z.object({ name, filter: keptSchema }),
  reads: [(_i, env) => ({ mine: many('saved_filters', { pmId: env.actor }) })],
  stream: (_first, _i, env) => pmStream(env.actor),
  decide: ({ mine }, i, env) => {
    const own = deriveId(env.id, 'filter');
    if (mine.some((f) => f.id === own)) return ok([]);
    if (isWholeQueue(i.filter)) return no('filter/nothing-chosen', {});
    if (isTaken(mine, i.name)) return no('filter/name-taken', { name: i.name });
    if (mine.filter((f) => !f.isRemoved).length >= FILTERS_MAX) return no('filter/too-many', { most: FILTERS_MAX });
    const filter = Object.fromEntries(Object.entries(i.filter).filter(([, v]) => v !== undefined && v !== '')) as Record<string, string>;
    return ok([put('saved_filters', { id: own, stream: pmStream(env.actor), pmId: env.actor, name: i.name, filter, savedAt: env.at, isRemoved: false })]);
  },
});

/** `filter.rename`: another name for one's own filter. Refusals: filter/unknown, filter/name-taken. */
export const filterRename = command({
  name: 'filter.rename', conflict: 'merge', roles: FIELD_ROLES,
  input: z.object({ filterId: id, name }),
  reads: [(i, env) => ({ filter: one('saved_filters', i.filterId), mine: many('saved_filters', { pmId: env.actor }) })],
  stream: (_first, _i, env) => pmStream(env.actor),
  decide: ({ filter, mine }, i, env) => {
    if (!filter || filter.isRemoved || filter.pmId !== env.actor) return no('filter/unknown', {});
    if (isTaken(mine, i.name, filter.id)) return no('filter/name-taken', { name: i.name });
    return ok(filter.name === i.name ? [] : [put('saved_filters', { ...bare(filter), name: i.name })]);
  },
});

/** `filter.remove`: takes one's own filter off the list; twice is once. Refusal: filter/unknown. */
export const filterRemove = command({
  name: 'filter.remove', conflict: 'merge', roles: FIELD_ROLES,
  input: z.object({ filterId: id }),
  reads: [(i) => ({ filter: one('saved_filters', i.filterId) })],
  stream: (_first, _i, env) => pmStream(env.actor),
  decide: ({ filter }, _i, env) => {
    if (!filter || filter.pmId !== env.actor) return no('filter/unknown', {});
    return ok(filter.isRemoved ? [] : [put('saved_filters', { ...bare(filter), isRemoved: true })]);
  },
});
