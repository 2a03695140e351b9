/** Synthetic agencies, officers and staff for looking at the screen alone. Times are relative to `NOW`. */
import type { AgencyRow, AuthorityIntervalRow, MoaIntervalRow, OfficerRow, StaffRow } from '../../shared/rows.ts';

export const NOW = '2026-11-24T20:10:00.000Z';
const HOUR = 3_600_000;
/** An instant so many hours from `NOW`. */
export const at = (hours: number): string => new Date(Date.parse(NOW) + hours * HOUR).toISOString();
export const hex = (n: number): string => n.toString(16).padStart(2, '0').repeat(32);

export const AGENCIES: readonly AgencyRow[] = [
  ['ag-tx07', 'Example County SO TX-07', 'TX', 'Example', 'JEM', 'Dallas', 'America/Chicago', 'in_force'],
  ['ag-tx11', 'Sample County SO TX-11', 'TX', 'Sample', 'JEM', 'Dallas', 'America/Chicago', 'in_force'],
  ['ag-nm02', 'Mesa Sample SO NM-02', 'NM', 'Mesa Sample', 'WSO', 'El Paso', 'America/Denver', 'in_force'],
  ['ag-ok03', 'Prairie Example PD OK-03', 'OK', 'Prairie', 'TFM', 'Dallas', 'America/Chicago', 'suspended'],
].map(([id, name, state, county, model, fieldOffice, zone, moaStatus]) => ({
  id: id ?? '',
  stream: `agency:${id}`,
  version: 3,
  changedBy: 'hq',
  name: name ?? '',
  state: state ?? '',
  county: county ?? '',
  model: model as 'JEM',
  fieldOffice: fieldOffice ?? '',
  zone: zone ?? '',
  lat: 32.5,
  lon: -97,
  moaSignedOn: '2024-03-01',
  moaStatus: moaStatus as 'in_force',
  sites: [
    { id: `${id}-jail`, name: 'Main jail', kind: 'jail' },
    { id: `${id}-office`, name: 'Records office', kind: 'office' },
  ],
  isSynthetic: true,
}));
export const agency = (n: number): AgencyRow => AGENCIES[n % AGENCIES.length] as AgencyRow;

export const NAMES = ['Bramwell, T.', 'Okafor, R.', 'Lindqvist, M.', 'Paredes, J.', 'Whitlock, D.', 'Sandoval, E.'];
const STATES = ['CERTIFIED', 'DUE_SOON', 'LAPSED', 'CERTIFIED', 'SUSPENDED', 'TRAINING'] as const;
export const OFFICERS: readonly OfficerRow[] = NAMES.map((name, n) => ({
  id: `dio-${n + 1}`,
  stream: `agency:${agency(n % 2).id}`,
  version: 2,
  changedBy: 'hq',
  agencyId: agency(n % 2).id,
  name,
  badge: `D-${1040 + n}`,
  authorityState: STATES[n] ?? 'CERTIFIED',
  cardState: n === 3 ? 'CARD_DUE' : 'CARD_ACTIVE',
  lastCardLoginAt: at(-24 * (n + 2)),
  isSeparated: false,
  isSynthetic: true,
}));
export const INTERVALS: readonly AuthorityIntervalRow[] = OFFICERS.flatMap((o, n) => {
  const row = (k: number, startAt: string, endAt: string | null, endReason: string | null): AuthorityIntervalRow => ({
    id: `${o.id}.${k}`,
    stream: o.stream,
    version: 2,
    changedBy: 'hq',
    agencyId: o.agencyId,
    officerId: o.id,
    model: agency(n % 2).model,
    startAt,
    endAt,
    endReason,
    recordedAt: at(-30),
  });
  if (o.authorityState === 'TRAINING') return [];
  return n === 2
    ? [row(1, at(-24 * 600), at(-24 * 9), 'annual course overdue')]
    : [
        row(1, at(-24 * 700), at(-24 * 400), 'refresher overdue'),
        row(2, at(-24 * 380), o.authorityState === 'SUSPENDED' ? at(-48) : null, o.authorityState === 'SUSPENDED' ? 'complaint under investigation' : null),
      ];
});
export const MOA: readonly MoaIntervalRow[] = AGENCIES.map((a) => ({
  id: `${a.id}.moa.1`,
  stream: a.stream,
  version: 1,
  changedBy: 'hq',
  agencyId: a.id,
  status: a.moaStatus,
  startAt: '2024-03-01T00:00:00.000Z',
  endAt: null,
  recordedAt: at(-50),
}));
export const ME: StaffRow = {
  id: 'pm-1',
  stream: 'program',
  version: 1,
  changedBy: 'hq',
  name: 'Dana Whitfield',
  role: 'pm',
  legalTitle: 'Supervisory Detention and Deportation Officer',
  fieldOffice: 'Dallas',
  signerKid: 'k1',
  signerJwk: null,
  activeFrom: '2020-01-01T00:00:00.000Z',
  activeTo: null,
};
