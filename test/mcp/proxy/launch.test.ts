import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/mcp/proxy/main.ts';

describe('parse', () => {
  it('takes each name from its flag, else from its variable', () => {
    // The engine knows which project an agent works in.
    expect(parse([], {})).toEqual({ identity: { project: '' }, mayStart: true });
    expect(parse([], { MCPTUI_PROJECT: 'ops', MCPTUI_AGENT: 'ann', MCPTUI_PERSONALITY: '' })).toEqual({
      identity: { project: 'ops', agent: 'ann' },
      mayStart: true,
    });
    const argv = ['--agent', 'bob', '--personality=a=b', '--no-start'];
    expect(parse(argv, { MCPTUI_AGENT: 'ann', MCPTUI_PERSONALITY: 'old' })).toEqual({
      identity: { project: '', agent: 'bob', personality: 'a=b' },
      mayStart: false,
    });
  });

  it('says what is wrong with the rest', () => {
    expect(parse(['--agent'], {})).toMatch(/^mcptui proxy: --agent needs a name\nusage: /);
    expect(parse(['--agents', 'x'], {})).toMatch(/^mcptui proxy: unknown argument --agents\nusage: /);
    expect(parse(['--help'], {})).toMatch(/^usage: mcptui proxy .*--personality X/);
  });
});
