import { describe, expect, it } from 'vitest';
import { dueAt, GRACE_SECONDS, msLeft } from '../../shared/domain/waiting-return.ts';

const DECIDED = '2026-11-24T14:00:00.000Z';

describe('how long a return still waits', () => {
  it.each([
    ['at the start', 10, DECIDED, 10_000], ['in the middle', 10, '2026-11-24T14:00:04.000Z', 6_000], ['at its end', 10, '2026-11-24T14:00:10.000Z', 0], ['long after', 10, '2026-11-26T09:00:00.000Z', 0],
    ['never longer than was given, when the clock was set back', 30, '2026-11-24T11:00:00.000Z', 30_000], ['two minutes', 120, '2026-11-24T14:01:00.000Z', 60_000],
  ] as const)('%s', (_when, seconds, now, left) => {
    expect(msLeft({ decidedAt: DECIDED, seconds }, now)).toBe(left);
  });
  it('ends so many seconds after the decision; ten when nobody chose', () => {
    expect(dueAt({ decidedAt: DECIDED, seconds: GRACE_SECONDS[0] })).toBe('2026-11-24T14:00:10.000Z');
  });
});
