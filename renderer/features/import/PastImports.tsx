/** Imports so far, and the way to take one back as a whole, with a reason. */
import { Button, Label, Textarea } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { ImportItem } from '../../../shared/api.ts';
import { siteTime } from '../../../shared/time.ts';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { count, READER_ZONE } from '../../pieces/words.ts';
import { DecisionDialog } from '../../ui/DecisionDialog.tsx';
import { Skeleton } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';

const LEAST = 10;

type Props = { readonly isBusy: boolean; readonly onUndo: (importId: string, reason: string) => void };

/** The list, the newest first. */
export function PastImports({ isBusy, onUndo }: Props) {
  const { data, problem, isSlow, reload } = useQuery('imports.list', {});
  const [asked, setAsked] = useState<ImportItem | null>(null);
  return (
    <section aria-labelledby="import-past">
      <h2 id="import-past">Imports so far</h2>
      {problem && !data && <LoadProblem problem={problem} onRetry={reload} />}
      {!data && isSlow && <Skeleton rows={3} label="Loading imports" />}
      {data?.length === 0 && <p className="soft">None on this laptop.</p>}
      <ul className="import-past">
        {data?.map((i) => (
          <li key={i.importId} className="row wrap">
            <span className="import-name">
              <span className="strong" dir="auto">
                {i.fileName}
              </span>{' '}
              <span className="soft small">
                {i.kind}, {count(i.rows, 'row')} in {count(i.agencies, 'agency', 'agencies')}, {siteTime(i.importedAt, READER_ZONE)}, {i.importedByName}
              </span>
            </span>
            {i.undoneAt === null ? (
              <Button type="button" outline className="push" disabled={isBusy} aria-label={`Undo the import of ${i.fileName}`} onClick={() => setAsked(i)}>
                Undo…
              </Button>
            ) : (
              <span className="soft small push">undone {siteTime(i.undoneAt, READER_ZONE)}</span>
            )}
          </li>
        ))}
      </ul>
      {asked && (
        <UndoDialog
          item={asked}
          onClose={() => setAsked(null)}
          onUndo={(reason) => {
            setAsked(null);
            onUndo(asked.importId, reason);
          }}
        />
      )}
    </section>
  );
}

function UndoDialog({ item, onClose, onUndo }: { readonly item: ImportItem; readonly onClose: () => void; readonly onUndo: (reason: string) => void }) {
  const [reason, setReason] = useState('');
  const missing = LEAST - reason.trim().length;
  return (
    <DecisionDialog
      title="Undo an import"
      why={missing > 0 ? `Write a reason of ${LEAST} characters or more.` : null}
      meaning="Its rows stay on record as withdrawn."
      verb="Undo the import"
      busyVerb="Undoing…"
      isBusy={false}
      onAct={() => onUndo(reason.trim())}
      onClose={onClose}
    >
      <p>
        Every completion that came with <b dir="auto">{item.fileName}</b> is withdrawn, in {count(item.agencies, 'agency', 'agencies')}, and what it verified waits to be verified again. Authority is computed anew, and may lapse.
      </p>
      <div>
        <Label htmlFor="import-reason">Reason</Label>
        <Textarea dir="auto" id="import-reason" name="import-reason" data-first rows={3} maxLength={400} value={reason} onChange={(e) => setReason(e.target.value)} />
      </div>
    </DecisionDialog>
  );
}
