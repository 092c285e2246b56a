/** What each kind of API is sent, and what is read of its answer. */
import { describe, expect, it } from 'vitest';
import { wireFormats } from '../../../src/engine/models/wire-formats.ts';
import { modelKinds } from '../../../src/store/schema/model.ts';
import { request } from '../../contracts/model-contract.ts';

describe('wireFormats', () => {
  it('sends chat completions with a strict schema', () => {
    const { path, headers, body } = wireFormats.openai.request('m', 'k', request);
    expect(path).toBe('/chat/completions');
    expect(headers).toEqual({ authorization: 'Bearer k' });
    expect(body['response_format']).toMatchObject({ json_schema: { strict: true, schema: request.schema } });
  });

  it('sends messages with the schema as a tool that has to be called', () => {
    const { path, headers, body } = wireFormats.anthropic.request('m', 'k', request);
    expect(path).toBe('/v1/messages');
    expect(headers).toEqual({ 'anthropic-version': '2023-06-01', 'x-api-key': 'k' });
    expect(body).toMatchObject({
      tools: [{ name: 'answer', input_schema: request.schema }],
      tool_choice: { type: 'tool' },
    });
  });

  it('sends ollama’s own chat with the schema as its format', () => {
    const { path, headers, body } = wireFormats.ollama.request('m', undefined, request);
    expect(path).toBe('/api/chat');
    expect(headers).toEqual({});
    expect(body).toMatchObject({ stream: false, format: request.schema });
  });

  it.each(modelKinds)('reads nothing of what is no answer of %s', (kind) => {
    for (const answer of [{}, { choices: [null] }, { choices: {} }, { content: ['x'] }, { message: [] }]) {
      expect(wireFormats[kind].read(answer)).toBeUndefined();
    }
  });
});
