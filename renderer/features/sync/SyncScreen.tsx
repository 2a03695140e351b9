/** The sync centre: a list, not a spinner. One row per item with its state, age, bytes, attempts, reason and receipt. */
import { Button } from '@trussworks/react-uswds';
import { useEffect, useState } from 'react';
import type { ConnectionTest, SyncStatus } from '../../../shared/api.ts';
import type { Problem } from '../../../shared/result.ts';
import { minutesSeconds } from '../../../shared/domain/status.ts';
import { age, msOf } from '../../../shared/time.ts';
import { act } from '../../api.ts';
import { useNow } from '../../clock.ts';
import { focusContent, stepFocus, useKeys } from '../../keys.ts';
import { LoadProblem, ProblemNote } from '../../pieces/ProblemNote.tsx';
import { clockTime, READER_ZONE } from '../../pieces/words.ts';
import type { SyncFilter } from '../../route.ts';
import { Screen } from '../../shell/Screen.tsx';
import { useStore } from '../../store.ts';
import { Empty, Skeleton } from '../../ui/Placeholders.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { useQuery } from '../../use-query.ts';
import { SyncRow } from './SyncRow.tsx';

const FILTER_WORDS: Readonly<Record<SyncFilter, string>> = { all: 'All', attention: 'Needs attention', unsent: 'Ready to send', received: 'Received by HQ' };
const EMPTY_WORDS: Readonly<Record<SyncFilter, string>> = {
  all: 'What you sign, return or hold appears here the moment it is saved.',
  attention: 'HQ has refused nothing and put nothing under review.',
  unsent: 'Everything that you saved is received by HQ.',
  received: 'HQ has not received anything from this laptop yet.',
};

/** Items of the outbox under one filter. */
export function SyncScreen({ filter }: { readonly filter: SyncFilter }) {
  const { data, problem, isSlow, reload } = useQuery('sync.items', { filter });
  const status = useQuery('sync.status', {}, { refreshMs: 15_000 }).data;
  const { go } = useStore();
  const [test, setTest] = useState<ConnectionTest | 'running' | null>(null);
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const sendNow = async () => {
    const answer = await act('sync.now', {});
    setRefusal(answer.ok ? null : answer.problem);
  };
  const pause = async () => {
    const answer = await act('sync.pause', { isPaused: !status?.isPaused });
    setRefusal(answer.ok ? null : answer.problem);
  };
  const runTest = async () => {
    setTest('running');
    const answer = await act('sync.test', {});
    if (answer.ok) setTest(answer.value);
    else {
      setTest(null);
      setRefusal(answer.problem);
    }
  };
  useKeys([
    { keys: 'j', label: 'Next item', group: 'Sync', run: () => stepFocus('.sync-line', 1) },
    { keys: 'k', label: 'Previous item', group: 'Sync', run: () => stepFocus('.sync-line', -1) },
    { keys: 'n', label: 'Send now', group: 'Sync', run: () => void sendNow() },
    { keys: 'p', label: 'Pause or resume sending', group: 'Sync', run: () => void pause() },
    { keys: 't', label: 'Test the connection', group: 'Sync', run: () => void runTest() },
  ]);
  // The list came after the screen: its first item takes the focus that the screen has.
  const hasList = data !== undefined;
  useEffect(() => {
    if (hasList) focusContent();
  }, [hasList]);
  const counts: Readonly<Partial<Record<SyncFilter, number>>> = status ? { attention: status.attention, unsent: status.ready } : {};
  return (
    <Screen
      title="Sync"
      tabs={
        <Tabs
          label="Filters"
          tabs={(Object.keys(FILTER_WORDS) as SyncFilter[]).map((id) => ({ id, label: FILTER_WORDS[id], count: counts[id] }))}
          chosen={filter}
          onChoose={(f) => go({ screen: 'sync', filter: f })}
        />
      }
    >
      <div className="sync">
        <div className="sync-head">
          {status && <Summary status={status} />}
          <div className="row wrap push">
            <Button type="button" onClick={() => void sendNow()}>
              Send now <kbd>N</kbd>
            </Button>
            <Button type="button" outline onClick={() => void pause()}>
              {status?.isPaused ? 'Resume' : 'Pause'}
            </Button>
            <Button type="button" outline disabled={test === 'running'} onClick={() => void runTest()}>
              {test === 'running' ? 'Testing…' : 'Test connection'}
            </Button>
          </div>
        </div>
        {refusal && (
          <div className="pad">
            <ProblemNote problem={refusal} />
          </div>
        )}
        {status?.stallReason && (
          <div className="pad">
            <ProblemNote problem={status.stallReason} tone={isOffline(status.stallReason) ? '' : 'amber'} isAlert={false} />
          </div>
        )}
        {test && test !== 'running' && <TestResult test={test} onClose={() => setTest(null)} />}
        <div className="sync-list" data-region="list">
          {problem && !data && (
            <div className="pad">
              <LoadProblem problem={problem} onRetry={reload} />
            </div>
          )}
          {!data && isSlow && <Skeleton rows={8} label="Loading" />}
          {data?.length === 0 && (
            <Empty
              title={filter === 'all' ? 'Nothing to send' : `Nothing in “${FILTER_WORDS[filter]}”`}
              action={
                filter === 'all' ? undefined : (
                  <Button type="button" outline onClick={() => go({ screen: 'sync', filter: 'all' })}>
                    Show all
                  </Button>
                )
              }
            >
              {EMPTY_WORDS[filter]}
            </Empty>
          )}
          {data && data.length > 0 && (
            <p className="sync-columns" aria-hidden="true">
              <span>No.</span>
              <span>What</span>
              <span>State</span>
              <span>Saved</span>
              <span>Size</span>
              <span>Attempts</span>
            </p>
          )}
          {data && data.length > 0 && (
            <ul aria-label={FILTER_WORDS[filter]}>
              {data.map((item, n) => (
                <SyncRow key={item.commandId} item={item} isFirst={n === 0} isSaid={item.reason?.code === status?.stallReason?.code} onProblem={setRefusal} />
              ))}
            </ul>
          )}
        </div>
        <p className="list-foot">Sends at unlock, on reconnect, every few minutes and when you ask. Items go in order; a refused one holds nothing up.</p>
      </div>
    </Screen>
  );
}

/** No link is the normal case of a field laptop: grey, not amber. */
const isOffline = (reason: Problem): boolean => reason.code === 'sync/unreachable';

function Summary({ status }: { readonly status: SyncStatus }) {
  const now = useNow();
  return (
    <dl className="sync-facts">
      <div>
        <dt>Link</dt>
        <dd>{status.isPaused ? 'Sending paused' : status.link === 'online' ? 'HQ reachable' : status.link === 'offline' ? 'Working offline' : 'Not tried yet'}</dd>
      </div>
      <div>
        <dt>Ready to send</dt>
        <dd className="num">
          {status.ready}
          {status.oldestUnsentAt ? <span className="soft small"> oldest {age(now, status.oldestUnsentAt)}</span> : null}
        </dd>
      </div>
      <div>
        <dt>Last received by HQ</dt>
        <dd className="num">{status.lastReceivedAt ? age(now, status.lastReceivedAt) : 'never'}</dd>
      </div>
      <div>
        <dt>HQ data as of</dt>
        <dd className="num">
          {status.hqDataAsOf ? (
            <>
              {age(now, status.hqDataAsOf)} <span className="soft small">{clockTime(status.hqDataAsOf, READER_ZONE, now)}</span>
            </>
          ) : (
            'never'
          )}
        </dd>
      </div>
      {status.stalledUntil && (
        <div>
          <dt>Stalled</dt>
          <dd className="amber strong num">retrying in {minutesSeconds(msOf(status.stalledUntil) - msOf(now))}</dd>
        </div>
      )}
      {status.sending && (
        <div>
          <dt>Sending</dt>
          <dd className="num">
            {status.sending.done} of {status.sending.of}
          </dd>
        </div>
      )}
    </dl>
  );
}

const STEP_WORDS: Readonly<Record<ConnectionTest[number]['step'], string>> = { network: 'Network', hq: 'HQ reachable', protocol: 'Versions fit', 'sign-in': 'Sign-in valid' };
function TestResult({ test, onClose }: { readonly test: ConnectionTest; readonly onClose: () => void }) {
  return (
    <section className="test" aria-label="Connection test" role="status">
      <ol>
        {test.map((s) => (
          <li key={s.step}>
            <span className={s.ok ? '' : 'amber'} aria-hidden="true">
              {s.ok ? '✓' : '▲'}
            </span>
            <b>{STEP_WORDS[s.step]}</b>
            <span>{s.text}</span>
            {s.fix && <span className="soft">{s.fix}</span>}
          </li>
        ))}
      </ol>
      <button type="button" className="usa-button usa-button--unstyled" onClick={onClose}>
        Hide
      </button>
    </section>
  );
}
