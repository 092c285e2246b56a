/** Names one text that an operator can copy. */
export interface CopyItem {
  /** The letter that copies it. */
  readonly key: string;
  readonly name: string;
  readonly text: string;
}
