/** The dry run: what the file would change, agency by agency, courses that nobody has matched yet, and the rows that are rejected, each with its reason. */
import { Button, Label, Select } from '@trussworks/react-uswds';
import { useEffect, useRef } from 'react';
import type { ImportJob } from '../../../shared/api.ts';
import { courseKey, type RosterCourses } from '../../../shared/domain/roster-columns.ts';
import { changesOf, PLAN_COUNTS, type PlanCounts } from '../../../shared/domain/roster-plan.ts';
import { rejectReason } from '../../../shared/domain/roster-words.ts';
import { COURSE_IDS, isRequirement, REQUIREMENTS } from '../../../shared/domain/training.ts';
import { count } from '../../pieces/words.ts';

const COUNT_WORDS: Readonly<Record<keyof PlanCounts, string>> = {
  new: 'new', same: 'on record already', again: 'withdrawn before, would count again', verified: 'on record unverified, would be verified', twice: 'repeat another row', rejected: 'rejected',
};
const SHOWN_AGENCIES = 12;

type Props = {
  readonly job: ImportJob;
  readonly courses: RosterCourses;
  readonly onCourses: (courses: RosterCourses) => void;
  readonly onWrite: () => void;
  readonly onSaveRejects: () => void;
  /** Something was chosen since: the dry run has to be shown again first. */
  readonly isStale: boolean;
};

/** The step. */
export function PlanStep({ job, courses, onCourses, onWrite, onSaveRejects, isStale }: Props) {
  const { plan } = job;
  const title = useRef<HTMLHeadingElement>(null);
  // It stands below what was asked: the eye and the keyboard go there.
  useEffect(() => {
    title.current?.focus();
    title.current?.scrollIntoView({ block: 'start' });
  }, []);
  if (!plan) return null;
  const changes = changesOf(plan.counts);
  const changed = plan.agencies.filter((a) => changesOf(a.counts) > 0);
  return (
    <section aria-labelledby="import-plan">
      <h2 id="import-plan" ref={title} tabIndex={-1}>What would change</h2>
      <dl className="import-counts">
        {PLAN_COUNTS.map((k) => (
          <div key={k} className={k === 'rejected' && plan.counts.rejected > 0 ? 'amber' : ''}>
            <dt className="num strong">{plan.counts[k].toLocaleString('en-US')}</dt>
            <dd className="small">{COUNT_WORDS[k]}</dd>
          </div>
        ))}
      </dl>
      {changed.length > 0 && (
        <p className="soft small">
          In {count(changed.length, 'agency', 'agencies')}:{' '}
          {changed.slice(0, SHOWN_AGENCIES).map((a) => `${a.name} ${changesOf(a.counts).toLocaleString('en-US')}`).join(', ')}
          {changed.length > SHOWN_AGENCIES ? ` and ${changed.length - SHOWN_AGENCIES} more` : ''}.
        </p>
      )}
      {plan.unknownCourses.length > 0 && (
        <fieldset className="import-courses">
          <legend>Courses that match no requirement</legend>
          <p className="soft small">Choose what each one meets; it is remembered. Rows of a course without a match are rejected.</p>
          <div className="import-fields">
            {plan.unknownCourses.slice(0, 40).map((title, n) => (
              <div key={title}>
                <Label htmlFor={`import-course-${n}`} className="cut-3">
                  <span dir="auto">{title}</span>
                </Label>
                <Select
                  id={`import-course-${n}`}
                  name={`import-course-${n}`}
                  value={courses[courseKey(title)] ?? ''}
                  onChange={(e) => {
                    const { [courseKey(title)]: _before, ...others } = courses;
                    onCourses(isRequirement(e.target.value) ? { ...others, [courseKey(title)]: e.target.value } : others);
                  }}
                >
                  <option value="">No requirement</option>
                  {COURSE_IDS.map((id) => (
                    <option key={id} value={id}>
                      {REQUIREMENTS[id].title}
                    </option>
                  ))}
                </Select>
              </div>
            ))}
          </div>
        </fieldset>
      )}
      {plan.counts.rejected > 0 && (
        <>
          <div className="row wrap">
            <h3>{count(plan.counts.rejected, 'rejected row')}</h3>
            <Button type="button" outline onClick={onSaveRejects}>
              Save rejected rows
            </Button>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard */}
          <div className="import-rejects" tabIndex={0} role="region" aria-label="Rejected rows">
            <table>
              <thead>
                <tr>
                  <th scope="col">Row</th>
                  <th scope="col">Why</th>
                  <th scope="col">Value</th>
                </tr>
              </thead>
              <tbody>
                {plan.rejects.map((r) => (
                  <tr key={r.n}>
                    <td className="num">{r.n}</td>
                    <td>{rejectReason(r.code)}</td>
                    <td dir="auto">{r.value}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {plan.counts.rejected > plan.rejects.length && <p className="soft small">The first {plan.rejects.length} are shown; the saved file has all.</p>}
        </>
      )}
      <div className="row wrap">
        <Button type="button" disabled={changes === 0 || isStale} onClick={onWrite} aria-describedby="import-why">
          Import {count(changes, 'row')}
        </Button>
        <span id="import-why" className="soft small" aria-live="polite">
          {isStale ? 'Show what would change first.' : changes === 0 ? 'This file changes nothing.' : 'It can be undone as a whole.'}
        </span>
      </div>
    </section>
  );
}
