import { describe, expect, it } from 'vitest';
import { childEnv, inheritedEnv } from '../../../src/engine/runtimes/child-env.ts';

describe('inheritedEnv', () => {
  it('hands on what a program needs, authorities included, and nothing else', () => {
    const env = {
      HOME: '/h',
      PATH: '/bin',
      TZ: 'Europe/Berlin',
      LC_TIME: 'de_DE.UTF-8',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      HTTPS_PROXY: 'http://u:p@proxy',
      API_KEY: 'k',
      NODE_OPTIONS: '-r x',
      npm_config_registry: 'http://evil',
    };
    expect(Object.keys(inheritedEnv(env)).toSorted()).toEqual(['HOME', 'LC_TIME', 'NODE_EXTRA_CA_CERTS', 'PATH', 'TZ']);
  });

  it('hands on to all servers what MCPTUI_PASS_ENV names', () => {
    const env = { HTTPS_PROXY: 'http://proxy', NO_PROXY: 'localhost', SSH_AUTH_SOCK: '/s', OTHER: 'x' };
    expect(inheritedEnv({ ...env, MCPTUI_PASS_ENV: 'HTTPS_PROXY, NO_PROXY SSH_AUTH_SOCK,ABSENT' })).toEqual({
      HTTPS_PROXY: 'http://proxy',
      NO_PROXY: 'localhost',
      SSH_AUTH_SOCK: '/s',
    });
    expect(() => inheritedEnv({ MCPTUI_PASS_ENV: 'TOKEN=x' })).toThrow('"TOKEN=x" is not the name of a variable');
  });

  it('makes relative files of authorities whole: servers work elsewhere', () => {
    expect(inheritedEnv({ SSL_CERT_FILE: 'ca.pem' })).toEqual({ SSL_CERT_FILE: `${process.cwd()}/ca.pem` });
  });
});

describe('childEnv', () => {
  const utf8 = process.platform === 'darwin' ? 'UTF-8' : 'C.UTF-8';

  it.each([
    [{}, { LC_CTYPE: utf8 }],
    [{ LANG: 'C' }, { LANG: 'C', LC_CTYPE: utf8 }],
    [{ LANG: 'de_DE.UTF-8' }, { LANG: 'de_DE.UTF-8' }],
    [{ LC_ALL: 'C.utf8' }, { LC_ALL: 'C.utf8' }],
    [
      { LC_ALL: '', LANG: 'en_US.UTF-8' },
      { LC_ALL: '', LANG: 'en_US.UTF-8' },
    ],
    [
      { LANG: 'de_DE.ISO-8859-1', LC_ALL: 'C.UTF-8' },
      { LANG: 'de_DE.ISO-8859-1', LC_ALL: 'C.UTF-8' },
    ],
    // An LC_ALL would win over LC_CTYPE.
    [
      { LANG: 'en_US.UTF-8', LC_ALL: 'de_DE.ISO-8859-1', LC_TIME: 'fr_FR' },
      { LANG: 'de_DE.ISO-8859-1', LC_CTYPE: utf8 },
    ],
    [
      { LANG: 'en_US.UTF-8', LC_CTYPE: 'POSIX' },
      { LANG: 'en_US.UTF-8', LC_CTYPE: utf8 },
    ],
  ])('makes of the locale %j one of UTF-8', (locale, expected) => {
    expect(childEnv(inheritedEnv(locale), { TOKEN: 't' })).toEqual({ ...expected, TOKEN: 't' });
  });

  it('leaves a locale that the definition sets', () => {
    expect(childEnv(inheritedEnv({ LC_ALL: 'C.UTF-8', TZ: 'UTC' }), { LANG: 'de_DE.ISO-8859-1' })).toEqual({
      TZ: 'UTC',
      LANG: 'de_DE.ISO-8859-1',
    });
  });
});
