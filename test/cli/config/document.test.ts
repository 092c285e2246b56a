import { describe, expect, it } from 'vitest';
import { parseConfig, placeOf } from '../../../src/cli/config/document.ts';

const valuesOf = (text: string): unknown =>
  Object.fromEntries([...parseConfig(text).values].map(([key, { value }]) => [key, value]));
const faultsOf = (text: string): readonly string[] =>
  parseConfig(text).faults.map(({ line, column, words }) => `${line}:${column} ${words}`);

describe('parseConfig', () => {
  it('reads settings by their dotted keys, with their lines', () => {
    const text = '# mine\nproject: ops\nconsole:\n  skin: contrast\n  mouse: true\ndaemon:\n  listen: 7777\n';
    expect(valuesOf(text)).toEqual({
      project: 'ops',
      'console.skin': 'contrast',
      'console.mouse': true,
      'daemon.listen': 7777,
    });
    expect(parseConfig(text).values.get('console.skin')?.line).toBe(4);
    expect(faultsOf(text)).toEqual([]);
  });

  it.each(['', '\n', '# nothing\n', 'console:\n', '---\n'])('has nothing to say of %j', (text) => {
    expect([valuesOf(text), faultsOf(text)]).toEqual([{}, []]);
  });

  it.each<[string, string]>([
    ['console:\n  skni: mono\n', '2:3 console.skni: no such setting; did you mean console.skin?'],
    ['skin: mono\n', '1:1 skin: no such setting; did you mean console.skin?'],
    ['colour: red\n', '1:1 colour: no such setting'],
    ['console:\n  skin: pink\n', '2:3 console.skin: "pink" is none of standard, contrast, mono'],
    ['console:\n  mouse: "yes"\n', '2:3 console.mouse: "yes" is not true or false'],
    ['readOnly:\n', '1:1 readOnly: nothing is not true or false'],
    ['console: dark\n', '1:10 console is not a map of settings'],
    ['- a\n', '1:1 it is not a list of `key: value`'],
    ['project: ops\nproject: shop\n', '2:1 map keys must be unique'],
    ['daemon:\n  mounts: [/srv, data]\n', '2:18 daemon.mounts.1: "data" is not a whole path'],
    [
      'daemon:\n  listen: 0.0.0.0:80\n',
      '2:3 daemon.listen: "0.0.0.0:80" is not a loopback address and a port, such as 127.0.0.1:7777',
    ],
    [
      'daemon:\n  otlpEndpoint: http://ann:pw@h\n',
      '2:3 daemon.otlpEndpoint: "http://ann:pw@h" is not a URL such as http://127.0.0.1:4318, without a password',
    ],
    [
      'console:\n  keymap: { app.help: { a: 1 } }\n',
      '2:13 console.keymap.app.help: a map is not a text or a list of texts',
    ],
  ])('says where %j is wrong', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it('takes no secrets, and does not repeat them', () => {
    const [fault] = parseConfig('daemon:\n  token: hunter2\n').faults;
    expect(fault).toEqual({
      line: 2,
      column: 3,
      words: 'daemon.token: no secrets in this file',
      hint: 'keep it with mcptui create secret, or in a variable',
    });
  });

  it('says what is no YAML', () => {
    expect(faultsOf('console:\n  skin: [mono\n')[0]).toMatch(/^\d+:\d+ /);
    expect(faultsOf(`a: &a [x]\nb: ${'['.repeat(20_000)}`).length).toBe(1);
  });

  it('tells all faults in the order of the file', () => {
    expect(faultsOf('console:\n  skin: pink\nprojct: a\n').map((fault) => fault.slice(0, 3))).toEqual(['2:3', '3:1']);
  });
});

describe('placeOf', () => {
  it('is where the last known key of a path stands', () => {
    const text = 'console:\n  keymap:\n    app.help: [h, "?"]\n';
    expect(placeOf(text, ['console', 'keymap', 'app.help'])).toEqual({ line: 3, column: 5 });
    expect(placeOf(text, ['console', 'keymap', 'app.help', '1'])).toEqual({ line: 3, column: 19 });
    expect(placeOf(text, ['console', 'keymap', 'other'])).toEqual({ line: 2, column: 3 });
  });
});
