/** Placeholder replaced by the domain work; types are final. */
export type Severity = 'BLOCK' | 'HOLD' | 'WARN' | 'INFO';
/** The act that a check gates: `sign:I-862`, `issue:I-247A`, `serve:I-200`, `effective:I-247A`, or `sign:*` for every form. */
export type Act = `${'sign' | 'issue' | 'serve' | 'effective'}:${string}`;

/** One check's answer about one packet version. */
export type CheckResult = {
  /** Rule id as in docs/rules.md, for example `NTA-06`. */
  readonly rule: string;
  /** Predicate name and version that answered, for example `NTA-06@1`. */
  readonly predicate: string;
  readonly severity: Severity;
  readonly outcome: 'pass' | 'fail' | 'not_applicable';
  /** Acts that a failed BLOCK or HOLD disables. */
  readonly gates: readonly Act[];
  /** What was compared: field paths (`forms.i862.hearing.time`), what stands there, what was expected. */
  readonly findings: readonly Finding[];
};
export type Finding = { readonly field: string; readonly found: string; readonly expected: string; readonly evidenceIds: readonly string[] };
