/** What narrows the matrix: the look-ahead as counts that filter, agency, requirement, state, order, and the day that it is looked at from. */
import { Button } from '@trussworks/react-uswds';
import { LOOK_AHEAD, LOOK_AHEAD_WORDS, REQUIREMENT_IDS, REQUIREMENTS } from '../../../shared/domain/training.ts';
import { CELL_STATES, type MatrixFilter, type MatrixPage } from '../../../shared/training-views.ts';
import { useNow } from '../../clock.ts';
import { CELL_STATE_WORDS } from '../../pieces/training-words.ts';
import { useQuery } from '../../use-query.ts';

/** Later is not worth a look: the row names what runs out within a year, and what nobody knows. */
const SHOWN = LOOK_AHEAD.filter((p) => p !== 'later');
const SHAPES: Readonly<Record<(typeof LOOK_AHEAD)[number], string>> = { overdue: '▲', days: '○', months_3: '', months_6: '', months_12: '', later: '', unknown: '?' };

type Props = {
  readonly agencyId: string | null; readonly filter: MatrixFilter; readonly page: MatrixPage | undefined;
  readonly onFilter: (filter: MatrixFilter) => void; readonly onAgency: (agencyId: string | null) => void; readonly onClear: (() => void) | null;
};

/** Two rows above the list. */
export function MatrixFilters({ agencyId, filter, page, onFilter, onAgency, onClear }: Props) {
  const agencies = useQuery('agencies.list', {}).data ?? [];
  const today = useNow().slice(0, 10);
  const set = (change: { readonly [K in keyof MatrixFilter]?: MatrixFilter[K] | undefined }) => {
    const { day, known, ...rest } = { ...filter, ...change };
    onFilter(Object.fromEntries(Object.entries({ ...rest, day, known: day === undefined ? undefined : known }).filter(([, v]) => v !== undefined)) as MatrixFilter);
  };
  return (
    <>
      <fieldset className="buckets" aria-label="Officers with something that runs out">
        {SHOWN.map((part) => {
          const isOn = filter.part === part;
          const n = page?.counts[part] ?? 0;
          return (
            <button key={part} type="button" className={`bucket ${isOn ? 'on' : ''}`} aria-pressed={isOn} onClick={() => set({ part: isOn ? undefined : part })}>
              <b className={`num ${n > 0 && (part === 'overdue' || part === 'unknown') ? 'amber' : ''}`}>
                {SHAPES[part] && <span aria-hidden="true">{SHAPES[part]} </span>}
                {page ? n.toLocaleString('en-US') : '…'}
              </b>
              <span>{LOOK_AHEAD_WORDS[part]}</span>
            </button>
          );
        })}
      </fieldset>
      <div className="filter-bar matrix-filters">
        <Pick id="matrix-agency" label="Agency" all="All agencies" value={agencyId ?? ''} options={agencies.filter((a) => a.officers > 0).map((a) => [a.agency.id, a.agency.name] as const)} onPick={(v) => onAgency(v || null)} />
        <Pick id="matrix-requirement" label="Requirement" all="Every requirement" value={filter.requirement ?? ''} options={REQUIREMENT_IDS.map((r) => [r, REQUIREMENTS[r].title] as const)} onPick={(v) => set({ requirement: REQUIREMENT_IDS.find((r) => r === v) })} />
        <Pick id="matrix-state" label="State" all="Any state" value={filter.state ?? ''} options={CELL_STATES.map((s) => [s, CELL_STATE_WORDS[s]] as const)} onPick={(v) => set({ state: CELL_STATES.find((s) => s === v) })} />
        <Pick id="matrix-sort" label="Order" all="What ends first" value={filter.sort ?? ''} options={[['name', 'Agency and name']]} onPick={(v) => set({ sort: v === 'name' ? 'name' : undefined })} />
        <label className="pick">
          <span className="soft">As of</span>
          <input id="matrix-day" type="date" max={today} value={filter.day ?? ''} onChange={(e) => set({ day: e.target.value === '' || e.target.value > today ? undefined : e.target.value })} />
        </label>
        {filter.day !== undefined && (
          <Pick id="matrix-known" label="By" all="what is known now" value={filter.known ?? ''} options={[['then', 'what was known then']]} onPick={(v) => set({ known: v === 'then' ? 'then' : undefined })} />
        )}
        {onClear && (
          <Button type="button" unstyled onClick={onClear}>
            Clear all
          </Button>
        )}
      </div>
      {filter.day !== undefined && (
        <p className="as-of" role="status">
          <b>As of the end of {filter.day} at each site</b>, by {filter.known === 'then' ? 'what was on record then' : 'everything on record now'}. What is recorded from here counts from now on.
        </p>
      )}
    </>
  );
}

type PickProps = { readonly id: string; readonly label: string; readonly all: string; readonly value: string; readonly options: readonly (readonly [string, string])[]; readonly onPick: (value: string) => void };
function Pick({ id, label, all, value, options, onPick }: PickProps) {
  return (
    <label className="pick" htmlFor={id}>
      <span className="soft">{label}</span>
      <select id={id} value={value} onChange={(e) => onPick(e.target.value)}>
        <option value="">{all}</option>
        {options.map(([v, words]) => (
          <option key={v} value={v}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
