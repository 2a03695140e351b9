/** The facts that a signature rests on, and how old this laptop's knowledge of each is. */
import type { PacketView } from '../../../shared/api.ts';
import { isOpen } from '../../../shared/domain/holds.ts';
import { activePack } from '../../../shared/domain/published-packs.ts';
import { age, siteTime } from '../../../shared/time.ts';
import { holdLabel } from '../../../shared/domain/rule-words.ts';
import { AUTHORITY_WORDS, isAuthorityUsable, MOA_WORDS } from '../../pieces/words.ts';
import { useQuery } from '../../use-query.ts';

/** A short list of facts with ages. */
export function SignFacts({ view, at }: { readonly view: PacketView; readonly at: string }) {
  const status = useQuery('sync.status', {}).data;
  const { preparer, agency } = view;
  const interval = view.intervals.find(
    (i) => i.officerId === view.packet.preparerId && i.startAt <= view.version.preparedAt && (i.endAt === null || i.endAt > view.version.preparedAt),
  );
  const moa = view.moa.find((m) => m.startAt <= at && (m.endAt === null || m.endAt > at));
  const holds = view.holds.filter(isOpen);
  return (
    <section aria-labelledby="sign-facts">
      <h3 id="sign-facts">Facts relied on</h3>
      <dl className="facts">
        <dt>HQ data</dt>
        <dd>
          {status?.hqDataAsOf ? (
            <>
              as of {age(at, status.hqDataAsOf)} <span className="soft">({siteTime(status.hqDataAsOf, agency.zone)})</span>
            </>
          ) : (
            'none received yet'
          )}
        </dd>
        <dt>Packet</dt>
        <dd>
          version {view.version.number}, received {age(at, view.version.receivedAt)}
        </dd>
        <dt>Preparer</dt>
        <dd>
          {preparer?.name ?? view.packet.preparerId}:{' '}
          {preparer ? (
            <span className={isAuthorityUsable(preparer.authorityState) ? '' : 'amber strong'}>{AUTHORITY_WORDS[preparer.authorityState]}</span>
          ) : (
            'not on this laptop'
          )}
          {interval ? `; authority in force when prepared, recorded ${age(at, interval.recordedAt)}` : '; no authority on record for the time of preparation'}
        </dd>
        <dt>Agreement</dt>
        <dd>{moa ? `${MOA_WORDS[moa.status]}, recorded ${age(at, moa.recordedAt)}` : 'no MOA on record for now'}</dd>
        <dt>Holds</dt>
        <dd>{holds.length === 0 ? 'none open' : holds.map((h) => holdLabel(h.rule)).join(', ')}</dd>
        <dt>Rules</dt>
        <dd>pack {activePack(view.packs, at).pack.version}</dd>
      </dl>
    </section>
  );
}
