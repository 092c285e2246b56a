/** Every backend of secrets keeps the contract of one. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { envSecretSource } from '../../../src/engine/secrets/env-source.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { fileSecretSource } from '../../../src/engine/secrets/file-source.ts';
import { secretSourceContract } from '../../contracts/secret-source-contract.ts';
import { fakeSecretSource } from '../../support/fakes/fake-secrets.ts';

secretSourceContract('environment', {
  create: (values) => Promise.resolve(envSecretSource(Object.fromEntries(values))),
});

let folder = '';
const file = (name: string): string => path.join(folder, 'secrets', name);
const inPlaceOf = (name: string, put: () => void): void => {
  renameSync(file(name), file(`${name}.away`));
  put();
};

secretSourceContract('encrypted file', {
  async create(values) {
    folder = mkdtempSync(path.join(tmpdir(), 'mcptui-source-'));
    const source = fileSecretSource(path.join(folder, 'secrets'), systemClock);
    for (const [name, value] of values) await source.set(name, value);
    return source;
  },
  troubles: {
    'the key is gone': () => rmSync(file('secrets.key')),
    'the key is of others': () => chmodSync(file('secrets.key'), 0o644),
    'the key is another': () => writeFileSync(file('secrets.key'), Buffer.alloc(32, 1).toString('base64')),
    'the key is a folder': () => inPlaceOf('secrets.key', () => mkdirSync(file('secrets.key'), { mode: 0o700 })),
    'the file is a folder': () => inPlaceOf('secrets.json', () => mkdirSync(file('secrets.json'))),
    'the file is empty': () => writeFileSync(file('secrets.json'), ''),
    'the file is not JSON': () => writeFileSync(file('secrets.json'), '{'.repeat(100_000)),
    'the file was cut': () => writeFileSync(file('secrets.json'), readFileSync(file('secrets.json')).subarray(0, 60)),
    'the file holds a value in the clear': () => writeFileSync(file('secrets.json'), '{"a":"c0ntract-value"}'),
    'the file seals what is no text': () =>
      writeFileSync(file('secrets.json'), '{"format":1,"nonce":"","tag":"","data":""}'),
    'the folder is gone': () => rmSync(path.join(folder, 'secrets'), { recursive: true }),
  },
  clean: () => rmSync(folder, { recursive: true, force: true }),
});

secretSourceContract('fake', { create: (values) => Promise.resolve(fakeSecretSource(values)) });
