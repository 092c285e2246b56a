/** Asks for a new server step by step: what runs first, then what that needs; the whole command is shown before anything starts. */
import { envEntry, headerEntry, type ServerDraft } from '../../../engine/index.ts';
import { createLine } from '../../../text/create-line.ts';
import { failureText, type Ui } from '../../kit/ui.ts';
import { wordsOf } from '../../overlays/editor/shell-words.ts';
import { waitForRow } from '../../kit/wait-for-row.ts';
import { selectInstance } from './move.ts';

type Kind = 'package' | 'command' | 'image' | 'url';

interface Step {
  readonly name: string;
  /** What it is, for the list. */
  readonly note: string;
  readonly lines: readonly string[];
  readonly label: string;
  readonly required: string;
}

const steps: Readonly<Record<Kind, Step>> = {
  package: {
    name: 'a package',
    note: 'from npm or PyPI, by npx or uvx',
    lines: ['npm:SPEC or pypi:SPEC, then its arguments: npm:@modelcontextprotocol/server-memory'],
    label: 'package',
    required: 'name a package, such as npm:@modelcontextprotocol/server-memory',
  },
  command: {
    name: 'a command',
    note: 'a program of this machine, without a shell',
    lines: ['The program and its arguments, with whole paths: /opt/files-server /srv/docs'],
    label: 'command',
    required: 'name a program, such as /opt/files-server',
  },
  image: {
    name: 'an image',
    note: 'in a container',
    lines: ['The image; words after it replace its own command: gitea/mcp:1.4'],
    label: 'image',
    required: 'name an image, such as gitea/mcp',
  },
  url: {
    name: 'a URL',
    note: 'a server that runs elsewhere',
    lines: ['Secrets in it stand as secret:file/NAME: https://mcp.example.com/mcp'],
    label: 'URL',
    required: 'name a URL, such as https://mcp.example.com/mcp',
  },
};

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

export function newServer(ui: Ui): void {
  ui.pick({
    title: 'New server: what runs?',
    does: 'goes on',
    choices: (Object.keys(steps) as Kind[]).map((kind) => ({
      id: kind,
      name: steps[kind].name,
      note: steps[kind].note,
      isOn: kind === 'package',
    })),
    act: (after, kind) => askWhat(after, kind as Kind),
  });
}

function askWhat(ui: Ui, kind: Kind): void {
  const { lines, label, required } = steps[kind];
  ui.askText({
    title: 'New server',
    does: 'goes on',
    lines,
    label,
    required,
    check(text) {
      const words = wordsOf(text);
      return typeof words === 'string' ? words : faultOf(kind, words);
    },
    act(after, text) {
      const words = wordsOf(text);
      if (typeof words !== 'string') askName(after, kind, words);
    },
  });
}

function askName(ui: Ui, kind: Kind, words: readonly string[]): void {
  ui.askText({
    title: 'New server',
    does: 'goes on',
    lines: ['Stands before the names of its tools: a-z, 0-9 and -, at most 32.'],
    label: 'name',
    required: 'a server needs a name',
    check(name, { view }) {
      const isTaken = [...(view?.servers.values() ?? [])].some((server) => server.name === name);
      if (isTaken) return `server ${name} is there already: e edits it`;
      return NAME.test(name) ? undefined : `${name} is not a name: use a-z, 0-9 and -, not - at an end`;
    },
    act: (after, name) => askVariables(after, draftOf(kind, name, words)),
  });
}

/** Headers, for a URL. */
function askVariables(ui: Ui, draft: ServerDraft): void {
  const isRemote = draft.source.kind === 'url';
  ui.askText({
    title: `New server ${draft.name}`,
    does: 'goes on',
    lines: [
      isRemote
        ? `Headers as NAME=VALUE, in quotes where there are spaces: 'Authorization=Bearer secret:file/NAME'. Empty for none.`
        : 'Variables as NAME=VALUE; a secret is NAME=secret:file/NAME or NAME=secret:env/NAME. Empty for none.',
    ],
    label: isRemote ? 'headers' : 'variables',
    required: undefined,
    check(text) {
      const words = wordsOf(text);
      if (typeof words === 'string') return words;
      const odd = words.find((word) => word.indexOf('=') < 1);
      if (odd !== undefined) return `${odd} is not NAME=VALUE`;
      try {
        withEntries(draft, words);
        return undefined;
      } catch (error) {
        return failureText(error);
      }
    },
    act(after, text) {
      const words = wordsOf(text);
      if (typeof words !== 'string') askToCreate(after, withEntries(draft, words));
    },
  });
}

function askToCreate(ui: Ui, draft: ServerDraft): void {
  ui.ask({
    kind: 'confirm',
    title: `Create server ${draft.name}?`,
    lines: [createLine(draft)],
    yes: 'create and start it',
    no: 'no, leave it',
    act: (after) =>
      after.run(
        `creating ${draft.name} …`,
        () => {
          waitForRow(after, 'instances', `${draft.name}-1`, (id) => selectInstance(after, id));
          return ['ok', `server ${draft.name} is created: e edits it`];
        },
        (commands) => commands.createServer(draft),
      ),
  });
}

function faultOf(kind: Kind, [first = '', ...rest]: readonly string[]): string | undefined {
  if (kind === 'package' && !/^(?:npm|pypi):./.test(first)) return `${first} is no package: use npm:SPEC or pypi:SPEC`;
  if (kind === 'url' && !/^https?:\/\/./.test(first)) return `${first} is no URL: it begins with https://`;
  const dotted = [first, ...rest].find((word) => /^\.{1,2}(?:\/|$)/.test(word));
  if (dotted !== undefined) return `${dotted}: write the whole path, since servers do not run in your folder`;
  if (kind === 'url' && rest.length > 0) return 'a URL has no arguments';
  return undefined;
}

function draftOf(kind: Kind, name: string, [first = '', ...rest]: readonly string[]): ServerDraft {
  switch (kind) {
    case 'package':
      return { name, runtime: 'process', source: { kind, package: first, args: rest } };
    case 'command':
      return { name, runtime: 'process', source: { kind, command: [first, ...rest] } };
    case 'image':
      return { name, runtime: 'docker', source: { kind, image: first, command: rest } };
    case 'url':
      return { name, runtime: 'remote', source: { kind, url: first } };
  }
}

/** Checked by the engine, which names what is wrong. @throws McptuiError `invalid` */
function withEntries(draft: ServerDraft, words: readonly string[]): ServerDraft {
  const pairs = words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const);
  const { source } = draft;
  if (source.kind === 'url') {
    return { ...draft, source: { ...source, headers: pairs.map(([name, value]) => headerEntry(name, value)) } };
  }
  return { ...draft, env: pairs.map(([name, value]) => envEntry(name, value)) };
}
