/** Two packets that HQ linked, side by side, with what both narratives say marked. Of another agency's packet it shows what HQ sent and nothing more. */
import { Button } from '@trussworks/react-uswds';
import type { PacketBeside } from '../../../shared/api.ts';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { PACKET_STATE_WORDS, PACKET_TYPE_WORDS } from '../../pieces/words.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Skeleton } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';

type Props = { readonly packetId: string; readonly otherPacketId: string; readonly onClose: () => void };

/** The comparison. Decides nothing. */
export function BesideDialog({ packetId, otherPacketId, onClose }: Props) {
  const { data, problem, isSlow, reload } = useQuery('packet.beside', { packetId, otherPacketId });
  const excerpt = data?.links.find((l) => l.kind === 'similar')?.excerpt;
  return (
    <Dialog title="Side by side" onClose={onClose} size="wide" footer={<Button type="button" outline data-first onClick={onClose}>Close</Button>}>
      {problem && <LoadProblem problem={problem} onRetry={reload} />}
      {!data && isSlow && <Skeleton rows={6} label="Loading both packets" />}
      {data && (
        <div className="beside">
          <Half title="This packet" half={data.own} />
          {data.other ? (
            <Half title="The other packet" half={data.other} />
          ) : (
            <section>
              <h3>The other packet</h3>
              <p>Of an agency that is not on this laptop. HQ sent this and nothing more.</p>
              {excerpt ? <p dir="auto"><mark>{excerpt}</mark></p> : <p className="soft">The numbers of the person are the same.</p>}
            </section>
          )}
        </div>
      )}
    </Dialog>
  );
}

function Half({ title, half }: { readonly title: string; readonly half: PacketBeside }) {
  return (
    <section>
      <h3>{title}</h3>
      <p>
        <b>{half.subjectName}</b>, {PACKET_TYPE_WORDS[half.packet.type]}, {half.packet.eventNumber}. {half.agencyName}. {PACKET_STATE_WORDS[half.packet.state]}.
      </p>
      {half.passages === null ? (
        <p className="soft">It has no narrative.</p>
      ) : (
        <p dir="auto">
          {half.passages.map((p, n) => {
            // Pieces of one fixed text: their place is their identity.
            const key = `${n}`;
            return p.isShared ? <mark key={key}>{p.text}</mark> : <span key={key}>{p.text}</span>;
          })}
        </p>
      )}
    </section>
  );
}
