/** A roster of PALMS or FLETC into the files of DIOs: choose the file, match its columns, see what would change, import, and undo if it was wrong. */
import { Button, Label } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { ImportJob } from '../../../shared/api.ts';
import type { RosterCourses } from '../../../shared/domain/roster-columns.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { count } from '../../pieces/words.ts';
import { Screen } from '../../shell/Screen.tsx';
import { useStore } from '../../store.ts';
import { ColumnsStep } from './ColumnsStep.tsx';
import { PastImports } from './PastImports.tsx';
import { PlanStep } from './PlanStep.tsx';
import { isBusy, useImport } from './use-import.ts';

/** The screen. */
export function ImportScreen() {
  const go = useStore((s) => s.go);
  const it = useImport();
  const { job } = it;
  const [courses, setCourses] = useState<RosterCourses>({});
  const [isStale, setStale] = useState(false);
  const busy = isBusy(job);
  const isRead = job?.table && (job.phase === 'mapping' || job.phase === 'planning' || job.phase === 'planned');
  return (
    <Screen
      title="Import"
      before={
        <Button type="button" unstyled onClick={() => go({ screen: 'officers', agencyId: null })}>
          Officers
        </Button>
      }
    >
      <div className="scroll">
        <div className="import">
          <section aria-labelledby="import-file">
            <h2 id="import-file">File</h2>
            <Label htmlFor="import-choose">Roster of PALMS or FLETC: CSV or XLSX</Label>
            <input
              id="import-choose"
              className="import-choose"
              type="file"
              accept=".csv,.txt,.tsv,.xlsx"
              disabled={busy}
              data-start
              // The same file, mended, may be chosen again.
              onClick={(e) => {
                e.currentTarget.value = '';
              }}
              onChange={(e) => {
                const file = e.target.files?.[0];
                setCourses({});
                setStale(false);
                if (file) void it.choose(file);
              }}
            />
            {job && job.fileName !== '' && (
              <p>
                <span className="strong" dir="auto">
                  {job.fileName}
                </span>{' '}
                {isRead && !busy && (
                  <Button type="button" unstyled onClick={() => void it.stop()}>
                    Let it go
                  </Button>
                )}
              </p>
            )}
            {it.problem && <ProblemNote problem={it.problem} />}
            {job?.phase === 'failed' && job.problem && <ProblemNote problem={job.problem} />}
          </section>
          {job && busy && <Progress job={job} onStop={() => void it.stop()} />}
          {job && isRead && (
            <ColumnsStep
              key={job.id}
              job={job}
              courses={courses}
              onChange={() => setStale(true)}
              onPlan={(input) => {
                setStale(false);
                void it.plan(input);
              }}
            />
          )}
          {job?.phase === 'planned' && (
            <PlanStep
              job={job}
              courses={courses}
              isStale={isStale}
              onCourses={(next) => {
                setCourses(next);
                setStale(true);
              }}
              onWrite={() => void it.write()}
              onSaveRejects={() => void it.saveRejects()}
            />
          )}
          {job && <Result job={job} />}
          <PastImports isBusy={busy} onUndo={(importId, reason) => void it.undo(importId, reason)} />
        </div>
      </div>
    </Screen>
  );
}

const DOING: Partial<Record<ImportJob['phase'], string>> = { sending: 'Taking the file', reading: 'Reading', planning: 'Comparing with what is on record', writing: 'Importing', undoing: 'Undoing' };
/** How far it is, and the way to stop. */
function Progress({ job, onStop }: { readonly job: ImportJob; readonly onStop: () => void }) {
  const doing = DOING[job.phase] ?? '';
  const far = job.of === 0 ? '' : job.phase === 'sending' ? `${Math.round((job.done / job.of) * 100)} %` : `${job.done.toLocaleString('en-US')} of ${count(job.of, job.phase === 'undoing' ? 'agency' : 'row', job.phase === 'undoing' ? 'agencies' : 'rows')}`;
  return (
    <div className="row wrap import-progress">
      <progress aria-label={doing} {...(job.of === 0 ? {} : { max: job.of, value: job.done })} />
      <span className="num">
        {doing}
        {far === '' ? '' : `, ${far}`}
      </span>
      <Button type="button" outline onClick={onStop}>
        Stop
      </Button>
    </div>
  );
}

/** What came of it. Green is for HQ's receipt only, so this is not green. */
function Result({ job }: { readonly job: ImportJob }) {
  const { written, phase } = job;
  const told = written && (phase === 'done' || phase === 'stopped' || phase === 'undone') ? written : null;
  const isUndo = phase === 'undone' || job.fileName === '';
  return (
    <div role="status">
      {told && (
        <div className={`note ${phase === 'stopped' ? 'amber' : ''}`}>
          <p className="strong">{phase === 'stopped' ? '▲ Stopped' : '◐ Saved on this laptop'}</p>
          <p>
            {isUndo
              ? `Undone in ${count(told.agencies, 'agency', 'agencies')}${phase === 'stopped' ? ` of ${job.of}. Undo it again for the rest` : ''}.`
              : `${count(told.rows, 'row')} in ${count(told.agencies, 'agency', 'agencies')}${phase === 'stopped' ? ' were written, and stay. The same file again adds what is missing; the list below undoes what was written' : ''}.`}
          </p>
          <p className="soft small">HQ's receipts follow by themselves and show in Sync.</p>
        </div>
      )}
      {phase === 'stopped' && job.problem && <ProblemNote problem={job.problem} />}
    </div>
  );
}
