/** The review queue: what runs out first is first. Splits as tabs, search with `/`, preview with Space, open with Enter. */
import { Button, Icon } from '@trussworks/react-uswds';
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { QueueItem, QueueSplit } from '../../../shared/api.ts';
import type { QueueFilter } from '../../../shared/domain/filters.ts';
import { act } from '../../api.ts';
import { useKeys } from '../../keys.ts';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { queueRoute, type Route, routeText, SPLITS } from '../../route.ts';
import { Screen } from '../../shell/Screen.tsx';
import { paneWidth, useStore } from '../../store.ts';
import { Divider } from '../../ui/Divider.tsx';
import { GridTable } from '../../ui/GridTable.tsx';
import { Empty, Skeleton } from '../../ui/Placeholders.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { prefetch, useQuery } from '../../use-query.ts';
import { COLUMN_NAMES, QUEUE_COLUMNS, QUEUE_WIDTHS } from './columns.tsx';
import { type Chosen, FilterDialog } from './FilterDialog.tsx';
import { filterChips } from './filter-words.ts';
import { FoundTexts } from './FoundCell.tsx';
import { PreviewPane } from './PreviewPane.tsx';
import { useQueuePages } from './use-queue-pages.ts';

const SPLIT_WORDS: Readonly<Record<QueueSplit, string>> = {
  all: 'All',
  clock_running: 'Clock running',
  resubmitted: 'Resubmitted',
  blocked: 'Blocked',
  returned: 'Returned',
  done: 'Done',
};
const EMPTY_WORDS: Readonly<Record<QueueSplit, string>> = {
  all: 'Packets appear here as soon as an agency submits them and HQ has passed them on.',
  clock_running: 'No legal clock is running in your agencies.',
  resubmitted: 'Nothing that you returned has come back.',
  blocked: 'No packet has a failed Block or an open hold.',
  returned: 'No packet waits for a DIO to correct it.',
  done: 'Nothing is signed or closed yet.',
};
const rowId = (item: QueueItem): string => item.packet.id;
const rowClass = (item: QueueItem): string => `tier-${item.tier}${item.packet.lane === 9 && item.tier === 5 ? ' done' : ''}`;

const NO_FILTER: QueueFilter = {};

/** The queue in one split, of all agencies or of one, narrowed by what the route says. */
export function QueueScreen({ route }: { readonly route: Extract<Route, { screen: 'queue' }> }) {
  const { split, agencyId, filter: narrowed = NO_FILTER } = route;
  const { go, select, selected, setScroll, scroll, look, setLook, setWalk, searched, setSearched } = useStore();
  const list = routeText(route);
  const [text, setText] = useState(searched?.list === list ? searched.text : '');
  const [hasPreview, setPreview] = useState(false);
  const search = useDeferredValue(text.trim());
  const [isFiltering, setFiltering] = useState(false);
  const [firstSeen, setFirstSeen] = useState(0);
  const pages = useQueuePages(split, search, agencyId, narrowed);
  const preparers = useQuery('queue.preparers', {}, { isOff: narrowed.preparerId === undefined }).data;
  const chips = filterChips(narrowed, preparers);
  const field = useRef<HTMLInputElement>(null);
  const { items, offset, head } = pages;
  // Nothing chosen yet: the most urgent one, but only while it is loaded; scrolling away must not choose another.
  // What was chosen and is surely not in the list any more (a search, a row that left it) is the first one too: Enter opens what stands there.
  const chosenId = selected[list];
  const isGone = chosenId !== undefined && offset === 0 && items.length >= pages.total && !items.some((i) => i.packet.id === chosenId);
  const selectedId = (isGone ? undefined : chosenId) ?? (offset === 0 ? items[0]?.packet.id : undefined) ?? null;
  const at = items.findIndex((i) => i.packet.id === selectedId);
  const item = items[at];
  const filter = useMemo(() => ({ split, search, ...(agencyId === undefined ? {} : { agencyId }), ...(Object.keys(narrowed).length > 0 ? { filter: narrowed } : {}) }), [split, search, agencyId, narrowed]);
  const isWhole = split === 'all' && agencyId === undefined && search === '' && chips.length === 0;
  const open = useCallback(
    (i: QueueItem | undefined) => {
      if (!i) return;
      // The rest is read while the person walks: see use-walk.ts of the packet.
      setWalk(route, isWhole ? [] : items.map((x) => x.packet.id), { input: filter, seen: offset + items.length, total: head?.total ?? 0 });
      setSearched(search === '' ? null : { list, text: search });
      go({ screen: 'packet', packetId: i.packet.id, number: null });
    },
    [go, setWalk, setSearched, list, search, route, isWhole, items, filter, offset, head],
  );
  const agencies = useQuery('agencies.list', {}, { isOff: agencyId === undefined }).data;
  const agencyName = agencies?.find((a) => a.agency.id === agencyId)?.agency.name ?? items[0]?.agencyName ?? agencyId ?? '';
  const isNarrowed = agencyId !== undefined || chips.length > 0;
  const showAll = () => go(queueRoute(split));
  const choose = (c: Chosen) => {
    setText(c.search);
    go(queueRoute(c.split, c.agencyId, c.filter));
  };
  const step = (by: number) => {
    const next = items[at < 0 ? 0 : at + by];
    if (next) select(list, next.packet.id);
  };

  useEffect(() => {
    if (item) {
      const timer = setTimeout(() => prefetch('packet.open', { packetId: item.packet.id, number: null }), 80);
      return () => clearTimeout(timer);
    }
  }, [item]);
  useEffect(() => {
    if (search.length < 2) return;
    const timer = setTimeout(() => void act('access.note', { what: 'search', packetId: null }), 600);
    return () => clearTimeout(timer);
  }, [search]);

  useKeys([
    { keys: 'j', label: 'Next packet', group: 'Queue', run: () => step(1) },
    { keys: 'k', label: 'Previous packet', group: 'Queue', run: () => step(-1) },
    { keys: 'Enter', label: 'Open the selected packet', group: 'Queue', run: () => open(item) },
    { keys: 'Space', label: 'Show or hide the preview', group: 'Queue', run: () => setPreview(!hasPreview) },
    { keys: '/', label: 'Search the queue', group: 'Queue', run: () => field.current?.focus() },
    { keys: 'f', label: 'Filter the queue…', group: 'Queue', run: () => setFiltering(true) },
    ...(isNarrowed ? [{ keys: 'Escape', label: chips.length > 0 ? 'Remove the filter' : 'Show all agencies', group: 'Queue', run: showAll }] : []),
    ...SPLITS.map((s) => ({ keys: '', label: `Queue: ${SPLIT_WORDS[s]}`, group: 'Queue', run: () => go({ ...route, split: s }) })),
  ]);

  const previewWidth = paneWidth(look.detailWidth, 0.26, 340, 460);
  const tabs = SPLITS.map((s) => ({ id: s, label: SPLIT_WORDS[s], count: head?.counts[s] }));
  const tools = (
    <>
    <button type="button" className="icon-button filter-button" aria-label="Filter the queue" title="Filter the queue (F)" onClick={() => setFiltering(true)}>
      <Icon.FilterList aria-hidden="true" />
      <span className="wide-only">Filter…</span>
    </button>
    <span className="search-field">
      <Icon.Search aria-hidden="true" />
      <input
        ref={field}
        type="search"
        value={text}
        placeholder="Name, number, text"
        aria-label="Search the queue"
        onChange={(e) => setText(e.target.value)}
        spellCheck={false}
        autoComplete="off"
        onKeyDown={(e) => {
          if (e.key === 'Escape') {
            setText('');
          } else if (e.key !== 'ArrowDown' && e.key !== 'Enter') return;
          e.preventDefault();
          document.querySelector<HTMLElement>('[role=grid]')?.focus();
        }}
      />
      <kbd>/</kbd>
    </span>
    </>
  );
  return (
    <Screen title="Queue" tabs={<Tabs label="Splits of the queue" tabs={tabs} chosen={split} onChoose={(s) => go({ ...route, split: s })} />} tools={tools}>
      <div className="queue" style={hasPreview && item ? { gridTemplateColumns: `minmax(0, 1fr) 1px min(${previewWidth}px, 46%)` } : undefined}>
        <div className="queue-list">
          {(isNarrowed || search !== '') && (
            <p className="filter-bar">
              {search !== '' && head && (
                <span className="soft" role="status">
                  Searching {head.agenciesHere} of {head.agenciesAssigned} agencies on this laptop
                </span>
              )}
              {isNarrowed && <span className="soft">Only</span>}
              {chips.map(({ field: name, text: words }) => (
                <button
                  key={name}
                  type="button"
                  className="chip"
                  aria-label={`${words}: remove this filter`}
                  onClick={() => {
                    const { [name]: _gone, ...rest } = narrowed;
                    go(queueRoute(split, agencyId, rest));
                  }}
                >
                  <span className="cut">{words}</span>
                  <Icon.Close aria-hidden="true" />
                </button>
              ))}
              {agencyId !== undefined && <button
                type="button"
                className="chip"
                onClick={() => go(queueRoute(split, undefined, narrowed))}
                aria-label={`Agency ${agencyName}: remove this filter`}
                title="Show all agencies"
              >
                <span className="cut">{agencyName}</span>
                <Icon.Close aria-hidden="true" />
              </button>}
              {isNarrowed && (
                <button type="button" className="usa-button usa-button--unstyled" onClick={showAll} title="Remove the filter (Esc)">
                  Show all
                </button>
              )}
            </p>
          )}
          {pages.problem && (
            <div className="pad">
              <LoadProblem problem={pages.problem} onRetry={pages.reload} />
            </div>
          )}
          {!head && pages.isSlow && <Skeleton rows={14} label="Loading the queue" />}
          {head && head.total === 0 && (
            <NothingHere
              split={split}
              search={search}
              head={head}
              agencyName={agencyId && agencyName}
              isFiltered={chips.length > 0}
              onClear={() => setText('')}
              onAll={() => go(queueRoute('all'))}
            />
          )}
          {head && head.total > 0 && (
            <FoundTexts search={search} items={items} from={firstSeen - offset}>
            <GridTable
              label={`Queue: ${SPLIT_WORDS[split]}`}
              columns={QUEUE_COLUMNS}
              widths={QUEUE_WIDTHS}
              hidden={[...look.hiddenColumns, ...(search === '' ? ['found'] : ['preparer', 'agency']), ...(hasPreview ? ['agency', 'preparer', 'type', ...(innerWidth < 1500 ? ['work'] : [])] : [])]}
              rows={items}
              rowId={rowId}
              rowClass={rowClass}
              total={head.total}
              offset={offset}
              selectedId={selectedId}
              onSelect={(id) => select(list, id)}
              onOpen={open}
              onSpace={() => setPreview(!hasPreview)}
              rowHeight={look.density === 'compact' ? 30 : 36}
              onVisible={(from, to) => {
                setFirstSeen(from);
                pages.onVisible(from, to);
              }}
              scrollTop={scroll[list] ?? 0}
              onScrollTop={(top) => setScroll(list, Math.round(top))}
              autoFocus
            />
            </FoundTexts>
          )}
          {head && <ListFoot head={head} hidden={look.hiddenColumns} onColumns={(hiddenColumns) => setLook({ hiddenColumns })} />}
        </div>
        {hasPreview && item && (
          <>
            <Divider label="Width of the preview" width={previewWidth} min={280} max={640} onChange={(detailWidth) => setLook({ detailWidth })} />
            <PreviewPane item={item} onOpen={() => open(item)} />
          </>
        )}
      </div>
      {isFiltering && <FilterDialog chosen={{ split, search, agencyId, filter: narrowed }} onChoose={choose} onClose={() => setFiltering(false)} />}
    </Screen>
  );
}

type NothingProps = {
  readonly head: { readonly agenciesHere: number; readonly agenciesAssigned: number };
  readonly split: QueueSplit;
  readonly search: string;
  readonly agencyName: string | undefined;
  readonly isFiltered: boolean;
  readonly onClear: () => void;
  readonly onAll: () => void;
};
function NothingHere({ split, search, head, agencyName, isFiltered, onClear, onAll }: NothingProps) {
  if (search)
    return (
      <Empty
        title={`No packet matches “${search}”`}
        action={
          <Button type="button" outline onClick={onClear}>
            Clear the search
          </Button>
        }
      >
        Searched {split === 'all' ? 'all packets' : `“${SPLIT_WORDS[split]}”`} on this laptop ({head.agenciesHere} of {head.agenciesAssigned} agencies) by name, number, papers and notes.
      </Empty>
    );
  if (agencyName || isFiltered)
    return (
      <Empty
        title={isFiltered ? 'No packet fits the filter' : split === 'all' ? `No open packet of ${agencyName}` : `Nothing in “${SPLIT_WORDS[split]}” of ${agencyName}`}
        action={
          <Button type="button" outline onClick={onAll}>
            Show all packets
          </Button>
        }
      />
    );
  if (split === 'all')
    return (
      <Empty
        title="The queue is empty"
        action={
          <Button type="button" outline onClick={() => void act('sync.now', {})}>
            Ask HQ now
          </Button>
        }
      >
        {EMPTY_WORDS.all}
      </Empty>
    );
  return (
    <Empty
      title={`Nothing in “${SPLIT_WORDS[split]}”`}
      action={
        <Button type="button" outline onClick={onAll}>
          Show all packets
        </Button>
      }
    >
      {EMPTY_WORDS[split]}
    </Empty>
  );
}

function ListFoot({
  head,
  hidden,
  onColumns,
}: {
  readonly head: { readonly total: number; readonly agenciesHere: number; readonly agenciesAssigned: number };
  readonly hidden: readonly string[];
  readonly onColumns: (hidden: readonly string[]) => void;
}) {
  const isPartial = head.agenciesHere < head.agenciesAssigned;
  const names = useMemo(() => Object.entries(COLUMN_NAMES), []);
  return (
    <div className="list-foot">
      <span className={isPartial ? 'amber strong' : ''}>
        {isPartial ? '▲ ' : ''}
        {head.agenciesHere} of {head.agenciesAssigned} agencies on this laptop{isPartial ? '; the rest comes with the next contact' : ''}
      </span>
      <span className="push row">
        <span>Order: legal tier, then earliest limit</span>
        <details className="columns">
          <summary>Columns</summary>
          <div className="columns-menu">
            {names.map(([id, name]) => (
              <label key={id}>
                <input
                  type="checkbox"
                  checked={!hidden.includes(id)}
                  onChange={(e) => onColumns(e.target.checked ? hidden.filter((h) => h !== id) : [...hidden, id])}
                />{' '}
                {name}
              </label>
            ))}
          </div>
        </details>
      </span>
    </div>
  );
}
