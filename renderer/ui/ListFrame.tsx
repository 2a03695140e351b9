/** The frame of a list screen: what is missing (problem, loading, nothing) or the list, with the chosen row's details beside it. */
import type { ReactNode } from 'react';
import { Divider } from './Divider.tsx';
import { Skeleton } from './Placeholders.tsx';

type Props = {
  /** Shown instead of everything else. */
  readonly problem: ReactNode;
  /** Set while nothing is there yet and it takes long enough to say so. */
  readonly loading: string | null;
  readonly empty: ReactNode;
  readonly detail: ReactNode;
  readonly detailWidth: number;
  readonly onDetailWidth: (width: number) => void;
  readonly children: ReactNode;
};

/** List and details with a divider between them. */
export function ListFrame({ problem, loading, empty, detail, detailWidth, onDetailWidth, children }: Props) {
  if (problem) return <div className="pad">{problem}</div>;
  if (loading) return <Skeleton rows={10} label={loading} />;
  if (empty) return empty;
  if (!detail) return <div className="one-pane">{children}</div>;
  return (
    <div className="two-pane" style={{ gridTemplateColumns: `minmax(0, 1fr) 1px min(${detailWidth}px, 46%)` }}>
      {children}
      <Divider label="Width of the details" width={detailWidth} min={280} max={640} onChange={onDetailWidth} />
      {detail}
    </div>
  );
}
