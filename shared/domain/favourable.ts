import { FAVOUR_KINDS } from './custody.ts';

/**
 * The acts in a person's favour [PK-00]: accepted in every state of a packet, under every hold, block, lapse, stale state and old pack. The one place that names
 * them; a property test runs each of them over every state. A command that adds protection, evidence or release belongs here.
 */
export const FAVOURABLE_COMMANDS = [
  'hold.place', 'hold.follow', 'signoff.return', 'claim.record', 'claim.consult', 'claim.memo', 'call.log', 'call.close', 'pin.add',
] as const;

/**
 * `custody.record` is in a person's favour by the kind of its event: `FAVOUR_KINDS` of `custody.ts` are accepted as these commands are; an event that takes
 * custody further waits for holds and blocks. The same property test runs them.
 */
export const FAVOURABLE_BY_KIND = { 'custody.record': FAVOUR_KINDS } as const;
