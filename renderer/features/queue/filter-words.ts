/** The queue's filter in words: its choices, and the chips that say what is chosen. */
import type { PreparerItem } from '../../../shared/api.ts';
import type { QueueFilter } from '../../../shared/domain/filters.ts';
import { PACKET_TYPE_WORDS } from '../../pieces/words.ts';

type Choices = Readonly<Record<string, string>>;
/** Every field that a person chooses by, in the order of the dialog. */
export const FILTER_FIELDS = {
  type: { label: 'Packet', choices: PACKET_TYPE_WORDS as Choices },
  custody: { label: 'Custody', choices: { detained: 'Detained', not_detained: 'Not detained' } as Choices },
  clock: { label: 'Clock', choices: { past: 'Passed', '4h': 'Within 4 hours', '24h': 'Within 24 hours', '72h': 'Within 72 hours', none: 'No clock' } as Choices },
  severity: { label: 'Checks', choices: { block: 'A failed Block', hold: 'A hold', warn: 'A warning', clear: 'Nothing against it' } as Choices },
} as const;
export type FilterField = keyof typeof FILTER_FIELDS;
export const FILTER_FIELD_NAMES = Object.keys(FILTER_FIELDS) as readonly FilterField[];

/** `Custody: Detained`, one for each field that is chosen: a filter that is on is always in view. */
export const filterChips = (filter: QueueFilter, preparers: readonly PreparerItem[] = []): readonly { readonly field: keyof QueueFilter; readonly text: string }[] => [
  ...FILTER_FIELD_NAMES.flatMap((field) => {
    const value = filter[field];
    return value === undefined ? [] : [{ field, text: `${FILTER_FIELDS[field].label}: ${FILTER_FIELDS[field].choices[value] ?? value}` }];
  }),
  ...(filter.preparerId === undefined ? [] : [{ field: 'preparerId' as const, text: `Preparer: ${preparers.find((p) => p.id === filter.preparerId)?.name ?? filter.preparerId}` }]),
];
