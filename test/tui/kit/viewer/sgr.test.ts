import { describe, expect, it } from 'vitest';
import { toned, type Tone } from '../../../../src/tui/kit/theme.ts';
import { coloured, withoutColours } from '../../../../src/tui/kit/viewer/sgr.ts';

const spans = (text: string): readonly (readonly [string, Tone])[] => {
  const { text: shown, parts } = coloured(text);
  let from = 0;
  return parts.map(({ end, tone }) => {
    const span = [shown.slice(from, end), tone] as const;
    from = end;
    return span;
  });
};

describe('coloured', () => {
  it('keeps colours and weights of letters', () => {
    expect(spans('\u001B[1;31merror\u001B[0m plain \u001B[33mwarn\u001B[39m')).toEqual([
      ['error', 'sgr:1;31'],
      [' plain ', 'plain'],
      ['warn', 'sgr:33'],
    ]);
  });

  it('maps 256 and true colours to the nearest of six, greys to the own or dim letters', () => {
    const toneOf = (codes: string): Tone | undefined => spans(`\u001B[${codes}mx`)[0]?.[1];
    expect(toneOf('38;5;196')).toBe('sgr:31');
    expect(toneOf('38;2;20;200;30')).toBe('sgr:32');
    expect(toneOf('38;5;21')).toBe('sgr:34');
    expect(toneOf('38;2;250;250;250')).toBe('plain');
    expect(toneOf('38;5;240')).toBe('sgr:2');
    expect(toneOf('38;2')).toBe('sgr:2');
  });

  it('takes nothing that looks selected, blinks or hides letters', () => {
    for (const codes of ['7', '5', '8', '30', '37', '47', '107', '48;5;15', '48;2;255;255;255', '27', '999', '']) {
      expect({ codes, spans: spans(`\u001B[${codes}mx`) }).toEqual({ codes, spans: [['x', 'plain']] });
    }
  });

  it('shows every other control sequence as its escape', () => {
    expect(spans('\u001B[2J\u001B]52;c;eA==\u0007a\u001B[31')).toEqual([
      ['\\x1b[2J\\x1b]52;c;eA==\\x07a\\x1b[31', 'plain'],
    ]);
  });

  it('leaves the text as it is for patterns', () => {
    expect(withoutColours('\u001B[31mer\u001B[0mror')).toBe('error');
  });

  it('paints no colour where there is none, and ends what it begins', () => {
    expect(toned({ skin: 'mono', ascii: false, spoken: false, still: false }, 'x', 'sgr:1;31')).toBe(
      '\u001B[1mx\u001B[22m',
    );
    expect(toned({ skin: 'standard', ascii: false, spoken: false, still: false }, 'x', 'sgr:1;31')).toBe(
      '\u001B[31m\u001B[1mx\u001B[22m\u001B[39m',
    );
  });
});
