/** What a command line that cannot be is told: verbs of other programs name the one of this. */
import { describe, expect, it } from 'vitest';
import { systemContext } from '../../src/cli/context.ts';
import { program } from '../../src/cli/program.ts';
import { usageError, type CommanderError } from '../../src/cli/usage-error.ts';
import { toErrorJson } from '../../src/kernel/errors.ts';

async function told(...argv: string[]): Promise<string> {
  const error: unknown = await program(systemContext())
    .parseAsync(argv, { from: 'user' })
    .catch((reason: unknown) => reason);
  const { message, hint } = toErrorJson(usageError(error as CommanderError, argv, program(systemContext())));
  return hint === undefined ? message : `${message} → ${hint}`;
}

describe('a command line that cannot be', () => {
  it('names the verb of this program for one of another', async () => {
    expect(await told('disable', 'jira')).toBe('unknown verb disable → mcptui stop NAME');
    expect(await told('add', 'jira', '--', 'npx', 'jira')).toBe('unknown verb add → mcptui create server NAME …');
    expect(await told('list')).toBe('unknown verb list → mcptui get servers');
  });

  it('names the verb that was probably meant', async () => {
    expect(await told('creat', 'server', 'x')).toBe('unknown verb creat → did you mean mcptui create?');
    expect(await told('gte', 'servers')).toBe('unknown verb gte → did you mean mcptui get?');
  });

  it('names the help for a verb that no program has', async () => {
    expect(await told('constructor', 'x')).toBe('unknown verb constructor → mcptui --help');
  });

  it('names the kind that was probably meant, in the singular and the plural', async () => {
    expect(await told('get', 'instnaces')).toBe('unknown kind instnaces → did you mean mcptui get instances?');
    expect(await told('describe', 'sevrer', 'x')).toBe('unknown kind sevrer → did you mean mcptui describe server?');
    expect(await told('delete', 'Prompt', 'x')).toBe('unknown kind Prompt → did you mean mcptui delete prompt?');
    expect(await told('approve', 'p7f3')).toBe('unknown kind p7f3 → mcptui approve knows proposal');
  });

  it('shows an example for an argument that is missing or too much', async () => {
    expect(await told('retry')).toBe("missing required argument 'name' → such as: mcptui retry gitea-1");
    expect(await told('call', 'everything')).toContain(
      "missing required argument 'tool' → such as: mcptui call memory",
    );
    expect(await told('version', 'a')).toContain('→ such as: mcptui version');
  });

  it('says how a server is changed, and looked back at', async () => {
    expect(await told('update', 'jira')).toContain('mcptui edit server NAME, or mcptui set --help');
    expect(await told('history', 'jira')).toContain('mcptui get revisions server NAME');
    expect(await told('set', 'enf', 'jira')).toContain('did you mean mcptui set env?');
  });

  it('keeps what is said of the verbs that there are', async () => {
    expect(await told('get', 'servers', 'a', 'b', 'c')).toContain('too many arguments');
    expect(await told('info', '--nonsense')).toContain("unknown option '--nonsense'");
  });
});
