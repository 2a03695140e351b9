/** Fields of the training dialogs: kept as an encrypted draft, and a refusal that names a field stands at that field. */
import { Label, Select, Textarea } from '@trussworks/react-uswds';
import type { ReactNode } from 'react';
import type { Problem } from '../../../shared/result.ts';
import { sentence } from '../../../shared/text.ts';
import { useDraft } from '../../use-draft.ts';

type Values<K extends string> = Readonly<Record<K, string>>;

/** The typed values of one dialog by field name. */
export function useFields<K extends string>(key: string, initial: Values<K>) {
  const names = Object.keys(initial) as K[];
  const isMine = (v: unknown): v is Values<K> => typeof v === 'object' && v !== null && names.every((n) => typeof (v as Record<string, unknown>)[n] === 'string');
  const { value, change, drop, isRestored } = useDraft<Values<K>>(key, initial, isMine);
  return { values: value, set: (name: K, text: string) => change({ ...value, [name]: text }), drop, isRestored };
}

/** The field that a refusal is about, without the path in front: `completions.0.completedOn` is `completedOn`. */
export const refusedField = (problem: Problem | null): string | null => (typeof problem?.details.field === 'string' ? (problem.details.field.split('.').at(-1) ?? null) : null);

type FieldProps = { readonly id: string; readonly name: string; readonly label: string; readonly hint?: string; readonly problem: Problem | null; readonly children: (field: { readonly id: string; readonly 'aria-invalid'?: true; readonly 'aria-describedby'?: string }) => ReactNode };
/** A label, its field, a hint, and what is wrong with it. */
export function Field({ id, name, label, hint, problem, children }: FieldProps) {
  const isWrong = refusedField(problem) === name;
  return (
    <div className={isWrong ? 'wrong-field' : undefined}>
      <Label htmlFor={id}>{label}</Label>
      {children({ id, ...(isWrong ? { 'aria-invalid': true as const, 'aria-describedby': `${id}-wrong` } : {}) })}
      {isWrong && problem && (
        <p className="amber small" id={`${id}-wrong`}>
          ▲ {sentence(problem).what}
        </p>
      )}
      {hint && <p className="soft small">{hint}</p>}
    </div>
  );
}

type TextProps = { readonly id: string; readonly name: string; readonly label: string; readonly hint?: string; readonly problem: Problem | null; readonly value: string; readonly onChange: (value: string) => void; readonly isFirst?: boolean };
/** One line of text. */
export const TextField = ({ value, onChange, isFirst, ...field }: TextProps & { readonly max?: number }) => (
  <Field {...field}>
    {(f) => <input {...f} className="usa-input" name={f.id} type="text" dir="auto" maxLength={field.max ?? 200} value={value} data-first={isFirst || undefined} autoComplete="off" onChange={(e) => onChange(e.target.value)} />}
  </Field>
);
/** Some lines of text. */
export const LongField = ({ value, onChange, isFirst, ...field }: TextProps) => (
  <Field {...field}>{(f) => <Textarea {...f} name={f.id} dir="auto" rows={3} maxLength={400} value={value} data-first={isFirst || undefined} onChange={(e) => onChange(e.target.value)} />}</Field>
);
/** A day. `max`: the last that can be chosen. */
export const DayField = ({ value, onChange, max, ...field }: TextProps & { readonly max: string }) => (
  <Field {...field}>{(f) => <input {...f} className="usa-input" name={f.id} type="date" max={max} value={value} onChange={(e) => onChange(e.target.value)} />}</Field>
);
/** One of several. */
export const ChoiceField = ({ value, onChange, options, isFirst, ...field }: TextProps & { readonly options: readonly (readonly [string, string])[] }) => (
  <Field {...field}>
    {(f) => (
      <Select {...f} name={f.id} value={value} data-first={isFirst || undefined} onChange={(e) => onChange(e.target.value)}>
        <option value="">Choose…</option>
        {options.map(([v, words]) => (
          <option key={v} value={v}>
            {words}
          </option>
        ))}
      </Select>
    )}
  </Field>
);
