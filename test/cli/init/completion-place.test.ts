import { describe, expect, it } from 'vitest';
import { completionPlace } from '../../../src/cli/init/completion-place.ts';

describe('completionPlace', () => {
  it.each([
    ['/bin/bash', '/h/.local/share/bash-completion/completions/mcptui'],
    ['/usr/bin/zsh', '/h/.zfunc/_mcptui'],
    ['/usr/bin/fish', '/h/.config/fish/completions/mcptui.fish'],
    ['/bin/dash', undefined],
    [undefined, undefined],
  ])('%s: %s', (shell, file) => {
    expect(completionPlace({ SHELL: shell }, '/h')?.file).toBe(file);
  });

  it('follows the base folders that are set', () => {
    expect(completionPlace({ SHELL: 'bash', XDG_DATA_HOME: '/d' }, '/h')?.file).toMatch(/^\/d\/bash-completion\//);
  });
});
