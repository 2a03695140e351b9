/** Columns of the training matrix: who, authority, what ends first, and one narrow cell for each requirement. */
import { REQUIREMENT_IDS, REQUIREMENTS, type RequirementId } from '../../../shared/domain/training.ts';
import type { MatrixCell, MatrixRow } from '../../../shared/training-views.ts';
import { REQUIREMENT_SHORT, STANDING_WORDS } from '../../pieces/training-words.ts';
import { AgencyName } from '../../pieces/AgencyName.tsx';
import { AUTHORITY_WORDS, isAuthorityUsable } from '../../pieces/words.ts';
import type { GridColumn } from '../../ui/GridTable.tsx';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
/** `4 Mar 27`: a day as narrow as it can be told. */
export const shortDay = (day: string): string => `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''} ${day.slice(2, 4)}`;

/** All that a cell says, as one sentence: for the tooltip and for those who hear the screen. */
export function cellWords(id: RequirementId, cell: MatrixCell): string {
  const { word } = STANDING_WORDS[cell.standing];
  return [
    `${REQUIREMENTS[id].title}: ${word}`,
    cell.dueOn ? `${cell.standing === 'overdue' ? 'was due' : cell.standing === 'waived' ? 'until' : 'due'} ${cell.dueOn}` : '',
    cell.unverifiedOn ? `done ${cell.unverifiedOn}, waits to be verified: does not count` : '',
    cell.isUnavailable ? 'course unavailable, HQ asked: nothing is extended' : '',
  ].filter(Boolean).join(', ');
}

/** Letters beside a cell, told in the foot of the list. */
export const MARKS = [['U', 'waits to be verified'], ['N', 'course not available, HQ asked']] as const;

function Cell({ id, cell }: { readonly id: RequirementId; readonly cell: MatrixCell }) {
  const { shape, tone } = STANDING_WORDS[cell.standing];
  const seen = cell.standing === 'not_required' ? '' : cell.dueOn ? shortDay(cell.dueOn) : cell.standing === 'unknown' ? 'unknown' : cell.standing === 'current' ? 'done' : 'ended';
  return (
    <span className={`matrix-cell num ${tone}`} title={cellWords(id, cell)}>
      <span aria-hidden="true">
        {shape} {seen}
        {cell.unverifiedOn && <b className="mark">U</b>}
        {cell.isUnavailable && <b className="mark">N</b>}
      </span>
      <span className="hidden-text">{cellWords(id, cell)}</span>
    </span>
  );
}

const cell =
  (render: (row: MatrixRow) => React.ReactNode) =>
  ({ row }: { row: { original: MatrixRow } }) =>
    render(row.original);

/** Nothing was on record of authority at that moment. */
const authorityWords = (a: MatrixRow['authority']): string => (a === 'NONE' ? 'nothing on record' : AUTHORITY_WORDS[a]);

export const MATRIX_COLUMNS: readonly GridColumn<MatrixRow>[] = [
  {
    id: 'name',
    header: 'Officer',
    cell: cell((r) => (
      <span className="strong cut" title={`${r.name}, badge ${r.badge}`} dir="auto">
        {r.name}
      </span>
    )),
  },
  { id: 'agency', header: 'Agency', cell: cell((r) => <span className="soft"><AgencyName name={r.agencyName} /></span>) },
  {
    id: 'first',
    header: 'Ends first',
    cell: cell((r) => {
      const found = r.first === null ? null : r.cells[REQUIREMENT_IDS.indexOf(r.first)];
      if (r.first === null || !found) return <span className="amber">? unknown</span>;
      const { shape, tone, word } = STANDING_WORDS[found.standing];
      return (
        <span className={`num cut ${tone}`} title={cellWords(r.first, found)}>
          <span aria-hidden="true">{shape} </span>
          <span className="hidden-text">{word} </span>
          {found.dueOn === null ? '' : shortDay(found.dueOn)} <span className="small">{REQUIREMENT_SHORT[r.first]}</span>
        </span>
      );
    }),
  },
  {
    id: 'authority',
    header: 'Authority',
    cell: cell((r) => {
      const isUsable = r.authority !== 'NONE' && isAuthorityUsable(r.authority);
      return (
        <span className={`cut ${isUsable ? '' : 'amber strong'}`} title={authorityWords(r.authority)}>
          <span aria-hidden="true">{isUsable ? '✓ ' : r.authority === 'NONE' ? '? ' : '▲ '}</span>
          {authorityWords(r.authority)}
        </span>
      );
    }),
  },
  ...REQUIREMENT_IDS.map((id, n): GridColumn<MatrixRow> => ({ id, header: () => <span title={REQUIREMENTS[id].title}>{REQUIREMENT_SHORT[id]}</span>, cell: cell((r) => (r.cells[n] ? <Cell id={id} cell={r.cells[n]} /> : null)) })),
];
export const MATRIX_WIDTHS: Readonly<Record<string, string>> = {
  name: 'minmax(124px, 1.2fr)', agency: 'minmax(76px, 1fr)', first: '138px', authority: 'minmax(112px, 1fr)', ...Object.fromEntries(REQUIREMENT_IDS.map((id) => [id, id === 'initial' ? '56px' : '96px'])),
};
