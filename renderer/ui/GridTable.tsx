/**
 * A dense list: TanStack Table for columns and sorting, TanStack Virtual for rows. Sticky header, selection follows focus,
 * arrows, Home, End, Enter and Space work while the grid has the focus. Knows nothing about what it lists.
 */
import {
  type ColumnDef,
  columnVisibilityFeature,
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  type SortingState,
  sortFn_basic,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';

export const gridFeatures = tableFeatures({ rowSortingFeature, columnVisibilityFeature, sortedRowModel: createSortedRowModel(), sortFns: { basic: sortFn_basic } });
export type GridColumn<T extends RowData> = ColumnDef<typeof gridFeatures, T> & { readonly id: string };

type Props<T extends RowData> = {
  readonly label: string;
  readonly columns: readonly GridColumn<T>[];
  readonly rows: readonly T[];
  readonly rowId: (row: T) => string;
  /** CSS `grid-template-columns` width per column id. */
  readonly widths: Readonly<Record<string, string>>;
  readonly hidden?: readonly string[];
  readonly selectedId: string | null;
  readonly onSelect: (id: string, index: number) => void;
  readonly onOpen?: (row: T) => void;
  readonly onSpace?: (row: T) => void;
  readonly rowHeight: number;
  readonly rowClass?: (row: T) => string;
  readonly isSortable?: boolean;
  /** When the list is longer than `rows`: its length, where `rows` starts in it, and who to tell what is visible. */
  readonly total?: number;
  readonly offset?: number;
  readonly onVisible?: (first: number, last: number) => void;
  readonly scrollTop?: number;
  readonly onScrollTop?: (top: number) => void;
  readonly autoFocus?: boolean;
  /** Cells of these columns can be chosen within the selected row: by the left and right arrows, or by a click. `columnId`: the chosen one. */
  readonly cellColumns?: readonly string[];
  readonly columnId?: string | null;
  readonly onColumn?: (id: string) => void;
};

/** The grid. Rows outside `rows` show as skeletons until the caller has them. */
export function GridTable<T extends RowData>(props: Props<T>) {
  const { rows, columns, widths, hidden, selectedId, rowHeight, offset = 0, total = rows.length, onVisible, onScrollTop } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [sorting, setSorting] = useState<SortingState>([]);
  const data = useMemo(() => [...rows], [rows]);
  const visibility = useMemo(() => Object.fromEntries((hidden ?? []).map((id) => [id, false])), [hidden]);
  const table = useTable({
    features: gridFeatures,
    columns: columns as GridColumn<T>[],
    data: data as never,
    getRowId: props.rowId as never,
    state: { sorting, columnVisibility: visibility },
    onSortingChange: setSorting,
    enableSorting: props.isSortable ?? false,
  } as never) as unknown as ReturnType<typeof useTable<typeof gridFeatures, never>>;
  const model = table.getRowModel().rows;
  const template = table
    .getVisibleLeafColumns()
    .map((c) => widths[c.id] ?? 'minmax(0, 1fr)')
    .join(' ');
  const virtual = useVirtualizer({ count: total, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 12, initialOffset: props.scrollTop ?? 0 });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onVisible?.(first, last), [first, last, onVisible]);
  // A change of density changes every row.
  useEffect(() => virtual.measure(), [rowHeight]);
  useEffect(() => {
    // Never takes the focus out of a tab or field that the person is in.
    const focused = document.activeElement;
    const isFree = !focused || focused === document.body || focused.id === 'main';
    if (props.autoFocus && isFree && !document.querySelector('dialog[open]')) scroller.current?.focus({ preventScroll: true });
  }, [props.autoFocus]);

  const at = model.findIndex((r) => r.id === selectedId);
  const index = at < 0 ? -1 : at + offset;
  const shown = useRef(-1);
  useEffect(() => {
    if (index >= 0 && shown.current !== index) {
      shown.current = index;
      virtual.scrollToIndex(index, { align: 'auto' });
    }
  }, [index, virtual]);

  const moveTo = (next: number) => {
    const to = Math.max(0, Math.min(total - 1, next));
    const row = model[to - offset];
    if (row) props.onSelect(row.id, to);
    else virtual.scrollToIndex(to);
  };
  const { cellColumns = [], columnId = null, onColumn } = props;
  const sideways: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };
  useEffect(() => {
    if (columnId === null || selectedId === null) return;
    document.getElementById(`cell-${selectedId}-${columnId}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [columnId, selectedId]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 2);
    const steps: Readonly<Record<string, number>> = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + page, PageUp: index - page, Home: 0, End: total - 1 };
    const next = steps[event.key];
    const row = model[at]?.original;
    const side = sideways[event.key];
    if (next !== undefined) moveTo(next);
    else if (side !== undefined && onColumn && cellColumns.length > 0) onColumn(cellColumns[Math.max(0, Math.min(cellColumns.length - 1, cellColumns.indexOf(columnId ?? '') + side))] ?? '');
    else if (event.key === 'Enter' && row !== undefined && props.onOpen) props.onOpen(row);
    else if (event.key === ' ' && row !== undefined && props.onSpace) props.onSpace(row);
    else return;
    event.preventDefault();
  };

  return (
    // The grid is one tab stop; the active row is announced through aria-activedescendant.
    <div
      ref={scroller}
      className="grid"
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={total + 1}
      aria-activedescendant={at < 0 ? undefined : columnId === null ? `row-${selectedId}` : `cell-${selectedId}-${columnId}`}
      data-region="list"
      onKeyDown={onKeyDown}
      onScroll={onScrollTop ? (e) => onScrollTop(e.currentTarget.scrollTop) : undefined}
    >
      <div className="grid-head" role="row" style={{ gridTemplateColumns: template }}>
        {table.getHeaderGroups()[0]?.headers.map((header) => {
          const sorted = header.column.getIsSorted();
          return (
            <div key={header.id} role="columnheader" aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined} className="cut">
              {header.column.getCanSort() && props.isSortable ? (
                <button type="button" className="sort" onClick={header.column.getToggleSortingHandler()}>
                  <table.FlexRender header={header} />
                  {sorted ? <span aria-hidden="true">{sorted === 'asc' ? ' ↑' : ' ↓'}</span> : null}
                </button>
              ) : (
                <table.FlexRender header={header} />
              )}
            </div>
          );
        })}
      </div>
      <div className="grid-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = model[item.index - offset];
          const style = { height: item.size, transform: `translateY(${item.start}px)`, gridTemplateColumns: template };
          if (!row)
            return (
              <div key={item.key} role="row" tabIndex={-1} className="grid-row waiting" style={style} aria-rowindex={item.index + 2}>
                <div role="gridcell" tabIndex={-1}>
                  <span className="skeleton" style={{ width: '60%' }} />
                </div>
              </div>
            );
          const isSelected = row.id === selectedId;
          return (
            // The grid itself handles the keys.
            <div
              key={item.key}
              id={`row-${row.id}`}
              role="row"
              tabIndex={-1}
              aria-rowindex={item.index + 2}
              aria-selected={isSelected}
              className={`grid-row ${isSelected ? 'selected' : ''} ${props.rowClass?.(row.original) ?? ''}`}
              style={style}
              onMouseDown={(e) => {
                e.preventDefault();
                props.onSelect(row.id, item.index);
                scroller.current?.focus({ preventScroll: true });
              }}
              onDoubleClick={() => props.onOpen?.(row.original)}
            >
              {row.getVisibleCells().map((cell) => (
                <div
                  key={cell.id}
                  id={cellColumns.includes(cell.column.id) ? `cell-${row.id}-${cell.column.id}` : undefined}
                  role="gridcell"
                  tabIndex={-1}
                  className={`cut ${isSelected && cell.column.id === columnId ? 'chosen' : ''}`}
                  onMouseDown={cellColumns.includes(cell.column.id) ? () => onColumn?.(cell.column.id) : undefined}
                >
                  <table.FlexRender cell={cell} />
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
