import { describe, expect, it } from 'vitest';
import { nextSemver } from '../../../src/engine/content/semver.ts';

const refusal = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint?: string };
    return { code, message, hint };
  }
};

describe('nextSemver', () => {
  it('takes a number that is asked for, above the live one or where there is none', () => {
    expect(nextSemver('1.2.3', { semver: '1.10.0' })).toBe('1.10.0');
    expect(nextSemver(undefined, { semver: '0.0.1' })).toBe('0.0.1');
  });

  it('refuses what is no number, with an example', () => {
    for (const semver of ['1.2', 'v1.2.3', '1.2.3-rc.1', '01.2.3', 'x']) {
      expect(refusal(() => nextSemver('0.1.0', { semver }))).toEqual({
        code: 'invalid',
        message: `semver ${semver} is not MAJOR.MINOR.PATCH`,
        hint: 'such as 1.4.2',
      });
    }
  });

  it('refuses the live number and what is below it', () => {
    for (const semver of ['1.2.3', '1.2.2']) {
      expect(refusal(() => nextSemver('1.2.3', { semver }))).toMatchObject({
        code: 'invalid',
        message: `semver ${semver} is not above the live 1.2.3`,
      });
    }
  });

  it('refuses a number beside a bump', () => {
    expect(refusal(() => nextSemver('1.2.3', { semver: '2.0.0', bump: 'major' }))).toMatchObject({
      code: 'invalid',
      message: 'bump and semver exclude each other: give one of them',
    });
  });
});
