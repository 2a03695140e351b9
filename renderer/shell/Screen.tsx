/** One screen inside the shell: its title and splits in the top bar, its content below. */
import { Icon } from '@trussworks/react-uswds';
import { type ReactNode, useEffect } from 'react';
import { focusContent } from '../keys.ts';
import { useOpen } from '../session.ts';
import { useStore } from '../store.ts';

type Props = { readonly title: string; readonly tabs?: ReactNode; readonly tools?: ReactNode; readonly before?: ReactNode; readonly children: ReactNode };

/** Top bar and content area of one feature. */
export function Screen({ title, tabs, tools, before, children }: Props) {
  const setOverlay = useStore((s) => s.setOverlay);
  const { lock } = useOpen();
  useEffect(focusContent, []);
  return (
    <>
      <header className="top" data-region="top">
        {before}
        <h1>{title}</h1>
        {tabs}
        <div className="tools">
          {tools}
          <button type="button" className="find" aria-label="Search or run a command (Ctrl K)" onClick={() => setOverlay('palette')}>
            <Icon.Search aria-hidden="true" />
            <span className="find-words">Search or run</span>
            <kbd>Ctrl K</kbd>
          </button>
          <button type="button" className="icon-button" onClick={lock} title="Lock (Ctrl L)">
            <Icon.Lock aria-hidden="true" />
            Lock
          </button>
        </div>
      </header>
      <main className="main" id="main" tabIndex={-1} data-region="main">
        {children}
      </main>
    </>
  );
}
