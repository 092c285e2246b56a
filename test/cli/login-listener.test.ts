import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { redirected } from '../../src/cli/verbs/login.ts';
import { send } from '../support/worlds/http-client.ts';

const PORT = 33_419;
const base = `http://127.0.0.1:${PORT}`;
const ended = new AbortController();
afterEach(() => ended.abort());

describe('redirected', () => {
  it('waits past requests that are no answer to this login, and takes the one that is', async () => {
    const answer = redirected('https://as.example/authorize?state=right&client_id=x', ended.signal, PORT);
    const status = async (path: string): Promise<number> => (await send(base + path, { method: 'GET' })).status;
    expect(await status('/')).toBe(404);
    expect(await status('/callback')).toBe(404);
    expect(await status('/callback?code=evil&state=wrong')).toBe(400);
    expect(await status('/callback?error=access_denied')).toBe(400);
    await new Promise<void>((resolve) => {
      const socket = connect(PORT, '127.0.0.1', () => socket.write('GET // HTTP/1.1\r\nHost: x\r\n\r\n'));
      socket.once('data', (bytes: Buffer) => {
        expect(bytes.toString()).toMatch(/^HTTP\/1\.1 400 /);
        socket.destroy();
        resolve();
      });
    });
    expect(await status('/callback?code=good&state=right')).toBe(200);
    expect(await answer).toContain('code=good');
  });
});
