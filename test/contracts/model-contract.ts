/** What every kind of model must do for those that ask: an answer as data, or why there is none. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelClient } from '../../src/engine/models/model-client.ts';
import type { ModelOutcome, ModelRequest, ReachableModel } from '../../src/engine/models/types.ts';
import { Masker } from '../../src/engine/secrets/masker.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { fakeSecretSource } from '../support/fakes/fake-secrets.ts';

export interface OpenedModel {
  readonly model: ReachableModel;
  /** What the next answer says, a JSON text. */
  answers(content: string): void;
  /** The next request is refused. */
  refuses(status: number): void;
  /** Bodies that it was sent, as text. */
  readonly asked: () => readonly string[];
  close(): Promise<void>;
}

export const request: ModelRequest = {
  instructions: 'Choose refs.',
  input: '{"task":"deploy","prompts":[]}',
  schema: {
    type: 'object',
    properties: { refs: { type: 'array', items: { type: 'string' } } },
    required: ['refs'],
    additionalProperties: false,
  },
  maxTokens: 100,
};

export function modelContract(name: string, open: () => Promise<OpenedModel>): void {
  describe(`a model of kind ${name}`, () => {
    let opened: OpenedModel;
    const secrets = new Map([['MODEL_KEY', 'sk-very-secret-key']]);
    const masker = new Masker();
    const client = new ModelClient({
      clock: systemClock,
      masker,
      proxyEnv: {},
      secrets: { env: fakeSecretSource(secrets), file: fakeSecretSource(new Map()) } as never,
    });
    const ask = (more: Partial<ReachableModel> = {}): Promise<ModelOutcome> =>
      client.ask({ ...opened.model, ...more }, request);

    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      client.close();
      await opened.close();
    });

    it('answers with an object and what it used', async () => {
      opened.answers('{"refs":["a"]}');
      const outcome = await ask();
      expect(outcome).toMatchObject({ ok: true, answer: { value: { refs: ['a'] } } });
      expect(outcome.ok && outcome.answer.tokensIn).toBeGreaterThan(0);
      expect(outcome.ok && outcome.answer.tokensOut).toBeGreaterThan(0);
    });

    it('is sent instructions, input and its name, and its key in no body', async () => {
      opened.answers('{"refs":[]}');
      await ask({ key: { backend: 'env', path: 'MODEL_KEY' } });
      const body = opened.asked().at(-1) ?? '';
      for (const part of ['Choose refs.', 'deploy', opened.model.model]) expect(body).toContain(part);
      expect(body).not.toContain('sk-very-secret-key');
    });

    it('is sent no secret that is known', async () => {
      masker.learn('file/token', 'hunter2-hunter2');
      opened.answers('{"refs":[]}');
      await client.ask(opened.model, { ...request, input: 'the token is hunter2-hunter2' });
      expect(opened.asked().at(-1)).not.toContain('hunter2');
    });

    it.each([
      [401, 'refused'],
      [404, 'refused'],
      [429, 'busy'],
      [500, 'down'],
      [503, 'busy'],
    ])('says of status %i that it is %s', async (status, kind) => {
      opened.refuses(status);
      const outcome = await ask();
      expect(outcome).toMatchObject({ ok: false, failure: { kind } });
      expect(outcome.ok ? '' : outcome.failure.reason).toContain(`HTTP ${status}`);
    });

    it('fails without a request when its key cannot be read', async () => {
      const before = opened.asked().length;
      expect(await ask({ key: { backend: 'env', path: 'NOT_SET' } })).toMatchObject({
        ok: false,
        failure: { kind: 'secret', reason: expect.stringContaining('env/NOT_SET') },
      });
      expect(opened.asked()).toHaveLength(before);
    });

    it('is not asked at an address that it may not have', async () => {
      const outcome = await ask({ url: 'http://10.0.0.1:9/v1' });
      expect(outcome).toMatchObject({ ok: false, failure: { kind: 'down' } });
      expect(outcome.ok ? '' : outcome.failure.reason).toContain('private address');
    });
  });
}
