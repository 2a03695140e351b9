/**
 * What changed between two versions of a packet, field by field: the redline that a resubmission opens as, and what became of the last return.
 * Pure: laptop, HQ and screen compute the same list. Must never leave a difference out; only what is about the submission itself
 * (its number, its reason, when it was sent) is no field of the packet.
 */
import type { Deficiency } from '../rows.ts';
import type { PacketDocument } from './packet.ts';

/**
 * One changed field. `path` as checks name fields (`forms.i862.hearing.time`, `evidence.ev-1.sha256`; lists by position, from 0), with the id that the
 * form has now; `was` where the form had another id before. A form, a piece of evidence or a list item that came or went is one change.
 * Paths are unique within one redline: what would read the same (ids with dots in them) gets `#2`, `#3` behind it.
 */
export type Change = { readonly path: string; readonly was: string | null; readonly kind: 'changed' | 'added' | 'removed'; readonly before: unknown; readonly after: unknown };

/** Says when and why a version was sent, not what it says. */
const ABOUT_THE_VERSION: readonly string[] = ['number', 'changeReason', 'submittedAt'];
type Fields = Readonly<Record<string, unknown>>;
type Named = Fields & { readonly id: string };
const isFields = (v: unknown): v is Fields => typeof v === 'object' && v !== null && !Array.isArray(v);
/** Own keys only: a listed form may have a field that is called `constructor`. */
const ownValue = (fields: Fields, key: string): unknown => (Object.hasOwn(fields, key) ? fields[key] : undefined);
const keysOf = (after: Fields, before: Fields): ReadonlySet<string> => new Set([...Object.keys(after), ...Object.keys(before)]);

function compare(path: string, was: string, before: unknown, after: unknown, into: Change[]): void {
  if (before === after) return;
  const at = { path, was: was === path ? null : was };
  if (before === undefined) into.push({ ...at, kind: 'added', before: null, after });
  else if (after === undefined) into.push({ ...at, kind: 'removed', before, after: null });
  else if (Array.isArray(before) && Array.isArray(after)) {
    for (let n = 0; n < Math.max(before.length, after.length); n += 1) compare(`${path}.${n}`, `${was}.${n}`, before[n], after[n], into);
  } else if (isFields(before) && isFields(after)) {
    for (const key of keysOf(after, before)) compare(`${path}.${key}`, `${was}.${key}`, ownValue(before, key), ownValue(after, key), into);
  } else into.push({ ...at, kind: 'changed', before, after });
}

type Pair = readonly [before: Named | undefined, after: Named | undefined];
/** Pairs of the same thing in both lists, each used once: by id; a form whose id is gone then meets one of its own kind whose id is new, in order. */
function pairs(before: readonly Named[], after: readonly Named[], byKind: boolean): readonly Pair[] {
  const left = [...before];
  const take = (isIt: (b: Named) => boolean): Named | undefined => {
    const at = left.findIndex(isIt);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const sameId = after.map((a): Pair => [take((b) => b.id === a.id), a]);
  const found = sameId.map(([b, a]): Pair => [b ?? (byKind ? take((x) => x.kind === a?.kind) : undefined), a]);
  return [...found, ...left.map((b): Pair => [b, undefined])];
}

/** Forms or evidence that stayed but stand in another order: one change of the list itself. */
function order(key: 'forms' | 'evidence', before: readonly Named[], found: readonly Pair[], into: Change[]): void {
  const stayed = found.flatMap(([b, a]) => (b && a ? [b] : []));
  const was = before.filter((b) => stayed.includes(b)).map((b) => b.id);
  const is = stayed.map((b) => b.id);
  if (was.some((id, n) => id !== is[n])) into.push({ path: `${key}.order`, was: null, kind: 'changed', before: was, after: is });
}

function unique(changes: readonly Change[]): readonly Change[] {
  const seen = new Map<string, number>();
  return changes.map((change) => {
    const n = (seen.get(change.path) ?? 0) + 1;
    seen.set(change.path, n);
    return n === 1 ? change : { ...change, path: `${change.path}#${n}` };
  });
}

/** Every difference, in the order of the new version: forms, evidence, then what stands outside them. Empty when nothing but the submission differs. */
export function redline(before: PacketDocument, after: PacketDocument): readonly Change[] {
  const changes: Change[] = [];
  for (const key of ['forms', 'evidence'] as const) {
    const found = pairs(before[key], after[key], key === 'forms');
    for (const [b, a] of found) compare(`${key}.${(a ?? b)?.id}`, `${key}.${(b ?? a)?.id}`, b, a, changes);
    order(key, before[key], found, changes);
  }
  const [old, now]: readonly [Fields, Fields] = [before, after];
  for (const key of keysOf(now, old)) {
    if (key !== 'forms' && key !== 'evidence' && !ABOUT_THE_VERSION.includes(key)) compare(key, key, ownValue(old, key), ownValue(now, key), changes);
  }
  return unique(changes);
}

/** True when one path is the other or holds it: `hearing` and `hearing.time`. */
export const touches = (a: string, b: string): boolean => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);

const cited = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.flatMap(cited)
  : isFields(value) ? Object.entries(value).flatMap(([k, v]) => (k === 'evidenceId' && typeof v === 'string' ? [v] : k === 'evidenceIds' && Array.isArray(v) ? v.map(String) : cited(v)))
  : [];

/** The value at a path (`forms.i862.hearing.time`; a form or evidence by id, a list item by position); undefined when nothing is there. */
export function valueAt(document: PacketDocument, path: string): unknown {
  let at: unknown = document;
  let rest = path;
  for (const key of ['forms', 'evidence'] as const) {
    // An id may have dots in it: the longest one that fits.
    const named = document[key].filter((x) => rest === `${key}.${x.id}` || rest.startsWith(`${key}.${x.id}.`)).sort((a, b) => b.id.length - a.id.length)[0];
    if (!named) continue;
    at = named;
    rest = rest.slice(key.length + named.id.length + 2);
    break;
  }
  for (const part of rest === '' ? [] : rest.split('.')) {
    if (Array.isArray(at)) at = (at as readonly unknown[])[Number(part)];
    else if (isFields(at)) at = ownValue(at, part);
    else return undefined;
  }
  return at;
}

/** Evidence that a change is about, by id in the order of the packet: what it added, and what the statement that it is part of relies on. */
export function evidenceOf(document: PacketDocument, { path, after, kind }: Change): readonly string[] {
  if (kind === 'removed') return [];
  const wanted = new Set(cited(after));
  const parts = path.split('.');
  if (parts[0] === 'evidence' && parts[1] !== undefined) wanted.add(parts[1]);
  // A whole form cites much; an allegation, a fact or a basis cites what carries it.
  for (let n = parts.length; n > 2; n -= 1) {
    const holder = valueAt(document, parts.slice(0, n).join('.'));
    if (isFields(holder)) for (const id of [holder.evidenceId, ...(Array.isArray(holder.evidenceIds) ? holder.evidenceIds : [])]) if (typeof id === 'string') wanted.add(id);
  }
  return document.evidence.map((e) => e.id).filter((id) => wanted.has(id));
}

/** What became of one deficiency of the last return. */
export type Mended = { readonly deficiency: Deficiency; readonly outcome: 'fixed' | 'unchanged' | 'still_fails' };

/**
 * Each deficiency of a return: not fixed when the same rule still fails, or when nothing changed at the field since the version that was returned.
 * `changes`: the redline against that version. `failing`: ids of the rules that fail now.
 */
export const mended = (deficiencies: readonly Deficiency[], changes: readonly Change[], failing: ReadonlySet<string>): readonly Mended[] =>
  deficiencies.map((deficiency): Mended => {
    if (failing.has(deficiency.rule)) return { deficiency, outcome: 'still_fails' };
    const { field } = deficiency;
    // `packet` and `holds` name no field of the document: a hold is released at HQ, and anything may have mended the packet.
    if (field === 'holds') return { deficiency, outcome: 'fixed' };
    const isTouched = field === 'packet' ? changes.length > 0 : changes.some((c) => touches(c.path, field) || (c.was !== null && touches(c.was, field)));
    return { deficiency, outcome: isTouched ? 'fixed' : 'unchanged' };
  });
