/** Each check of `doctor` as a table: facts in, findings out. */
import { describe, expect, it } from 'vitest';
import { checkClients } from '../../../src/cli/doctor/checks/clients.ts';
import { checkClock } from '../../../src/cli/doctor/checks/clock.ts';
import { checkContainers, type ContainerFacts } from '../../../src/cli/doctor/checks/containers.ts';
import { checkDisk, type DiskFacts } from '../../../src/cli/doctor/checks/disk.ts';
import { checkEngine, type EngineFacts } from '../../../src/cli/doctor/checks/engine.ts';
import { checkFolders, type FolderFacts } from '../../../src/cli/doctor/checks/folders.ts';
import { checkJournal } from '../../../src/cli/doctor/checks/journal.ts';
import { checkNode } from '../../../src/cli/doctor/checks/node.ts';
import { checkPrograms, type Program } from '../../../src/cli/doctor/checks/programs.ts';
import { checkSecrets } from '../../../src/cli/doctor/checks/secrets.ts';
import { checkServers, type JudgedInstance } from '../../../src/cli/doctor/checks/servers.ts';
import { checkService } from '../../../src/cli/doctor/checks/service.ts';
import { checkTerminal, readAnswer, type TerminalFacts } from '../../../src/cli/doctor/checks/terminal.ts';
import type { ConnectionRow, ConnectionState } from '../../../src/clients/status.ts';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import type { BackendView, SecretView, VerifyReport } from '../../../src/engine/index.ts';

/** `fail 12 MiB free → df -h /` */
const lines = (found: readonly Finding[]): readonly string[] =>
  found.map(({ state, what, mend }) => `${state} ${what}${mend === undefined ? '' : ` → ${mend}`}`);
/** Only what is not in order. */
const bad = (found: readonly Finding[]): readonly string[] => lines(found.filter(({ state }) => state !== 'ok'));

describe('checkNode', () => {
  it.each([
    ['v22.12.0', 'ok'],
    ['v24.0.0', 'ok'],
    ['v22.11.9', 'fail'],
    ['v20.19.0', 'fail'],
  ])('%s: %s', (version, state) => {
    expect(checkNode({ version, execPath: '/n' }).map((finding) => finding.state)).toEqual([state]);
  });
});

describe('checkTerminal', () => {
  const good: TerminalFacts = {
    isTty: true,
    term: 'xterm-256color',
    colorDepth: 24,
    noColor: false,
    columns: 120,
    rows: 36,
    locale: 'C.UTF-8',
    within: [],
  };
  it.each<[string, Partial<TerminalFacts>, readonly string[]]>([
    ['as it should be', {}, []],
    ['none', { isTty: false, term: undefined, locale: undefined }, []],
    ['TERM missing', { term: undefined }, ['warn TERM is not set → export TERM=xterm-256color']],
    ['dumb', { term: 'dumb' }, ['warn TERM=dumb can show no console → export TERM=xterm-256color']],
    ['one colour', { colorDepth: 1 }, ['warn xterm-256color shows no colours → export TERM=xterm-256color, if it can']],
    ['no colours wanted', { colorDepth: 1, noColor: true }, []],
    ['narrow', { columns: 60 }, ['warn 60x36 characters: 80x24 show everything → make the window larger']],
    [
      'latin1',
      { locale: 'en_US.ISO-8859-1' },
      [
        'warn the locale en_US.ISO-8859-1 is not UTF-8: frames and signs may come out wrong → export LANG=C.UTF-8, or mcptui --ascii',
      ],
    ],
    [
      'silent',
      { within: ['ssh'], answer: readAnswer('') },
      ['warn it does not say what it can do (behind ssh): keys with modifiers and the clipboard may fail'],
    ],
    [
      'screen',
      { within: ['screen'], answer: readAnswer('\u001B[?62;52c') },
      ['warn screen lets no clipboard through (OSC 52) → use tmux with set-clipboard on'],
    ],
    [
      'no word of the clipboard',
      { answer: readAnswer('\u001B[?62;22c') },
      [
        'warn it does not say whether it takes the clipboard (OSC 52): what is copied may not arrive → allow it in the settings of the terminal',
      ],
    ],
    ['known to take it', { answer: readAnswer('\u001BP>|WezTerm 2024\u001B\\\u001B[?62c') }, []],
  ])('%s', (_name, facts, wanted) => {
    expect(bad(checkTerminal({ ...good, ...facts }))).toEqual(wanted);
  });
});

describe('readAnswer', () => {
  it('reads keys, name and clipboard of an answer in one piece', () => {
    const bytes = '\u001B[?0u\u001BP>|kitty(0.35.2)\u001B\\\u001B[?62;52;c';
    expect(readAnswer(bytes)).toEqual({ answered: true, name: 'kitty(0.35.2)', hasKeys: true, hasClipboard: true });
  });
});

describe('checkFolders', () => {
  const good: FolderFacts = {
    role: 'data',
    path: '/home/ann/data',
    kind: 'folder',
    mode: 0o700,
    uid: 1000,
    ownUid: 1000,
    isWritable: true,
  };
  const key: FolderFacts = {
    ...good,
    role: 'file',
    path: '/home/ann/secrets.key',
    kind: 'file',
    mode: 0o600,
    isSecret: true,
  };
  it.each<[string, FolderFacts, readonly string[]]>([
    ['private', good, []],
    ['missing', { ...good, kind: 'none' }, []],
    [
      'readable',
      { ...good, mode: 0o755 },
      ['warn others may look into data /home/ann/data (mode 0755) → chmod 700 /home/ann/data'],
    ],
    [
      'open',
      { ...good, mode: 0o777 },
      ['fail others may put files into data /home/ann/data (mode 0777) → chmod 700 /home/ann/data'],
    ],
    [
      'shut',
      { ...good, mode: 0o500 },
      ['fail data /home/ann/data may not be used by its owner (mode 0500) → chmod 700 /home/ann/data'],
    ],
    [
      'read-only disk',
      { ...good, isWritable: false },
      ['fail data /home/ann/data cannot be written to → ls -ld /home/ann/data'],
    ],
    [
      "another user's",
      { ...good, uid: 7 },
      ['fail data /home/ann/data belongs to user 7 → sudo chown -R 1000 /home/ann/data'],
    ],
    [
      'a file',
      { ...good, kind: 'file' },
      ['fail data /home/ann/data is no folder → mv /home/ann/data /home/ann/data.old'],
    ],
    [
      'unreachable, with a name that a shell would take apart',
      { ...good, path: "/it's", error: 'EIO' },
      ["fail data /it's cannot be looked at: EIO → ls -ld '/it'\\''s'"],
    ],
    ['a key of its owner', key, []],
    [
      'a key for all',
      { ...key, mode: 0o644 },
      ['fail others may read file /home/ann/secrets.key (mode 0644) → chmod 600 /home/ann/secrets.key'],
    ],
  ])('%s', (_name, facts, wanted) => {
    expect(bad(checkFolders([facts]))).toEqual(wanted);
  });

  it('lets --fix set modes and make folders, and change no owner', () => {
    const fixes = (facts: FolderFacts): unknown => checkFolders([facts]).flatMap(({ fix }) => fix ?? []);
    expect(fixes({ ...good, mode: 0o777 })).toEqual([{ kind: 'mode', path: good.path, mode: 0o700 }]);
    expect(fixes({ ...key, mode: 0o644 })).toEqual([{ kind: 'mode', path: key.path, mode: 0o600 }]);
    expect(fixes({ ...good, kind: 'none' })).toEqual([{ kind: 'make', path: good.path }]);
    expect(fixes({ ...good, uid: 7 })).toEqual([]);
  });
});

describe('checkDisk', () => {
  const good: DiskFacts = { role: 'data', path: '/d', device: 1, freeBytes: 5e9, freeFiles: 1e6, files: 2e6 };
  it.each<[string, Partial<DiskFacts>, readonly string[]]>([
    ['roomy', {}, ['ok data: 4 GiB free at /d']],
    ['low', { freeBytes: 100 * 1024 ** 2 }, ['warn data: 100.0 MiB free at /d → free some space: df -h /d']],
    [
      'full',
      { freeBytes: 1024 ** 2 },
      ['fail data: 1.0 MiB free at /d: changes are refused when it is full → free some space: df -h /d'],
    ],
    ['no inodes', { freeFiles: 3 }, ['fail data: 3 files can still be made at /d → remove files: df -i /d']],
    ['no limit of files', { freeFiles: 0, files: 0 }, ['ok data: 4 GiB free at /d']],
    [
      'the engine could not write',
      { trouble: 'full: no space' },
      ["fail the engine's store is full: no space → free some space: df -h /d"],
    ],
  ])('%s', (_name, facts, wanted) => {
    expect(lines(checkDisk([{ ...good, ...facts }]))).toEqual(wanted);
  });
});

describe('checkEngine', () => {
  const runs = { kind: 'runs', pid: 7, version: '1.0.0', hosting: 'daemon', startedAt: 0, bugs: 0 } as const;
  const good: EngineFacts = {
    now: 60_000,
    dataDir: '/d',
    ownVersion: '1.0.0',
    engine: runs,
    socketPath: '/r/engine.sock',
    socket: 'answers',
  };
  it.each<[string, Partial<EngineFacts>, readonly string[]]>([
    ['runs', {}, []],
    ['none', { engine: { kind: 'none' }, socket: 'none' }, []],
    [
      'another version',
      { engine: { ...runs, version: '0.9.0' } },
      ["warn daemon, pid 7, for 1m: its version is 0.9.0, this program's 1.0.0 → mcptui daemon stop"],
    ],
    [
      'bugs',
      { engine: { ...runs, bugs: 2 } },
      ['warn 2 errors that nobody foresaw since it started → mcptui get audit --kind bug'],
    ],
    [
      'silent',
      { engine: { kind: 'trouble', message: 'engine (pid 7) does not answer', hint: 'kill -CONT 7' } },
      ['fail engine (pid 7) does not answer → kill -CONT 7'],
    ],
    [
      'a dead socket',
      { engine: { kind: 'none' }, socket: 'dead' },
      ['warn /r/engine.sock is left from an engine that is gone → mcptui doctor --fix'],
    ],
    [
      'a file in its place',
      { engine: { kind: 'none' }, socket: 'not a socket' },
      ['fail /r/engine.sock is in the way of its socket: it is none → mv /r/engine.sock /r/engine.sock.old'],
    ],
    [
      'too long a path',
      { tooLong: '/very/long/engine.sock' },
      [
        'warn /very/long/engine.sock is too long for a socket: it is /r/engine.sock → set MCPTUI_SOCKET to a shorter path if programs look for it there',
      ],
    ],
    [
      'an engine on another folder',
      { engine: { kind: 'none' }, standardDataDir: '/std' },
      [
        'warn another engine runs on /std, for programs without your XDG_DATA_HOME → to use that one: export MCPTUI_DATA_DIR=/std',
      ],
    ],
  ])('%s', (_name, facts, wanted) => {
    expect(bad(checkEngine({ ...good, ...facts }))).toEqual(wanted);
  });
});

describe('checkClock', () => {
  const now = Date.UTC(2026, 10, 29);
  it.each<[string, Parameters<typeof checkClock>[0], readonly string[]]>([
    ['right', { now, fileAt: now + 900, newestEventAt: now - 5 }, []],
    ['nothing to compare with', { now, fileAt: undefined, newestEventAt: undefined }, []],
    [
      'set back',
      { now, fileAt: now, newestEventAt: now + 7_200_000 },
      [
        'warn it was set back: the newest audit event is 2h ahead of it (order is kept by number, times are not) → set the clock: timedatectl set-ntp true',
      ],
    ],
    [
      'a disk with a clock of its own',
      { now, fileAt: now - 300_000, newestEventAt: undefined },
      ['warn files get times 5m behind it → set the clock of the machine that holds the disk'],
    ],
    [
      'never set',
      { now: 0, fileAt: 0, newestEventAt: undefined },
      ['fail it says 1970-01-01T00:00:00.000Z, which is over → set the clock: timedatectl set-ntp true'],
    ],
  ])('%s', (_name, facts, wanted) => {
    expect(bad(checkClock(facts))).toEqual(wanted);
  });
});

describe('checkJournal', () => {
  const report: VerifyReport = {
    ok: true,
    records: 3,
    events: 1,
    head: { seq: 3, hash: 'ab', events: 1 },
    problems: [],
    dropped: [],
  };
  const broken = { ...report, ok: false, problems: [{ file: '/j/1', offset: 9, reason: 'the hash differs' }] };
  it.each<[string, Parameters<typeof checkJournal>[0], string]>([
    ['whole', { kind: 'read', report, isLive: true }, 'ok whole: 3 records, 1 event'],
    ['none', { kind: 'none' }, 'ok nothing is stored yet'],
    [
      'broken, while an engine runs',
      { kind: 'read', report: broken, isLive: true },
      'fail /j/1 at byte 9: the hash differs → mcptui audit verify, then mcptui daemon stop and mcptui store repair',
    ],
    [
      'broken',
      { kind: 'read', report: broken, isLive: false },
      'fail /j/1 at byte 9: the hash differs → mcptui store repair',
    ],
    ['too long', { kind: 'unfinished', afterMs: 30_000 }, 'warn not read to its end within 30s → mcptui audit verify'],
  ])('%s', (_name, facts, wanted) => {
    expect(lines(checkJournal(facts))).toEqual([wanted]);
  });
});

describe('checkContainers', () => {
  const good: ContainerFacts = {
    where: 'unix:///d.sock',
    state: { kind: 'ok', version: '27' },
    isRootless: true,
    servers: [],
  };
  const ssh = { kind: 'refused', reason: 'DOCKER_HOST=ssh://h is not supported' } as const;
  it.each<[string, Partial<ContainerFacts>, readonly string[]]>([
    ['there', {}, ['ok version 27 at unix:///d.sock, rootless']],
    [
      'absent and not needed',
      { state: { kind: 'absent', reason: 'no container engine at unix:///d.sock' } },
      ['ok no container engine at unix:///d.sock; no server needs it'],
    ],
    [
      'not permitted, and needed',
      { state: { kind: 'not-permitted', reason: 'not permitted' }, step: 'join the group', servers: ['a', 'b'] },
      ['fail not permitted; needed by a, b → join the group'],
    ],
    ['ssh, not needed', { state: ssh }, ['warn DOCKER_HOST=ssh://h is not supported; no server needs it']],
    [
      'there, but not for the engine',
      { isRootless: false, engineSees: { kind: 'absent', reason: 'no container engine at unix:///x' } },
      [
        'ok version 27 at unix:///d.sock',
        'fail the running engine does not reach it: no container engine at unix:///x → start it again with DOCKER_HOST=unix:///d.sock; as a service: mcptui service install',
      ],
    ],
  ])('%s', (_name, facts, wanted) => {
    expect(lines(checkContainers({ ...good, ...facts }))).toEqual(wanted);
  });
});

describe('checkPrograms', () => {
  const of = (program: Partial<Program>): readonly string[] =>
    bad(
      checkPrograms({
        from: 'the running engine',
        searchPath: '/bin:/usr/bin',
        programs: [{ name: 'npx', servers: ['a'], ...program }],
      }),
    );
  it.each<[string, Partial<Program>, readonly string[]]>([
    ['found', { foundAt: '/bin/npx' }, []],
    ['missing and not needed', { servers: [] }, []],
    [
      'missing',
      {},
      [
        'fail npx is not on the PATH of the running engine, which instances get; needed by a (looked in /bin, /usr/bin) → install Node with npm: npx comes with it',
      ],
    ],
    [
      'found by this shell alone',
      { inShell: '/opt/npx' },
      [
        'fail npx is not on the PATH of the running engine, which instances get; needed by a (looked in /bin, /usr/bin) → this shell finds /opt/npx: mcptui daemon stop, then mcptui --daemon from here; as a service: mcptui service install',
      ],
    ],
    ['of its own PATH', { ownPath: '/x' }, ['fail npx is not on the PATH that a sets: /x → mcptui edit server a']],
    [
      'a path',
      { name: '/opt/s', servers: ['a', 'b'] },
      ['fail /opt/s is not there or no program; needed by a, b → mcptui edit server a'],
    ],
  ])('%s', (_name, program, wanted) => {
    expect(of(program)).toEqual(wanted);
  });
});

describe('checkSecrets', () => {
  const secret = (more: Partial<SecretView>): SecretView => ({
    id: 'file/t',
    name: 'file/t',
    backend: 'file',
    path: 't',
    state: 'ok',
    usedBy: [],
    servers: ['a'],
    stale: [],
    waiting: [],
    ...more,
  });
  const backend = (state: BackendView['state']): BackendView => ({
    name: 'bao',
    kind: 'openbao',
    state,
    fields: { kind: 'openbao', url: 'https://b', auth: { method: 'kubernetes', role: 'r' } } as BackendView['fields'],
    step: 'bao operator unseal',
  });
  const sealed = backend({
    kind: 'failing',
    at: 0,
    why: 'sealed' as never,
    reason: 'it is sealed',
  });
  const fine = { kind: 'ok', entries: 1 } as const;
  it.each<[string, Parameters<typeof checkSecrets>[0], readonly string[]]>([
    ['all resolve', { file: fine, backends: [], secrets: [secret({})] }, []],
    ['unused and missing', { file: fine, backends: [], secrets: [secret({ servers: [], state: 'missing' })] }, []],
    [
      'missing in the file',
      { file: fine, backends: [], secrets: [secret({ state: 'missing', cause: 'no such entry' })] },
      ['fail file/t does not resolve: no such entry; needed by a → mcptui create secret t'],
    ],
    [
      'missing in the environment',
      { file: fine, backends: [], secrets: [secret({ name: 'env/T', backend: 'env', path: 'T', state: 'missing' })] },
      [
        'fail env/T does not resolve: there is none; needed by a → start the engine with T set, or keep it: mcptui create secret T',
      ],
    ],
    [
      'a sealed backend that nobody needs',
      { file: fine, backends: [sealed], secrets: [] },
      ['warn bao: it is sealed → bao operator unseal'],
    ],
    [
      'a sealed backend',
      {
        file: fine,
        backends: [sealed],
        secrets: [secret({ backend: 'bao', name: 'bao/k/t#v', state: 'failing', cause: 'sealed', step: 'unseal' })],
      },
      ['fail bao: it is sealed → bao operator unseal', 'fail bao/k/t#v does not resolve: sealed; needed by a → unseal'],
    ],
    [
      'a file that cannot be read',
      { file: { kind: 'unreadable', reason: 'no key', hint: 'put it back' }, backends: [], secrets: [] },
      ['fail file: no key → put it back'],
    ],
    [
      'an older value in use',
      { file: fine, backends: [], secrets: [secret({ stale: ['a-1'] })] },
      ['warn file/t has changed since a-1 started → mcptui restart a-1'],
    ],
  ])('%s', (_name, facts, wanted) => {
    expect(bad(checkSecrets(facts))).toEqual(wanted);
  });
});

describe('checkServers', () => {
  const good: JudgedInstance = {
    name: 'a-1',
    phase: 'running',
    health: 'healthy',
    held: false,
    desired: 'running',
    invalidLines: 0,
  };
  const failure = {
    code: 'STDIO_EXIT_BEFORE_INIT',
    message: 'exit 1 before initialize',
    facts: { kind: 'exit' } as never,
  };
  it.each<[string, Partial<JudgedInstance>, readonly string[]]>([
    ['healthy', {}, []],
    [
      'failed',
      { phase: 'error', failure: { ...failure, hint: 'mcptui logs a-1' } },
      ['fail a-1 STDIO_EXIT_BEFORE_INIT: exit 1 before initialize → mcptui logs a-1'],
    ],
    [
      'failed and held',
      { phase: 'error', failure, held: true },
      [
        'fail a-1 STDIO_EXIT_BEFORE_INIT: exit 1 before initialize; held until mcptui retry a-1 → mcptui why instance a-1',
      ],
    ],
    ['stopped on purpose', { phase: 'stopped', desired: 'stopped', failure }, []],
    [
      'unhealthy',
      { health: 'unhealthy', healthReason: 'no answer' },
      ['fail a-1 is unhealthy: no answer → mcptui logs a-1'],
    ],
    ['degraded', { health: 'degraded' }, ['warn a-1 is degraded → mcptui describe instance a-1']],
  ])('%s', (_name, instance, wanted) => {
    expect(bad(checkServers({ servers: 1, instances: [{ ...good, ...instance }], isLive: true }))).toEqual(wanted);
  });
});

describe('checkClients', () => {
  const of = (state: ConnectionState, more: Partial<ConnectionRow> = {}): readonly string[] =>
    bad(
      checkClients({
        rows: [{ client: 'cursor', title: 'Cursor', scope: 'user', file: '/f', servers: 0, state, ...more }],
        projects: new Set(['ops']),
      }),
    );
  it.each<[ConnectionState, Partial<ConnectionRow>, readonly string[]]>([
    ['connected', { project: 'ops' }, []],
    ['not connected', {}, []],
    ['connected', { project: 'gone' }, ['fail cursor: its project gone is not there → mcptui create project gone']],
    ['changed', {}, ['warn cursor: our entry in /f was changed by hand → mcptui connect cursor']],
    [
      'entry gone',
      { scope: 'project' },
      ['warn cursor: our entry in /f is gone → mcptui connect cursor --scope project'],
    ],
    ['file gone', { scope: 'file' }, ['warn cursor: /f is gone → mcptui connect cursor --file /f']],
    ['unreadable', { reason: 'no JSON' }, ['warn cursor: /f cannot be read: no JSON → look at /f']],
  ])('%s', (state, more, wanted) => {
    expect(of(state, more)).toEqual(wanted);
  });
});

describe('checkService', () => {
  const installed = { kind: 'installed', file: '/u', differs: false, state: 'active' } as const;
  it.each<[string, Parameters<typeof checkService>[0], readonly string[]]>([
    ['none', { kind: 'none' }, []],
    ['active', installed, []],
    [
      'another Node',
      { ...installed, differs: true },
      ['warn /u is not what would be installed now: another Node, PATH or folder → mcptui service install'],
    ],
    ['failed', { ...installed, state: 'failed' }, ['warn /u is installed and failed → mcptui service status']],
  ])('%s', (_name, facts, wanted) => {
    expect(bad(checkService(facts))).toEqual(wanted);
  });
});
