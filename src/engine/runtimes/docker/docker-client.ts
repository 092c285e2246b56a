/**
 * Calls the container engine by dockerode, with a deadline around every call: its promises never settle when a connection drops after
 * the headers.
 */
import type Dockerode from 'dockerode';
import type { Clock } from '../../../kernel/clock.ts';
import { errnoOf, McptuiError, messageOf } from '../../../kernel/errors.ts';
import { defined } from '../../../kernel/defined.ts';
import { cutText } from '../../../kernel/foreign.ts';
import { timeWords } from '../../../kernel/time-words.ts';
import type { Failure } from '../../../store/schema/failure.ts';
import type { AwayRuntime } from '../../ports.ts';
import { boundedAgent } from './bounded-agent.ts';
import { withContext } from './docker-context.ts';
import { dockerAddress, dockerTarget } from './docker-target.ts';

export const CALL_MS = 10_000;

/** The container engine could not be asked; says nothing of the container. */
export class DockerUnreachable extends Error {
  override readonly name = 'DockerUnreachable';
  readonly state: AwayRuntime;
  readonly #hint: string | undefined;

  /** `hint`: what mends it, where the state alone does not tell. */
  constructor(state: AwayRuntime, hint?: string) {
    super(state.reason);
    this.state = state;
    this.#hint = hint;
  }

  get failure(): Failure {
    const { kind: state, reason } = this.state;
    return { kind: 'runtime-away', runtime: 'docker', state, reason, ...defined({ hint: this.#hint }) };
  }
}

/** Something answers there that is no container engine; `said` tells by what that is seen. */
export function otherService({ where }: Pick<DockerClient, 'where'>, said: string): DockerUnreachable {
  const reason = `${where} answers, but is no container engine: ${cutText(said.trim())}`;
  return new DockerUnreachable({ kind: 'other-service', reason });
}

/** Whoever asked does not want the answer any more. */
export class CalledOff extends Error {
  override readonly name = 'CalledOff';
}

export class DockerClient {
  readonly #clock: Clock;
  readonly #env: Readonly<Record<string, string | undefined>>;
  /** The same with what the chosen docker context adds; of the last connection. */
  #chosen: Readonly<Record<string, string | undefined>> | undefined;
  #docker: Promise<Dockerode> | undefined;

  constructor(clock: Clock, env: Readonly<Record<string, string | undefined>>) {
    this.#clock = clock;
    this.#env = env;
  }

  /** Loaded on first use: an engine without containers never pays for it. @throws DockerUnreachable */
  connection(): Promise<Dockerode> {
    this.#docker ??= this.#connect().catch((error: unknown) => {
      // What was in the way may be mended: keys are read again.
      this.#docker = undefined;
      throw error;
    });
    return this.#docker;
  }

  async #connect(): Promise<Dockerode> {
    const target = this.#target();
    const { default: Docker } = await import('dockerode');
    // `agent` is missing in its types.
    const agent = boundedAgent(target.protocol === 'https' ? 'https' : 'http');
    return new Docker({ ...target, agent } as Dockerode.DockerOptions);
  }

  get where(): string {
    return dockerAddress(this.#chosen ?? this.#env);
  }

  /**
   * `signal` calls it off at once, whatever the engine does; `ms` is its deadline. The signal that `work` gets aborts the
   * request unless it came to its end.
   * @throws DockerUnreachable; CalledOff; an error with `statusCode` as the engine answered it
   */
  async call<T>(
    work: (docker: Dockerode, signal: AbortSignal) => Promise<T>,
    { ms = CALL_MS, signal }: { readonly ms?: number; readonly signal?: AbortSignal } = {},
  ): Promise<T> {
    const docker = await this.connection();
    const request = new AbortController();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const end = (error: Error): void => {
      reject(error);
      request.abort();
    };
    const callOff = (): void => end(new CalledOff());
    const timer = this.#clock.after(ms, () =>
      end(new DockerUnreachable({ kind: 'hung', reason: `no answer from ${this.where} within ${timeWords(ms)}` })),
    );
    try {
      if (signal?.aborted === true) throw new CalledOff();
      signal?.addEventListener('abort', callOff, { once: true });
      work(docker, request.signal).then(resolve, (error: unknown) => reject(this.#classified(error)));
      return await promise;
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', callOff);
    }
  }

  /** It answers on a socket of this machine. */
  get isHere(): boolean {
    return this.#target().socketPath !== undefined;
  }

  #target(): Dockerode.DockerOptions {
    try {
      this.#chosen = withContext(this.#env);
      return dockerTarget(this.#chosen);
    } catch (error) {
      if (!(error instanceof McptuiError)) throw error;
      throw new DockerUnreachable({ kind: 'refused', reason: error.message }, error.hint);
    }
  }

  #classified(error: unknown): Error {
    if (typeof error === 'object' && error !== null && 'statusCode' in error) return error as unknown as Error;
    const at = this.where;
    switch (errnoOf(error)) {
      case 'ENOENT':
      case 'ENOTFOUND':
        return new DockerUnreachable({ kind: 'absent', reason: `no container engine at ${at}` });
      case 'EACCES':
      case 'EPERM':
        return new DockerUnreachable({ kind: 'not-permitted', reason: `not permitted to use ${at}` });
      case undefined:
        return error instanceof Error ? error : new Error(messageOf(error));
      default: {
        const code = errnoOf(error) ?? '';
        // Node's parser of HTTP: what came is another protocol.
        if (code.startsWith('HPE_')) return otherService(this, 'no HTTP');
        return new DockerUnreachable({ kind: 'refused', reason: `${at} refused: ${code}` });
      }
    }
  }
}

/** The specification goes in the body and nowhere else: given plainly, the library puts it into the URL as well. */
export function createContainer(
  docker: Dockerode,
  { name, ...spec }: Dockerode.ContainerCreateOptions,
  abortSignal: AbortSignal,
): Promise<Dockerode.Container> {
  const apart = { _query: name === undefined ? {} : { name }, _body: spec, abortSignal };
  return docker.createContainer(apart);
}

/** The HTTP status that the engine answered an error with. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
