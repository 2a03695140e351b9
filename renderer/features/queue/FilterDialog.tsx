/** Narrows the queue, and keeps a filter under a name: kept ones stand above with how many packets each shows now. Chooses what is shown, never its order. */
import { Button, Label, Select, TextInput } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { QueueSplit, Saved, SavedFilter } from '../../../shared/api.ts';
import { FILTER_NAME_MAX, isWholeQueue, type QueueFilter } from '../../../shared/domain/filters.ts';
import type { Problem, Result } from '../../../shared/result.ts';
import { run } from '../../api.ts';
import { useOpen } from '../../session.ts';
import { LoadProblem, ProblemNote } from '../../pieces/ProblemNote.tsx';
import { count } from '../../pieces/words.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useQuery } from '../../use-query.ts';
import { PreparerField } from './PreparerField.tsx';
import { FILTER_FIELD_NAMES, FILTER_FIELDS, filterChips } from './filter-words.ts';

export type Chosen = { readonly split: QueueSplit; readonly search: string; readonly agencyId: string | undefined; readonly filter: QueueFilter };
type Props = { readonly chosen: Chosen; readonly onChoose: (chosen: Chosen) => void; readonly onClose: () => void };

/** The dialog that F opens on the queue. */
export function FilterDialog({ chosen, onChoose, onClose }: Props) {
  const { session } = useOpen();
  const [next, setNext] = useState(chosen);
  const [name, setName] = useState('');
  const [renaming, setRenaming] = useState<SavedFilter | null>(null);
  const { data: kept, problem, reload } = useQuery('filters.list', {});
  const agencies = useQuery('agencies.list', {}).data ?? [];
  const preparers = useQuery('queue.preparers', {}).data;
  /** Something is typed for the preparer that chooses nobody: to go on would show more than was asked for. */
  const [isOpen, setOpen] = useState(false);
  const [refused, setRefused] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  /** Of the last try only: a refusal that was mended is gone. */
  const tried = async (answer: Promise<Result<Saved>>): Promise<boolean> => {
    setBusy(true);
    const done = await answer;
    setBusy(false);
    setRefused(done.ok ? null : done.problem);
    if (done.ok) reload();
    return done.ok;
  };
  const base = kept?.[0]?.base ?? {};
  const whole = isWholeQueue({ ...next.filter, split: next.split, search: next.search, agencyId: next.agencyId });
  const keep = async () => {
    const filter = { ...next.filter, split: next.split, ...(next.search ? { search: next.search } : {}), ...(next.agencyId ? { agencyId: next.agencyId } : {}) };
    const isKept = await tried(renaming ? run('filter.rename', { filterId: renaming.id, name: name.trim() }, renaming.base) : run('filter.save', { name: name.trim(), filter }, base));
    if (!isKept) return;
    setName('');
    setRenaming(null);
  };
  const choose = (to: Chosen) => {
    onChoose(to);
    onClose();
  };
  return (
    <Dialog
      title="Filter the queue"
      onClose={onClose}
      footer={
        <>
          {refused && <div className="foot-row"><ProblemNote problem={refused} /></div>}
          <Button type="button" outline onClick={() => choose({ split: chosen.split, search: '', agencyId: undefined, filter: {} })}>
            Show all
          </Button>
          <Button type="button" outline className="push" onClick={onClose}>
            Cancel
          </Button>
          <Button type="button" disabled={isOpen} onClick={() => choose(next)}>
            Show these
          </Button>
        </>
      }
    >
      {problem && <LoadProblem problem={problem} onRetry={reload} />}
      {kept && kept.length > 0 && (
        <ul className="kept-filters" aria-label="Kept filters">
          {kept.map((f) => (
            <li key={f.id} className="row">
              <button type="button" className="chip" onClick={() => choose({ split: f.split, search: f.search, agencyId: f.agencyId, filter: f.filter })}>
                <span className="cut">{f.name}</span> <span className="num">{f.count}</span>
              </button>
              <span className="soft small cut">{filterChips(f.filter, preparers).map((c) => c.text).join(' · ')}</span>
              <button type="button" className="icon-button push" aria-label={`Rename ${f.name}`} onClick={() => { setRenaming(f); setName(f.name); }}>
                Rename
              </button>
              <button type="button" className="icon-button" aria-label={`Remove ${f.name}`} disabled={isBusy} onClick={() => void tried(run('filter.remove', { filterId: f.id }, f.base))}>
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="filter-fields">
        <div>
          <Label htmlFor="filter-agency">Agency</Label>
          <Select id="filter-agency" name="agency" value={next.agencyId ?? ''} data-first onChange={(e) => setNext({ ...next, agencyId: e.target.value || undefined })}>
            <option value="">All</option>
            {agencies.map((a) => (
              <option key={a.agency.id} value={a.agency.id}>
                {a.agency.name}
              </option>
            ))}
          </Select>
        </div>
        {FILTER_FIELD_NAMES.map((field) => (
          <div key={field}>
            <Label htmlFor={`filter-${field}`}>{FILTER_FIELDS[field].label}</Label>
            <Select
              id={`filter-${field}`}
              name={field}
              value={next.filter[field] ?? ''}
              onChange={(e) => {
                const { [field]: _old, ...rest } = next.filter;
                setNext({ ...next, filter: (e.target.value ? { ...rest, [field]: e.target.value } : rest) as QueueFilter });
              }}
            >
              <option value="">All</option>
              {Object.entries(FILTER_FIELDS[field].choices).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </Select>
          </div>
        ))}
        <PreparerField
          preparers={preparers}
          chosenId={next.filter.preparerId}
          onChoose={(preparerId, isUnclear) => {
            const { preparerId: _old, ...rest } = next.filter;
            setNext({ ...next, filter: preparerId === undefined ? rest : { ...rest, preparerId } });
            setOpen(isUnclear);
          }}
        />
      </div>
      <form
        className="keep-filter"
        onSubmit={(e) => {
          e.preventDefault();
          if (name.trim() !== '' && (renaming || (!whole && !isOpen))) void keep();
        }}
      >
        <div>
          <Label htmlFor="filter-name">{renaming ? `New name of “${renaming.name}”` : 'Keep this filter as'}</Label>
          <TextInput id="filter-name" name="filter-name" type="text" value={name} maxLength={FILTER_NAME_MAX} onChange={(e) => setName(e.target.value)} aria-describedby="filter-name-hint" />
        </div>
        <Button type="submit" outline disabled={name.trim() === '' || (!renaming && (whole || isOpen)) || isBusy}>
          {renaming ? 'Rename' : 'Keep'}
        </Button>
        <p id="filter-name-hint" className="soft small">
          {!renaming && whole ? 'Choose something first: this shows the whole queue.' : `Of ${session.me.name}, on each of your laptops.`} {kept ? count(kept.length, 'filter') : ''} kept.
        </p>
      </form>
    </Dialog>
  );
}
