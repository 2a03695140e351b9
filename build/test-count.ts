/** Reads the test runner's JSON report. Must never count a file that could not be loaded as nothing. */
export type TestReport = { readonly numPassedTests: number; readonly numFailedTests: number; readonly testResults?: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[] };

/** Passed and failed tests; a file that failed before its first test (a syntax error, a broken import) counts as one failed. */
export function countTests(report: TestReport): { readonly passed: number; readonly failed: number } {
  const broken = (report.testResults ?? []).filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken };
}
