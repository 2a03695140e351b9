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

/** Files of one agency's DIOs, or of all. One without its agency on this laptop has no zone to count in and is left out. Kept until such a row changes. */
export function officerFiles(store: Store, agencyId: string | null): readonly OfficerFileItem[] {
  return memoised(store, `officers.files.${agencyId ?? '*'}`, ['officers', 'agencies', 'officer_events', 'training', 'course_waivers', 'authority_intervals'], '', () => {
    const where: Readonly<Record<string, string>> = agencyId === null ? {} : { agencyId };
    const agencies = new Map(rowsWhere(store, 'agencies', {}).map((a): [string, AgencyRow] => [a.id, a]));
    const ofOfficer = <T extends { readonly officerId: string }>(rows: readonly T[]) => grouped(rows, (r) => r.officerId);
    const [events, training, intervals] = [ofOfficer(rowsWhere(store, 'officer_events', where)), ofOfficer(rowsWhere(store, 'training', where)), ofOfficer(rowsWhere(store, 'authority_intervals', where))];
    const waivers = grouped<CourseWaiverRow>(rowsWhere(store, 'course_waivers', {}), (w) => w.agencyId);
    const programme = waivers.get('*') ?? [];
    return rowsWhere(store, 'officers', where).flatMap((officer): readonly OfficerFileItem[] => {
      const agency = agencies.get(officer.agencyId);
      if (!agency) return [];
      const rows = { officer, agency, events: events.get(officer.id) ?? [], training: training.get(officer.id) ?? [], intervals: intervals.get(officer.id) ?? [], waivers: waivers.get(agency.id) ?? [], programme };
      return [{ officer, agency, rows, file: fileOf(rows) }];
    });
  });
}
