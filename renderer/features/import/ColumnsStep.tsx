/** Which column holds what, and whether what the file says counts at once. */
import { Button, Checkbox, Label, Radio, Select } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { ActIn, ImportJob } from '../../../shared/api.ts';
import { cellText, mappingGap, ROSTER_FIELD_IDS, ROSTER_FIELDS, ROSTER_KINDS, type RosterCourses, type RosterKind, type RosterMapping } from '../../../shared/domain/roster-columns.ts';
import { sentence } from '../../../shared/text.ts';
import { count } from '../../pieces/words.ts';

type Props = {
  readonly job: ImportJob;
  readonly courses: RosterCourses;
  readonly onPlan: (input: Omit<ActIn<'import.plan'>, 'id'>) => void;
  /** A plan made before no longer stands for what is chosen. */
  readonly onChange: () => void;
};

/** The step. Its choices begin as the headers say, or as last time. */
export function ColumnsStep({ job, courses, onPlan, onChange }: Props) {
  const [mapping, setMapping] = useState<RosterMapping>(job.mapping ?? {});
  const [kind, setKind] = useState<RosterKind>(/fletc/i.test(job.fileName) ? 'FLETC' : 'PALMS');
  const [isVerified, setVerified] = useState(false);
  const { table } = job;
  if (!table) return null;
  const gap = mappingGap(mapping, table.headers.length);
  const isWorking = job.phase === 'planning';
  const sampleOf = (column: number | undefined): string => (column === undefined ? '' : table.sample.map((r) => cellText(r.cells[column])).filter(Boolean).slice(0, 2).join(' · '));
  return (
    <section aria-labelledby="import-columns">
      <h2 id="import-columns">Columns</h2>
      <p className="soft">
        {count(table.rows, 'row')}, read as {table.format}
        {table.sheet === null ? '' : `, sheet “${table.sheet}”`}.{table.otherSheets.length > 0 ? ` Not read: ${table.otherSheets.map((s) => `“${s}”`).join(', ')}.` : ''}{' '}
        {job.isRemembered ? 'Matched as last time for these headers.' : 'Check the match: it is remembered for these headers.'}
      </p>
      <fieldset className="import-kinds" disabled={isWorking}>
        <legend>The file is from</legend>
        {ROSTER_KINDS.map((k) => (
          <Radio
            key={k}
            id={`import-kind-${k}`}
            name="import-kind"
            label={k}
            checked={kind === k}
            onChange={() => {
              setKind(k);
              onChange();
            }}
          />
        ))}
      </fieldset>
      <div className="import-fields">
        {ROSTER_FIELD_IDS.map((field) => (
          <div key={field}>
            <Label htmlFor={`import-${field}`}>{ROSTER_FIELDS[field].label}</Label>
            <Select
              id={`import-${field}`}
              name={`import-${field}`}
              disabled={isWorking}
              value={mapping[field] ?? ''}
              onChange={(e) => {
                const { [field]: _before, ...others } = mapping;
                setMapping(e.target.value === '' ? others : { ...others, [field]: Number(e.target.value) });
                onChange();
              }}
            >
              <option value="">No column</option>
              {table.headers.map((header, n) => (
                <option key={n} value={n}>
                  {header === '' ? `Column ${n + 1}` : header}
                </option>
              ))}
            </Select>
            <p className="soft small cut" dir="auto">
              {sampleOf(mapping[field])}
            </p>
          </div>
        ))}
      </div>
      <Checkbox
        id="import-verified"
        name="import-verified"
        label={`I have seen that this file came from ${kind} itself: its completions count at once`}
        checked={isVerified}
        disabled={isWorking}
        onChange={(e) => {
          setVerified(e.target.checked);
          onChange();
        }}
      />
      <p className="soft small">Otherwise they wait to be verified, and until then they do not count.</p>
      <div className="row wrap">
        <Button type="button" disabled={gap !== null || isWorking} aria-describedby="import-gap" onClick={() => onPlan({ kind, mapping, courses, isVerified })}>
          Show what would change
        </Button>
        <span id="import-gap" className="small strong" aria-live="polite">
          {gap === null ? '' : sentence({ code: 'import/mapping', details: { gap } }).what}
        </span>
      </div>
    </section>
  );
}
