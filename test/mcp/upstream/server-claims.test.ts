/** What a server says of itself is left as clients can read it. */
import * as core from '@modelcontextprotocol/core';
import * as v1 from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { readClaims } from '../../../src/mcp/upstream/server-claims.ts';
import { fails, odd, places, withOdd } from '../../support/builders/odd-values.ts';

describe('readClaims', () => {
  it('leaves of what a server says of itself what the clients of both SDKs can read, whatever it says', () => {
    const fine = {
      serverInfo: { name: 's', version: '1', title: 'S', websiteUrl: 'https://x', icons: [{ src: 'data:,' }], x: 1 },
      capabilities: {
        tools: { listChanged: true },
        prompts: {},
        resources: { subscribe: true },
        logging: {},
        completions: {},
        experimental: { x: { y: 1 } },
        extensions: { 'io.x/y': {} },
        tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
      },
    };
    expect(readClaims(fine)).toEqual(fine);
    const refused: unknown[] = [];
    for (const path of places(fine)) {
      for (const value of odd) {
        if (path.length === 0) continue;
        const given = withOdd(fine, path, value) as typeof fine;
        const result = JSON.parse(JSON.stringify({ protocolVersion: '2025-11-25', ...readClaims(given) })) as object;
        const isRefused = [v1.InitializeResultSchema, core.InitializeResultSchema].some((schema) =>
          fails(() => schema.parse(result)),
        );
        if (isRefused) refused.push(given);
      }
    }
    expect(refused).toEqual([]);
    const capabilities = { tools: null, prompts: true, logging: false, completions: true };
    expect(readClaims({ capabilities }).capabilities).toEqual({ tools: {}, prompts: {}, completions: {} });
    expect(readClaims({ capabilities: [] })).toEqual({ serverInfo: { name: '', version: '' }, capabilities: {} });
  });
});
