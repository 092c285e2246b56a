/** pino-roll ships no types. */
declare module 'pino-roll' {
  import type { DestinationStream } from 'pino';

  export interface RollOptions {
    readonly file: string;
    readonly extension?: string;
    readonly size?: string;
    readonly limit?: { readonly count: number };
    readonly mode?: number;
    readonly sync?: boolean;
  }
  export default function roll(options: RollOptions): Promise<DestinationStream>;
}
