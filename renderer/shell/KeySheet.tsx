/** `?`: the shortcuts that work on this screen, by group. */
import { keyText, useBindings } from '../keys.ts';
import { useStore } from '../store.ts';
import { Dialog } from '../ui/Dialog.tsx';

/** The sheet of shortcuts. */
export function KeySheet({ onClose }: { readonly onClose: () => void }) {
  const bindings = useBindings().filter((b) => b.keys);
  const hasLetterKeys = useStore((s) => s.look.hasLetterKeys);
  const groups = [...new Set(bindings.map((b) => b.group))];
  return (
    <Dialog title="Shortcuts" onClose={onClose} size="wide">
      {!hasLetterKeys && <p className="note">Single-letter shortcuts are off. Turn them on in Settings.</p>}
      <div className="key-groups">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl className="keys">
              {bindings
                .filter((b) => b.group === group)
                .map((b) => (
                  <div key={b.keys}>
                    <dt>{keyText(b.keys)}</dt>
                    <dd>{b.label}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
