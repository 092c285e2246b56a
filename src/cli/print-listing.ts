/** Prints a listing in the format that was asked for, and says so to people when it is empty. */
import type { Context } from './context.ts';
import { renderListing, type Format, type Listing } from './output.ts';

export interface ListFlags {
  readonly output: Format;
  readonly headers: boolean;
}

/** `whenEmpty` is for people alone: programs get an empty list. */
export async function printListing<T>(
  context: Context,
  listing: Listing<T>,
  { output, headers }: ListFlags,
  whenEmpty = 'nothing yet',
): Promise<void> {
  const text = await renderListing(listing, output, headers);
  if (text !== '' || output === 'table') context.print(text);
  if (listing.rows.length === 0 && output === 'table') context.note(whenEmpty);
}
