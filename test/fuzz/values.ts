/** Makes values, texts and lines that peers should not send; the same for the same seed. */
import type { Random } from '../support/builders/random.ts';

/** What a peer was told to keep secret; it must never be seen again outside of what servers answer. */
export const CANARY = 'canary-7f3a9c51e8b2d4460-do-not-show';

const words = [
  'x',
  '',
  '__proto__',
  'constructor',
  'toString',
  'tools/call',
  '\u2028line\u2029',
  '\u0085',
  '\u001b]52;c;aGk=\u0007',
  '\u001b[2J',
  '\u009b31m',
  '\u202egnp.exe',
  '\ufeff',
  '\ud83d',
  '\u0000',
  '👩🏽‍🚀',
  'a'.repeat(300),
  '9007199254740993',
  '../../etc/passwd',
  'mcptui://prompts/x',
  '{+a}{+b}{+c}z',
  '%',
  '%ff',
  '"',
  '\\',
  '\n',
  'secret:file/x',
  '[[[[',
] as const;

const numbers = [0, -0, 1, -1, 0.5, 1e308, -1e308, 2 ** 53, 2 ** 53 + 2, 2 ** 31, 65_536] as const;

/** Levels of one nested value: mostly few, now and then more than any reader takes. */
function depthOf(random: Random): number {
  return random.pick([1, 2, 3, 10, 100, 511, 512, 513, 600, 3_000, 9_000, 20_000]);
}

export function textFrom(random: Random): string {
  const count = random.below(4);
  let text: string = random.pick(words);
  for (let index = 0; index < count; index += 1) text += random.pick(words);
  return random.below(200) === 0 ? text.repeat(20_000).slice(0, 2_000_000) : text;
}

/** JSON text, not always of a value that JSON.stringify would make. */
export function jsonFrom(random: Random, room = 4): string {
  switch (random.below(room <= 0 ? 6 : 11)) {
    case 0:
      return random.pick(['null', 'true', 'false']);
    case 1:
      return String(random.pick(numbers));
    case 2:
      return random.pick(['1e400', '-0', '12345678901234567890', '1.0', '1E5']);
    case 3:
    case 4:
    case 5:
      return JSON.stringify(textFrom(random));
    case 6: {
      const levels = depthOf(random);
      return random.below(2) === 0
        ? '['.repeat(levels) + ']'.repeat(levels)
        : '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
    }
    case 7:
    case 8: {
      const items = Array.from({ length: random.below(5) }, () => jsonFrom(random, room - 1));
      return `[${items.join(',')}]`;
    }
    default: {
      const members = Array.from(
        { length: random.below(6) },
        () => `${JSON.stringify(textFrom(random))}:${jsonFrom(random, room - 1)}`,
      );
      return `{${members.join(',')}}`;
    }
  }
}

/** Breaks a line: cuts, doubles, flips a byte, puts something in front or behind. */
export function broken(random: Random, line: string): string {
  switch (random.below(12)) {
    case 0:
      return line.slice(0, random.below(line.length + 1));
    case 1:
      return line + line;
    case 2: {
      const at = random.below(line.length + 1);
      return line.slice(0, at) + random.pick(['"', '{', '}', ',', '\\', '\u0001', '\u001b']) + line.slice(at + 1);
    }
    case 3:
      return `\ufeff${line}`;
    case 4:
      return `\u001b[32m${line}\u001b[0m`;
    case 5:
      return `Listening on port 3000 ${line}`;
    case 6:
      return line.replace('"jsonrpc":"2.0"', random.pick(['"jsonrpc":"1.0"', '"jsonrpc":2', '"x":1']));
    case 7:
      return line.replace(/"id":("[^"]*"|\d+)/, `"id":${jsonFrom(random, 1)}`);
    case 8:
      return line.replace(/\}$/, `,${JSON.stringify(textFrom(random))}:${jsonFrom(random)}}`);
    case 9:
      return line.replace(/\}$/, ',"result":{},"method":"sampling/createMessage","params":{}}');
    case 10:
      return textFrom(random);
    default:
      return jsonFrom(random);
  }
}
