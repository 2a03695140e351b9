/** Look, keys, and what exactly is running here. */
import { Checkbox, Radio } from '@trussworks/react-uswds';
import { GRACE_SECONDS } from '../../../shared/domain/waiting-return.ts';
import { playTone } from '../../alarm-tone.ts';
import { useOpen } from '../../session.ts';
import { Screen } from '../../shell/Screen.tsx';
import { type Density, type Theme, useStore } from '../../store.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';

const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', 'Follow the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];
const DENSITIES: readonly (readonly [Density, string])[] = [
  ['normal', 'Normal'],
  ['compact', 'Compact'],
];

/** Settings and about. */
export function SettingsScreen() {
  const { session } = useOpen();
  const { look, setLook } = useStore();
  const { about, me } = session;
  return (
    <Screen title="Settings">
      <div className="scroll">
        <div className="settings">
          <section aria-labelledby="s-look">
            <h2 id="s-look">Look</h2>
            <fieldset>
              <legend>Theme</legend>
              {THEMES.map(([id, label]) => (
                <Radio
                  key={id}
                  id={`theme-${id}`}
                  name="theme"
                  label={label}
                  checked={look.theme === id}
                  onChange={() => setLook({ theme: id })}
                  data-start={look.theme === id || undefined}
                />
              ))}
            </fieldset>
            <fieldset>
              <legend>Rows</legend>
              {DENSITIES.map(([id, label]) => (
                <Radio
                  key={id}
                  id={`density-${id}`}
                  name="density"
                  label={label}
                  checked={look.density === id}
                  onChange={() => setLook({ density: id })}
                />
              ))}
            </fieldset>
          </section>
          <section aria-labelledby="s-keys">
            <h2 id="s-keys">Keyboard</h2>
            <Checkbox
              id="letter-keys"
              name="letter-keys"
              label="Single-letter shortcuts"
              checked={look.hasLetterKeys}
              onChange={(e) => setLook({ hasLetterKeys: e.target.checked })}
            />
            <p className="soft small">
              J, K, S, R and the rest; they act only in the part of the screen that has the focus. Ctrl K, Enter and F6 always work. Turn the letters off when you use
              speech input.
            </p>
          </section>
          <section aria-labelledby="s-decide">
            <h2 id="s-decide">After a decision</h2>
            <Checkbox
              id="auto-advance"
              name="auto-advance"
              label="Open the next packet of the list by itself"
              checked={look.hasAutoAdvance}
              onChange={(e) => setLook({ hasAutoAdvance: e.target.checked })}
            />
            <p className="soft small">After a signature, a return or a hold. A signature that leaves a form out stays on its packet.</p>
            <fieldset>
              <legend>Time to take a return back</legend>
              {GRACE_SECONDS.map((seconds) => (
                <Radio
                  key={seconds}
                  id={`grace-${seconds}`}
                  name="grace"
                  label={seconds < 60 ? `${seconds} seconds` : `${seconds / 60} minutes`}
                  checked={look.graceSeconds === seconds}
                  onChange={() => setLook({ graceSeconds: seconds })}
                />
              ))}
            </fieldset>
            <p className="soft small">A lock or the end of Fieldbook makes a waiting return at once. A signature is sealed at once and has no undo; a hold applies at once.</p>
          </section>
          <section aria-labelledby="s-alarm">
            <h2 id="s-alarm">Clock alarms</h2>
            <Checkbox id="alarm-sound" name="alarm-sound" label="Sound when a clock comes near its end" checked={look.hasAlarmSound} onChange={(e) => setLook({ hasAlarmSound: e.target.checked })} />
            <p className="soft small">
              At 4 hours, 1 hour, 15 minutes and at the end; also while locked. The words appear either way.{' '}
              <button type="button" className="usa-button usa-button--unstyled" onClick={() => void playTone()}>
                Play it once
              </button>
            </p>
          </section>
          <section aria-labelledby="s-you">
            <h2 id="s-you">You and this laptop</h2>
            <dl className="facts">
              <dt>Name</dt>
              <dd>{me.name}</dd>
              <dt>Legal title</dt>
              <dd>{me.legalTitle}</dd>
              <dt>Field office</dt>
              <dd>{me.fieldOffice}</dd>
              <dt>Role</dt>
              <dd>{me.role === 'acting_pm' ? 'acting PM' : me.role === 'pm' ? 'field program manager' : me.role}</dd>
              <dt>Laptop</dt>
              <dd className="mono">{session.deviceId}</dd>
              <dt>Data folder</dt>
              <dd className="mono">{about.dataFolder}</dd>
            </dl>
          </section>
          <section aria-labelledby="s-ledger">
            <h2 id="s-ledger">Ledger</h2>
            <p className="soft">Every act is an entry in a chain that HQ countersigns. Compare the head with HQ to know that nothing is missing.</p>
            <dl className="facts">
              <dt>Entries</dt>
              <dd className="num">{about.seq}</dd>
              <dt>Head</dt>
              <dd>{about.ledgerHead ? <CopyButton text={about.ledgerHead} label="ledger head" className="hash-copy" /> : 'no entry yet'}</dd>
            </dl>
          </section>
          <section aria-labelledby="s-about">
            <h2 id="s-about">About Fieldbook {about.version}</h2>
            <dl className="facts">
              <dt>Runs in</dt>
              <dd>{about.host}</dd>
              <dt>HQ</dt>
              <dd className="mono">{about.hq}</dd>
              <dt>Store</dt>
              <dd>
                {about.cipher}, schema {about.schema}
              </dd>
              <dt>Rule pack</dt>
              <dd className="mono">{about.pack}</dd>
              <dt>Time zones</dt>
              <dd className="mono">{about.tz}</dd>
            </dl>
          </section>
        </div>
      </div>
    </Screen>
  );
}
