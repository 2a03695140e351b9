/** The review loop's keys (product 4.8). No single key signs: S opens the ceremony. */
import type { PacketView } from '../../../shared/api.ts';
import { type Binding, stepFocus, useKeys } from '../../keys.ts';
import { whyNotAct, whyNotSign } from './ActionBar.tsx';
import { checkKey } from './check-groups.ts';
import { evidenceKey } from './FormList.tsx';
import { CHANGES_ID, type RedlineModel } from './redline-model.ts';
import type { PacketModel } from './use-packet.ts';
import { PINS_ID, type PinsModel } from './use-pins.ts';

type Input = {
  readonly model: PacketModel | null;
  readonly view: PacketView;
  readonly dialogs: Readonly<Record<'sign' | 'return' | 'hold' | 'export' | 'custody' | 'claim', () => void>>;
  readonly next: (() => void) | null;
  readonly previous: (() => void) | null;
  readonly openCheck: (key: string) => void;
  readonly chosen: string;
  readonly redline: RedlineModel | null;
  readonly pins: PinsModel | null;
  readonly choose: (id: string) => void;
  readonly checks: { readonly isFolded: boolean; readonly turn: () => void };
  readonly back: () => void;
};
const NONE = 'There is no further packet.';

/** Registers the keys of the packet screen. */
export function usePacketKeys({ model, view, dialogs, next, previous, openCheck, chosen, redline, pins, choose, checks, back }: Input): void {
  const group = 'Packet';
  const forms = model?.document.forms ?? [];
  const evidence = model?.document.evidence ?? [];
  const cycle = (ids: readonly string[], by: number) => {
    const id = ids[(ids.indexOf(chosen) + by + ids.length) % ids.length];
    if (id) choose(id);
  };
  const formIds = [...(redline ? [CHANGES_ID] : []), ...forms.map((f) => f.id)];
  const stepChange = (by: 1 | -1) => {
    choose(CHANGES_ID);
    requestAnimationFrame(() => stepFocus('.change', by));
  };
  const noChange = redline ? (redline.total > 0 ? null : 'Nothing changed.') : 'This is the first version.';
  const noPin = pins && pins.places.length > 0 ? null : 'Nothing in this packet is pinned.';
  const turn = (by: number) => document.querySelector('.reader')?.scrollBy({ top: by * Math.max(120, (document.querySelector('.reader')?.clientHeight ?? 400) - 60) });
  const digits: readonly Binding[] = (model?.failed ?? []).slice(0, 9).map((r, n) => ({ keys: `${n + 1}`, label: `Check ${r.rule}`, group, run: () => openCheck(checkKey(r)) }));
  useKeys([
    { keys: 's', label: 'Sign…', group, run: dialogs.sign, disabled: model ? (whyNotSign(model.candidates) ?? redline?.whyNotSign ?? pins?.whyNotSign ?? null) : 'Loading' },
    { keys: 'r', label: 'Return…', group, run: dialogs.return, disabled: whyNotAct(view) },
    { keys: 'h', label: 'Hold…', group, run: dialogs.hold, disabled: whyNotAct(view) },
    { keys: 'u', label: 'Custody…', group, run: dialogs.custody },
    { keys: 'm', label: 'Claim or protective matter…', group, run: dialogs.claim },
    { keys: '', label: 'Export packet…', group, run: dialogs.export },
    { keys: 'x', label: 'Next packet', group, run: () => next?.(), disabled: next ? null : NONE },
    { keys: 'j', label: 'Next form', group, region: 'forms', run: () => cycle(formIds, 1) },
    { keys: 'k', label: 'Previous form', group, region: 'forms', run: () => cycle(formIds, -1) },
    { keys: 'PageDown', label: 'Scroll the form', group, region: 'forms', run: () => turn(1), isHidden: true },
    { keys: 'PageUp', label: 'Scroll the form back', group, region: 'forms', run: () => turn(-1), isHidden: true },
    { keys: 'j', label: 'Next check', group, region: 'checks', run: () => stepFocus('.check-line', 1) },
    { keys: 'k', label: 'Previous check', group, region: 'checks', run: () => stepFocus('.check-line', -1) },
    { keys: 'j', label: 'Next packet', group, run: () => next?.(), disabled: next ? null : NONE },
    { keys: 'k', label: 'Previous packet', group, run: () => previous?.(), disabled: previous ? null : NONE },
    {
      keys: 'e',
      label: 'Evidence',
      group,
      run: () =>
        cycle(
          evidence.map((e) => evidenceKey(e.id)),
          1,
        ),
      disabled: evidence.length ? null : 'This packet has no evidence.',
    },
    {
      keys: 'f',
      label: 'Next form',
      group,
      run: () => cycle(formIds, 1),
    },
    { keys: 'n', label: 'Next change', group, run: () => stepChange(1), disabled: noChange },
    { keys: 'b', label: 'Previous change', group, run: () => stepChange(-1), disabled: noChange },
    { keys: ']', label: 'Next pin', group, run: () => pins?.step(1), disabled: noPin },
    { keys: '[', label: 'Previous pin', group, run: () => pins?.step(-1), disabled: noPin },
    { keys: 'v', label: checks.isFolded ? 'Open the checks' : 'Fold the checks', group, run: checks.turn },
    { keys: 'p', label: 'Pins, and add one', group, run: () => choose(PINS_ID) },
    { keys: 'Escape', label: 'Back to the queue', group, run: back },
    ...digits,
  ]);
}
