/** Authority at a moment, the models' capabilities, the charge table, titles and names. */
import { describe, expect, it } from 'vitest';
import { authorityAt, DIO_ACTS, MODEL_CAPABILITIES, type DioAct } from '../../shared/domain/authority.ts';
import { CHARGES, chargeOf, parseSection } from '../../shared/domain/charges.ts';
import { isSameName } from '../../shared/domain/checks/identity.ts';
import { hasTitle, TITLES_239_1 } from '../../shared/domain/checks/titles.ts';
import { cleanAgency, cleanInterval, cleanMoa } from './clean-packets.ts';

describe('authorityAt', () => {
  const at = '2026-11-23T18:00:00.000Z';
  const ask = (o: { interval?: object; moa?: object; act?: DioAct; at?: string; siteId?: string } = {}) => {
    const result = authorityAt([{ ...cleanInterval(), ...o.interval }], [{ ...cleanMoa(), ...o.moa }], cleanAgency(), o.act ?? 'prepare_charging', o.at ?? at, o.siteId ?? 'site-jail');
    return result.ok ? 'ok' : result.problem.code;
  };
  it.each([
    ['ok', {}], ['ok', { interval: { startAt: at } }], ['authority/no-interval', { interval: { endAt: at } }], ['authority/no-interval', { at: '2025-05-31T23:59:59.000Z' }],
    ['authority/not-in-model', { act: 'arrest_without_warrant' as const }], ['authority/not-in-model', { interval: { model: 'WSO' } }], ['ok', { interval: { model: 'WSO' }, act: 'serve_warrant' as const }],
    ['authority/moa-not-in-force', { moa: { status: 'terminated' } }], ['authority/moa-not-in-force', { moa: { endAt: at } }], ['authority/outside-site', { siteId: 'site-office' }], ['ok', { siteId: 'site-office', interval: { model: 'TFM' } }],
    ['authority/outside-site', { siteId: 'site-nowhere', interval: { model: 'TFM' } }],
  ] as const)('[PK-03] [PK-04] [PK-05] %s', (code, o) => expect(ask(o)).toBe(code));
  it('[WSO-01] gives a WSO no processing act', () => {
    const wso: readonly DioAct[] = MODEL_CAPABILITIES.WSO;
    expect(DIO_ACTS.filter((a) => wso.includes(a))).toEqual(['serve_warrant', 'prepare_warrant', 'hand_off']);
    expect(MODEL_CAPABILITIES.TFM.filter((a) => !(MODEL_CAPABILITIES.JEM as readonly string[]).includes(a))).toEqual(['arrest_without_warrant']);
  });
});

describe('charges', () => {
  it('[NTA-04] parses every section of its own table, with and without INA and spaces', () => {
    for (const { section } of CHARGES) expect([parseSection(section), parseSection(`INA ${section}`), chargeOf(`section ${section.replace('(', ' (')}`)?.section]).toEqual([section, section, section]);
    expect(new Set(CHARGES.map((c) => c.section)).size).toBe(CHARGES.length);
  });
  it.each(['', 'overstay', '212', '8 USC 1182', '237(a)(8)(A)', '212(a)(6)(A)(i) and more', '212(a)(6)(a)(i)'])('[NTA-04] does not take %j for a charge', (typed) => expect(chargeOf(typed)).toBeNull());
  it('[NTA-05] lets 212 charges stand under boxes 1 and 2 only, 237 charges under box 3 only', () => {
    for (const c of CHARGES) expect([c.section, c.boxes.includes('admitted')]).toEqual([c.section, c.section.startsWith('237')]);
  });
});

describe('names and titles', () => {
  it.each([['José Ortega-Díaz', 'Jose Ortega Diaz', true], ["O'Brien", 'OBrien', true], ['Ana Maria', 'Maria Ana', true], ['Ortega', 'Ortiz', false], ['Ana', 'Ana Maria', false], ['Müller', 'Muller', true]] as const)('[PK-01] %s and %s: %s', (a, b, same) => expect(isSameName(a, b)).toBe(same));
  it.each([['supervisory  detention and deportation OFFICER', true], ['Acting Field Office Director', false], ['287(g) Program Manager', false], ['Deportation Officer', false]] as const)('[PK-07] %s in 8 CFR 239.1(a): %s', (title, listed) => expect(hasTitle(TITLES_239_1, title)).toBe(listed));
});
