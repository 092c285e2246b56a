/** A stdio server that is hostile in ways that its seed chooses: `node server.ts SEED [modern]`. It stays alive so that one run sees much. */
import { createInterface } from 'node:readline';
import { seededRandom } from '../support/builders/random.ts';
import { broken, jsonFrom, textFrom } from './values.ts';

const random = seededRandom(Number(process.argv[2] ?? 1));
let asked = 0;

/** In pieces now and then, as pipes do. */
function write(text: string): void {
  if (text.length > 1 && random.below(10) === 0) {
    const at = random.below(text.length);
    process.stdout.write(text.slice(0, at));
    process.stdout.write(text.slice(at));
  } else process.stdout.write(text);
}

/** One line of a message, sometimes not quite. */
function say(line: string, often = 12): void {
  const said = random.below(often) === 0 ? broken(random, line) : line;
  write(`${said.replaceAll('\n', ' ')}\n`);
}

function answer(id: unknown, result: string): void {
  say(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`);
}

const tools = (): string => {
  const count = random.pick([0, 1, 3, 10, 50, 12_000]);
  const items = Array.from({ length: count }, (_, index) =>
    random.below(15) === 0
      ? jsonFrom(random)
      : `{"name":${JSON.stringify(random.below(8) === 0 ? textFrom(random) : `t${index}`)},"inputSchema":{"type":"object"}}`,
  );
  return `{"tools":[${items.join(',')}]${random.below(4) === 0 ? `,"nextCursor":${jsonFrom(random, 1)}` : ''}}`;
};

const resources = (): string =>
  `{"resources":[{"uri":${JSON.stringify(random.below(3) === 0 ? textFrom(random) : 'file:///a')},"name":"a"},${jsonFrom(random)}]}`;

const templates = (): string =>
  `{"resourceTemplates":[{"uriTemplate":${JSON.stringify(random.pick(['{+a}{+b}{+c}{+d}{+e}z', 'x://{a}', '{a}', 'file:///{+path}', textFrom(random)]))},"name":"t"}]}`;

function result(): string {
  switch (random.below(8)) {
    case 0:
      return jsonFrom(random);
    case 1:
      return `{"content":[{"type":"text","text":${JSON.stringify('z'.repeat(random.pick([7_000, 9_000, 100_000, 2_000_000])))}}]}`;
    case 2:
      return `{"content":[],"isError":${jsonFrom(random, 0)}}`;
    case 3:
      return `{"content":[{"type":"text","text":"${'x'.repeat(9_000)}"}]},"method":"sampling/createMessage","params":{}`;
    case 4:
      return `{"resultType":"input_required","content":[${jsonFrom(random)}]}`;
    default:
      return `{"content":[{"type":"text","text":${JSON.stringify(textFrom(random))}}]}`;
  }
}

/** What a server says without being asked. */
function unasked(): void {
  switch (random.below(9)) {
    case 0:
      for (let count = random.below(200); count > 0; count -= 1) write('Listening on port 3000\n');
      break;
    case 1:
      for (let count = random.below(400); count > 0; count -= 1) {
        asked += 1;
        const method = random.pick([
          'sampling/createMessage',
          'elicitation/create',
          'roots/list',
          'ping',
          textFrom(random),
        ]);
        say(
          `{"jsonrpc":"2.0","id":${random.below(3) === 0 ? jsonFrom(random, 0) : asked},"method":${JSON.stringify(method)},"params":${jsonFrom(random)}}`,
        );
      }
      break;
    case 2:
      for (let count = random.below(300); count > 0; count -= 1)
        say('{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}');
      break;
    case 3:
      say(`{"jsonrpc":"2.0","method":"notifications/${random.pick(['tools', 'resources', 'prompts'])}/list_changed"}`);
      break;
    case 4:
      process.stderr.write(
        `${textFrom(random)} ${process.env['CANARY'] ?? ''} ${Buffer.from(process.env['CANARY'] ?? '').toString('base64')}\n`,
      );
      break;
    case 5:
      say(`{"jsonrpc":"2.0","method":${JSON.stringify(textFrom(random))},"params":${jsonFrom(random)}}`);
      break;
    case 6:
      say(`{"jsonrpc":"2.0","id":${random.below(500)},"result":${jsonFrom(random)}}`);
      break;
    case 7:
      say(jsonFrom(random), 2);
      break;
    default:
      say(
        `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${random.below(200)},"progress":${jsonFrom(random, 0)}}}`,
      );
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  let message: { id?: unknown; method?: string; params?: { protocolVersion?: string } };
  try {
    message = JSON.parse(line) as typeof message;
  } catch {
    process.stderr.write('the router sent a line that is no JSON\n');
    process.exitCode = 70;
    return;
  }
  const { id, method } = message;
  if (method === undefined || id === undefined) return;
  if (random.below(4) === 0) unasked();
  if (random.below(400) === 0) process.exit(random.below(3));
  if (random.below(25) === 0) return;
  switch (method) {
    case 'initialize': {
      const version = random.below(10) === 0 ? jsonFrom(random, 0) : JSON.stringify(message.params?.protocolVersion);
      const capabilities =
        random.below(10) === 0
          ? jsonFrom(random)
          : '{"tools":{"listChanged":true},"resources":{"subscribe":true},"prompts":{},"logging":{},"completions":{}}';
      const info = `{"name":${JSON.stringify(textFrom(random))},"version":"1"}`;
      return answer(id, `{"protocolVersion":${version},"capabilities":${capabilities},"serverInfo":${info}}`);
    }
    case 'tools/list':
      return answer(id, tools());
    case 'resources/list':
      return answer(id, resources());
    case 'resources/templates/list':
      return answer(id, templates());
    case 'prompts/list':
      return answer(id, `{"prompts":[{"name":${JSON.stringify(textFrom(random))}}]}`);
    default:
      if (random.below(15) === 0)
        return say(
          `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":{"code":-32000,"message":${JSON.stringify(`${textFrom(random)} ${process.env['CANARY'] ?? ''}`)}}}`,
        );
      return answer(id, result());
  }
});
