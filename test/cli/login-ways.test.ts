/** How the answer of a login can come, and what is said when it cannot. */
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { firstAnswer, redirected } from '../../src/cli/verbs/login.ts';
import { freePort } from '../support/worlds/everything.ts';

const gone = (): Promise<string> => Promise.reject(new Error('gone'));
const never = (): Promise<string> => new Promise(() => undefined);

describe('firstAnswer', () => {
  it('is what comes first', async () => {
    const ways = [
      { name: 'paste', answer: Promise.resolve('code') },
      { name: 'page', answer: never() },
    ];
    expect(await firstAnswer(ways, new AbortController().signal, () => undefined)).toBe('code');
  });

  it('tells which way is left when one ends, and nothing when none is', async () => {
    const left: string[] = [];
    const page = Promise.withResolvers<string>();
    const ways = [
      { name: 'paste', answer: gone() },
      { name: 'page', answer: page.promise },
    ];
    const answer = firstAnswer(ways, new AbortController().signal, (way) => left.push(way));
    await new Promise((resolve) => setImmediate(resolve));
    expect(left).toEqual(['page']);
    page.reject(new Error('taken'));
    expect(await answer).toBeUndefined();
  });

  it('ends with the time', async () => {
    const ended = new AbortController();
    const answer = firstAnswer([{ name: 'paste', answer: never() }], ended.signal, () => undefined);
    ended.abort();
    expect(await answer).toBeUndefined();
  });
});

describe('redirected', () => {
  it('rejects when another program has the port', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const waiting = redirected('https://as.example/a?state=x', new AbortController().signal, port);
    await expect(waiting).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise((resolve) => other.close(resolve));
  });

  it('listens at the path of the address that is given', async () => {
    const port = await freePort();
    const ended = new AbortController();
    const answer = redirected('https://as.example/a?state=x', ended.signal, port, '/cb', 'localhost');
    const status = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect(await status('/callback?code=1&state=x')).toBe(404);
    expect(await status('/cb?code=1&state=x')).toBe(200);
    expect(await answer).toContain('code=1');
    ended.abort();
  });
});
