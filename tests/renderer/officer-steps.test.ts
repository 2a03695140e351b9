/** The steps that a PM may record: from each state those of domain 3.3, every detail asked in words, and what is typed is what the command takes. */
import { describe, expect, it } from 'vitest';
import { CHOICE_WORDS, FIELD_WORDS } from '../../renderer/features/officer/step-words.ts';
import { officerRecordInput } from '../../shared/domain/officer-commands.ts';
import { OFFICER_EVENTS } from '../../shared/domain/officer-events.ts';
import { correctable, fieldsOf, type StepField, stepDetails, stepsOf, wrongFields } from '../../shared/domain/officer-steps.ts';
import type { AuthorityState } from '../../shared/rows.ts';

const ALWAYS = ['card.login', 'card.asked', 'card.reactivated', 'corrected'] as const;
const PM_KINDS = ['nominated', 'training.started', 'suspended', 'revocation.asked', 'reinstatement.signed', 'separated', ...ALWAYS] as const;
const typed = (f: StepField): string => (f.kind === 'yes' ? 'yes' : f.kind === 'choice' ? (f.choices[0] ?? '') : f.kind === 'day' ? '2027-01-11' : f.kind === 'event' ? 'e-1' : 'Words that say enough');

describe('steps of a PM', () => {
  it.each<readonly [AuthorityState | 'NONE', readonly string[]]>([
    ['NONE', ['nominated']],
    ['VETTED', ['training.started', 'revocation.asked', 'separated']],
    ['CERTIFIED', ['suspended', 'revocation.asked', 'separated']],
    ['DUE_SOON', ['suspended', 'revocation.asked', 'separated']],
    ['LAPSED', ['training.started', 'suspended', 'revocation.asked', 'reinstatement.signed', 'separated']],
    ['SUSPENDED', ['training.started', 'revocation.asked', 'reinstatement.signed', 'separated']],
    ['REVOKED', ['nominated', 'separated']],
    ['SEPARATED', ['nominated']],
  ])('from %s', (state, kinds) => expect(stepsOf(state, 'pm')).toEqual([...kinds, ...ALWAYS]));
  it('what the FOD or HQ decides is never among them', () => {
    expect(stepsOf('LAPSED', 'pm').some((k) => ['revoked', 'reinstated', 'certified', 'passed', 'vetted'].includes(k))).toBe(false);
    expect(stepsOf('LAPSED', 'fod')).toContain('revoked');
  });
  it.each(PM_KINDS)('%s is asked in words, and what is typed is what the command takes', (kind) => {
    const fields = fieldsOf(kind);
    expect(fields.map((f) => f.name)).toEqual(Object.keys(OFFICER_EVENTS[kind].details.shape));
    for (const f of fields) {
      expect(FIELD_WORDS[f.name], f.name).toBeDefined();
      for (const c of f.choices) expect(CHOICE_WORDS[c], c).toBeDefined();
    }
    const values = Object.fromEntries(fields.map((f) => [f.name, typed(f)]));
    expect(wrongFields(kind, values)).toEqual([]);
    expect(officerRecordInput.safeParse({ officerId: 'o', event: { kind, at: '2026-11-24T12:00:00.000Z', details: stepDetails(kind, values) } }).error?.issues ?? []).toEqual([]);
    // Left empty, each that is needed is named.
    expect(wrongFields(kind, {})).toEqual(fields.filter((f) => !f.isOptional).map((f) => f.name));
  });
  it('a correction of a few words is not enough, and only what a PM may record can be corrected, the newest first', () => {
    expect(wrongFields('corrected', { eventId: 'e-1', why: 'wrong' })).toEqual(['why']);
    const event = (id: string, kind: string, at: string, details = {}) => ({ id, kind, at, recordedAt: at, details });
    const events = [
      event('e-1', 'suspended', '2026-11-01T00:00:00.000Z'), event('e-2', 'revoked', '2026-11-02T00:00:00.000Z'), event('e-3', 'card.login', '2026-11-03T00:00:00.000Z'),
      event('e-4', 'card.asked', '2026-11-04T00:00:00.000Z'), event('e-5', 'corrected', '2026-11-05T00:00:00.000Z', { eventId: 'e-4' }),
    ];
    expect(correctable(events, 'pm').map((e) => e.id)).toEqual(['e-3', 'e-1']);
  });
});
