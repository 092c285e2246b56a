/** What every backend of secrets must do; run on each, the one of the engine harness included. */
import { afterEach, describe, expect, it } from 'vitest';
import type { SecretSource } from '../../src/engine/secrets/secret-source.ts';

export interface SecretSourceUnderTest {
  /** A source that holds these and nothing else. */
  create(values: ReadonlyMap<string, string>): Promise<SecretSource>;
  /** Ways in which it comes to be unreadable, after `create`; none where nothing can break. */
  readonly troubles?: Readonly<Record<string, () => void>>;
  /** Removes what `create` left on disk. */
  clean?(): void;
}

const VALUE = 'c0ntract-value';

/** As people paste them: of other alphabets, with line ends, with what JSON and shells treat otherwise. */
const values: Readonly<Record<string, string>> = {
  plain: VALUE,
  unicode: 'žluť 密码 🔑 \u2028',
  lines: '-----BEGIN KEY-----\nAAAA\r\n-----END KEY-----\n',
  spaces: '  \t ',
  quotes: `"\\'$\`{}%00`,
  empty: '',
  long: 'x'.repeat(70_000),
};

/** What every object answers to without having been given it. */
const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

export function secretSourceContract(name: string, subject: SecretSourceUnderTest): void {
  describe(`secret source contract: ${name}`, () => {
    afterEach(() => subject.clean?.());

    it.each(Object.keys(values))('gives a value back as it is: %s', async (key) => {
      const source = await subject.create(new Map(Object.entries(values)));
      expect(await source.resolve(key)).toMatchObject({ ok: true, value: values[key] });
    });

    it('gives the same value to all who ask at once', async () => {
      const source = await subject.create(new Map([['a', VALUE]]));
      const answers = await Promise.all(Array.from({ length: 5 }, () => source.resolve('a')));
      expect(new Set(answers.map((answer) => (answer.ok ? answer.value : answer.cause)))).toEqual(new Set([VALUE]));
    });

    it.each(['missing', '', ' ', 'A', 'a/b', '../a', 'a\0', 'a\n', ...INHERITED])(
      'says why there is nothing under %j, without a value',
      async (key) => {
        const source = await subject.create(new Map([['a', VALUE]]));
        const answer = await source.resolve(key);
        expect(answer).toMatchObject({ ok: false, cause: expect.stringMatching(/\S/) as string });
        expect(answer).not.toHaveProperty('value');
        expect(JSON.stringify(answer)).not.toContain(VALUE);
      },
    );

    it('has nothing where nothing was put', async () => {
      const source = await subject.create(new Map());
      for (const key of ['a', ...INHERITED]) expect(await source.resolve(key)).toMatchObject({ ok: false });
    });

    const troubles = Object.entries(subject.troubles ?? {});
    if (troubles.length === 0) return;

    it.each(troubles)('resolves, with the cause and no value: %s', async (_what, spoil) => {
      const source = await subject.create(new Map([['a', VALUE]]));
      spoil();
      const answer = await source.resolve('a');
      expect(answer).toMatchObject({ ok: false, cause: expect.stringMatching(/\S/) as string });
      expect(JSON.stringify(answer)).not.toContain(VALUE);
    });
  });
}
