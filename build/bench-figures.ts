/** Figures of the benchmarks: medians, percentiles, one line of the table. No measuring here. */
export type Spread = { readonly p50: number; readonly p99: number };

const at = (sorted: readonly number[], part: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
const ascending = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);

export const median = (values: readonly number[]): number => at(ascending(values), 0.5);
export const p95 = (values: readonly number[]): number => at(ascending(values), 0.95);
export const percentiles = (values: readonly number[]): Spread => {
  const sorted = ascending(values);
  return { p50: at(sorted, 0.5), p99: at(sorted, 0.99) };
};

export type Line = { readonly what: string; readonly measured: string; readonly goal: string; readonly isMet: boolean | null };
export const ms = (value: number): string => (value < 10 ? `${value.toFixed(2)} ms` : value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`);
export const ratio = (value: number): string => `${value.toFixed(2)}x`;

/** A plain text table: what, measured, goal, and whether it was met. */
export function table(lines: readonly Line[]): string {
  const rows = [['what', 'measured', 'goal', ''], ...lines.map((l) => [l.what, l.measured, l.goal, l.isMet === null ? '' : l.isMet ? 'met' : 'MISSED'])];
  const width = [0, 1, 2].map((c) => Math.max(...rows.map((r) => (r[c] ?? '').length)));
  return rows.map((r) => r.map((cell, c) => (c < 3 ? cell.padEnd(width[c] ?? 0) : cell)).join('  ').trimEnd()).join('\n');
}
