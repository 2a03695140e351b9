/** Where my work on a row stands, as shape and the exact words of product.md 4.1. Green only for what HQ has. */
import type { WorkState } from '../../shared/api.ts';
import { WORK_WORDS } from './words.ts';

const SHAPES: Readonly<Record<WorkState, string>> = { none: '', draft: '○', saved: '◐', sending: '↑', received: '✓', under_review: '▲', needs_attention: '▲' };
const TONES: Readonly<Record<WorkState, string>> = { none: '', draft: '', saved: '', sending: '', received: 'received', under_review: 'attention', needs_attention: 'attention' };

/** The state of my work on one packet. */
export const WorkMark = ({ work }: { readonly work: WorkState }) =>
  work === 'none' ? null : (
    <span className={`work small ${TONES[work]}`}>
      <span aria-hidden="true">{SHAPES[work]}</span>
      {WORK_WORDS[work]}
    </span>
  );
