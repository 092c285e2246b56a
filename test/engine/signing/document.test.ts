import * as fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { canonicalBytes } from '../../../src/engine/signing/canonical.ts';
import { documentOf, documentSchema, type DecisionDocument } from '../../../src/engine/signing/document.ts';
import { keyFileSchema, makeKey, openKey, type KeyFile, type OpenKey } from '../../../src/engine/signing/key-file.ts';
import { isSignedBy, keyIdOf } from '../../../src/engine/signing/public-key.ts';
import { PASSPHRASE } from '../../support/worlds/signers.ts';

// Each guess at a passphrase costs a good part of a second, more where others work.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let file: KeyFile;
let key: OpenKey;
let document: DecisionDocument;
let value: string;

beforeAll(async () => {
  ({ file, key } = await makeKey({ name: 'ann', subject: 'user:ann' }, PASSPHRASE));
  const draft = {
    kind: 'approve' as const,
    subject: 'proposal/p7f3',
    hash: 'a'.repeat(64),
    shown: {},
    at: 1_700_000_000_000,
    head: `12:${'b'.repeat(64)}`,
    projects: ['ops'],
    have: 0,
    need: 1,
    signers: [],
    approvers: [],
  };
  document = documentOf(draft, { by: key.subject, key: key.id });
  ({ value } = key.sign(draft));
});

describe('canonicalBytes', () => {
  it('is the same whatever the order of the keys', () => {
    expect(canonicalBytes({ b: 1, a: [true, 'ü'] }).toString()).toBe('{"a":[true,"ü"],"b":1}');
    const turned = Object.fromEntries(Object.entries(document).reverse());
    expect(canonicalBytes(turned).equals(canonicalBytes(document))).toBe(true);
  });
});

describe('isSignedBy', () => {
  it('takes what was signed', () => {
    expect(documentSchema.safeParse(document).success).toBe(true);
    expect(isSignedBy(key.publicKey, document, value)).toBe(true);
  });

  it('takes nothing else: any field with another value, one less, one more', () => {
    const fields = Object.keys(document) as (keyof DecisionDocument)[];
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.oneof(fc.string(), fc.integer()), (field, put) => {
        fc.pre(document[field] !== put);
        return !isSignedBy(key.publicKey, { ...document, [field]: put }, value);
      }),
    );
    for (const field of fields) {
      const { [field]: _, ...less } = document;
      expect(isSignedBy(key.publicKey, less, value)).toBe(false);
    }
    expect(isSignedBy(key.publicKey, { ...document, more: 1 }, value)).toBe(false);
  });

  it('takes no other signature and no other key, whatever is in their place', async () => {
    const other = await makeKey({ name: 'eve', subject: 'user:eve' }, PASSPHRASE);
    expect(isSignedBy(other.key.publicKey, document, value)).toBe(false);
    expect(keyIdOf(other.key.publicKey)).not.toBe(key.id);
    fc.assert(fc.property(fc.string(), (text) => text === value || !isSignedBy(key.publicKey, document, text)));
    fc.assert(fc.property(fc.string(), (text) => !isSignedBy(text, document, value)));
    expect(isSignedBy(key.publicKey, document, `${value}\n`)).toBe(false);
  });
});

describe('openKey', () => {
  it('opens with the passphrase alone, and holds nothing of the private half in clear', async () => {
    const text = JSON.stringify(file);
    expect(keyFileSchema.safeParse(JSON.parse(text)).success).toBe(true);
    expect(Object.keys(file)).not.toContain('privateKey');
    const opened = await openKey(file, PASSPHRASE);
    expect(opened.publicHalf().proof).toBe(key.publicHalf().proof);
    await expect(openKey(file, `${PASSPHRASE} `)).rejects.toMatchObject({
      code: 'denied',
      message: 'that is not the passphrase of key ann',
    });
  });

  it('refuses a file whose public part was changed', async () => {
    await expect(openKey({ ...file, subject: 'user:eve' }, PASSPHRASE)).rejects.toMatchObject({ code: 'denied' });
    await expect(openKey({ ...file, tag: file.tag.slice(0, 4) }, PASSPHRASE)).rejects.toMatchObject({ code: 'denied' });
  });

  it('signs nothing once it is forgotten', async () => {
    const opened = await openKey(file, PASSPHRASE);
    opened.forget();
    expect(() => opened.publicHalf()).toThrow('key ann is locked');
  });
});

describe('makeKey', () => {
  it('refuses a passphrase of fewer than 8 characters', async () => {
    await expect(makeKey({ name: 'ann', subject: 'user:ann' }, '1234567')).rejects.toMatchObject({ code: 'invalid' });
  });
});
