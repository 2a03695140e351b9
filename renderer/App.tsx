/** Chooses the screen: enrolment, passphrase, lock, or the shell with one feature. The only place that knows all features. */
import { useEffect, useMemo, useRef } from 'react';
import type { PacketView } from '../shared/api.ts';
import { read } from './api.ts';
import { AgenciesScreen } from './features/agency/AgenciesScreen.tsx';
import { CustodyDialog } from './features/custody/CustodyDialog.tsx';
import { CustodyScreen } from './features/custody/CustodyScreen.tsx';
import { CallDialog } from './features/claims/CallDialog.tsx';
import { ClaimDialog } from './features/claims/ClaimDialog.tsx';
import { ClaimsScreen } from './features/claims/ClaimsScreen.tsx';
import { HoldDialog } from './features/holds/HoldDialog.tsx';
import { OnboardingScreen } from './features/onboarding/OnboardingScreen.tsx';
import { ImportScreen } from './features/import/ImportScreen.tsx';
import { ItineraryScreen } from './features/itinerary/ItineraryScreen.tsx';
import { LookbackScreen } from './features/lookback/LookbackScreen.tsx';
import { OfficersScreen } from './features/officer/OfficersScreen.tsx';
import { DocumentDesk } from './features/document/DocumentDesk.tsx';
import { PracticeScreen } from './features/practice/PracticeScreen.tsx';
import { type DialogKind, type DialogWays, PacketScreen, type Shown } from './features/packet/PacketScreen.tsx';
import { QueueScreen } from './features/queue/QueueScreen.tsx';
import { ReturnSheetScreen } from './features/return-sheet/ReturnSheetScreen.tsx';
import { EnrolScreen } from './features/session/EnrolScreen.tsx';
import { LockScreen } from './features/session/LockScreen.tsx';
import { PassphraseScreen } from './features/session/PassphraseScreen.tsx';
import { RulesScreen } from './features/rules/RulesScreen.tsx';
import { SettingsScreen } from './features/settings/SettingsScreen.tsx';
import { ReturnDialog } from './features/signoff/ReturnDialog.tsx';
import { SignDialog } from './features/signoff/SignDialog.tsx';
import { SyncScreen } from './features/sync/SyncScreen.tsx';
import { OfficerFileScreen } from './features/training/OfficerFileScreen.tsx';
import { TrainingScreen } from './features/training/TrainingScreen.tsx';
import { TodayScreen } from './features/today/TodayScreen.tsx';
import type { RenderDocument } from './pieces/document-ask.ts';
import { ProblemNote } from './pieces/ProblemNote.tsx';
import { parseRoute, type Route, routeText } from './route.ts';
import { OpenProvider, useSession } from './session.ts';
import { Screen } from './shell/Screen.tsx';
import { Shell } from './shell/Shell.tsx';
import { useStore } from './store.ts';
import { ErrorBoundary } from './ui/ErrorBoundary.tsx';
import { saveSoon } from './use-draft.ts';

/** The whole app for one window. */
export function App() {
  const { state, problem, send, reload } = useSession();
  const lock = useMemo(
    () => () => {
      void send('session.lock', {});
    },
    [send],
  );
  const open = useMemo(() => (state?.phase === 'open' ? { session: state, lock, send } : null), [state, lock, send]);
  if (problem && !state)
    return (
      <main className="gate">
        <div className="gate-card">
          <ProblemNote problem={problem} />
          <button type="button" className="usa-button" onClick={reload}>
            Try again
          </button>
        </div>
      </main>
    );
  if (!state) return null;
  switch (state.phase) {
    case 'enrol':
      return <EnrolScreen session={state} send={send} />;
    case 'passphrase':
      return <PassphraseScreen session={state} send={send} />;
    case 'locked':
      return <LockScreen session={state} send={send} onRetry={reload} />;
    case 'open':
      return (
        open && (
          // Everything starts anew when practice begins or ends: no row, dialog or scroll of one room is seen in the other.
          <OpenProvider key={open.session.practice?.room ?? 'desk'} value={open}>
            <Restore />
            <Shell>
              <Guarded />
              <OnCall />
            </Shell>
          </OpenProvider>
        )
      );
  }
}

type Remembered = { readonly route: string; readonly scroll: Readonly<Record<string, number>>; readonly selected: Readonly<Record<string, string>> };
const isRemembered = (v: unknown): v is Remembered =>
  typeof v === 'object' && v !== null && 'route' in v && typeof v.route === 'string' && 'scroll' in v && typeof v.scroll === 'object' && 'selected' in v &&
  typeof v.selected === 'object';

/** Brings back route, selection and scroll after an unlock, and keeps them as an encrypted draft. */
function Restore() {
  const { route, scroll, selected } = useStore();
  const isReady = useRef(false);
  useEffect(() => {
    void read('draft.get', { key: 'ui' }).then((answer) => {
      isReady.current = true;
      let found: unknown = null;
      try {
        found = answer.ok && answer.value ? JSON.parse(answer.value.body) : null;
      } catch {
        found = null;
      }
      if (!isRemembered(found)) return;
      useStore.setState({ scroll: found.scroll, selected: found.selected });
      const back = parseRoute(found.route);
      if (back && location.hash.length < 2) useStore.getState().go(back);
    });
  }, []);
  useEffect(() => {
    if (isReady.current) saveSoon('ui', JSON.stringify({ route: routeText(route), scroll, selected } satisfies Remembered), 1000);
  }, [route, scroll, selected]);
  return null;
}

/** One faulty screen must not take the clocks and the way out with it. */
function Guarded() {
  const route = useStore((s) => s.route);
  const text = routeText(route);
  return (
    <ErrorBoundary
      place={text}
      fallback={(fault, retry) => (
        <Screen title="This screen has a fault">
          <div className="pad">
            <ProblemNote problem={{ code: 'internal/screen', details: { fault } }}>
              <p className="mono soft">{fault}</p>
              <button type="button" className="usa-button start" onClick={retry}>
                Try again
              </button>
            </ProblemNote>
          </div>
        </Screen>
      )}
    >
      <Feature />
    </ErrorBoundary>
  );
}

/** The on-call log opens over whatever screen there is, also one with a fault. */
function OnCall() {
  const { overlay, setOverlay } = useStore();
  return overlay === 'call' ? <CallDialog onClose={() => setOverlay(null)} /> : null;
}

function Feature() {
  const route: Route = useStore((s) => s.route);
  switch (route.screen) {
    case 'today':
      return <TodayScreen />;
    case 'queue':
      return <QueueScreen route={route} />;
    case 'packet':
      return <PacketScreen key={route.packetId} packetId={route.packetId} number={route.number} renderDialog={renderDialog} renderDocument={renderDocument} />;
    case 'agencies':
      return <AgenciesScreen />;
    case 'officers':
      return <OfficersScreen agencyId={route.agencyId} />;
    case 'training':
      return <TrainingScreen route={route} />;
    case 'officer-file':
      return <OfficerFileScreen key={route.officerId} officerId={route.officerId} />;
    case 'itinerary':
      return <ItineraryScreen />;
    case 'claims':
      return <ClaimsScreen agencyId={route.agencyId} />;
    case 'onboarding':
      return <OnboardingScreen />;
    case 'lookback':
      return <LookbackScreen />;
    case 'sync':
      return <SyncScreen filter={route.filter} />;
    case 'settings':
      return <SettingsScreen />;
    case 'practice':
      return <PracticeScreen />;
    case 'custody':
      return <CustodyScreen agencyId={route.agencyId} />;
    case 'return-sheet':
      return <ReturnSheetScreen packetId={route.packetId} number={route.number} />;
    case 'rules':
      return <RulesScreen />;
    case 'import':
      return <ImportScreen />;
  }
}

const renderDocument: RenderDocument = (ask) => <DocumentDesk {...ask} />;

/** Features never import each other: the packet screen asks for its dialogs here. */
function renderDialog(kind: DialogKind, view: PacketView, shown: Shown, { onClose, onNext, onDecided }: DialogWays) {
  switch (kind) {
    case 'sign':
      return <SignDialog view={view} shown={shown} onClose={onClose} onNext={onNext} onDecided={onDecided} />;
    case 'return':
      return <ReturnDialog view={view} onClose={onClose} onDecided={onDecided} />;
    case 'claim':
      return <ClaimDialog view={view} onClose={onClose} onNext={onNext} />;
    case 'hold':
      return <HoldDialog view={view} onClose={onClose} onNext={onNext} onDecided={onDecided} />;
    case 'custody':
      return <CustodyDialog view={view} onClose={onClose} />;
  }
}
