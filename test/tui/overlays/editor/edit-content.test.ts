import { afterEach, describe, expect, it } from 'vitest';
import { McptuiError } from '../../../../src/kernel/errors.ts';
import type { EditOptions } from '../../../../src/tui/kit/terminal.ts';
import { aPrompt } from '../../../support/builders/content-builders.ts';
import { openApp, type OpenApp } from '../../../support/worlds/open-app.tsx';

const document = '---\nsummary: ""\npriority: 5\n---\nYou follow style.\nSay what you did.\n';
let app: OpenApp;
afterEach(() => app.close());

interface Visit {
  readonly text: string;
  readonly options: EditOptions;
}

/** The console with an editor that does one of these things each time it is opened; what it was given. */
async function open(...steps: ((text: string) => string | undefined)[]): Promise<Visit[]> {
  const visits: Visit[] = [];
  const edit = (text: string, options: EditOptions): string | undefined => {
    const step = steps[visits.length];
    visits.push({ text, options });
    if (step === undefined) throw new Error('the editor was opened once too often');
    return step(text);
  };
  app = await openApp({ content: { prompts: [aPrompt()] }, edit });
  await press('2');
  return visits;
}

async function press(...keys: string[]): Promise<void> {
  await app.press(...keys);
  await app.settle();
}

const leave = (): undefined => undefined;
const append = (text: string): string => `${text}More.\n`;

describe('editContent', () => {
  it('opens the live document under a name that tells what it is, and saves what comes back', async () => {
    const visits = await open(append);
    await press('e');
    expect(visits).toEqual([{ text: document, options: { name: 'prompt-style.md' } }]);
    expect(app.engine.asked).toHaveLength(1);
    expect(app.engine.asked[0]).toMatch(/More\.\\n"} {"bump":"patch","baseHash":"[0-9a-f]{64}"}$/);
    expect(app.screen()).toContain('style 0.9.1 saved · z undo');
  });

  it('saves with the bump and the note that were chosen, which then are the default again', async () => {
    await open(append);
    await press('b', 'b', 'm', 'w', 'h', 'y', '\r', 'e');
    expect(app.engine.asked[0]).toContain('{"bump":"major","note":"why"');
    expect(app.screen()).toContain('save 1.0.1 (patch)');
    expect(app.screen()).not.toContain('note "');
  });

  it('does nothing when nothing was changed', async () => {
    await open(leave);
    await press('e');
    expect(app.engine.asked).toEqual([]);
    expect(app.screen()).toContain('prompt style: nothing was changed');
  });

  it('opens what cannot be read again with the error, and saves it once it is mended', async () => {
    const broken = document.replace('priority: 5', 'priority: [');
    const visits = await open(
      () => broken,
      (text) => text.replace('priority: [', 'priority: 6'),
    );
    await press('e');
    expect(visits[1]?.text).toBe(broken);
    expect(visits[1]?.options.error).toMatch(/^prompt: front matter, line \d/);
    expect(app.engine.asked.at(-1)).toContain('priority: 6');
    expect(app.screen()).toContain('style 0.9.1 saved');
  });

  it('keeps what was never mended in a file and says where', async () => {
    const broken = document.replace('priority: 5', 'priority: [');
    await open(() => broken, leave);
    await press('e');
    expect(app.kept).toEqual([broken]);
    expect(app.screen()).toContain('prompt style is not saved');
    expect(app.screen()).toContain('Your text is in /tmp/kept/prompt-style.md');
    expect(app.screen()).toContain('prompt: front matter');
  });

  it('keeps the text when live moved on, and opens it again to be saved over that', async () => {
    const theirs = async (): Promise<void> => {
      await app.engine.commands.saveContent('prompt', 'style', { text: `${document}theirs\n` });
    };
    const visits = await open(
      (text) => {
        void theirs();
        return `${text}mine\n`;
      },
      (text) => text,
    );
    await press('e');
    expect(app.kept).toEqual([`${document}mine\n`]);
    expect(app.screen()).toContain('prompt style has changed: live is 0.9.1');
    expect(app.screen()).toContain('Your text is in /tmp/kept/prompt-style.md');
    await app.pass(300);
    await press('y');
    expect(visits[1]).toEqual({
      text: `${document}mine\n`,
      options: {
        name: 'prompt-style.md',
        acceptsUnchanged: true,
        error: 'prompt style has changed: live is 0.9.1',
      },
    });
    expect(app.screen()).toContain('style 0.9.2 saved');
    expect(app.engine.asked.at(-1)).toContain('mine');
  });

  it('leaves the text in its file after no', async () => {
    await open((text) => {
      void app.engine.commands.saveContent('prompt', 'style', { text: `${document}theirs\n` });
      return `${text}mine\n`;
    });
    await press('e');
    await app.pass(300);
    await press('n');
    expect(app.state().overlay).toBeUndefined();
    expect(app.engine.asked).toHaveLength(2);
  });

  it('keeps the text when the engine cannot be reached, and tries again when told', async () => {
    await open(append, (text) => text);
    app.engine.failWith(new McptuiError('unavailable', 'the daemon is away'));
    await press('e');
    expect(app.kept).toEqual([`${document}More.\n`]);
    expect(app.screen()).toContain('the daemon is away');
    expect(app.screen()).toContain('Your text is in /tmp/kept/prompt-style.md');
    app.engine.failWith(undefined);
    await app.pass(300);
    await press('y');
    expect(app.screen()).toContain('style 0.9.1 saved');
  });

  it('opens one editor for a key that was pressed twice', async () => {
    const visits = await open(leave);
    const { commands } = app.engine;
    const detail = await commands.contentDetail('prompt', 'style');
    const late = Promise.withResolvers<typeof detail>();
    Object.assign(commands, { contentDetail: () => late.promise });
    await press('e', 'e');
    late.resolve(detail);
    await app.settle();
    expect(visits).toHaveLength(1);
  });

  it('says what is wrong with the editor', async () => {
    await open(() => {
      throw new McptuiError('unavailable', 'the editor nano, which $EDITOR names, is not there', {
        hint: 'set $EDITOR to an editor that exists',
      });
    });
    await press('e');
    expect(app.screen()).toContain('the editor nano, which $EDITOR names, is not there: set $EDITOR to an editor');
  });

  it('says what else can be done where no editor can be opened', async () => {
    app = await openApp({ content: { prompts: [aPrompt()] } });
    await press('2', 'e');
    expect(app.screen()).toContain('no editor can be opened here: E edits inline');
  });
});
