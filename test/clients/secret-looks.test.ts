/** Which values are secrets by their name and by their shape. */
import { describe, expect, it } from 'vitest';
import { HIDDEN, hidden, isSecret, looksSecret, secretsIn } from '../../src/clients/secret-looks.ts';

/** Parts are joined, so that no scanner of repositories takes them for real. */
const made = (...parts: readonly string[]): string => parts.join('');

describe('looksSecret', () => {
  it.each([
    made('gh', 'p_', 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8'),
    made('sk', '-', 'proj-abcdefghijklmnop'),
    made('xo', 'xb-', '123456789012-abcdefghijkl'),
    made('AK', 'IA', 'IOSFODNN7EXAMPLE'),
    made('ey', 'J', 'hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'),
    made('glpat', '-', 'aB3dE5fG7hI9jK1lM3n'),
    'fk_live_51Hx9vQ2eZvKYlo2C0aa',
    '0123456789abcdef0123456789abcdef01234567',
    'Bearer aB3dE5fG7hI9jK1lM3nO5p',
    'dGhpcyBpcyBhIHNlY3JldCB0aGF0IG5vYm9keSBrbm93cw==',
    'postgresql://ann:hunter22@localhost:5432/shop',
    '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----',
  ])('takes %s for one', (value) => expect(looksSecret(value)).toBe(true));

  it.each([
    '',
    'production',
    'claude-sonnet-5-20250929',
    '@modelcontextprotocol/server-filesystem@2025.8.21',
    '/home/ann/Projects/Shop2/node_modules/.bin/x',
    'https://api.example.com/v1/mcp?x=1',
    'C:\\Users\\Ann\\Server1\\index.js',
    '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    '127.0.0.1:8080',
    'postgresql://localhost:5432/shop',
    'postgresql://ann:${PASSWORD}@localhost/shop',
    'a sentence with 20 words and Capital letters',
    'awslabs.aws-documentation-mcp-server',
    '12345678',
    'INFO',
    'sk-short',
  ])('takes %j for none', (value) => expect(looksSecret(value)).toBe(false));
});

describe('isSecret', () => {
  it.each([
    ['GITHUB_TOKEN', 'abc'],
    ['DB_PASSWORD', 'hunter2x'],
    ['OPENAI_API_KEY', 'x1'],
    ['Authorization', 'Basic YW5u'],
    ['X-Api-Key', 'k'],
    ['--token', 'value'],
    ['ANYTHING', '0123456789abcdef0123456789abcdef'],
  ])('%s = %s is one', (name, value) => expect(isSecret(name, value)).toBe(true));

  it.each([
    ['GITHUB_TOKEN', ''],
    ['GITHUB_TOKEN', '${GITHUB_TOKEN}'],
    ['GITHUB_TOKEN', '$GITHUB_TOKEN'],
    ['API_KEY', '${input:key}'],
    ['API_KEY', '<your key>'],
    ['Authorization', 'Bearer ${TOKEN}'],
    ['USE_TOKEN', 'true'],
    ['MAX_TOKEN', '4096'],
    ['LOG_LEVEL', 'debug'],
    ['HOME', '/home/ann'],
  ])('%s = %s is none', (name, value) => expect(isSecret(name, value)).toBe(false));
});

describe('hidden', () => {
  it('hides a short secret where it stands alone, and leaves the words that it is a part of', () => {
    const text = '{"env": {"API_KEY": "a", "NAME": "banana"}, "pass": "b"}';
    expect(hidden(text, secretsIn(JSON.parse(text)))).toBe(
      `{"env": {"API_KEY": "${HIDDEN}", "NAME": "banana"}, "pass": "${HIDDEN}"}`,
    );
  });

  it('leaves no secret of a document in its text, however it is written', () => {
    const value = {
      env: { API_KEY: 'quo"ted-secret', NAME: 'shop' },
      args: ['--token', 'first-one', '--password=second-one', '--mode', 'fast'],
      url: 'postgres://ann:third-one@db/shop',
    };
    const text = JSON.stringify(value, null, 2);
    const shown = hidden(text, secretsIn(value));
    for (const secret of ['quo', 'first-one', 'second-one', 'third-one']) expect(shown).not.toContain(secret);
    for (const plain of ['shop', '--mode', 'fast', HIDDEN]) expect(shown).toContain(plain);
  });
});
