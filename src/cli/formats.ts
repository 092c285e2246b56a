/** Lists what `-o` takes where resources are printed; loads nothing. */
export const formats = ['table', 'wide', 'json', 'yaml', 'name', 'jsonl'] as const;
