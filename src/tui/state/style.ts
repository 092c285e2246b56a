/** Holds how the terminal is painted on. */

/** `standard`: the terminal's 16 colours; `contrast`: without faint text; `mono`: no colours at all. */
export type Skin = 'standard' | 'contrast' | 'mono';

export const skinNames: readonly Skin[] = ['standard', 'contrast', 'mono'];

/** Meaning of a piece of text; a skin says how that looks. */
export type OwnTone = 'plain' | 'strong' | 'dim' | 'ok' | 'warn' | 'bad' | 'busy' | 'accent' | 'mark' | 'cursor';

export interface Style {
  readonly skin: Skin;
  /** Only characters that every terminal shows. */
  readonly ascii: boolean;
  /** For a screen reader: words in their order, no boxes, no styling. */
  readonly spoken: boolean;
  /** Nothing turns or blinks; figures that count go on. */
  readonly still: boolean;
}
