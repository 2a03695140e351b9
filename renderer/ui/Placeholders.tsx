/** What stands where content is missing: one sentence and one next step, or a skeleton. */
import type { ReactNode } from 'react';

/** An empty state: what is true, why, and the one next step. */
export function Empty({ title, children, action }: { readonly title: string; readonly children?: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children && <p className="soft">{children}</p>}
      {action}
    </div>
  );
}

/** Grey lines in the shape of rows; `label` is what a screen reader hears. */
export function Skeleton({ rows, label }: { readonly rows: number; readonly label: string }) {
  return (
    <div className="skeleton-rows" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, n) => `row-${n}`).map((key, n) => (
        <span key={key} className="skeleton-row">
          <span className="skeleton" style={{ width: `${72 - ((n * 17) % 40)}%` }} />
        </span>
      ))}
    </div>
  );
}
