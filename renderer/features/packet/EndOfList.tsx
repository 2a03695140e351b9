/** After a decision on the last packet of a list: there is nothing left, and where to go from here. */
import { Button } from '@trussworks/react-uswds';
import { useEffect } from 'react';
import { focusContent, useKeys } from '../../keys.ts';
import { Empty } from '../../ui/Placeholders.tsx';

/** In place of the packet. */
export function EndOfList({ isWhole, onBack, onAll, onStay }: { readonly isWhole: boolean; readonly onBack: () => void; readonly onAll: () => void; readonly onStay: () => void }) {
  useEffect(focusContent, []);
  useKeys([{ keys: 'Escape', label: 'Back to the list', group: 'Packet', run: onBack }]);
  return (
    <Empty
      title="Nothing left in this list"
      action={
        <span className="row">
          <Button type="button" onClick={onBack} data-start>
            Back to the list
          </Button>
          {!isWhole && (
            <Button type="button" outline onClick={onAll}>
              Show all packets
            </Button>
          )}
          <Button type="button" outline onClick={onStay}>
            Stay on this packet
          </Button>
        </span>
      }
    >
      That was its last packet. New ones appear in the list as they come in.
    </Empty>
  );
}
