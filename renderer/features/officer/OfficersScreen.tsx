/** Designated immigration officers: authority, card and training stand apart, because in law they are apart. */
import { Button } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { OfficerItem } from '../../../shared/api.ts';
import { useNow } from '../../clock.ts';
import { useKeys } from '../../keys.ts';
import { AgencyName } from '../../pieces/AgencyName.tsx';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { AUTHORITY_WORDS, CARD_WORDS, isAuthorityUsable } from '../../pieces/words.ts';
import { Screen } from '../../shell/Screen.tsx';
import { paneWidth, useStore } from '../../store.ts';
import { type GridColumn, GridTable } from '../../ui/GridTable.tsx';
import { ListFrame } from '../../ui/ListFrame.tsx';
import { SearchField } from '../../ui/SearchField.tsx';
import { Empty } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';
import { OfficerDetail } from './OfficerDetail.tsx';

const cell =
  (render: (item: OfficerItem) => React.ReactNode) =>
  ({ row }: { row: { original: OfficerItem } }) =>
    render(row.original);
function Due({ item }: { readonly item: OfficerItem }) {
  const today = useNow().slice(0, 10);
  if (!item.earliestDueOn) return <span className="soft">nothing due</span>;
  const isOver = item.earliestDueOn < today;
  return (
    <span className={`num ${isOver ? 'amber strong' : ''}`}>
      {isOver ? '▲ overdue ' : ''}
      {item.earliestDueOn}
    </span>
  );
}
const COLUMNS: readonly GridColumn<OfficerItem>[] = [
  {
    id: 'name',
    header: 'Officer',
    accessorFn: (i) => i.officer.name,
    sortFn: 'basic',
    cell: cell((i) => (
      <span className="subject-cell">
        <span className="strong cut">{i.officer.name}</span>
        <span className="soft num">{i.officer.badge}</span>
      </span>
    )),
  },
  {
    id: 'authority',
    header: 'Authority',
    accessorFn: (i) => i.officer.authorityState,
    sortFn: 'basic',
    cell: cell((i) => (
      <span className={isAuthorityUsable(i.officer.authorityState) ? '' : 'amber strong'} title={AUTHORITY_WORDS[i.officer.authorityState]}>
        <span aria-hidden="true">{isAuthorityUsable(i.officer.authorityState) ? '✓ ' : '▲ '}</span>
        {AUTHORITY_WORDS[i.officer.authorityState]}
      </span>
    )),
  },
  { id: 'due', header: 'Next training due', accessorFn: (i) => i.earliestDueOn ?? '9', sortFn: 'basic', cell: cell((i) => <Due item={i} />) },
  {
    id: 'card',
    header: 'Card',
    accessorFn: (i) => i.officer.cardState,
    sortFn: 'basic',
    cell: cell((i) => <span className={i.officer.cardState === 'CARD_ACTIVE' ? 'soft' : 'amber'}>{CARD_WORDS[i.officer.cardState]}</span>),
  },
  { id: 'agency', header: 'Agency', accessorFn: (i) => i.agencyName, sortFn: 'basic', cell: cell((i) => <AgencyName name={i.agencyName} />) },
];
const WIDTHS = {
  name: 'minmax(168px, 1fr)',
  authority: 'minmax(248px, 1.4fr)',
  due: 'minmax(156px, .9fr)',
  card: 'minmax(110px, .7fr)',
  agency: 'minmax(56px, 1fr)',
};

/** All officers, or those of one agency. */
export function OfficersScreen({ agencyId }: { readonly agencyId: string | null }) {
  const { data, problem, isSlow, reload } = useQuery('officers.list', { agencyId });
  const { select, selected, go, look, setLook } = useStore();
  const [text, setText] = useState('');
  const words = text.trim().toLowerCase();
  const rows = data?.filter((i) => !words || `${i.officer.name} ${i.officer.badge} ${i.agencyName} ${AUTHORITY_WORDS[i.officer.authorityState]}`.toLowerCase().includes(words));
  const id = rows?.some((i) => i.officer.id === selected.officers) ? (selected.officers ?? null) : (rows?.[0]?.officer.id ?? null);
  const item = rows?.find((i) => i.officer.id === id);
  const step = (by: number) => {
    const at = rows?.findIndex((i) => i.officer.id === id) ?? -1;
    const next = rows?.[at + by];
    if (next) select('officers', next.officer.id);
  };
  useKeys([
    { keys: 'j', label: 'Next officer', group: 'Officers', run: () => step(1) },
    { keys: 'k', label: 'Previous officer', group: 'Officers', run: () => step(-1) },
    { keys: '/', label: 'Filter officers', group: 'Officers', run: () => document.getElementById('officer-filter')?.focus() },
  ]);
  const tools = (
    <>
      <Button type="button" outline onClick={() => go({ screen: 'import' })}>
        Import…
      </Button>
      <SearchField id="officer-filter" label="Filter officers" placeholder="Name, badge, state" value={text} onChange={setText} />
    </>
  );
  return (
    <Screen
      title={agencyId && data?.[0] ? `Officers of ${data[0].agencyName}` : 'Officers'}
      tools={tools}
      before={
        agencyId ? (
          <Button type="button" unstyled onClick={() => go({ screen: 'officers', agencyId: null })}>
            All officers
          </Button>
        ) : undefined
      }
    >
      <ListFrame
        problem={problem && !data && <LoadProblem problem={problem} onRetry={reload} />}
        loading={!data && isSlow ? 'Loading officers' : null}
        empty={rows?.length === 0 && <NobodyHere text={text.trim()} onClear={() => setText('')} />}
        detail={item && <OfficerDetail item={item} onOpen={() => go({ screen: 'officer-file', officerId: item.officer.id })} />}
        detailWidth={paneWidth(look.detailWidth, 0.26, 340, 460)}
        onDetailWidth={(width) => setLook({ detailWidth: width })}
      >
        {rows && (
          <GridTable
            label="Officers"
            columns={COLUMNS}
            widths={WIDTHS}
            hidden={innerWidth >= 1500 ? [] : agencyId ? ['agency'] : ['card']}
            rows={rows}
            rowId={(i) => i.officer.id}
            selectedId={id}
            onSelect={(next) => select('officers', next)}
            onOpen={(i) => go({ screen: 'officer-file', officerId: i.officer.id })}
            rowHeight={look.density === 'compact' ? 30 : 36}
            isSortable
            autoFocus
          />
        )}
      </ListFrame>
    </Screen>
  );
}

function NobodyHere({ text, onClear }: { readonly text: string; readonly onClear: () => void }) {
  if (!text) return <Empty title="No officer on this laptop">Officers arrive from HQ with their agency.</Empty>;
  return (
    <Empty
      title={`No officer matches “${text}”`}
      action={
        <Button type="button" outline onClick={onClear}>
          Clear the filter
        </Button>
      }
    >
      Searched by name, badge, agency and state of authority.
    </Empty>
  );
}
