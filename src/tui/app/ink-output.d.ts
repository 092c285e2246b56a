/** A module inside ink that its package does not export: the class that turns a laid-out tree into text. */
declare module 'ink/build/output.js' {
  interface InkClip {
    readonly x1: number | undefined;
    readonly x2: number | undefined;
    readonly y1: number | undefined;
    readonly y2: number | undefined;
  }

  interface InkWrite {
    readonly type: 'write';
    readonly x: number;
    readonly y: number;
    readonly text: string;
    readonly transformers: readonly ((line: string, index: number) => string)[];
  }

  type InkOperation = InkWrite | { readonly type: 'clip'; readonly clip: InkClip } | { readonly type: 'unclip' };

  class Output {
    operations: InkOperation[];
    /** Measured and tokenized strings of one frame. */
    caches: {
      readonly styledChars: ReadonlyMap<string, unknown>;
      readonly widths: ReadonlyMap<string, number>;
      getStringWidth(text: string): number;
    };
    width: number;
    height: number;
    constructor(size: { readonly width: number; readonly height: number });
    write(x: number, y: number, text: string, options: { transformers: InkWrite['transformers'] }): void;
    clip(clip: InkClip): void;
    unclip(): void;
    get(): { output: string; height: number };
  }

  export type { InkClip, InkOperation, InkWrite };
  // oxlint-disable-next-line import/no-default-export -- so does ink
  export default Output;
}
