/** Over every screen while practising: that it is practice, the real clocks that go on meanwhile, and the way out. Printed on every page. */
import { Button } from '@trussworks/react-uswds';
import type { PracticeState } from '../../shared/api.ts';
import { alarmText } from '../../shared/domain/clock-alarms.ts';
import { msOf, utcInstant } from '../../shared/time.ts';
import { useNow } from '../clock.ts';
import { useOpen } from '../session.ts';
import { useStore } from '../store.ts';

/** The banner. Real countdowns run on the real time, whatever the fake clock says. */
export function PracticeBanner({ practice }: { readonly practice: PracticeState }) {
  const { session, send } = useOpen();
  const now = useNow();
  const go = useStore((s) => s.go);
  const real = utcInstant(msOf(now) + msOf(practice.realNow) - msOf(session.now));
  return (
    <aside className="demo practice-banner" aria-label="Practice">
      <strong className="practice-word">PRACTICE</strong>
      <span className="cut">{practice.title}</span>
      <span className="real-clocks">
        {practice.realClocks.length === 0 ? (
          <span>No real clock ahead</span>
        ) : (
          practice.realClocks.map((c) => <span key={`${c.clock} ${c.site} ${c.deadlineAt}`}>Real: {alarmText(c, real)}</span>)
        )}
      </span>
      <Button type="button" unstyled onClick={() => go({ screen: 'practice' })}>
        Case and answer key
      </Button>
      <Button
        type="button"
        unstyled
        onClick={() => {
          void send('practice.leave', {}).then(() => go({ screen: 'today' }));
        }}
      >
        Leave practice
      </Button>
    </aside>
  );
}
