/** What rights cost: one decision among 10,000 bindings, and a call of an agent with the project's role or one of its own. */
import type { Need, Principal } from '../src/engine/rights/need.ts';
import { authorize, compilePolicy, type Policy } from '../src/engine/rights/policy.ts';
import { engineHarness } from '../test/support/worlds/engine-harness.ts';
import { seededRandom } from '../test/support/builders/random.ts';
import { CallTarget, inTurns, median, medianRatio } from './call-target.ts';
import { callLine, mcptui, type LineClient } from './router-targets.ts';
import type { BenchResult } from './result.ts';

const BINDINGS = 10_000;
const DECISIONS = 20_000;
const ROUNDS = 41;
const CALL_ROUNDS = 81;
const WHOLE_ROUNDS = 41;
const WHOLE_CALLS = 300;

const roles = Array.from({ length: 100 }, (_, at) => ({
  name: `role-${at}`,
  rules: [
    { verbs: ['view' as const], kinds: ['*' as const] },
    {
      verbs: ['run' as const, 'edit' as const],
      kinds: ['server' as const, 'prompt' as const],
      names: [`n${at}-*`, `x${at}`],
    },
  ],
}));

/** `of` says whose the binding with a number is. */
function policyOf(count: number, of: (at: number) => string): Policy {
  const bindings = Array.from({ length: count }, (_, at) => ({
    id: `b${at}`,
    subject: of(at),
    role: `role-${at % roles.length}`,
    projects: [at % 3 === 0 ? `p${at}*` : `p${at}`],
  }));
  return compilePolicy(roles, bindings);
}

const random = seededRandom(11);
const questions: readonly Need[] = Array.from({ length: DECISIONS }, () => ({
  verb: random.pick(['view', 'run', 'edit', 'approve'] as const),
  kind: random.pick(['server', 'prompt', 'secret'] as const),
  name: `n${random.below(100)}-${random.below(50)}`,
  project: `p${random.below(BINDINGS)}`,
}));

/** Microseconds a decision. */
function decide(policy: Policy, who: (at: number) => Principal): number {
  const startedMs = performance.now();
  let allowed = 0;
  for (const [at, need] of questions.entries()) if (authorize(policy, who(at), need).allowed) allowed += 1;
  const us = ((performance.now() - startedMs) * 1_000) / DECISIONS;
  if (allowed === 0 || allowed === DECISIONS) throw new Error('the questions have one answer only');
  return us;
}

function decisions(): readonly BenchResult[] {
  const people = Array.from({ length: 1_000 }, (_, at) => ({ subject: `user:u${at}` }));
  const cases = [
    { name: '10 bindings', policy: policyOf(10, () => 'user:u0'), who: () => people[0] as Principal },
    {
      name: '10,000 bindings of 1,000 people',
      policy: policyOf(BINDINGS, (at) => `user:u${at % 1_000}`),
      who: (at: number) => people[at % 1_000] as Principal,
    },
    { name: '10,000 bindings of one', policy: policyOf(BINDINGS, () => 'user:u0'), who: () => people[0] as Principal },
  ];
  const rounds = cases.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, { policy, who }] of cases.entries()) rounds[index]?.push(decide(policy, who));
  }
  const few = rounds[0] ?? [];
  return cases.map(({ name }, index) => {
    const own = rounds[index] ?? [];
    const value = median(own);
    const bar = index === 0 ? {} : { bar: '<= 20 us', pass: value <= 20 };
    return {
      name: `rights: a decision, ${name}`,
      value,
      unit: 'us',
      ratio: medianRatio(own, few),
      baseline: '10 bindings',
      ...bar,
    };
  });
}

/** The stages are those of an engine with 10,000 bindings; the calls go through a router that has nothing else. */
async function calls(): Promise<readonly BenchResult[]> {
  const harness = await engineHarness();
  try {
    const { commands, rights } = harness.engine;
    await commands.createRole('caller', { rules: [{ verbs: ['run'], kinds: ['server', 'project'] }] });
    for (let at = 0; at < 500; at += 1) await commands.createBinding(`user:u${at}`, 'viewer', { projects: [`p${at}`] });
    await commands.createBinding('agent:bot', 'caller');
    rights.principals.learn('token/bot', { subject: 'agent:bot' });
    const none = () => ({});
    const stages = rights.agents.before(none);
    const bot = { project: 'default', agent: 'bot', principal: 'token/bot', subject: 'agent:bot' };
    const targets = [await CallTarget.open(none), await CallTarget.open(stages), await CallTarget.open(stages, bot)];
    const [without = [], plain = [], own = []] = await inTurns(targets, CALL_ROUNDS);
    return [
      { name: 'with the project’s role', rounds: plain },
      { name: 'with a role of its own', rounds: own },
    ].map(({ name, rounds }) => {
      const ratio = medianRatio(rounds, without);
      return {
        name: `rights: a call ${name}`,
        value: median(rounds),
        unit: 'us',
        ratio,
        baseline: 'none',
      };
    });
  } finally {
    await harness.close();
  }
}

/** One after the other, through `mcptui proxy` and back, as an agent has them. */
async function wholeCalls(): Promise<readonly BenchResult[]> {
  const own = await mcptui();
  try {
    own.run('create', 'role', 'caller', '--allow', 'run server *', '--allow', 'run project *');
    own.run('create', 'agent', 'bot');
    own.run('create', 'binding', 'agent:bot', 'caller');
    const ticket = own.run('create', 'ticket', 'bench', '--agent', 'bot').trim().split('\n').at(-1) ?? '';
    const plain = await own.connect();
    const bot = await own.connectTo('default', { MCPTUI_TICKET: ticket });
    const rounds: readonly number[][] = [[], []];
    for (let round = 0; round < WHOLE_ROUNDS; round += 1) {
      for (const [index, client] of [plain, bot].entries()) rounds[index]?.push(await p50Us(client));
    }
    for (const client of [plain, bot]) await client.close();
    const [without = [], withRole = []] = rounds;
    const ratio = medianRatio(withRole, without);
    return [
      {
        name: 'rights: a whole call with a role of its own, p50',
        value: median(withRole),
        unit: 'us',
        ratio,
        baseline: 'with the project’s role',
        bar: '<= 1.02x',
        pass: ratio <= 1.02,
      },
    ];
  } finally {
    await own.close();
  }
}

async function p50Us(client: LineClient): Promise<number> {
  const times: number[] = [];
  for (let call = 0; call < WHOLE_CALLS; call += 1) {
    const startedMs = performance.now();
    await client.exchange(callLine('echo', { text: 'hi' }), 1);
    times.push((performance.now() - startedMs) * 1_000);
  }
  return median(times);
}

/** What the router alone spends on it, of what a whole call takes. */
function shareOf(router: readonly BenchResult[], whole: readonly BenchResult[]): readonly BenchResult[] {
  const [plain] = router;
  const [call] = whole;
  if (plain === undefined || call === undefined) return [];
  const without = plain.value / (plain.ratio ?? 1);
  const value = ((plain.value - without) / call.value) * 100;
  return [
    {
      name: 'rights: the project’s role, of a whole call',
      value,
      unit: '%',
      baseline: 'the p50 of a whole call',
      bar: '<= 2 %',
      pass: value <= 2,
    },
  ];
}

export async function run(): Promise<readonly BenchResult[]> {
  const router = await calls();
  const whole = await wholeCalls();
  return [...decisions(), ...router, ...shareOf(router, whole), ...whole];
}
