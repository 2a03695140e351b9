/** Always visible: one state of eight on the left; disk, clock trust and the age of HQ's data on the right. Words come from `statusBar`. */
import { useEffect, useRef, useState } from 'react';
import { type StatusShape, type StatusTone, statusBar } from '../../shared/domain/status.ts';
import { age, utcTime } from '../../shared/time.ts';
import { useNow } from '../clock.ts';
import { bytesText, READER_ZONE } from '../pieces/words.ts';
import { useOpen } from '../session.ts';
import { goTo, useStore } from '../store.ts';
import { useQuery } from '../use-query.ts';

const TONES: Readonly<Record<StatusTone, string>> = { danger: 'red', warning: 'amber', info: 'blue', neutral: '', good: 'green' };
const LOW_DISK = 2_000_000_000;

/** The eight shapes, told apart without colour. */
export function StateShape({ shape }: { readonly shape: StatusShape }) {
  const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 2 };
  return (
    <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
      {shape === 'clock' && (
        <>
          <circle cx="8" cy="9" r="6" fill="currentColor" />
          <path d="M6 1h4" {...stroke} />
          <path d="M8 9V5.5M8 9l2 1.5" stroke="var(--red-fill)" strokeWidth="1.6" />
        </>
      )}
      {shape === 'triangle' && <path d="M8 2l6.5 12h-13z" fill="currentColor" />}
      {shape === 'broken_ring' && <circle cx="8" cy="8" r="5.5" {...stroke} strokeDasharray="4 3" />}
      {shape === 'arrow_up' && <path d="M8 14V3M3.5 7.5L8 3l4.5 4.5" {...stroke} />}
      {shape === 'half' && (
        <>
          <circle cx="8" cy="8" r="5.5" {...stroke} />
          <path d="M8 2.5a5.5 5.5 0 010 11z" fill="currentColor" />
        </>
      )}
      {shape === 'half_outline' && (
        <>
          <circle cx="8" cy="8" r="5.5" {...stroke} strokeWidth="1.4" />
          <path d="M8 2.5a5.5 5.5 0 010 11z" fill="currentColor" opacity=".55" />
          <path d="M2 14L14 2" {...stroke} strokeWidth="1.4" />
        </>
      )}
      {shape === 'ring' && <circle cx="8" cy="8" r="5.5" {...stroke} strokeWidth="1.6" />}
      {shape === 'check' && <path d="M2.5 8.5l4 4 7-8.5" {...stroke} />}
    </svg>
  );
}

/** The bar itself. The state is announced politely when its words change, clocks assertively. */
export function StatusBar() {
  const { session } = useOpen();
  const isPractice = session.practice !== null;
  const { data } = useQuery('sync.status', {}, { refreshMs: 30_000 });
  const now = useNow();
  const setOverlay = useStore((s) => s.setOverlay);
  // In practice the bar says the clock, if there is one; of sending there is nothing to say.
  const told = data ? statusBar({ ...data, now }, READER_ZONE) : null;
  const line = isPractice && told?.state !== 'clock' ? null : told;
  // A clock or a refusal takes the first place; where my work stands is still said, quietly.
  const below = data && !isPractice && (line?.state === 'clock' || line?.state === 'attention') ? statusBar({ ...data, clockAtRisk: null, attention: 0, now }, READER_ZONE) : null;
  const spoken = useSpoken(line ? line.text : '', line?.state ?? '');
  return (
    <footer className="bar" data-region="status">
      {line && (
        <button type="button" className={`state ${TONES[line.tone]}`} onClick={() => goTo(line.route)}>
          <StateShape shape={line.shape} />
          {line.text}
        </button>
      )}
      {below && (
        <button type="button" className="state" onClick={() => goTo(below.route)}>
          <StateShape shape={below.shape} />
          {below.text}
        </button>
      )}
      <span className="hidden-text" aria-live={line?.state === 'clock' ? 'assertive' : 'polite'}>
        {spoken}
      </span>
      {isPractice && <span className="strong">Practice: nothing here is sent</span>}
      <span className="slots">
        {data?.isPaused && <span className="amber">Sending paused</span>}
        {data?.isPulling && <span>Receiving · {data.pulledRows.toLocaleString('en-US')} rows</span>}
        {data && !isPractice && (
          <span title={data.hqDataAsOf ? utcTime(data.hqDataAsOf) : undefined}>
            {data.hqDataAsOf ? `HQ data as of ${age(now, data.hqDataAsOf)}` : 'No HQ data yet'}
          </span>
        )}
        {data && (
          <span className={data.isClockTrusted ? '' : 'amber'}>{data.isClockTrusted ? '● Clock trusted' : '▲ Clock not trusted: signing is off'}</span>
        )}
        {data?.diskFreeBytes != null && (
          <span className={data.diskFreeBytes < LOW_DISK ? 'red strong' : ''}>
            {data.diskFreeBytes < LOW_DISK ? '▲ ' : ''}Disk {bytesText(data.diskFreeBytes)} free
          </span>
        )}
        <button type="button" onClick={() => setOverlay('keys')} aria-label="Show shortcuts">
          <kbd>?</kbd>
        </button>
      </span>
    </footer>
  );
}

/** The state's text at the moment when the state changed: a countdown must not be read out every minute. */
function useSpoken(text: string, state: string): string {
  const [spoken, setSpoken] = useState('');
  const latest = useRef(text);
  latest.current = text;
  // Speaks when the state changes, not when its numbers do.
  useEffect(() => setSpoken(latest.current), [state]);
  return spoken;
}
