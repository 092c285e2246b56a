/** Writes a request as each kind of API wants it, and reads its answer. Pure. */
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { ModelKind } from '../../store/schema/model.ts';
import type { ModelAnswer, ModelRequest } from './types.ts';

export interface WireRequest {
  /** Behind the model's URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

interface WireFormat {
  request(model: string, key: string | undefined, request: ModelRequest): WireRequest;
  /** Undefined when the answer is none of this API. */
  read(answer: JsonObject): ModelAnswer | undefined;
}

/** Of what is managed the engine knows where it is. */
export const DEFAULT_URLS: Readonly<Record<Exclude<ModelKind, 'managed'>, string>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com',
  ollama: 'http://127.0.0.1:11434',
};

const ANSWER = 'answer';

const chatCompletions: WireFormat = {
  request: (model, key, request) => ({
    path: '/chat/completions',
    headers: bearerOf(key),
    body: {
      model,
      messages: chatOf(request),
      max_tokens: request.maxTokens,
      temperature: 0,
      response_format: { type: 'json_schema', json_schema: { name: ANSWER, strict: true, schema: request.schema } },
    },
  }),
  read(answer) {
    const [choice] = listAt(answer, 'choices');
    const content = textAt(objectAt(choice, 'message'), 'content');
    const usage = objectAt(answer, 'usage');
    return answerOf(parsed(content), numberAt(usage, 'prompt_tokens'), numberAt(usage, 'completion_tokens'));
  },
};

export const wireFormats: Readonly<Record<ModelKind, WireFormat>> = {
  openai: chatCompletions,
  managed: chatCompletions,
  anthropic: {
    request: (model, key, { instructions, input, schema, maxTokens }) => ({
      path: '/v1/messages',
      headers: { 'anthropic-version': '2023-06-01', ...(key === undefined ? {} : { 'x-api-key': key }) },
      body: {
        model,
        system: instructions,
        messages: [{ role: 'user', content: input }],
        max_tokens: maxTokens,
        temperature: 0,
        tools: [{ name: ANSWER, description: 'Gives the answer.', input_schema: schema }],
        tool_choice: { type: 'tool', name: ANSWER },
      },
    }),
    read(answer) {
      const used = listAt(answer, 'content').find((block) => textAt(block, 'type') === 'tool_use');
      const usage = objectAt(answer, 'usage');
      return answerOf(objectAt(used, 'input'), numberAt(usage, 'input_tokens'), numberAt(usage, 'output_tokens'));
    },
  },
  ollama: {
    request: (model, key, request) => ({
      path: '/api/chat',
      headers: bearerOf(key),
      body: {
        model,
        messages: chatOf(request),
        stream: false,
        format: request.schema,
        options: { temperature: 0, num_predict: request.maxTokens },
      },
    }),
    read(answer) {
      const content = textAt(objectAt(answer, 'message'), 'content');
      return answerOf(parsed(content), numberAt(answer, 'prompt_eval_count'), numberAt(answer, 'eval_count'));
    },
  },
};

function chatOf({ instructions, input }: ModelRequest): Json {
  return [
    { role: 'system', content: instructions },
    { role: 'user', content: input },
  ];
}

export function bearerOf(key: string | undefined): Readonly<Record<string, string>> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

function answerOf(value: JsonObject | undefined, tokensIn: number, tokensOut: number): ModelAnswer | undefined {
  return value === undefined ? undefined : { value, tokensIn, tokensOut };
}

/** Models put a fence around JSON now and then. */
const FENCED = /^```(?:json)?\n([^]*)\n```$/;

function parsed(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(FENCED.exec(text.trim())?.[1] ?? text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(from: Json | undefined, key: string): JsonObject | undefined {
  const value = isObject(from) && Object.hasOwn(from, key) ? from[key] : undefined;
  return isObject(value) ? value : undefined;
}

function listAt(from: Json | undefined, key: string): readonly Json[] {
  const value = isObject(from) && Object.hasOwn(from, key) ? from[key] : undefined;
  return Array.isArray(value) ? value : [];
}

function textAt(from: Json | undefined, key: string): string | undefined {
  const value = isObject(from) && Object.hasOwn(from, key) ? from[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** 0 for what it does not say. */
function numberAt(from: Json | undefined, key: string): number {
  const value = isObject(from) && Object.hasOwn(from, key) ? from[key] : undefined;
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.min(Math.round(value), 1e9) : 0;
}
