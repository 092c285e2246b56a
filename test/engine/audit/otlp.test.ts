import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OtlpExporter } from '../../../src/engine/audit/otlp.ts';
import { otlpSettings } from '../../../src/engine/host/otlp-settings.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import type { ToolCallTrace } from '../../../src/mcp/types/observer.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { until } from '../../support/until.ts';

interface Got {
  readonly path: string | undefined;
  readonly key: string | undefined;
  readonly body: { resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[] };
}

let server: Server;
let got: Got[];
let status: number;
let endpoint: string;

beforeEach(async () => {
  got = [];
  status = 200;
  server = createServer((request: IncomingMessage, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      got.push({ path: request.url, key: request.headers['x-key'] as string, body: JSON.parse(text) as Got['body'] });
      response.writeHead(status).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const trace: ToolCallTrace = {
  sessionId: 'ses_1',
  client: 'cursor 3.0',
  project: 'ops',
  server: 'gitea',
  tool: 'list_issues',
  instanceId: 'ins_1',
  startedAt: 1_796_000_000_000,
  durationMs: 12.5,
  outcome: 'tool-error',
  requestBytes: 100,
  responseBytes: 2_000,
};

const exporter = (clock = new FakeClock()): { spans: OtlpExporter; clock: FakeClock } => ({
  spans: new OtlpExporter({ endpoint, headers: { 'x-key': 'k' }, version: '1', clock, logger: silentLogger }),
  clock,
});

describe('OtlpExporter', () => {
  it('sends calls as spans, with the attributes of the conventions for MCP', async () => {
    const { spans, clock } = exporter();
    spans.add(trace);
    await clock.advance(2_000);
    await until(() => got.length > 0, 'a batch');
    expect([got[0]?.path, got[0]?.key]).toEqual(['/v1/traces', 'k']);
    const [span] = got[0]?.body.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    expect(span).toMatchObject({
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      name: 'tools/call list_issues',
      startTimeUnixNano: '1796000000000000000',
      endTimeUnixNano: '1796000000012500000',
      status: { code: 2 },
    });
    const attributes = Object.fromEntries(
      ((span?.['attributes'] ?? []) as { key: string; value: object }[]).map(({ key, value }) => [
        key,
        Object.values(value)[0],
      ]),
    );
    expect(attributes).toMatchObject({
      'mcp.method.name': 'tools/call',
      'mcp.session.id': 'ses_1',
      'gen_ai.tool.name': 'list_issues',
      'mcptui.server': 'gitea',
      'error.type': 'tool-error',
    });
    await spans.close();
  });

  it('drops and counts what a collector does not take, and what is more than it can send; the rest goes on', async () => {
    const { spans, clock } = exporter();
    status = 503;
    spans.add(trace);
    await clock.advance(2_000);
    await until(() => spans.dropped === 1, 'the drop');
    status = 200;
    for (let at = 0; at < 5_000; at += 1) spans.add(trace);
    expect(spans.dropped).toBe(1 + 5_000 - 4_096);
    await clock.advance(2_000);
    await until(() => got.length > 1, 'a batch');
    expect(got[1]?.body.resourceSpans[0]?.scopeSpans[0]?.spans).toHaveLength(512);
    await spans.close();
  });

  it('sends what waits when it is closed', async () => {
    const { spans } = exporter();
    spans.add(trace);
    await spans.close();
    expect(got).toHaveLength(1);
    spans.add(trace);
    expect(spans.dropped).toBe(0);
  });
});

describe('otlpSettings', () => {
  it('sends nothing unless a setting of its own says where', () => {
    expect(otlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, '1')).toBeUndefined();
    expect(otlpSettings({ MCPTUI_OTLP_ENDPOINT: endpoint, MCPTUI_OTLP_HEADERS: 'a=b=c, x-key = k' }, '1')).toEqual({
      endpoint,
      headers: { a: 'b=c', 'x-key': 'k' },
      version: '1',
    });
  });

  it.each(['nowhere', 'ftp://x', 'http://'])('refuses %s', (address) => {
    expect(() => otlpSettings({ MCPTUI_OTLP_ENDPOINT: address }, '1')).toThrow('no URL');
  });
});
