/** The files of DIOs as the domain reads them: officer, agency, events, completions, waivers and intervals, grouped once for many. */
import { fileOf, type FileRows } from '../../shared/domain/officer-commands.ts';
import type { OfficerFile } from '../../shared/domain/officer-events.ts';
import type { AgencyRow, CourseWaiverRow, OfficerRow } from '../../shared/rows.ts';
import { memoised, type Store } from '../open.ts';
import { rowsWhere } from '../rows.ts';

export type OfficerFileItem = { readonly officer: OfficerRow; readonly agency: AgencyRow; readonly rows: FileRows; readonly file: OfficerFile };

function grouped<T>(rows: readonly T[], key: (row: T) => string): ReadonlyMap<string, readonly T[]> {
  const map = new Map<string, T[]>();
  for (const row of rows) {
    const own = map.get(key(row));
    if (own) own.push(row);
    else map.set(key(row), [row]);
  }
  return map;
}

const TABLES = ['officers', 'agencies', 'officer_events', 'training', 'course_waivers', 'authority_intervals'] as const;
type Where = Readonly<Record<string, string>>;

/** Files of every DIO, or of one. One without its agency on this laptop has no zone to count in and is left out. */
function readFiles(store: Store, officerId: string | null): readonly OfficerFileItem[] {
  const [own, where]: readonly [Where, Where] = officerId === null ? [{}, {}] : [{ id: officerId }, { officerId }];
  const agencies = new Map(rowsWhere(store, 'agencies', {}).map((a): [string, AgencyRow] => [a.id, a]));
  const ofOfficer = <T extends { readonly officerId: string }>(rows: readonly T[]) => grouped(rows, (r) => r.officerId);
  const [events, training, intervals] = [ofOfficer(rowsWhere(store, 'officer_events', where)), ofOfficer(rowsWhere(store, 'training', where)), ofOfficer(rowsWhere(store, 'authority_intervals', where))];
  const waivers = grouped<CourseWaiverRow>(rowsWhere(store, 'course_waivers', {}), (w) => w.agencyId);
  const programme = waivers.get('*') ?? [];
  return rowsWhere(store, 'officers', own).flatMap((officer): readonly OfficerFileItem[] => {
    const agency = agencies.get(officer.agencyId);
    if (!agency) return [];
    const rows = { officer, agency, events: events.get(officer.id) ?? [], training: training.get(officer.id) ?? [], intervals: intervals.get(officer.id) ?? [], waivers: waivers.get(agency.id) ?? [], programme };
    return [{ officer, agency, rows, file: fileOf(rows) }];
  });
}

/** `writes`: how often the tables had been written when these were read. */
type Kept = { readonly files: ReadonlyMap<string, OfficerFileItem>; readonly writes: number };
/** Every file. After a change only those whose rows were written are read again; a write that names no officer (an agency, a waiver, a stream that left) reads all again. */
function allFiles(store: Store): readonly OfficerFileItem[] {
  const writes = TABLES.reduce((sum, t) => sum + store.revision(t), 0);
  const before = store.memo.get('officers.kept')?.value as Kept | undefined;
  let files: ReadonlyMap<string, OfficerFileItem>;
  if (before && writes - before.writes === store.changedOfficers.length) {
    const next = new Map(before.files);
    for (const id of new Set(store.changedOfficers)) {
      const [item] = readFiles(store, id);
      if (item) next.set(id, item);
      else next.delete(id);
    }
    files = next;
  } else files = new Map(readFiles(store, null).map((i) => [i.officer.id, i]));
  store.changedOfficers.length = 0;
  store.memo.set('officers.kept', { at: '', value: { files, writes } satisfies Kept });
  return [...files.values()].sort((a, b) => (a.officer.id < b.officer.id ? -1 : 1));
}

/** Files of one agency's DIOs, or of all, by id. A file whose rows did not change stays the same object. */
export function officerFiles(store: Store, agencyId: string | null): readonly OfficerFileItem[] {
  const all = memoised(store, 'officers.files', TABLES, '', () => allFiles(store));
  return agencyId === null ? all : all.filter((i) => i.agency.id === agencyId);
}
