/** Three home folders with the files of five clients each, as people have them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clientFiles, type ClientFile } from '../../fixtures/client-files.ts';

export interface ClientHome {
  readonly folder: string;
  /** Name of the client → its file. */
  readonly files: ReadonlyMap<string, string>;
  /** The bytes of each file now. */
  readonly bytes: () => readonly string[];
  readonly close: () => void;
}

/** The how-manieth file of a client's among the fixtures. */
const homes: readonly (readonly (readonly [client: string, which: number])[])[] = [
  [
    ['claude-code', 0],
    ['claude-desktop', 0],
    ['vscode', 0],
    ['codex', 0],
    ['goose', 0],
  ],
  [
    ['cursor', 0],
    ['windsurf', 1],
    ['gemini', 0],
    ['zed', 1],
    ['continue', 0],
  ],
  [
    ['claude-desktop', 1],
    ['opencode', 0],
    ['kiro', 0],
    ['factory', 0],
    ['codex', 1],
  ],
];

export function clientHome(which: 0 | 1 | 2): ClientHome {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcptui-clients-'));
  const files = new Map(
    (homes[which] ?? []).map(([client, index]) => {
      const fixture = clientFiles.filter((one) => one.client === client)[index];
      if (fixture === undefined) throw new Error(`no fixture ${client} ${index}`);
      return [client, put(folder, fixture)];
    }),
  );
  return {
    folder,
    files,
    bytes: () => [...files.values()].map((file) => readFileSync(file, 'latin1')),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function put(folder: string, { path: name, text }: ClientFile): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}
