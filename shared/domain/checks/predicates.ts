/** Every predicate by its name `id@n`: what a rule row may name. A row that names another leaves its pack inactive. */
import type { Predicate } from './answer.ts';
import { DETAINER_PREDICATES } from './detainer-checks.ts';
import { FORM_PREDICATES } from './form-checks.ts';
import { NTA_PREDICATES } from './nta-checks.ts';
import { ORDER_PREDICATES } from './order-checks.ts';
import { PACKET_PREDICATES } from './packet-checks.ts';
import { RECORD_PREDICATES } from './record-checks.ts';

export const PREDICATES = {
  ...PACKET_PREDICATES, ...FORM_PREDICATES, ...NTA_PREDICATES, ...DETAINER_PREDICATES, ...ORDER_PREDICATES, ...RECORD_PREDICATES,
} as const satisfies Readonly<Record<string, Predicate>>;
export type PredicateId = keyof typeof PREDICATES;
