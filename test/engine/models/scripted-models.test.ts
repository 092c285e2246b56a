/** Each kind of model against a scripted server of its API that others keep. */
import { LLMock } from '@copilotkit/aimock';
import { modelContract, type OpenedModel } from '../../contracts/model-contract.ts';
import { aModel } from '../../support/builders/models.ts';
import { scriptedModel } from '../../support/worlds/scripted-model.ts';
import type { Model } from '../../../src/store/schema/model.ts';

/** `tool`: the answer is the arguments of a tool, not a text. */
async function scripted(kind: Model['kind'], path: string): Promise<OpenedModel> {
  const mock = new LLMock({ port: 0 });
  let content = '{}';
  const answer = () => (kind === 'anthropic' ? { toolCalls: [{ name: 'answer', arguments: content }] } : { content });
  mock.on({ predicate: () => true }, answer);
  await mock.start();
  return {
    model: aModel({ kind, url: `${mock.url}${path}`, model: 'small-1' }),
    answers: (text) => void (content = text),
    refuses: (status) => void mock.nextRequestError(status, { message: 'told to refuse' }),
    asked: () => mock.getRequests().map(({ body }) => JSON.stringify(body)),
    close: () => mock.stop(),
  };
}

modelContract('openai', () => scripted('openai', '/v1'));
modelContract('anthropic', () => scripted('anthropic', ''));
// Its program answers where the engine says; what that is like is the same.
modelContract('managed', () => scripted('managed', '/v1'));
modelContract('ollama', () => scripted('ollama', ''));

/** The one that tests of ours play, which can be late and without an end as well. */
async function played(): Promise<OpenedModel> {
  const model = await scriptedModel();
  let content = '{}';
  let status: number | undefined;
  model.answer = () => {
    const said = status ?? content;
    status = undefined;
    return said;
  };
  return {
    model: aModel({ kind: 'openai', url: model.url, model: 'small-1' }),
    answers: (text) => void (content = text),
    refuses: (next) => void (status = next),
    asked: () => model.bodies,
    close: () => model.close(),
  };
}
modelContract('openai, played by a test', played);
