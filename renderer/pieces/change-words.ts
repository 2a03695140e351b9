/** What a change of a packet says in words: where it stands and its two values. Pure. */
import type { Change } from '../../shared/domain/redline.ts';
import type { PacketDocument } from '../../shared/domain/packet.ts';
import { siteTime } from '../../shared/time.ts';
import { fieldWords } from '../../shared/domain/rule-words.ts';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const label = (key: string): string => key.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase();

/** A value of the document as text: instants in the site's zone, lists and parts line by line. Null when nothing stands there. */
export function valueText(value: unknown, zone: string): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'string') return INSTANT.test(value) ? `${siteTime(value, zone)} (${value})` : value;
  if (typeof value !== 'object') return String(value);
  const parts = Object.entries(value).flatMap(([key, v]) => {
    const text = valueText(v, zone);
    if (text === null) return [];
    const name = Array.isArray(value) ? (typeof v === 'object' ? `${Number(key) + 1}` : '') : label(key);
    return [typeof v === 'object' && !Array.isArray(v) ? `${name}:\n${text.replace(/^/gm, '  ')}` : name ? `${name}: ${text}` : text];
  });
  return parts.length === 0 ? 'empty' : parts.join(Array.isArray(value) && value.every((v) => typeof v !== 'object') ? ', ' : '\n');
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
