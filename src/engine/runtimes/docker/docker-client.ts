/** dockerode with a deadline around every call, since its promises never settle when a connection drops after the headers. */
import type Dockerode from 'dockerode';
import type { Clock } from '../../../clock.ts';
import { errnoOf, messageOf } from '../../../errors.ts';
import type { Failure } from '../../../store/schema/instance.ts';
import type { RuntimeState } from '../../view.ts';

export const CALL_MS = 10_000;

/** The container engine could not be asked; says nothing of the container. */
export class DockerUnreachable extends Error {
  override readonly name = 'DockerUnreachable';
  readonly state: Exclude<RuntimeState, { kind: 'ok' }>;

  constructor(state: Exclude<RuntimeState, { kind: 'ok' }>) {
    super(state.reason);
    this.state = state;
  }

  get failure(): Failure {
    const hints: Readonly<Record<string, string>> = {
      absent: 'install or start Docker, or set DOCKER_HOST',
      refused: 'start the Docker service',
      'not-permitted': 'add your user to the group docker, or use rootless Docker',
      hung: 'look at the Docker service: it accepts connections and does not answer',
    };
    const hint = hints[this.state.kind];
    const code = `DOCKER_${this.state.kind.toUpperCase().replace('-', '_')}`;
    return { code, message: this.state.reason, ...(hint === undefined ? {} : { hint }) };
  }
}

export class DockerClient {
  readonly #clock: Clock;
  readonly #env: Readonly<Record<string, string | undefined>>;
  #docker: Promise<Dockerode> | undefined;

  constructor(clock: Clock, env: Readonly<Record<string, string | undefined>>) {
    this.#clock = clock;
    this.#env = env;
  }

  /** Loaded on first use: an engine without containers never pays for it. */
  connection(): Promise<Dockerode> {
    this.#docker ??= import('dockerode').then(({ default: Docker }) => new Docker(this.#target()));
    return this.#docker;
  }

  get where(): string {
    return this.#env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  }

  /** @throws DockerUnreachable; an error with `statusCode` as the engine answered it */
  async call<T>(work: (docker: Dockerode, signal: AbortSignal) => Promise<T>, ms: number = CALL_MS): Promise<T> {
    const docker = await this.connection();
    const late = new AbortController();
    try {
      return await new Promise<T>((resolve, reject) => {
        const timer = this.#clock.after(ms, () => {
          reject(new DockerUnreachable({ kind: 'hung', reason: `no answer from ${this.where} within ${ms / 1000} s` }));
          late.abort();
        });
        work(docker, late.signal).then(
          (value) => {
            timer.cancel();
            resolve(value);
          },
          (error: unknown) => {
            timer.cancel();
            reject(this.#classified(error));
          },
        );
      });
    } finally {
      late.abort();
    }
  }

  #target(): Dockerode.DockerOptions {
    const host = this.#env.DOCKER_HOST;
    if (host === undefined || host === '') return { socketPath: '/var/run/docker.sock' };
    if (host.startsWith('unix://')) return { socketPath: host.slice('unix://'.length) };
    const url = new URL(host);
    const port = url.port === '' ? 2375 : Number(url.port);
    return { host: url.hostname, port, protocol: this.#env.DOCKER_TLS_VERIFY === '1' ? 'https' : 'http' };
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
      default:
        return new DockerUnreachable({ kind: 'refused', reason: `${at} refused: ${errnoOf(error) ?? ''}` });
    }
  }
}

/** The HTTP status that the engine answered an error with. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
