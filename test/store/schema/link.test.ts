import { describe, expect, it } from 'vitest';
import { promptContentSchema } from '../../../src/store/schema/content.ts';
import { hasResources, linkFault, linksOf, parseResourceLink } from '../../../src/store/schema/link.ts';

describe('parseResourceLink', () => {
  it.each([
    ['ops/fs:file:///srv/rules.md', { project: 'ops', server: 'fs', uri: 'file:///srv/rules.md' }],
    ['ops/fs:demo://a/b:c?d=e%20f#g', { project: 'ops', server: 'fs', uri: 'demo://a/b:c?d=e%20f#g' }],
    ['ops/fs:note://with a space/ünï', { project: 'ops', server: 'fs', uri: 'note://with a space/ünï' }],
    ['ops/fs:', { project: 'ops', server: 'fs', uri: '' }],
    ['style', undefined],
    ['project:ops/rules', undefined],
    ['agent:reviewer/howto', undefined],
    ['https://example.org/x', undefined],
  ])('reads %s', (link, found) => expect(parseResourceLink(link)).toEqual(found));
});

describe('linkFault', () => {
  it.each([
    'style',
    'project:ops/rules',
    'agent:reviewer/howto',
    'ops/fs:file:///srv/rules.md',
    'ops/fs:URN:isbn:0451450523',
    'ops/fs:note://with a space',
    `ops/fs:demo:${'x'.repeat(2_000)}`,
  ])('finds nothing wrong with %s', (link) => expect(linkFault(link)).toBeUndefined());

  it.each([
    ['Ops/fs:file:///x', '"Ops" is no name of a project: write ops'],
    ['ops/FS:file:///x', '"FS" is no name of a server: write fs'],
    ['ops/:file:///x', '"" is no name of a server; use PROJECT/SERVER:URI'],
    ['ops/fs:', 'has no URI behind the server'],
    ['ops/fs:rules.md', 'the URI has no scheme'],
    ['ops/fs: file:///x', 'the URI has no scheme'],
    ['ops/fs:file:///x ', 'a space at an end'],
    ['ops/fs:file:///a\u202eb', 'cannot be seen'],
    ['ops/fs:file:///a\nb', 'cannot be seen'],
    [`ops/fs:demo:${'x'.repeat(2_048)}`, 'over 2048 characters'],
    ['ops/fs:mcptui://projects/ops/prompts/rules', 'link the prompt by its name'],
    ['ops/fs:MCPTUI://prompts/style', 'link the prompt by its name'],
    ['ops/fs:mcptui+fs:file:///x', "write the server's own, file:///x"],
    ['ops/fs', 'use NAME, project:PROJECT/NAME'],
    ['https://example.org/x', 'PROJECT/SERVER:URI for a resource'],
    ['Some Words', 'use NAME'],
    ['', 'use NAME'],
  ])('says of %j what is right', (link, fault) => expect(linkFault(link)).toContain(fault));

  it('is not slow for a long text of nothing but what it looks for', () => {
    expect(linkFault('/:'.repeat(500_000))).toBeDefined();
    expect(linkFault(`ops/fs:${'a+'.repeat(500_000)}`)).toBeDefined();
  });
});

describe('promptContentSchema', () => {
  const faults = (link: unknown): readonly string[] => {
    const parsed = promptContentSchema.safeParse({ body: 'x', link });
    return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  };

  it('keeps one link as it is written, and a list as a list', () => {
    expect(promptContentSchema.parse({ body: 'x', link: 'style' }).link).toBe('style');
    expect(promptContentSchema.parse({ body: 'x', link: ['style', 'ops/fs:a:b'] }).link).toEqual([
      'style',
      'ops/fs:a:b',
    ]);
  });

  it('names the place of each fault in a list', () => {
    expect(faults(['style', 'ops/FS:a:b', 'style'])).toEqual([
      'link.1: "FS" is no name of a server: write fs',
      'link.2: is there twice',
    ]);
    expect(faults('ops/fs:x')[0]).toMatch(/^link: the URI has no scheme/);
    expect(faults(Array.from({ length: 9 }, (_, n) => `p${n}`))).toEqual(['link.8: is over the limit of 8 links']);
    expect(faults([])[0]).toContain('empty list');
    expect(faults(7)[0]).toContain('link: use a reference');
  });

  it('knows no other age than a day', () => {
    expect(promptContentSchema.safeParse({ body: 'x', stale: 'week' }).success).toBe(false);
    expect(promptContentSchema.parse({ body: 'x', stale: 'day' }).stale).toBe('day');
  });
});

describe('linksOf and hasResources', () => {
  it('take one link and a list alike', () => {
    expect(linksOf({})).toEqual([]);
    expect(linksOf({ link: 'style' })).toEqual(['style']);
    expect(hasResources({ link: ['style'] })).toBe(false);
    expect(hasResources({ link: ['style', 'ops/fs:a:b'] })).toBe(true);
  });
});
