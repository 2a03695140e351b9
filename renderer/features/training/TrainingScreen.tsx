/** The training matrix: every DIO of this program manager against every requirement, now or as of a past day. What ends first stands first. */
import { Button } from '@trussworks/react-uswds';
import { useEffect, useState } from 'react';
import { REQUIREMENT_IDS } from '../../../shared/domain/training.ts';
import type { MatrixFilter } from '../../../shared/training-views.ts';
import { act } from '../../api.ts';
import { useKeys } from '../../keys.ts';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { STANDING_WORDS } from '../../pieces/training-words.ts';
import { count } from '../../pieces/words.ts';
import { type Route, trainingRoute } from '../../route.ts';
import { Screen } from '../../shell/Screen.tsx';
import { paneWidth, useStore } from '../../store.ts';
import { GridTable } from '../../ui/GridTable.tsx';
import { ListFrame } from '../../ui/ListFrame.tsx';
import { SearchField } from '../../ui/SearchField.tsx';
import { Empty } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';
import { MARKS, MATRIX_COLUMNS, MATRIX_WIDTHS } from './columns.tsx';
import { MatrixFilters } from './MatrixFilters.tsx';
import { OfficerPane } from './OfficerPane.tsx';
import { DIALOG_KEYS, TrainingDialog, type TrainingDialogKind } from './TrainingDialog.tsx';
import { useMatrix } from './use-matrix.ts';

/** The matrix. */
export function TrainingScreen({ route }: { readonly route: Extract<Route, { screen: 'training' }> }) {
  const { agencyId, filter = {} } = route;
  const { select, selected, go, look, setLook } = useStore();
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => {
      setAsked(text.trim());
      if (text.trim().length > 1) void act('access.note', { what: 'search', packetId: null });
    }, 120);
    return () => clearTimeout(timer);
  }, [text]);
  const matrix = useMatrix({
    agencyId, requirement: filter.requirement ?? null, state: filter.state ?? null, part: filter.part ?? null, search: asked, sort: filter.sort ?? 'due',
    asOf: filter.day === undefined ? null : { day: filter.day, known: filter.known ?? 'now' },
  });
  const { head, rows } = matrix;
  const [columnId, setColumnId] = useState<string | null>(null);
  const [isPaneOpen, setPaneOpen] = useState(false);
  const [dialog, setDialog] = useState<TrainingDialogKind | null>(null);
  const id = rows.some((r) => r.officerId === selected.training) ? (selected.training ?? null) : (rows[0]?.officerId ?? null);
  const requirement = REQUIREMENT_IDS.find((r) => r === columnId) ?? filter.requirement ?? null;
  const file = useQuery('officer.file', { officerId: id ?? '' }, { isOff: id === null }).data;
  const isCard = filter.requirement === 'card';
  const isNobody = id === null ? 'Nobody is chosen.' : null;
  const narrow = (change: MatrixFilter | null) => go(trainingRoute(agencyId, change ?? {}));
  const step = (by: number) => {
    const next = rows[rows.findIndex((r) => r.officerId === id) + by];
    if (next) select('training', next.officerId);
  };
  const open = (officerId: string) => go({ screen: 'officer-file', officerId });
  useKeys([
    { keys: 'j', label: 'Next officer', group: 'Training', run: () => step(1) },
    { keys: 'k', label: 'Previous officer', group: 'Training', run: () => step(-1) },
    { keys: '/', label: 'Search officers', group: 'Training', run: () => document.getElementById('training-search')?.focus() },
    { keys: 'f', label: 'Filters of the matrix', group: 'Training', run: () => document.getElementById('matrix-agency')?.focus() },
    ...DIALOG_KEYS.map(({ kind, keys, label }) => ({ keys, label, group: 'Training', disabled: isNobody, run: () => setDialog(kind) })),
  ]);
  const tools = (
    <SearchField id="training-search" label="Search officers" placeholder="Name, badge, agency" value={text} onChange={setText} />
  );
  const clear = () => {
    setText('');
    go(trainingRoute(null, {}));
  };
  const isNarrowed = text !== '' || agencyId !== null || Object.keys(filter).length > 0;
  return (
    <Screen title="Training" tools={tools}>
      <div className="matrix">
        <MatrixFilters agencyId={agencyId} filter={filter} page={head} onFilter={narrow} onAgency={(a) => go(trainingRoute(a, filter))} onClear={isNarrowed ? clear : null} />
        <ListFrame
          problem={matrix.problem && !head && <LoadProblem problem={matrix.problem} onRetry={matrix.reload} />}
          loading={!head && matrix.isSlow ? 'Loading the training of officers' : null}
          empty={matrix.isFresh && head?.total === 0 && <Nobody isNarrowed={isNarrowed} onClear={clear} />}
          detail={isPaneOpen && file && <OfficerPane file={file} requirement={requirement} isPast={filter.day !== undefined} onDialog={setDialog} onOpen={() => open(file.officer.id)} />}
          detailWidth={paneWidth(look.detailWidth, 0.24, 340, 440)}
          onDetailWidth={(width) => setLook({ detailWidth: width })}
        >
          {head && (
            <GridTable
              label="Training of officers"
              columns={MATRIX_COLUMNS}
              widths={MATRIX_WIDTHS}
              hidden={innerWidth < 1500 || isPaneOpen ? (agencyId === null ? ['authority'] : ['agency']) : []}
              rows={rows}
              rowId={(r) => r.officerId}
              selectedId={id}
              onSelect={(next) => select('training', next)}
              onOpen={(r) => open(r.officerId)}
              onSpace={() => setPaneOpen((o) => !o)}
              rowHeight={look.density === 'compact' ? 30 : 36}
              total={head.total}
              offset={matrix.offset}
              onVisible={matrix.onVisible}
              cellColumns={REQUIREMENT_IDS}
              columnId={columnId}
              onColumn={setColumnId}
              autoFocus
            />
          )}
        </ListFrame>
        <div className="list-foot">
          <span>
            {head ? `${count(head.total, 'officer')} of ${head.officers.toLocaleString('en-US')}` : ''}
            {head && head.left > 0 ? ` · ${count(head.left, 'officer')} who left ${head.left === 1 ? 'is' : 'are'} not listed` : ''}
            {isCard ? '' : ' · cards are counted where they are chosen'}
          </span>
          <span className="legend" aria-hidden="true">
            {(['current', 'due_soon', 'overdue', 'unknown', 'waived', 'not_required'] as const).map((s) => (
              <span key={s}>
                {STANDING_WORDS[s].shape} {s === 'not_required' ? 'not asked' : STANDING_WORDS[s].word}
              </span>
            ))}
            {MARKS.map(([letter, words]) => (
              <span key={letter}>
                <b className="mark">{letter}</b> {words}
              </span>
            ))}
          </span>
          <Button type="button" unstyled className="push" onClick={() => setPaneOpen(!isPaneOpen)} aria-expanded={isPaneOpen}>
            {isPaneOpen ? 'Hide the officer' : 'Show the officer'}
          </Button>
        </div>
      </div>
      {dialog && file && <TrainingDialog kind={dialog} view={file} requirement={requirement} onClose={() => setDialog(null)} />}
    </Screen>
  );
}

function Nobody({ isNarrowed, onClear }: { readonly isNarrowed: boolean; readonly onClear: () => void }) {
  if (!isNarrowed) return <Empty title="No officer on this laptop">Officers arrive from HQ with their agency.</Empty>;
  return (
    <Empty
      title="No officer matches"
      action={
        <Button type="button" outline onClick={onClear}>
          Clear all filters
        </Button>
      }
    >
      A state and a part of the look-ahead must both hold of the same requirement.
    </Empty>
  );
}
