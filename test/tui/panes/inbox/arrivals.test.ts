import { afterEach, describe, expect, it } from 'vitest';
import { McptuiError } from '../../../../src/kernel/errors.ts';
import { aProposal } from '../../../support/builders/content-builders.ts';
import { openApp, type OpenApp } from '../../../support/worlds/open-app.tsx';
import { inboxContent } from '../../../support/worlds/open-inbox.ts';

let app: OpenApp;
afterEach(() => app.close());

const arrive = async (...ids: string[]): Promise<void> => {
  app.engine.patch(...ids.map((id) => ({ op: 'put' as const, kind: 'proposals' as const, value: aProposal({ id }) })));
  await app.settle();
};

describe('a proposal that arrives', () => {
  it('is told of in any pane, with a bell', async () => {
    app = await openApp({ content: inboxContent });
    await arrive('p9aa');
    expect(app.screen()).toContain('p9aa reviewer proposes prompt deploy-rules 1.4.1→1.4.2 · 4 shows it');
    expect(app.screen()).toContain('4 Inbox 5');
    expect(app.bells()).toBe(1);
  });

  it('rings once for several that come together', async () => {
    app = await openApp({ content: inboxContent });
    await arrive('p9aa', 'p9bb');
    expect(app.screen()).toContain('2 new proposals: p9aa, p9bb · 4 shows them');
    expect(app.bells()).toBe(1);
  });

  it('is not told of when the console starts, nor when one that was there changes', async () => {
    app = await openApp({ content: inboxContent });
    expect(app.bells()).toBe(0);
    await arrive('p801');
    expect(app.bells()).toBe(0);
    expect(app.state().notice).toBeUndefined();
  });

  it('leaves a failure on screen', async () => {
    app = await openApp({ content: inboxContent });
    app.engine.failWith(new McptuiError('unavailable', 'the disk is full'));
    await app.press('R');
    await app.settle();
    await arrive('p9aa');
    expect(app.screen()).toContain('the disk is full');
    expect(app.bells()).toBe(1);
  });
});
