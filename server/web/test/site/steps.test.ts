import { describe, expect, test } from 'vitest';
import type { Exposure, Status } from '../../src/protocol';
import { CLASSES } from '../../src/site/classes';
import { PORTALS, STEPS, stepsFor } from '../../src/site/steps/steps';
import { breach } from '../protocol/fake-server';

function leaked(classes: readonly string[], status: Status = 'confirmed'): Exposure {
  return { breach: { ...breach('some-leak', classes), status }, classes };
}

describe('steps are those for just the classes that leaked', () => {
  const ALWAYS = ['who-looked', 'complaint', 'police'];

  test.each([
    [['names', 'government-issued-ids'], ['stop-credit']],
    [['phone-numbers'], ['sim', 'calls']],
    [['payment-cards'], ['bank', 'calls']],
    [['bank-account-numbers'], ['bank', 'calls']],
    [['passwords'], ['password', 'second-factor', 'signature']],
    [['email-addresses'], ['second-factor']],
    [['electronic-signatures'], ['signature']],
    [['vehicle-plates'], []],
    [['a-class-the-site-does-not-know'], []],
  ])('%j', (classes, steps) => {
    expect(stepsFor([leaked(classes)])).toEqual([...steps, ...ALWAYS]);
  });

  test('of several leaks each step is shown once, the most urgent first', () => {
    const steps = stepsFor([leaked(['phone-numbers', 'names']), leaked(['payment-cards', 'names'])]);
    expect(steps).toEqual(['bank', 'stop-credit', 'sim', 'calls', ...ALWAYS]);
  });

  test('an invented leak calls for none, and adds none', () => {
    expect(stepsFor([leaked(CLASSES, 'fabricated')])).toEqual([]);
    expect(stepsFor([leaked(['names'], 'fabricated'), leaked(['phone-numbers'])])).toEqual(['sim', 'calls', ...ALWAYS]);
  });
});

test('every class with a consequence for money or accounts has a step', () => {
  for (const name of ['government-issued-ids', 'passport-numbers', 'names', 'payment-cards', 'bank-account-numbers', 'passwords', 'email-addresses', 'phone-numbers']) {
    expect(stepsFor([leaked([name])]).length, name).toBeGreaterThan(3);
  }
});

test('portals are linked by their roots only', () => {
  for (const step of STEPS) {
    const portal = PORTALS[step];
    if (portal !== undefined) expect(portal).toMatch(/^(https:\/\/[a-z.]+\.kz|tel:102)$/);
  }
});
