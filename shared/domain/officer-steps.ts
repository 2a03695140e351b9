/** What a person may record next in the file of a DIO, and how each detail is asked: read from the table of events, so that a screen asks for what the command wants. */
import type { OfficerEventRow, AuthorityState } from '../rows.ts';
import type { Role } from '../roles.ts';
import { liveOfficerEvents, OFFICER_EVENT_KINDS, OFFICER_EVENTS, officerEventSpec, type RecordedOfficerKind } from './officer-events.ts';

/** Steps that this role may record while authority stands so; corrections last. */
export const stepsOf = (state: AuthorityState | 'NONE', role: Role): readonly RecordedOfficerKind[] =>
  OFFICER_EVENT_KINDS.filter((k): k is RecordedOfficerKind => {
    const spec = officerEventSpec(k);
    return !k.startsWith('roster.') && spec !== null && spec.actors.includes(role) && (spec.from.length === 0 || spec.from.includes(state));
  });

/** Events that this role may take back: those that still count and that the role could have recorded, the newest first. */
export const correctable = <E extends Pick<OfficerEventRow, 'id' | 'kind' | 'at' | 'recordedAt' | 'details'>>(events: readonly E[], role: Role): readonly E[] =>
  liveOfficerEvents(events).filter((e) => officerEventSpec(e.kind)?.actors.includes(role)).toReversed();

export type StepField = { readonly name: string; readonly kind: 'text' | 'long' | 'choice' | 'day' | 'yes' | 'event'; readonly choices: readonly string[]; readonly isOptional: boolean };
type Shape = { readonly def: { readonly type: string; readonly format?: string; readonly innerType?: Shape; readonly entries?: Readonly<Record<string, string>> }; readonly maxLength?: number | null };
/** Longer texts than this are asked for in several lines. */
const LONG = 300;
function fieldOf(name: string, schema: Shape): StepField {
  const { def } = schema;
  if (def.type === 'nullable' && def.innerType) return { ...fieldOf(name, def.innerType), isOptional: true };
  const field = { name, choices: [], isOptional: false };
  if (name === 'eventId') return { ...field, kind: 'event' };
  if (def.type === 'enum') return { ...field, kind: 'choice', choices: Object.values(def.entries ?? {}) };
  if (def.type === 'literal') return { ...field, kind: 'yes' };
  if (def.format === 'date') return { ...field, kind: 'day' };
  return { ...field, kind: (schema.maxLength ?? 0) > LONG ? 'long' : 'text' };
}
/** The details of a step in the order in which they are asked, from the shape that the command checks. */
export const fieldsOf = (kind: RecordedOfficerKind): readonly StepField[] => Object.entries((OFFICER_EVENTS[kind].details as unknown as { readonly shape: Readonly<Record<string, Shape>> }).shape).map(([name, schema]) => fieldOf(name, schema));

/** What was typed, as the details of the event: yes as true, an empty optional one as null. */
export const stepDetails = (kind: RecordedOfficerKind, values: Readonly<Record<string, string>>): Readonly<Record<string, string | boolean | null>> =>
  Object.fromEntries(fieldsOf(kind).map((f): [string, string | boolean | null] => {
    const value = (values[f.name] ?? '').trim();
    return [f.name, f.kind === 'yes' ? value === 'yes' : f.isOptional && value === '' ? null : value];
  }));
/** The fields that the command would refuse. */
export function wrongFields(kind: RecordedOfficerKind, values: Readonly<Record<string, string>>): readonly string[] {
  const parsed = OFFICER_EVENTS[kind].details.safeParse(stepDetails(kind, values));
  return parsed.success ? [] : [...new Set(parsed.error.issues.map((i) => String(i.path[0] ?? '')))];
}
