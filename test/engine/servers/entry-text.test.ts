import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envEntry, entryText } from '../../../src/engine/servers/entry-text.ts';
import { checkedDraft } from '../../../src/engine/servers/checked-draft.ts';
import { givenValues } from '../../../src/engine/servers/given-values.ts';
import { referenceOf, wholeReferenceIn } from '../../../src/kernel/secret-reference.ts';
import { aDraft, aServer } from '../../support/builders/builders.ts';

const openbao = { backend: 'openbao', path: 'kv/gitea-creds#token' };

describe('envEntry', () => {
  it.each([
    ['secret:openbao/kv/gitea-creds#token', { name: 'T', secret: openbao }],
    ['{secret:openbao/kv/gitea-creds#token}', { name: 'T', secret: openbao }],
    ['secret:file/a as file', { name: 'T', secret: { backend: 'file', path: 'a' }, as: 'file' }],
    ['secret:command/pass', { name: 'T', secret: { backend: 'command', path: 'pass' } }],
    ['u:{secret:pass/team/a}@h', { name: 'T', template: 'u:{secret:pass/team/a}@h' }],
    ['plain as file', { name: 'T', value: 'plain as file' }],
  ])('reads %s, and writes it so', (text, entry) => {
    expect(envEntry('T', text)).toEqual(entry);
    expect(envEntry('T', entryText(envEntry('T', text)))).toEqual(entry);
  });

  it.each([
    'secret:',
    'secret:file/a/b',
    'secret:openbao/',
    'secret:openbao/../x#y',
    'secret:Open/a',
    'secret:pass/-x',
    'secret:a/b c',
  ])('refuses %s, which names no secret', (text) => expect(() => envEntry('T', text)).toThrow('names no secret'));
});

describe('referenceOf', () => {
  it('gives no path that climbs, is empty in the middle or begins as a flag', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', '/', '-', '#', 'b'), maxLength: 12 }), (path) => {
        const ref = referenceOf(`pass/${path}`);
        if (ref === undefined) return;
        expect(ref.path).toBe(path);
        const [place = ''] = path.split('#', 1);
        expect(place).not.toMatch(/^-|(?:^|\/)(?:\.{0,2})(?:\/|$)/);
        expect(wholeReferenceIn(`secret:pass/${path}`)).toEqual(ref);
      }),
    );
  });
});

describe('a secret as a file', () => {
  const env = [{ name: 'T', secret: openbao, as: 'file' as const }];

  it('is for what runs in a container', () => {
    const ids = { id: 'srv_1', revision: 1, createdAt: 0, updatedAt: 0 };
    expect(() => checkedDraft(aDraft({ env }), ids)).toThrow('--secret-file T is for servers in a container');
    const image = { kind: 'image', image: 'mcp/pg' } as const;
    expect(checkedDraft(aDraft({ env, runtime: 'docker', source: image }), ids).env).toEqual(env);
  });

  it('is told from a variable, and a variable that docker inspect shows is marked', () => {
    const source = { kind: 'image', image: 'mcp/pg', command: [] } as const;
    const both = [...env, { name: 'U', secret: openbao }];
    const from = (secretDelivery: 'stdin' | 'env') =>
      givenValues({
        ...aServer({ runtime: 'docker' }),
        source: { ...source, command: [] },
        env: both,
        secretDelivery,
      }).map((one) => one.from);
    const words = 'secret openbao/kv/gitea-creds#token';
    expect(from('stdin')).toEqual([`${words}, as a file`, words]);
    expect(from('env')).toEqual([`${words}, as a file`, `${words}, which docker inspect shows`]);
  });
});
