/** The dialogs of training by their kind: the same over the matrix and over the file of one officer, with the same keys. */
import type { RequirementId } from '../../../shared/domain/training.ts';
import type { OfficerFileView } from '../../../shared/training-views.ts';
import { RecordCompletionDialog, VerifyDialog, WithdrawDialog } from './CompletionDialogs.tsx';
import { AttestDialog, OwnerDialog, UnavailableDialog } from './CourseDialogs.tsx';

/** `requirement`: the one that was chosen, to start with. */
export type TrainingDialogProps = { readonly view: OfficerFileView; readonly requirement: RequirementId | null; readonly onClose: () => void };
const DIALOGS = { verify: VerifyDialog, record: RecordCompletionDialog, withdraw: WithdrawDialog, unavailable: UnavailableDialog, attest: AttestDialog, owner: OwnerDialog } as const;
export type TrainingDialogKind = keyof typeof DIALOGS;

export const DIALOG_KEYS: readonly { readonly kind: TrainingDialogKind; readonly keys: string; readonly label: string }[] = [
  { kind: 'verify', keys: 'v', label: 'Verify training…' },
  { kind: 'record', keys: 'r', label: 'Record training…' },
  { kind: 'withdraw', keys: 'w', label: 'Withdraw training…' },
  { kind: 'unavailable', keys: 'n', label: 'Course not available…' },
  { kind: 'attest', keys: 'a', label: 'Annual verification…' },
  { kind: 'owner', keys: 'o', label: 'Who answers for it…' },
];

/** One dialog. */
export function TrainingDialog({ kind, ...props }: TrainingDialogProps & { readonly kind: TrainingDialogKind }) {
  const Chosen = DIALOGS[kind];
  return <Chosen {...props} />;
}
