/** What a person reads after a command: durable here, not yet at HQ. Green is for HQ's receipt only, so this is not green. */
import type { ReactNode } from 'react';
import type { Saved } from '../../../shared/api.ts';
import { siteTime } from '../../../shared/time.ts';

/** `Saved on this laptop`, with ledger number and time. */
export function SavedNote({ saved, zone, children }: { readonly saved: Saved; readonly zone: string; readonly children?: ReactNode }) {
  return (
    <div className="note" role="status">
      <p className="strong">◐ Saved on this laptop</p>
      <p>{children}</p>
      <p className="soft small num">
        Ledger entry {saved.seq} · {siteTime(saved.at, zone)} · {saved.ms} ms · HQ's receipt follows by itself and shows in Sync.
      </p>
    </div>
  );
}
