import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addRemoteOptions, urlSourceOf, type RemoteFlags } from '../../src/cli/verbs/remote-flags.ts';

function sourceOf(...args: string[]): ReturnType<typeof urlSourceOf> {
  const command = addRemoteOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return urlSourceOf(command.parse(args, { from: 'user' }).opts<RemoteFlags>());
}

describe('urlSourceOf', () => {
  it('reads headers: literal, secret, and a word before a secret', () => {
    const source = sourceOf(
      '--url',
      'https://a.example/mcp',
      '--header',
      'X-Team=blue=green',
      '--header',
      'X-Key=secret:env/KEY',
      '--header',
      'Authorization=Bearer secret:file/token',
      '--header',
      'X-Empty=',
    );
    expect(source).toEqual({
      kind: 'url',
      url: 'https://a.example/mcp',
      headers: [
        { name: 'X-Team', value: 'blue=green' },
        { name: 'X-Key', secret: { backend: 'env', path: 'KEY' } },
        { name: 'Authorization', prefix: 'Bearer ', secret: { backend: 'file', path: 'token' } },
        { name: 'X-Empty', value: '' },
      ],
    });
  });

  it('knows `http` as others call it, and says how a header is written here', () => {
    expect(sourceOf('--url', 'https://a.example/mcp', '--transport', 'http')).toMatchObject({
      transport: 'streamable-http',
    });
    expect(() => sourceOf('--url', 'https://a.example/mcp', '--header', 'Authorization: Bearer x')).toThrow(
      /use Authorization=Bearer x/,
    );
    expect(sourceOf('--url', 'https://a.example/mcp', '--header', 'X-At=a: b')).toMatchObject({
      headers: [{ name: 'X-At', value: 'a: b' }],
    });
  });

  it('reads how a URL is authorised and which revision it speaks', () => {
    const source = sourceOf(
      '--url',
      'https://a.example/mcp',
      '--allow-private',
      '--transport',
      'sse',
      '--revision',
      '2026-07-28',
      '--oauth-grant',
      'client-credentials',
      '--oauth-client-id',
      'me',
      '--oauth-client-secret',
      'secret:file/me',
      '--oauth-scope',
      'a b',
      '--oauth-issuer',
      'https://auth.example',
    );
    expect(source).toEqual({
      kind: 'url',
      url: 'https://a.example/mcp',
      transport: 'sse',
      allowPrivate: true,
      revision: '2026-07-28',
      oauth: {
        grant: 'client-credentials',
        clientId: 'me',
        clientSecret: { backend: 'file', path: 'me' },
        scope: 'a b',
        issuer: 'https://auth.example',
      },
    });
  });

  it.each([
    [['--header', 'A=1'], /belong to --url/],
    [['--allow-private'], /belong to --url/],
    [['--url', 'https://a', '--header', 'A'], /NAME=VALUE/],
    [['--url', 'https://a', '--header', 'A=secret:Vault/x'], /secret:env\/NAME/],
    [['--url', 'https://a', '--oauth-client-secret', 'plain'], /secret:env\/NAME/],
  ])('refuses %j', (args, words) => {
    expect(() => sourceOf(...args)).toThrow(words);
  });

  it('is undefined without any of them', () => {
    expect(sourceOf()).toBeUndefined();
  });
});
