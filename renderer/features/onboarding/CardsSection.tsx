/** Cards of a site that waits for its equipment: which are dead, which die before it comes, and one request for all that are dead. */
import { Button, Label, TextInput } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { OnboardingItem } from '../../../shared/api.ts';
import { csvCell } from '../../../shared/domain/roster-words.ts';
import type { Problem } from '../../../shared/result.ts';
import { siteDay } from '../../../shared/time.ts';
import { run } from '../../api.ts';
import { useNow } from '../../clock.ts';
import { offer } from '../../pieces/offer.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { count } from '../../pieces/words.ts';
import { DecisionDialog } from '../../ui/DecisionDialog.tsx';
import { Dialog } from '../../ui/Dialog.tsx';

const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;
type Cards = NonNullable<OnboardingItem['cards']>;

/** The section of the agency's details. */
export function CardsSection({ item, cards, onAsk }: { readonly item: OnboardingItem; readonly cards: Cards; readonly onAsk: () => void }) {
  const toAsk = cards.dead.filter((d) => !d.isAsked);
  return (
    <section>
      <h3>Cards</h3>
      <p className={cards.dying.length > 0 ? 'amber strong' : 'soft'}>
        {cards.dying.length > 0 ? '▲ ' : ''}
        {cards.dying.length === 0 ? 'No card that is alive' : count(cards.dying.length, 'card')} {cards.dying.length === 1 ? 'dies' : 'die'}
        {cards.dying.length === 0 ? 's' : ''} before the installation on {cards.installOn}.
      </p>
      {cards.dying.map((d) => (
        <div key={d.officerId} className="mini-row">
          <span>{d.name}</span>
          <span className="soft num">{d.badge}</span>
          <span className="num">dies {siteDay(d.diesAt, item.zone)}</span>
        </div>
      ))}
      {cards.dead.length > 0 && (
        <p>
          {count(cards.dead.length, 'card')} dead, {cards.dead.length - toAsk.length} asked to be reactivated.
        </p>
      )}
      {cards.unknown > 0 && <p className="soft">Of {count(cards.unknown, 'DIO')} no log-in is known.</p>}
      {cards.ready > 0 && (
        <p className="soft">
          {count(cards.ready, 'DIO')} trained, no terminal here.{' '}
          {cards.nearest ? `The nearest working site on this laptop is ${cards.nearest.name}, ${count(cards.nearest.miles, 'mile')} as the crow flies.` : 'No working site is on this laptop.'}
        </p>
      )}
      {toAsk.length > 0 && (
        <Button type="button" outline onClick={onAsk}>
          Ask for reactivation of {count(toAsk.length, 'card')}…
        </Button>
      )}
    </section>
  );
}

/** One request for every dead card of the site that was not asked for yet: recorded officer by officer, and a list to hand on. */
export function ReactivationDialog({ item, cards, onClose }: { readonly item: OnboardingItem; readonly cards: Cards; readonly onClose: () => void }) {
  const now = useNow();
  // As the person saw them: what is recorded meanwhile does not change the list.
  const [asked] = useState(() => cards.dead.filter((d) => !d.isAsked));
  const [ticket, setTicket] = useState('');
  const [state, setState] = useState<{ readonly done: number; readonly isBusy: boolean; readonly problem: Problem | null }>({ done: 0, isBusy: false, problem: null });
  const isDone = state.done === asked.length;
  const record = async () => {
    setState({ ...state, isBusy: true, problem: null });
    for (const [n, d] of asked.entries()) {
      // What was recorded before a refusal is not recorded again.
      if (n < state.done) continue;
      const answer = await run('officer.record', { officerId: d.officerId, event: { kind: 'card.asked', at: now, details: { ticket: ticket.trim(), batch: `${item.agencyId}.${item.today}` } } }, {});
      if (!answer.ok) {
        setState({ done: n, isBusy: false, problem: answer.problem });
        return;
      }
    }
    setState({ done: asked.length, isBusy: false, problem: null });
  };
  const save = () =>
    offer(
      `card-reactivation-${item.agencyId}-${item.today}.csv`,
      new Blob(['\uFEFF', csvLine(['Agency', 'DIO', 'Badge', 'Ticket', 'Asked on']), ...asked.map((d) => csvLine([item.name, d.name, d.badge, ticket.trim(), item.today]))], { type: 'text/csv' }),
    );
  if (isDone)
    return (
      <Dialog
        title={`${count(asked.length, 'card')} asked to be reactivated`}
        onClose={onClose}
        footer={
          <>
            <Button type="button" outline className="push" onClick={save}>
              Save the list as CSV
            </Button>
            <Button type="button" onClick={onClose}>
              Close
            </Button>
          </>
        }
      >
        <p>Each request is on the file of its DIO. A reactivation is recorded there when it is done.</p>
      </Dialog>
    );
  return (
    <DecisionDialog
      title={`Reactivation for ${item.name}`}
      why={ticket.trim() === '' ? 'Give the number of the ticket at the help desk.' : null}
      meaning="Recorded on the file of each DIO. Authority does not change."
      verb={`Ask for ${count(asked.length, 'card')}`}
      busyVerb="Recording…"
      isBusy={state.isBusy}
      onAct={() => void record()}
      onClose={onClose}
      problem={state.problem && <ProblemNote problem={state.problem} />}
    >
      <div>
        <Label htmlFor="reactivation-ticket">Ticket</Label>
        <TextInput id="reactivation-ticket" name="reactivation-ticket" type="text" data-first maxLength={60} value={ticket} onChange={(e) => setTicket(e.target.value)} />
      </div>
      <div>
        {asked.map((d) => (
          <div key={d.officerId} className="mini-row">
            <span>{d.name}</span>
            <span className="soft num">{d.badge}</span>
          </div>
        ))}
      </div>
    </DecisionDialog>
  );
}
