/**
 * What happens when a clock sounds, on every screen, locked or open: the words, spoken at once by a screen reader, and a tone unless it is
 * switched off. Knows time, site code and clock id only.
 */
import { useEffect, useState } from 'react';
import { alarmText } from '../../shared/domain/clock-alarms.ts';
import { playTone } from '../alarm-tone.ts';
import { act } from '../api.ts';
import { useStore } from '../store.ts';
import { onAlarm } from '../use-query.ts';

type Shown = { readonly texts: readonly string[]; readonly isOpen: boolean };

/** Mounted once beside the app: it stays when screens come and go. */
export function AlarmBell() {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(
    () =>
      onAlarm(() => {
        void act('session.state', {}).then((answer) => {
          if (!answer.ok || !('rung' in answer.value) || answer.value.rung.length === 0) return;
          const { rung, phase } = answer.value;
          // In practice `now` is the fake clock's; what sounds is real.
          const now = answer.value.phase === 'open' && answer.value.practice ? answer.value.practice.realNow : answer.value.now;
          setShown({ texts: rung.map((r) => alarmText(r, now)), isOpen: phase === 'open' });
          if (useStore.getState().look.hasAlarmSound) void playTone();
        });
      }),
    [],
  );
  if (!shown) return null;
  // The lock screen shows its own list: there the words are for the screen reader only.
  return (
    <div className={shown.isOpen ? 'alarm-bell' : 'hidden-text alarm-spoken'}>
      <div role="alert">
        {shown.texts.map((text) => (
          <p key={text}>
            <b>{text}</b>
          </p>
        ))}
      </div>
      {shown.isOpen && (
        <button type="button" className="usa-button usa-button--unstyled" onClick={() => setShown(null)}>
          Close
        </button>
      )}
    </div>
  );
}
