/** What a change of a packet says in words: where it stands and its two values. Pure. */
import { encounterSections, formSections } from '../../shared/domain/form-fields.ts';
import { type Change, valueAt } from '../../shared/domain/redline.ts';
import type { PacketDocument } from '../../shared/domain/packet.ts';
import { siteTime } from '../../shared/time.ts';
import { fieldWords } from '../../shared/domain/rule-words.ts';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const label = (key: string): string => key.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase();

const isRecord = (v: unknown): v is Readonly<Record<string, unknown>> => typeof v === 'object' && v !== null && !Array.isArray(v);
/** What a record says before all else: it stands first and needs no name. */
const SAYINGS = ['text', 'value', 'title', 'name', 'section', 'system', 'basis', 'reason'] as const;
/** `allegation` for `forms.i862.allegations`: what one item of a list is called. */
const itemName = (path: string): string => label(path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? '').replace(/(?<=[^s])s$/, '') || 'item';
/** Codes inside a record (`entry_place`) as words; whatever is not one stands as it is. */
const plain = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(plain) : typeof value === 'string' && /^[a-z]+(_[a-z]+)+$/.test(value) ? value.replaceAll('_', ' ') : value;

/** A record on one line: what it says, then the rest with names. */
function recordText(record: Readonly<Record<string, unknown>>, zone: string, isNumbered: boolean): string {
  const saying = SAYINGS.find((key) => typeof record[key] === 'string' && record[key] !== '');
  const keys = Object.keys(record).filter((key) => key !== saying && !(isNumbered && key === 'number'));
  const rest = keys.flatMap((key) => {
    const text = valueText(plain(record[key]), zone, key);
    return text === null || text === 'empty' ? [] : [`${label(key)}: ${text.replaceAll('\n', ', ')}`];
  });
  return [...(saying === undefined ? [] : [valueText(plain(record[saying]), zone) ?? '']), ...rest].join('; ') || 'empty';
}

/**
 * A value of the document as text: instants in the site's zone, a list of records line by line (`allegation 1: ...`), the parts of one record line by line.
 * `path`: where it stands, for the name of a list's items. Null when nothing stands there.
 */
export function valueText(value: unknown, zone: string, path = ''): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'string') return INSTANT.test(value) ? `${siteTime(value, zone)} (${value})` : value;
  if (Array.isArray(value)) {
    if (value.length === 0) return 'empty';
    if (!value.some(isRecord)) return value.flatMap((v) => valueText(v, zone) ?? []).join(', ') || 'empty';
    return value.map((v: unknown, n) => {
      const number = isRecord(v) && typeof v.number === 'number' ? v.number : null;
      return `${itemName(path)} ${number ?? n + 1}: ${isRecord(v) ? recordText(v, zone, number !== null) : (valueText(v, zone) ?? 'left blank')}`;
    }).join('\n');
  }
  if (!isRecord(value)) return String(value);
  const parts = Object.entries(value).flatMap(([key, v]) => {
    const text = valueText(v, zone, key);
    if (text === null) return [];
    return [text.includes('\n') || (isRecord(v) && text !== 'empty') ? `${label(key)}:\n${text.replace(/^/gm, '  ')}` : `${label(key)}: ${text}`];
  });
  return parts.join('\n') || 'empty';
}

/** What stands at a path as the form itself says it: a list as its numbered lines, a part as its fields; what no form shows, by `valueText`. Null: left blank. */
export function standsThere(document: PacketDocument, path: string): string | null {
  const value = valueAt(document, path);
  if (typeof value !== 'object' || value === null) return valueText(value, document.zone, path);
  const form = document.forms.find((f) => path.startsWith(`forms.${f.id}.`));
  const prefix = form ? `forms.${form.id}.` : '';
  const fields = (form ? formSections(form, document.zone) : encounterSections(document)).flatMap((s) => s.fields).filter(({ path: at }) => prefix + at === path || `${prefix}${at}`.startsWith(`${path}.`));
  if (Array.isArray(value) && value.length === 0) return null;
  if (fields.length === 0) return valueText(value, document.zone, path);
  return fields.map((f) => {
    const name = Array.isArray(value) && /^\d+\.$/.test(f.label) ? `${itemName(path)} ${f.label.slice(0, -1)}` : f.label;
    return fields.length === 1 && !Array.isArray(value) ? (f.value ?? 'left blank') : `${name}: ${f.value ?? 'left blank'}`;
  }).join('\n');
}

/** `I-862`, `Evidence`, `Encounter`: under which head of the redline a path belongs. */
export function changeGroup(path: string, after: PacketDocument, before: PacketDocument): string {
  const [first, id] = path.split('.');
  if (first === 'evidence') return 'Evidence';
  if (first !== 'forms') return 'Encounter';
  if (path === 'forms.order') return 'Forms';
  const form = [...after.forms, ...before.forms].find((f) => path === `forms.${f.id}` || path.startsWith(`forms.${f.id}.`));
  return form?.kind ?? id ?? 'Forms';
}

/** The field of a change: `hearing · time`; for evidence its title; for a whole form or piece that came or went, that. */
export function changeWords({ path, kind }: Pick<Change, 'path' | 'kind'>, after: PacketDocument, before: PacketDocument): string {
  const bare = path.replace(/#\d+$/, '');
  if (bare.endsWith('.order')) return 'order of the list';
  if (bare.startsWith('evidence.')) {
    const evidence = [...after.evidence, ...before.evidence].find((e) => bare === `evidence.${e.id}` || bare.startsWith(`evidence.${e.id}.`));
    const rest = evidence ? bare.slice(`evidence.${evidence.id}.`.length) : '';
    return [evidence?.title ?? bare, ...rest.split('.').filter(Boolean).map(label)].join(' · ');
  }
  const isInAfter = after.forms.some((f) => bare === `forms.${f.id}` || bare.startsWith(`forms.${f.id}.`));
  const words = fieldWords(bare, isInAfter ? after : before);
  return kind !== 'changed' && bare.split('.').length === 2 && bare.startsWith('forms.') ? `${words}, the whole form` : words;
}
