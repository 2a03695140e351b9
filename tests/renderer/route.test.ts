/** Routes as text: what the backend writes and what the address bar shows must mean the same. */
import { describe, expect, it } from 'vitest';
import { parseRoute, type Route, routeText } from '../../renderer/route.ts';

const ROUTES: readonly Route[] = [
  { screen: 'today' },
  { screen: 'queue', split: 'all' },
  { screen: 'queue', split: 'clock_running' },
  { screen: 'queue', split: 'all', agencyId: 'ag-1' },
  { screen: 'queue', split: 'blocked', agencyId: 'ag:1/2' },
  { screen: 'queue', split: 'all', filter: { custody: 'detained', clock: '24h' } },
  { screen: 'queue', split: 'blocked', agencyId: 'ag:1/2', filter: { type: 'P-NTA', severity: 'block', preparerId: 'dio a?b&c=d' } },
  { screen: 'packet', packetId: 'p-1', number: null },
  { screen: 'packet', packetId: 'p-1', number: 2 },
  { screen: 'agencies' },
  { screen: 'officers', agencyId: null },
  { screen: 'officers', agencyId: 'ag-1' },
  { screen: 'itinerary' },
  { screen: 'lookback' },
  { screen: 'sync', filter: 'all' },
  { screen: 'sync', filter: 'attention' },
  { screen: 'settings' },
  { screen: 'return-sheet', packetId: 'p-1', number: 2 },
  { screen: 'rules' },
];

describe('routes', () => {
  it.each(ROUTES)('reads back what it writes: %j', (route) => {
    expect(parseRoute(`#${routeText(route)}`)).toEqual(route);
  });
  it('reads the forms that the backend uses', () => {
    expect(parseRoute('/sync?filter=attention')).toEqual({ screen: 'sync', filter: 'attention' });
    expect(parseRoute('packet:p-9')).toEqual({ screen: 'packet', packetId: 'p-9', number: null });
  });
  it('writes one filter in one way, and reads of it what it knows', () => {
    expect(routeText({ screen: 'queue', split: 'all', filter: { clock: '24h', custody: 'detained' } })).toBe('/queue?custody=detained&clock=24h');
    expect(parseRoute('/queue/blocked?custody=detained&clock=9h&moon=full&preparerId=')).toEqual({ screen: 'queue', split: 'blocked', filter: { custody: 'detained' } });
    expect(parseRoute('/queue?split=done&agency=ag-1')).toEqual({ screen: 'queue', split: 'done', agencyId: 'ag-1' });
  });
  it('knows no other screen', () => {
    expect(parseRoute('/packet/%E0%A4')).toBeNull();
    expect(parseRoute('/nowhere')).toBeNull();
    expect(parseRoute('')).toBeNull();
    expect(parseRoute('/packet')).toBeNull();
    expect([parseRoute('/return-sheet/p-1'), parseRoute('/return-sheet/p-1/0'), parseRoute('/return-sheet')]).toEqual([null, null, null]);
  });
});
