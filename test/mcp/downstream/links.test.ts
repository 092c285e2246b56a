/** Every link between a session and its agent keeps the contract of one: on byte streams and over HTTP, of both eras. */
import { systemClock } from '../../../src/kernel/clock.ts';
import { EraLink } from '../../../src/mcp/downstream/era-link.ts';
import { HttpLink } from '../../../src/mcp/downstream/http/http-link.ts';
import { KeptBudget } from '../../../src/mcp/downstream/http/kept-budget.ts';
import { ModernExchange } from '../../../src/mcp/downstream/http/modern-exchange.ts';
import { defaultHttpSettings } from '../../../src/mcp/downstream/http/settings.ts';
import { ModernDownstream } from '../../../src/mcp/downstream/modern/modern-downstream.ts';
import { StreamLink } from '../../../src/mcp/downstream/stream-link.ts';
import { readEnvelope } from '../../../src/mcp/eras/modern.ts';
import { sessionLinkContract, type SessionLinkUnderTest } from '../../contracts/session-link-contract.ts';
import { agentOnStream, agentOverHttp } from '../../support/worlds/linked-agent.ts';
import { modernMessage } from '../../support/worlds/modern.ts';
import type { Message } from '../../support/worlds/peer.ts';

const MAX_MESSAGE_BYTES = 1024 * 1024;
const write = (method: string, params: Message, id: string): Message => modernMessage(method, params, { id });
const listening = write('subscriptions/listen', { notifications: { toolsListChanged: true } }, 'l');

function aModern(closed?: () => void): ModernDownstream {
  let nonces = 0;
  return new ModernDownstream({
    clock: systemClock,
    nonce: () => `n${++nonces}`,
    serverInfo: () => ({ name: 'mcptui', version: '1' }),
    toolSchema: () => undefined,
    ...(closed === undefined ? {} : { closed }),
  });
}

const onStream: SessionLinkUnderTest = {
  isStream: true,
  create() {
    const { stream, agent } = agentOnStream();
    return Promise.resolve({ link: new StreamLink(stream, systemClock, MAX_MESSAGE_BYTES), agent });
  },
};

const ofEither: SessionLinkUnderTest = {
  isStream: true,
  create() {
    const { stream, agent } = agentOnStream();
    const link = new EraLink(new StreamLink(stream, systemClock, MAX_MESSAGE_BYTES), aModern());
    return Promise.resolve({ link, agent });
  },
};

sessionLinkContract('a byte stream', onStream);

sessionLinkContract('a byte stream of either era, with an older agent', ofEither);

sessionLinkContract('a byte stream of either era, with an agent of 2026-07-28', {
  isStream: true,
  write,
  async create() {
    const { link, agent } = await ofEither.create();
    const listen = (): Promise<void> => Promise.resolve(agent.send(listening));
    return { link, agent: { ...agent, listen } };
  },
});

sessionLinkContract('Streamable HTTP', {
  async create() {
    const link = new HttpLink({
      id: 'secret',
      principal: 'operator',
      project: 'default',
      clock: systemClock,
      settings: defaultHttpSettings,
      budget: new KeptBudget(defaultHttpSettings.maxAllKeptBytes),
      closed: () => undefined,
    });
    const version = '2025-11-25';
    const agent = await agentOverHttp({
      post: (body, _request, response) =>
        link.post({ parts: [body], bytes: body.length }, response, { version, form: 'any' }),
      get: (response) => void link.listen(response, undefined, version),
    });
    return { link, agent };
  },
});

sessionLinkContract('2026-07-28 over HTTP', {
  write,
  takesNotifications: false,
  async create() {
    const link = aModern(() => undefined);
    const agent = await agentOverHttp(
      {
        post(body, _request, response) {
          const message = JSON.parse(body.toString('utf8')) as Message;
          const envelope = readEnvelope(message['params']);
          if ('code' in envelope) throw new Error(envelope.message);
          const exchange = new ModernExchange(response, systemClock.monotonicMs(), 'any');
          const cancel = link.request(message, envelope, body.length, exchange);
          response.once('close', () => cancel('the client disconnected'));
        },
      },
      listening,
    );
    return { link, agent };
  },
});
