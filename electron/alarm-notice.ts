/**
 * A clock that sounds while the laptop is locked or the window is out of sight becomes a notice of the system. It says what the lock screen
 * says: clock id, site code and time. Must never carry a name, a number or a packet: anyone may read it.
 */
import { type BrowserWindow, Notification } from 'electron';
import type { Backend, SessionState } from '../shared/api.ts';
import { alarmText } from '../shared/domain/clock-alarms.ts';
import type { Result } from '../shared/result.ts';

/** Most lines in one notice. */
const LINES = 3;

/** Listens until the returned function is called. The newest notice replaces the one before. */
export function watchAlarms(window: BrowserWindow, backend: Backend): () => void {
  let last: Notification | null = null;
  const tell = async (): Promise<void> => {
    if (!Notification.isSupported()) return;
    const answer = (await backend.call({ act: 'session.state', input: {} })) as Result<SessionState>;
    if (!answer.ok || !('rung' in answer.value) || answer.value.rung.length === 0) return;
    const { rung, now, phase } = answer.value;
    // Open and looked at: the window itself shows and sounds it.
    if (window.isDestroyed() || (phase === 'open' && window.isFocused())) return;
    const lines = rung.slice(0, LINES).map((r) => alarmText(r, now));
    last?.close();
    last = new Notification({
      title: rung.length === 1 ? 'Fieldbook: a clock' : `Fieldbook: ${rung.length} clocks`, body: [...lines, ...(rung.length > LINES ? [`and ${rung.length - LINES} more`] : [])].join('\n'),
      urgency: 'critical', timeoutType: 'never',
    });
    last.on('click', () => {
      if (window.isDestroyed()) return;
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    });
    last.show();
  };
  return backend.onChanged((tables) => {
    if (tables.includes('alarm')) void tell();
  });
}
