/**
 * The acts in a person's favour [PK-00]: accepted in every state of a packet, under every hold, block, lapse, stale state and old pack. The one place that names
 * them; a property test runs each of them over every state. A command that adds protection, evidence or release belongs here.
 */
export const FAVOURABLE_COMMANDS = [
  'hold.place', 'hold.follow', 'signoff.return', 'claim.record', 'claim.consult', 'claim.memo', 'call.log', 'call.close',
] as const;
