/** Cards of a site that waits for its terminal: which die before it comes, and the nearest site that works. */
import { describe, expect, it } from 'vitest';
import { cardForecast, milesBetween, nearestPlace } from '../../shared/domain/cards.ts';

const NOW = '2026-11-24T19:00:00.000Z';
const card = (officerId: string, diesAt: string | null, state: 'CARD_ACTIVE' | 'CARD_DUE' | 'CARD_DEACTIVATED' | 'REACTIVATION_REQUESTED' = 'CARD_ACTIVE') => ({ officerId, state, diesAt });

describe('[K17] cards until the installation', () => {
  it('are dead, dying before the day is over at the site, alive after it, or unknown', () => {
    const cards = [
      card('dead', '2026-11-20T06:00:00.000Z', 'CARD_DEACTIVATED'), card('asked', '2026-11-01T06:00:00.000Z', 'REACTIVATION_REQUESTED'), card('later', '2026-12-11T06:00:00.000Z', 'CARD_DUE'), card('soon', '2026-11-26T06:00:00.000Z', 'CARD_DUE'),
      card('after', '2026-12-11T06:00:00.001Z'), card('nobody-knows', null), card('roster-says-dead', null, 'CARD_DEACTIVATED'),
    ];
    expect(cardForecast(cards, '2026-12-10', 'America/Chicago', NOW)).toEqual({
      dead: ['dead', 'asked', 'roster-says-dead'], dying: [{ officerId: 'soon', diesAt: '2026-11-26T06:00:00.000Z' }, { officerId: 'later', diesAt: '2026-12-11T06:00:00.000Z' }], unknown: ['nobody-knows'],
    });
  });
});

describe('the nearest site', () => {
  const houston = { id: 'a', lat: 29.76, lon: -95.37 };
  const austin = { id: 'b', lat: 30.27, lon: -97.74 };
  const phoenix = { id: 'c', lat: 33.45, lon: -112.07 };
  it('is measured over the ground, and is never the site itself', () => {
    expect(milesBetween(houston, austin)).toBeGreaterThan(140);
    expect(milesBetween(houston, austin)).toBeLessThan(150);
    expect(nearestPlace(houston, [houston, phoenix, austin])?.place.id).toBe('b');
    expect(nearestPlace(houston, [houston])).toBeNull();
    expect(milesBetween(houston, houston)).toBe(0);
  });
});
