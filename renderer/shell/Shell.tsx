/** The frame around every screen: rail, content, status bar, palette and the shortcuts that work everywhere. */
import { type ReactNode, useEffect, useMemo } from 'react';
import { act } from '../api.ts';
import { type Binding, cycleRegions, useKeys } from '../keys.ts';
import type { Route } from '../route.ts';
import { useOpen } from '../session.ts';
import { useStore } from '../store.ts';
import { DecisionNotice } from './DecisionNotice.tsx';
import { KeySheet } from './KeySheet.tsx';
import { PracticeBanner } from './PracticeBanner.tsx';
import { Palette } from './Palette.tsx';
import { Rail } from './Rail.tsx';
import { StatusBar } from './StatusBar.tsx';

const PLACES: readonly { readonly keys: string; readonly label: string; readonly route: Route }[] = [
  { keys: 'g d', label: 'Go to Today', route: { screen: 'today' } },
  { keys: 'g q', label: 'Go to Queue', route: { screen: 'queue', split: 'all' } },
  { keys: 'g u', label: 'Go to Custody', route: { screen: 'custody', agencyId: null } },
  { keys: 'g a', label: 'Go to Agencies', route: { screen: 'agencies' } },
  { keys: 'g o', label: 'Go to Officers', route: { screen: 'officers', agencyId: null } },
  { keys: 'g t', label: 'Go to Training', route: { screen: 'training', agencyId: null } },
  { keys: 'g i', label: 'Go to Itinerary', route: { screen: 'itinerary' } },
  { keys: 'g n', label: 'Go to Onboarding', route: { screen: 'onboarding' } },
  { keys: 'g l', label: 'Go to Look-back', route: { screen: 'lookback' } },
  { keys: 'g s', label: 'Go to Sync', route: { screen: 'sync', filter: 'all' } },
  { keys: 'g c', label: 'Go to Claims', route: { screen: 'claims', agencyId: null } },
  { keys: '', label: 'Go to Settings', route: { screen: 'settings' } },
  { keys: 'g p', label: 'Go to Practice', route: { screen: 'practice' } },
  { keys: '', label: 'Go to Import', route: { screen: 'import' } },
  { keys: '', label: 'Go to Rules', route: { screen: 'rules' } },
];

/** Rail, top bar slot (each screen brings its own), content and status bar. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { session, lock } = useOpen();
  const { look, setLook, go, overlay, setOverlay, announcement } = useStore();
  const bindings = useMemo<readonly Binding[]>(
    () => [
      ...PLACES.map(({ keys, label, route }) => ({ keys, label, group: 'Go', run: () => go(route) })),
      {
        keys: 'ctrl+k',
        label: 'Search and commands',
        group: 'Everywhere',
        isHidden: useStore.getState().overlay === 'palette',
        run: () => setOverlay(useStore.getState().overlay === 'palette' ? null : 'palette'),
      },
      { keys: '?', label: 'Show shortcuts', group: 'Everywhere', run: () => setOverlay('keys') },
      {
        keys: 'ctrl+b',
        label: 'Collapse or expand the rail',
        group: 'Everywhere',
        run: () => setLook({ isRailCollapsed: !useStore.getState().look.isRailCollapsed }),
      },
      { keys: 'F6', label: 'Next region', group: 'Everywhere', run: () => cycleRegions(1) },
      { keys: 'ctrl+l', label: 'Lock', group: 'Everywhere', run: lock },
      { keys: 'c', label: 'Log a call…', group: 'Everywhere', run: () => setOverlay('call') },
      { keys: '', label: 'Send now', group: 'Sync', run: () => void act('sync.now', {}) },
      { keys: '', label: 'Theme: follow the system', group: 'Look', run: () => setLook({ theme: 'system' }) },
      { keys: '', label: 'Theme: light', group: 'Look', run: () => setLook({ theme: 'light' }) },
      { keys: '', label: 'Theme: dark', group: 'Look', run: () => setLook({ theme: 'dark' }) },
    ],
    [go, setOverlay, setLook, lock],
  );
  useKeys(bindings, null);
  const title = useStore((s) => s.route.screen);
  useEffect(() => {
    document.title = session.practice ? `PRACTICE: ${title}` : `Fieldbook: ${title}`;
  }, [title, session.practice]);
  return (
    <div className={`shell ${look.isRailCollapsed ? 'narrow-rail' : ''} ${session.practice ? 'practice' : ''}`}>
      <a
        className="skip"
        href="#main"
        onClick={(e) => {
          e.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        Skip to content
      </a>
      {session.practice ? (
        <PracticeBanner practice={session.practice} />
      ) : (
        session.isDemo && (
          <div className="demo" role="note">
            SYNTHETIC DATA · demonstration only · no real person, officer or agency
          </div>
        )
      )}
      <Rail />
      {children}
      <StatusBar />
      <DecisionNotice />
      {overlay === 'palette' && <Palette onClose={() => setOverlay(null)} />}
      {overlay === 'keys' && <KeySheet onClose={() => setOverlay(null)} />}
      <div className="hidden-text" aria-live="polite">
        {announcement}
      </div>
    </div>
  );
}
