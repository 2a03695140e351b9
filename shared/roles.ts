/** Who may run and read what. Data, so that screens, kernel and tests share one table. */
export const ROLES = [
  'pm', 'acting_pm', 'sddo', 'fod', 'unit_chief', 'national_pm', 'opla', 'juvenile_coordinator',
  'restricted_officer', 'training_officer', 'ice_security', 'auditor', 'service',
] as const;
export type Role = (typeof ROLES)[number];

/** Roles that act on a laptop, within the agencies assigned to them [SYN-7]. */
export const FIELD_ROLES = ['pm', 'acting_pm'] as const satisfies readonly Role[];
/** Roles that act at HQ through `POST /commands` or `npm run hq -- run`. */
export const HQ_ROLES = ROLES.filter((r) => r !== 'pm' && r !== 'acting_pm' && r !== 'service' && r !== 'auditor');
