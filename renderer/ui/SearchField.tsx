/** The search field above a list, reached by `/`. Escape empties it; the arrow down and Enter go on to the list. */
import { Icon } from '@trussworks/react-uswds';

type Props = { readonly id: string; readonly label: string; readonly placeholder: string; readonly value: string; readonly onChange: (value: string) => void };

/** The field. `id`: what a key binding focuses. */
export function SearchField({ id, label, placeholder, value, onChange }: Props) {
  return (
    <span className="search-field">
      <Icon.Search aria-hidden="true" />
      <input
        id={id}
        type="search"
        value={value}
        maxLength={200}
        placeholder={placeholder}
        aria-label={label}
        onChange={(e) => onChange(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape') onChange('');
          else if (e.key !== 'ArrowDown' && e.key !== 'Enter') return;
          e.preventDefault();
          document.querySelector<HTMLElement>('[role=grid]')?.focus();
        }}
      />
      <kbd>/</kbd>
    </span>
  );
}
