import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { msOf } from '../../shared/time.ts';

const SEED = 20261124;
/** A small seeded generator: the same instants on every run. */
function* randomInts(seed: number): Generator<number, never> {
  let at = seed;
  for (;;) {
    at = (Math.imul(at, 1664525) + 1013904223) >>> 0;
    yield at;
  }
}

test(`msOf equals Temporal for stored instants, other precisions and offsets (seed ${SEED})`, () => {
  const random = randomInts(SEED);
  for (let n = 0; n < 2000; n += 1) {
    const ms = (random.next().value * 1024 + (random.next().value % 1024)) % 4_102_444_800_000;
    const stored = new Date(ms).toISOString();
    for (const text of [stored, stored.replace('Z', '+00:00'), `${stored.slice(0, 19)}Z`, stored.replace('Z', '-06:00')]) {
      expect(msOf(text), text).toBe(Temporal.Instant.from(text).epochMilliseconds);
    }
  }
});

test.each([
  '2026-02-30T00:00:00.000Z', '2026-02-29T00:00:00.000Z', '2026-04-31T10:00:00.000Z', '2026-13-01T00:00:00.000Z', '2026-11-24T24:00:00.000Z', '2026-11-24T10:60:00.000Z', '2026-11-24T10:00:00.000', '24 Nov 2026 10:00:00.000Z', '', 'TBD',
])('msOf refuses %j instead of moving it to another day', (text) => {
  expect(() => msOf(text)).toThrow(RangeError);
});
