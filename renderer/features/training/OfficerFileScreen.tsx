/** The history of one DIO on one page: what was so, when it was recorded and by whom. Nothing is left out, also what was corrected or withdrawn. Ctrl-P prints it. */
import { Button } from '@trussworks/react-uswds';
import { useEffect, useState } from 'react';
import { siteTime, utcTime } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { useKeys } from '../../keys.ts';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { AUTHORITY_WORDS, CARD_WORDS, count, isAuthorityUsable, MODEL_WORDS } from '../../pieces/words.ts';
import { queueRoute, trainingRoute } from '../../route.ts';
import { useOpen } from '../../session.ts';
import { Screen } from '../../shell/Screen.tsx';
import { useStore } from '../../store.ts';
import { Skeleton } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';
import { AuthorityTable, CompletionTable, EventTable, Moment, OwnerTable, StandingTable, VerificationTable, WaiverTable } from './file-tables.tsx';
import { DIALOG_KEYS, TrainingDialog, type TrainingDialogKind } from './TrainingDialog.tsx';

/** The file. */
export function OfficerFileScreen({ officerId }: { readonly officerId: string }) {
  const { data: file, problem, isSlow, reload } = useQuery('officer.file', { officerId });
  const go = useStore((s) => s.go);
  const [dialog, setDialog] = useState<TrainingDialogKind | null>(null);
  const now = useNow();
  const { session } = useOpen();
  useKeys([
    ...DIALOG_KEYS.map(({ kind, keys, label }) => ({ keys, label, group: 'Officer', disabled: file ? null : 'The file is not here yet.', run: () => setDialog(kind) })),
    { keys: 'Escape', label: 'Back to Training', group: 'Officer', run: () => go(trainingRoute(null)) },
    { keys: 'q', label: 'Packets of this officer', group: 'Officer', run: () => go(queueRoute('all', undefined, { preparerId: officerId })) },
  ]);
  // The title becomes a line on each printed page: an id only.
  useEffect(() => {
    const before = document.title;
    const print = () => {
      document.title = `officer-${officerId}`;
    };
    const after = () => {
      document.title = before;
    };
    addEventListener('beforeprint', print);
    addEventListener('afterprint', after);
    return () => {
      removeEventListener('beforeprint', print);
      removeEventListener('afterprint', after);
    };
  }, [officerId]);
  const back = (
    <Button type="button" unstyled onClick={() => go(trainingRoute(null))}>
      Training
    </Button>
  );
  if (!file)
    return (
      <Screen title="File of an officer" before={back}>
        {problem ? (
          <div className="pad">
            <LoadProblem problem={problem} onRetry={reload} />
          </div>
        ) : (
          isSlow && <Skeleton rows={10} label="Loading the file" />
        )}
      </Screen>
    );
  const { officer, agency, authority, card, packets } = file;
  const isUsable = authority !== 'NONE' && isAuthorityUsable(authority);
  return (
    <Screen title={officer.name} before={back}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long page is scrolled by keyboard */}
      <div className="officer-file" data-start tabIndex={0}>
        {session.practice && <p className="print-mark">PRACTICE</p>}
        <header>
          <h2 className="print-only" dir="auto">
            {officer.name}
          </h2>
          <p>
            DIO, {agency.name}, badge {officer.badge}, {MODEL_WORDS[agency.model]} model{officer.isSeparated ? ', left the agency' : ''}
          </p>
          <p className="strong">
            <span className={isUsable ? '' : 'amber'}>
              {isUsable ? '✓' : '▲'} {authority === 'NONE' ? 'nothing on record' : AUTHORITY_WORDS[authority]}
            </span>
          </p>
          <p className="soft">
            {CARD_WORDS[card.state]}
            {card.lastLoginAt ? (
              <>
                , last login <Moment at={card.lastLoginAt} zone={agency.zone} />
              </>
            ) : (
              ', no login on record'
            )}
            {card.diesAt && (
              <>
                , {card.diesAt <= now ? 'dead since' : 'without another dead from'} <Moment at={card.diesAt} zone={agency.zone} />
              </>
            )}
          </p>
          <p>
            Packets prepared, on this laptop: <b className="num">{packets.open.toLocaleString('en-US')}</b> to do, <b className="num">{packets.done.toLocaleString('en-US')}</b> done{' '}
            <Button type="button" unstyled className="no-print" onClick={() => go(queueRoute('all', undefined, { preparerId: officer.id }))}>
              Open {count(packets.open, 'packet')} in the queue
            </Button>{' '}
            {packets.done > 0 && (
              <Button type="button" unstyled className="no-print" onClick={() => go(queueRoute('done', undefined, { preparerId: officer.id }))}>
                Those done
              </Button>
            )}
          </p>
          <p className="print-only small">
            As of {siteTime(now, agency.zone)} ({utcTime(now)})
          </p>
          <div className="row wrap no-print">
            {DIALOG_KEYS.map(({ kind, keys, label }) => (
              <Button key={kind} type="button" outline onClick={() => setDialog(kind)}>
                {label} <kbd>{keys.toUpperCase()}</kbd>
              </Button>
            ))}
            <Button type="button" outline onClick={() => print()}>
              Print
            </Button>
          </div>
        </header>
        <AuthorityTable file={file} />
        <StandingTable file={file} />
        <CompletionTable file={file} />
        <WaiverTable file={file} />
        <VerificationTable file={file} />
        <EventTable file={file} />
        <OwnerTable file={file} />
      </div>
      {dialog && <TrainingDialog kind={dialog} view={file} requirement={null} onClose={() => setDialog(null)} />}
    </Screen>
  );
}
