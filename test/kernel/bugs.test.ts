import { describe, expect, it } from 'vitest';
import { bugFacts, loggedBugs } from '../../src/kernel/bugs.ts';

describe('bugFacts', () => {
  it('keeps name, code and frames of an error, and nothing of its message', () => {
    const error = Object.assign(new TypeError('token=hunter2\n    at hunter2 (/etc/hunter2:1:1)'), { code: 'ERR_X' });
    const facts = bugFacts(error);
    expect(facts.name).toBe('TypeError ERR_X');
    expect(facts.frames[0]).toMatch(/bugs\.test\.ts:\d+:\d+/);
    expect(JSON.stringify(facts)).not.toContain('hunter2');
  });

  it('keeps no pattern of an expression that is too large', () => {
    let thrown: unknown;
    try {
      thrown = new RegExp(`hunter2${'(a|b'.repeat(3)}`);
    } catch (error) {
      thrown = error;
    }
    expect(bugFacts(thrown).name).toBe('SyntaxError');
    expect(JSON.stringify(bugFacts(thrown))).not.toContain('hunter2');
  });

  it('keeps at most twelve frames, and a message that was changed afterwards is none of them', () => {
    const error = new Error('first');
    error.message = 'second';
    error.stack = `Error: a hunter2\n${'    at hunter2 said so\n'.repeat(3)}${'    at f (/a.js:1:2)\n'.repeat(40)}`;
    const { frames } = bugFacts(error);
    expect(frames).toEqual(Array(12).fill('f (/a.js:1:2)'));
  });

  it('names what is no error by its kind, and survives an error that throws when it is read', () => {
    expect(bugFacts('hunter2')).toEqual({ name: '(a string)', frames: [] });
    expect(bugFacts(null)).toEqual({ name: '(null)', frames: [] });
    const hostile = new Error('x');
    Object.defineProperty(hostile, 'name', {
      get() {
        throw new Error('no');
      },
    });
    expect(bugFacts(hostile)).toEqual({ name: '(an error that cannot be read)', frames: [] });
  });
});

describe('loggedBugs', () => {
  it('logs where and the facts', () => {
    const lines: string[] = [];
    const log = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
    loggedBugs({ debug: log, info: log, warn: log, error: log }).report('a timer', new Error('hunter2'));
    expect(lines[0]).toMatch(/^a bug in a timer \{"name":"Error","frames":\["/);
    expect(lines[0]).not.toContain('hunter2');
  });
});
