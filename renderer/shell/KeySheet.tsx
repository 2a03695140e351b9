/** `?`: the shortcuts that work on this screen, by group. */
import { keyText, useBindings } from '../keys.ts';
import { useStore } from '../store.ts';
import { Dialog } from '../ui/Dialog.tsx';

const REGION_WORDS: Readonly<Partial<Record<string, string>>> = { forms: 'the list of forms', checks: 'the checks' };

/** The sheet of shortcuts. */
export function KeySheet({ onClose }: { readonly onClose: () => void }) {
  const all = useBindings().filter((b) => b.keys && !b.isHidden);
  // Nine digits are one habit, not nine lines.
  const digits = all.filter((b) => /^\d$/.test(b.keys));
  const bindings = [
    ...all.filter((b) => !digits.includes(b)),
    ...(digits[0] ? [{ ...digits[0], keys: digits.length > 1 ? `1 to ${digits.length}` : '1', label: 'Jump to a failed check (never ticks it)' }] : []),
  ];
  const hasLetterKeys = useStore((s) => s.look.hasLetterKeys);
  const groups = [...new Set(bindings.map((b) => b.group))];
  return (
    <Dialog title="Shortcuts" onClose={onClose} size="wide">
      <p className="soft">Letters act where the focus is, never while you type. F6 goes to the next region.</p>
      {!hasLetterKeys && <p className="note">Single-letter shortcuts are off. Turn them on in Settings.</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: in a low window the sheet is scrolled by keyboard, so it takes the focus */}
      <div className="key-groups" role="group" aria-label="Shortcuts of this screen" tabIndex={0}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl className="keys">
              {bindings
                .filter((b) => b.group === group)
                .map((b) => (
                  <div key={b.keys + b.label}>
                    <dt>{b.keys.startsWith('1') ? b.keys : keyText(b.keys)}</dt>
                    <dd>
                      {b.label}
                      {b.region && b.region !== 'main' ? <span className="soft"> (in {REGION_WORDS[b.region] ?? b.region})</span> : null}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
