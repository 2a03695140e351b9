/** The card that every screen before the open session shares. */
import type { ReactNode } from 'react';

/** One centred card with the product's name; the synthetic banner when this is a demonstration. */
export function Gate({ title, isDemo = false, children }: { readonly title: string; readonly isDemo?: boolean; readonly children: ReactNode }) {
  return (
    <div className="gate-page">
      {isDemo && (
        <div className="demo" role="note">
          SYNTHETIC DATA · demonstration only · no real person, officer or agency
        </div>
      )}
      <main className="gate">
        <div className="gate-card">
          <div className="gate-brand">
            <svg width="28" height="28" viewBox="0 0 24 24" aria-hidden="true">
              <rect x="4" y="2" width="16" height="20" rx="2" fill="var(--action)" />
              <path d="M8 2v20" stroke="var(--on-action)" strokeWidth="1.5" />
              <path d="M11 9.5l2.5 2.5L18 7" stroke="var(--on-action)" strokeWidth="2" fill="none" />
            </svg>
            Fieldbook
          </div>
          <h1>{title}</h1>
          {children}
        </div>
      </main>
    </div>
  );
}
