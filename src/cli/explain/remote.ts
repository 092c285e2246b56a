/** Explains the codes of remote servers, of probes, and of commands. */
import { EDIT, LOGS, type Explanation } from './explanation.ts';

/** Of remote servers and of the protocol. */
export const remote: Readonly<Record<string, Explanation>> = {
  UNREACHABLE: {
    about: 'No connection to the server could be made.',
    causes: ['it is down', 'its name is not known here', 'a proxy or a firewall is between'],
    steps: ['curl -v URL', EDIT],
  },
  LOST: { about: 'The connection to the server ended.', causes: ['it was restarted', 'a proxy cut it'], steps: [LOGS] },
  SESSION_GONE: {
    about: 'The server does not know its session any more.',
    causes: ['it was restarted or forgets idle sessions'],
    steps: ['it is connected again by itself'],
  },
  OAUTH_REQUIRED: {
    about: 'Somebody has to log in.',
    causes: ['no login yet, or it has expired and cannot be renewed'],
    steps: ['mcptui login NAME'],
  },
  UNAUTHORIZED: {
    about: 'The server refuses the credentials, and no login mends that.',
    causes: ['a header or token is wrong or lacks a right'],
    steps: ['mcptui describe secret NAME', EDIT],
  },
  ADDRESS_REFUSED: {
    about: 'mcptui does not connect to that address.',
    causes: ['it is a private address, or plain http to another machine'],
    steps: [`${EDIT}, allowPrivate or allowHttp, if it is meant`],
  },
  REDIRECT_REFUSED: {
    about: 'The server sends its clients to another origin, which would get the credentials.',
    causes: ['its address has changed'],
    steps: ['mcptui set url NAME URL'],
  },
  RATE_LIMITED: {
    about: 'The server asks to be left alone for a while.',
    causes: ['too many requests with these credentials'],
    steps: ['it is tried again when the server said'],
  },
  INITIALIZE_ERROR: {
    about: 'The server answered initialize with an error.',
    causes: ['it lacks a setting', 'it speaks another revision'],
    steps: [LOGS, EDIT],
  },
  VERSION_MISMATCH: {
    about: 'Server and mcptui have no revision of the protocol in common.',
    causes: ['a server that is very old or newer than this mcptui'],
    steps: ['update the server, or mcptui'],
  },
  HTTP_STATUS: {
    about: 'The server answered with an HTTP status that is no answer of MCP.',
    causes: ['the path is wrong', 'a proxy answered in its place'],
    steps: ['curl -v URL', EDIT],
  },
  BAD_ANSWER: {
    about: 'The server answered with what is no JSON-RPC.',
    causes: ['it is no MCP endpoint', 'it prints something else'],
    steps: [LOGS, EDIT],
  },
  PROBE_TIMEOUT: {
    about: 'A probe was not answered in time.',
    causes: ['it is slow or hangs'],
    steps: ['mcptui probe NAME', 'mcptui set probe NAME --timeout 30s'],
  },
  PROBE_LOST: {
    about: 'A probe could not be sent: the connection is gone.',
    causes: ['it has just ended'],
    steps: [LOGS],
  },
  PROBE_REFUSED: { about: 'A probe was refused.', causes: ['credentials', 'it is overloaded'], steps: [LOGS] },
  PROBE_RATE_LIMITED: {
    about: 'The server limits how often it is asked; no failure of its health.',
    causes: ['a short interval'],
    steps: ['mcptui set probe NAME --interval 5m'],
  },
  PROBE_RPC_ERROR: {
    about: 'A probe was answered with an error.',
    causes: ['the server does not work as it should'],
    steps: ['mcptui probe NAME', LOGS],
  },
  PROBE_TOOL_ERROR: {
    about: 'The tool of a readiness probe reports a failure: the server runs and cannot do its work.',
    causes: ['a missing or expired credential', 'what it works on is away'],
    steps: ['mcptui probe NAME', 'mcptui set env NAME TOKEN=secret:file/token'],
  },
  PROBE_UNKNOWN_TOOL: {
    about: 'The server has no tool of the name that its probe calls.',
    causes: ['the tool was renamed'],
    steps: ['mcptui get tools --server NAME', 'mcptui set probe NAME --tool TOOL'],
  },
};

/** Of commands, the API and the command line. */
export const commands: Readonly<Record<string, Explanation>> = {
  invalid: {
    about: 'What was given cannot be. Exit 2.',
    causes: ['the message names the field'],
    steps: ['the help of the verb: --help'],
  },
  denied: {
    about: 'The caller may not do that. Exit 3.',
    causes: ['no role allows it', 'a signature is demanded'],
    steps: ['mcptui auth can-i VERB KIND NAME', 'mcptui auth why EVENT'],
  },
  unavailable: {
    about: 'Something that is needed cannot be reached: the engine, a disk, a server, a secret. Exit 4.',
    causes: ['the message says which'],
    steps: ['mcptui doctor', 'mcptui info'],
  },
  'not-found': {
    about: 'There is no such thing. Exit 6.',
    causes: ['a slip in the name', 'it was deleted'],
    steps: ['list what there is: get'],
  },
  conflict: {
    about: 'It does not go with what is there, or has changed meanwhile. Exit 7.',
    causes: ['the name is taken', 'somebody else was faster'],
    steps: ['look at it again, then repeat'],
  },
  timeout: {
    about: 'It took longer than it may. Exit 8.',
    causes: ['what was asked hangs'],
    steps: ['mcptui get instances'],
  },
  bug: {
    about: 'An error in mcptui itself. Exit 1.',
    causes: ['please report it'],
    steps: ['mcptui get audit --kind bug'],
  },
};
