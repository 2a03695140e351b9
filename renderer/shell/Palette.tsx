/** Ctrl-K: every command with its shortcut beside it, and packets by name or A-number. The search itself is access-logged by the backend. */
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { QueueItem } from '../../shared/api.ts';
import { displayANumber } from '../../shared/domain/packet.ts';
import { act } from '../api.ts';
import { useNow } from '../clock.ts';
import { type Binding, keyText, useBindings } from '../keys.ts';
import { Countdown } from '../pieces/Countdown.tsx';
import { useStore } from '../store.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { useQuery } from '../use-query.ts';

type Entry = { readonly id: string; readonly binding: Binding } | { readonly id: string; readonly item: QueueItem };

/** The palette. Arrow keys move, Enter runs, Escape closes. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const bindings = useBindings();
  const now = useNow();
  const go = useStore((s) => s.go);
  useEffect(() => {
    input.current?.focus();
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => {
      setAsked(text.trim());
      if (text.trim().length > 1) void act('access.note', { what: 'search', packetId: null });
    }, 120);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useQuery('queue.list', { split: 'all', search: asked, offset: 0, limit: 6 }, { isOff: asked.length < 2 }).data;
  const entries = useMemo<readonly Entry[]>(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const seen = new Set<string>();
    const commands = bindings.filter((b) => {
      if (b.isHidden || seen.has(b.label)) return false;
      seen.add(b.label);
      return words.every((w) => `${b.group} ${b.label}`.toLowerCase().includes(w));
    });
    const packets = asked.length > 1 ? (found?.items ?? []) : [];
    return [...packets.map((item) => ({ id: `p-${item.packet.id}`, item })), ...commands.map((binding) => ({ id: `c-${binding.label}`, binding }))];
  }, [bindings, text, asked, found]);
  const chosen = Math.min(at, entries.length - 1);
  const start = (entry: Entry | undefined) => {
    if (!entry) return;
    if ('item' in entry) go({ screen: 'packet', packetId: entry.item.packet.id, number: null });
    else if (!entry.binding.disabled) {
      onClose();
      entry.binding.run();
    }
  };
  const onKeyDown = (e: React.KeyboardEvent) => {
    if (e.key === 'ArrowDown') setAt(Math.min(entries.length - 1, chosen + 1));
    else if (e.key === 'ArrowUp') setAt(Math.max(0, chosen - 1));
    else if (e.key === 'Enter') start(entries[chosen]);
    else return;
    e.preventDefault();
  };
  return (
    <Dialog title="Search and commands" onClose={onClose} size="palette" isBare>
      <input
        ref={input}
        className="palette-input"
        type="text"
        value={text}
        placeholder="Name, A-number, or a command"
        aria-label="Search and commands"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={entries[chosen] ? `${list}-${chosen}` : undefined}
        onChange={(e) => {
          setText(e.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        autoComplete="off"
        spellCheck={false}
      />
      <div className="palette-list" role="listbox" id={list} aria-label="Results" tabIndex={-1}>
        {entries.length === 0 && <p className="palette-none soft">Nothing here is called that. Try a family name, nine digits, or “go”.</p>}
        {entries.map((entry, n) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys
          <div
            key={entry.id}
            id={`${list}-${n}`}
            role="option"
            tabIndex={-1}
            aria-selected={n === chosen}
            ref={n === chosen ? (e) => e?.scrollIntoView({ block: 'nearest' }) : undefined}
            className={`palette-row ${n === chosen ? 'selected' : ''}`}
            onMouseMove={() => setAt(n)}
            onClick={() => start(entry)}
          >
            {'item' in entry ? (
              <>
                <span className="strong cut" dir="auto">{entry.item.subjectName}</span>
                <span className="soft num nowrap">{displayANumber(entry.item.aNumber)}</span>
                <span className="soft cut">{entry.item.agencyName}</span>
                <span className="push">
                  <Countdown deadlineAt={entry.item.packet.deadlineAt} zone={entry.item.zone} now={now} hasTime={false} />
                </span>
              </>
            ) : (
              <>
                <span>{entry.binding.label}</span>
                {entry.binding.disabled && <span className="soft small cut">{entry.binding.disabled}</span>}
                <span className="push row">
                  <span className="soft small">{entry.binding.group}</span>
                  {entry.binding.keys && <kbd>{keyText(entry.binding.keys)}</kbd>}
                </span>
              </>
            )}
          </div>
        ))}
      </div>
    </Dialog>
  );
}
