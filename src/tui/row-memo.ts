export async function installRowMemo(_env: Readonly<Record<string, string | undefined>>): Promise<void> {}
