/** Chooses who prepared the packets: typed in parts, or from the list of officers with their agency. What fits nobody, or several, chooses nobody and says so. */
import { Label, TextInput } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { PreparerItem } from '../../../shared/api.ts';
import { fold } from '../../../shared/domain/search-words.ts';
import { count } from '../../pieces/words.ts';

/** `Vapel Varud, Example County SO`; with the id where two would read the same. */
const labelOf = (p: PreparerItem, all: readonly PreparerItem[]): string => {
  const isDouble = all.some((x) => x.id !== p.id && x.name === p.name && x.agencyName === p.agencyName);
  return [p.name, p.agencyName, ...(isDouble ? [p.id] : [])].filter(Boolean).join(', ');
};
/** Officers whose words hold all that was typed; one whose label was typed whole is meant alone. */
export function preparersFor(typed: string, all: readonly PreparerItem[]): readonly PreparerItem[] {
  const words = fold(typed).split(/[\s,]+/).filter(Boolean);
  const whole = all.filter((p) => fold(labelOf(p, all)) === fold(typed.trim()));
  return whole.length > 0 ? whole : all.filter((p) => words.every((w) => fold(labelOf(p, all)).includes(w)));
}

type Props = {
  /** Undefined until they are read: what is typed before would fit nobody. */
  readonly preparers: readonly PreparerItem[] | undefined;
  readonly chosenId: string | undefined;
  /** `isOpen`: something is typed that chooses nobody. */
  readonly onChoose: (id: string | undefined, isOpen: boolean) => void;
};

/** The control. */
export function PreparerField({ preparers: known, chosenId, onChoose }: Props) {
  const preparers = known ?? [];
  const [typed, setTyped] = useState<string | null>(null);
  const chosen = preparers.find((p) => p.id === chosenId);
  const shown = typed ?? (chosen ? labelOf(chosen, preparers) : (chosenId ?? ''));
  const fitting = preparersFor(shown, preparers);
  const isOpen = shown.trim() !== '' && chosenId === undefined;
  const type = (text: string) => {
    setTyped(text);
    const found = text.trim() === '' ? [] : preparersFor(text, preparers);
    onChoose(found.length === 1 ? found[0]?.id : undefined, text.trim() !== '' && found.length !== 1);
  };
  return (
    <div className="preparer-field">
      <Label htmlFor="filter-preparer">Preparer</Label>
      <TextInput
        id="filter-preparer" name="preparer" type="text" list="filter-preparers" autoComplete="off" spellCheck={false} placeholder="All" value={shown} disabled={known === undefined}
        aria-describedby="filter-preparer-hint" aria-invalid={isOpen || undefined} onChange={(e) => type(e.target.value)}
      />
      <datalist id="filter-preparers">
        {preparers.map((p) => (
          <option key={p.id} value={labelOf(p, preparers)}>
            {count(p.packets, 'packet')}
          </option>
        ))}
      </datalist>
      <p id="filter-preparer-hint" className={`small cut-2 ${isOpen ? 'amber' : 'soft'}`} role="status">
        {isOpen
          ? fitting.length === 0 ? 'Nobody of that name prepared a packet on this laptop.' : `${count(fitting.length, 'officer')} fit: type more, or choose from the list.`
          : chosen ? `${labelOf(chosen, preparers)}: ${count(chosen.packets, 'packet')}` : 'Type a name or an agency.'}
      </p>
    </div>
  );
}
