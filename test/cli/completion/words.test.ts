import { describe, expect, it } from 'vitest';
import { lines } from '../../../src/cli/completion/answer.ts';
import { wantedNext } from '../../../src/cli/completion/words.ts';
import { systemContext } from '../../../src/cli/context.ts';
import { helpTree } from '../../../src/cli/help/tree.ts';
import { program } from '../../../src/cli/program.ts';

const tree = helpTree(program(systemContext()));

/** `a b |` → what may stand at the bar: words, or `<servers>` for names. */
function next(line: string): readonly string[] {
  const typed = line.slice(0, line.indexOf('|')).split(' ');
  const wanted = wantedNext(tree, typed);
  if (wanted.kind === 'words') return lines(wanted.words, typed.at(-1) ?? '').map((one) => one.split('\t')[0] ?? '');
  return wanted.kind === 'names' ? [`${wanted.prefix}<${wanted.of}>`] : [`<${wanted.kind}>`];
}

describe('wantedNext', () => {
  it.each([
    ['desc|', ['describe']],
    ['get ser|', ['servers']],
    ['--read-only get ser|', ['servers']],
    ['get inst|', ['instances']],
    ['get servers -o |', ['table', 'wide', 'json', 'yaml', 'name', 'jsonl']],
    ['get servers --output=j|', ['--output=json', '--output=jsonl']],
    ['get servers -p |', ['<projects>']],
    ['get servers --project=|', ['--project=<projects>']],
    ['get servers --no-h|', ['--no-headers']],
    ['get servers |', []],
    ['describe server |', ['<servers>']],
    ['describe server fs |', []],
    ['describe ser fs |', []],
    ['describe prompt |', ['<prompts>']],
    ['create server |', []],
    ['create prompt x --file |', ['<files>']],
    ['create binding user:ann |', ['<roles>']],
    ['restart |', ['<instances>']],
    ['logs --tail 5 |', ['<instances>']],
    ['set env |', ['<servers>']],
    ['scale |', ['<servers>']],
    ['call |', ['<servers>']],
    ['call fs |', ['<tools of fs>']],
    ['attach |', ['<personalities>']],
    ['attach reviewer/careful |', ['<prompts>']],
    ['diff |', ['server', 'prompt', 'personality', 'skill']],
    ['diff prompt |', ['<prompts>']],
    ['restore skill |', ['<skills>']],
    ['get revisions server |', ['<servers>']],
    ['approve proposal |', ['<proposals>']],
    ['why session |', ['<sessions>']],
    ['audit saw |', ['<sessions>']],
    ['export ser|', ['server']],
    ['export server |', ['<servers>']],
    ['apply -f |', ['<files>']],
    ['delete binding |', ['<bindings>']],
    ['rotate token |', ['<tokens>']],
    ['completion |', ['bash', 'zsh', 'fish', 'powershell']],
    ['create server fs -- np|', []],
    ['nonsense |', []],
  ])('%s', (line, wanted) => {
    expect(next(line)).toEqual(wanted);
  });

  it('offers every verb and every option of the program, each with what it is', () => {
    for (const { words, isGroup, options } of tree.verbs) {
      expect(next(`${words}|`)).toContain(words.split(' ').at(-1));
      if (isGroup) continue;
      expect(next(`${words} --|`)).toEqual(options.map(({ long }) => long));
    }
  });
});

describe('lines', () => {
  it('offers nothing that a shell would evaluate', () => {
    const names = ['ok', 'project:ops/a-b_c.d@e+f', '$(rm)', 'a b', '`x`', "a'b", 'a;b', 'é', 'a\nb', '*', '~x'];
    expect(
      lines(
        names.map((value) => ({ value, about: '' })),
        '',
      ),
    ).toEqual(['ok', 'project:ops/a-b_c.d@e+f']);
  });
});
