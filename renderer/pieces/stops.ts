/** Words for protective matters: sources and outcomes of claims, and what lifts a stop. Pure. */
import { CLAIM_KINDS, type ClaimKindRow, isClaimKind } from '../../shared/domain/claims.ts';
import { CALL_KINDS, isCallKind } from '../../shared/domain/calls.ts';

const SOURCE_WORDS: Readonly<Record<string, string>> = {
  own_statement: 'The person says so', birth_in_us: 'Born in the United States', parent_citizen: 'Parent is a US citizen', parent_naturalised: 'Parent was naturalised', military_service: 'Served in the US military',
  us_birth_record: 'US birth record', earlier_finding: 'Earlier finding', us_passport: 'US passport', abuser_or_perpetrator: 'Somebody whom the person fears', household_or_family: 'Household or family',
  other_relation: 'Another relation', unknown: 'Not known', officer_saw: 'Seen by an officer', document: 'A document', third_party: 'A third party', other: 'Something else',
};
/** `Parent is a US citizen`; an id of a later version as it is. */
export const sourceWord = (source: string): string => SOURCE_WORDS[source] ?? source.replaceAll('_', ' ');
/** `some evidence`: an outcome as it is read. */
export const outcomeWord = (outcome: string): string => outcome.replaceAll('_', ' ');
/** What a claim or call is about. */
export const stopLabel = (kind: string): string => (isClaimKind(kind) ? CLAIM_KINDS[kind].label : isCallKind(kind) ? CALL_KINDS[kind].label : kind.replaceAll('_', ' '));

const BY_RULE: ReadonlyMap<string, ClaimKindRow> = new Map(Object.values(CLAIM_KINDS).map((k): [string, ClaimKindRow] => [k.rule, k]));
/** What lifts a hold of this rule, as a sentence; null where no claim stands behind it. */
export const liftsOf = (rule: string): string | null => (rule === 'OTHER' ? null : (BY_RULE.get(rule)?.lifts ?? null));
