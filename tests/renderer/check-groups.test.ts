/** The order in which checks stand beside a packet: by act, failed first, gravest first, each once. */
import { describe, expect, it } from 'vitest';
import { actTitle, checkGroups, failedInOrder } from '../../renderer/features/packet/check-groups.ts';
import type { CheckResult } from '../../shared/domain/sufficiency.ts';

const result = (rule: string, severity: CheckResult['severity'], outcome: CheckResult['outcome'], gates: CheckResult['gates']): CheckResult => ({
  rule,
  predicate: `${rule}@1`,
  severity,
  outcome,
  gates,
  findings: [],
});
const RESULTS = [
  result('NTA-02', 'BLOCK', 'pass', ['sign:I-862']),
  result('PK-16', 'WARN', 'fail', ['sign:*']),
  result('PK-08', 'HOLD', 'fail', ['sign:*']),
  result('PK-01', 'BLOCK', 'fail', ['sign:*']),
  result('DET-03', 'BLOCK', 'fail', ['effective:I-247A']),
  result('NTA-06', 'BLOCK', 'fail', ['sign:I-862', 'issue:I-862']),
  result('PK-09', 'HOLD', 'not_applicable', ['sign:*']),
];

describe('check groups', () => {
  it('puts signing before later acts and each failure once', () => {
    const groups = checkGroups(RESULTS);
    expect(groups.map((g) => g.title)).toEqual(['To sign any form', 'To sign I-862', 'For I-247A to take effect']);
    expect(failedInOrder(groups).map((r) => r.rule)).toEqual(['PK-01', 'PK-08', 'PK-16', 'NTA-06', 'DET-03']);
  });
  it('leaves out what does not apply and keeps what passes', () => {
    expect(
      checkGroups(RESULTS)
        .flatMap((g) => [...g.failed, ...g.passed])
        .map((r) => r.rule),
    ).not.toContain('PK-09');
    expect(
      checkGroups(RESULTS)
        .find((g) => g.act === 'sign:I-862')
        ?.passed.map((r) => r.rule),
    ).toEqual(['NTA-02']);
  });
  it('names acts as people do', () => {
    expect(actTitle('issue:I-247A')).toBe('To issue I-247A');
  });
});
