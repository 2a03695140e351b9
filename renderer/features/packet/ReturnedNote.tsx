/** Why a packet stands as returned: the deficiencies of its last return. */
import type { PacketView } from '../../../shared/api.ts';
import { openContent } from '../../../shared/domain/packet.ts';
import { fieldWords } from '../../../shared/domain/rule-words.ts';
import { routeText } from '../../route.ts';

/** Under the packet's strip; nothing when it was never returned. */
export function ReturnedNote({ view }: { readonly view: PacketView }) {
  const last = [...view.returns].sort((a, b) => (a.returnedAt < b.returnedAt ? 1 : -1))[0];
  if (!last) return null;
  return (
    <details className="returned-note">
      <summary>
        <b>↩ Returned to the DIO</b> for {last.deficiencies.map((d) => d.rule).join(', ')}
      </summary>
      <ul>
        {last.deficiencies.map((d) => (
          <li key={d.rule + d.field}>
            <b>{d.rule}</b> {fieldWords(d.field, openContent(view.version.content))}: <bdi>{d.note}</bdi>
          </li>
        ))}
      </ul>
      {last.note && <p dir="auto">{last.note}</p>}
      <a href={`#${routeText({ screen: 'return-sheet', packetId: view.packet.id, number: last.number })}`}>Return sheet, to print</a>
    </details>
  );
}
