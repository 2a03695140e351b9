/** Space: the selected packet at a glance, without leaving the list. Shows what stops it; decides nothing. */
import { Button } from '@trussworks/react-uswds';
import { useMemo } from 'react';
import type { QueueItem } from '../../../shared/api.ts';
import { isOpen } from '../../../shared/domain/holds.ts';
import { displayANumber, openContent } from '../../../shared/domain/packet.ts';
import { activePack } from '../../../shared/domain/published-packs.ts';
import { age } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { Countdown } from '../../pieces/Countdown.tsx';
import { holdLabel, ruleOf } from '../../../shared/domain/rule-words.ts';
import { SeverityMark } from '../../pieces/Severity.tsx';
import { FORM_TITLES, PACKET_STATE_WORDS, PACKET_TYPE_WORDS } from '../../pieces/words.ts';
import { Skeleton } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';

/** The pane beside the list. */
export function PreviewPane({ item, onOpen }: { readonly item: QueueItem; readonly onOpen: () => void }) {
  const { data, isSlow } = useQuery('packet.open', { packetId: item.packet.id, number: null });
  const now = useNow();
  const document = useMemo(() => (data ? openContent(data.version.content) : null), [data]);
  const failed = data?.checkRun?.results.filter((r) => r.outcome === 'fail' && r.gates.some((g) => g.startsWith('sign:'))) ?? [];
  return (
    <aside className="preview" aria-label={`Preview of ${item.subjectName}`} data-region="preview">
      <div className="preview-head">
        <h2 className="cut-3" dir="auto" title={item.subjectName}>{item.subjectName}</h2>
        <p className="soft num">
          {displayANumber(item.aNumber)} · {PACKET_TYPE_WORDS[item.packet.type]} · version {item.packet.currentVersion}
        </p>
      </div>
      <p>
        <Countdown deadlineAt={item.packet.deadlineAt} zone={item.zone} now={now} />
      </p>
      <p className="soft">
        {item.agencyName}, prepared by {item.preparerName}, received {age(now, item.packet.receivedAt)}. {PACKET_STATE_WORDS[item.packet.state]}.
      </p>
      {!data && isSlow && <Skeleton rows={4} label="Loading the preview" />}
      {data && data.holds.filter(isOpen).length > 0 && (
        <section>
          <h3>Holds</h3>
          {data.holds.filter(isOpen).map((h) => (
            <p key={h.id}>◆ {holdLabel(h.rule)}</p>
          ))}
        </section>
      )}
      {data && (
        <section>
          <h3>{failed.length === 0 ? 'Nothing stands in the way of a signature' : 'Not so, and in the way of a signature'}</h3>
          <ul className="stack">
            {failed.slice(0, 8).map((r) => (
              <li key={r.rule + r.gates.join()} className="preview-check">
                <SeverityMark severity={r.severity} hasWord={false} />
                <span>
                  {ruleOf(r.rule, activePack(data.packs, now).pack).sentence} <span className="soft small nowrap">{r.rule}</span>
                </span>
              </li>
            ))}
          </ul>
          {failed.length > 8 && <p className="soft small">and {failed.length - 8} more</p>}
        </section>
      )}
      {document && (
        <section>
          <h3>Forms</h3>
          <ul>
            {document.forms.map((f) => (
              <li key={f.id} className="cut">
                <span className="strong">{f.kind}</span> <span className="soft">{FORM_TITLES[f.kind]}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Button type="button" onClick={onOpen}>
        Open <kbd>Enter</kbd>
      </Button>
    </aside>
  );
}
