/** Where one can go. Badges only for what needs this person. */
import { Icon, type IconProps } from '@trussworks/react-uswds';
import type { ComponentType } from 'react';
import type { StopItem, SyncStatus } from '../../shared/api.ts';
import { useNow } from '../clock.ts';
import type { Route, Screen } from '../route.ts';
import { routeText } from '../route.ts';
import { useOpen } from '../session.ts';
import { useStore } from '../store.ts';
import { useQuery } from '../use-query.ts';

type Item = {
  readonly label: string;
  readonly route: Route;
  readonly icon: ComponentType<IconProps>;
  readonly also?: Screen;
  readonly badge?: { readonly n: number; readonly tone: string; readonly what: string } | null;
};

/** What of the outbox needs this person, else what waits for a link. */
function syncBadge(status: SyncStatus | undefined): Item['badge'] {
  if (!status) return null;
  if (status.attention > 0) return { n: status.attention, tone: 'amber', what: status.attention === 1 ? 'needs attention' : 'need attention' };
  return status.ready > 0 ? { n: status.ready, tone: '', what: 'ready to send' } : null;
}

/** Claims and calls whose next clock ends within an hour or is over. */
function claimsBadge(items: readonly StopItem[] | undefined, now: string): Item['badge'] {
  const due = (items ?? []).filter((i) => i.isOpen && i.deadlineAt !== null && Date.parse(i.deadlineAt) - Date.parse(now) <= 3_600_000).length;
  return due > 0 ? { n: due, tone: 'red', what: due === 1 ? 'claim is due' : 'claims are due' } : null;
}

/** The rail, wide or as icons. */
export function Rail() {
  const { session } = useOpen();
  const { route, go, look, setLook } = useStore();
  const status = useQuery('sync.status', {}).data;
  const clocks = status?.clockAtRisk?.count ?? 0;
  const openReviews = useQuery('lookback.list', {}).data?.filter((l) => l.review.closedAt === null).length ?? 0;
  const items: readonly Item[] = [
    { label: 'Today', route: { screen: 'today' }, icon: Icon.Home },
    {
      label: 'Queue',
      route: { screen: 'queue', split: 'all' },
      icon: Icon.List,
      also: 'packet',
      badge: clocks > 0 ? { n: clocks, tone: 'red', what: clocks === 1 ? 'clock at risk' : 'clocks at risk' } : null,
    },
    { label: 'Claims', route: { screen: 'claims', agencyId: null }, icon: Icon.Flag, badge: claimsBadge(useQuery('claims.list', { agencyId: null }).data, useNow()) },
    { label: 'Custody', route: { screen: 'custody', agencyId: null }, icon: Icon.Schedule },
    { label: 'Agencies', route: { screen: 'agencies' }, icon: Icon.LocationCity },
    { label: 'Officers', route: { screen: 'officers', agencyId: null }, icon: Icon.People, also: 'import' },
    { label: 'Training', route: { screen: 'training', agencyId: null }, icon: Icon.CheckCircleOutline, also: 'officer-file' },
    { label: 'Onboarding', route: { screen: 'onboarding' }, icon: Icon.Construction },
    { label: 'Itinerary', route: { screen: 'itinerary' }, icon: Icon.Directions },
    {
      label: 'Sync',
      route: { screen: 'sync', filter: 'all' },
      icon: Icon.Autorenew,
      badge: syncBadge(status),
    },
    {
      label: 'Look-back',
      route: { screen: 'lookback' },
      icon: Icon.History,
      badge: openReviews > 0 ? { n: openReviews, tone: 'amber', what: 'under review' } : null,
    },
  ];
  const link = (item: Item) => {
    const isHere = route.screen === item.route.screen || route.screen === item.also;
    return (
      <a
        key={item.label}
        className="rail-link"
        href={`#${routeText(item.route)}`}
        aria-current={isHere ? 'page' : undefined}
        title={look.isRailCollapsed ? item.label : undefined}
        onClick={(e) => {
          e.preventDefault();
          go(item.route);
        }}
      >
        <item.icon aria-hidden="true" />
        <span className="label">{item.label}</span>
        {item.badge && (
          <span className={`badge ${item.badge.tone}`} title={`${item.badge.n} ${item.badge.what}`}>
            {item.badge.n}
            <span className="hidden-text"> {item.badge.what}</span>
          </span>
        )}
      </a>
    );
  };
  return (
    <nav className="rail" aria-label="Screens" data-region="rail">
      <div className="brand">
        <Mark />
        <span>Fieldbook</span>
      </div>
      {items.map(link)}
      <div className="spacer" />
      {link({ label: 'Rules', route: { screen: 'rules' }, icon: Icon.VerifiedUser })}
      {link({ label: 'Practice', route: { screen: 'practice' }, icon: Icon.School })}
      {link({ label: 'Settings', route: { screen: 'settings' }, icon: Icon.Settings })}
      <button
        type="button"
        className="rail-link"
        onClick={() => setLook({ isRailCollapsed: !look.isRailCollapsed })}
        title={look.isRailCollapsed ? 'Expand (Ctrl B)' : 'Collapse (Ctrl B)'}
        aria-expanded={!look.isRailCollapsed}
      >
        {look.isRailCollapsed ? <Icon.NavigateNext aria-hidden="true" /> : <Icon.NavigateBefore aria-hidden="true" />}
        <span className="label">{look.isRailCollapsed ? 'Expand' : 'Collapse'}</span>
      </button>
      <div className="me">
        <b className="cut">{session.me.name}</b>
        {session.me.legalTitle}
      </div>
    </nav>
  );
}

/** The product's mark. */
export const Mark = ({ size = 20 }: { readonly size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
    <rect x="4" y="2" width="16" height="20" rx="2" fill="var(--action)" />
    <path d="M8 2v20" stroke="var(--on-action)" strokeWidth="1.5" />
    <path d="M11 9.5l2.5 2.5L18 7" stroke="var(--on-action)" strokeWidth="2" fill="none" />
  </svg>
);
