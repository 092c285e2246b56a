import { describe, expect, it } from 'vitest';
import { hasMarkers, mergeTexts } from '../../../src/engine/content/merge.ts';

describe('mergeTexts', () => {
  it('shows both sides of a conflict with what was there, and nothing of the rest between markers', () => {
    const { kind, text } = mergeTexts(
      'first\nold\nlast\n',
      { text: 'first\nours\nlast\n', label: 'live 1.0.0' },
      { text: 'first\ntheirs\nlast\n', label: 'proposed' },
    );
    expect(kind).toBe('conflict');
    expect(text).toBe('first\n<<<<<<< live 1.0.0\nours\n||||||| base\nold\n=======\ntheirs\n>>>>>>> proposed\nlast\n');
  });

  it('shows a side whole where it has several changes in one region', () => {
    const { text } = mergeTexts(
      'a\nb\nc\nd\n',
      { text: 'A\nb\nC\nd\n', label: 'live' },
      { text: 'x\ny\nz\nd\n', label: 'proposed' },
    );
    expect(text).toBe('<<<<<<< live\nA\nb\nC\n||||||| base\na\nb\nc\n=======\nx\ny\nz\n>>>>>>> proposed\nd\n');
  });
});

describe('hasMarkers', () => {
  it.each([
    ['<<<<<<< live', true],
    ['text\n>>>>>>> proposed', true],
    ['|||||||', true],
    ['=======', false],
    ['<< a', false],
    ['> a quote', false],
    ['| a | table |', false],
    ['a <<<<<<< live', false],
    ['<<<<<<<live', false],
  ])('of %j is %j', (text, has) => {
    expect(hasMarkers(text)).toBe(has);
  });
});
