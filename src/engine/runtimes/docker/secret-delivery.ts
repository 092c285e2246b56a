/** Decides how a container gets its secrets: by a shell of its image, or, where that has none, as files of this machine's memory. */
import { messageOf } from '../../../kernel/errors.ts';
import type { Failure } from '../../../store/schema/failure.ts';
import type { StartRequest } from '../../ports.ts';
import { fileNames, secretsOf, SHELL } from './secret-entry.ts';
import type { SecretFiles } from './secret-files.ts';

/** Nothing can hand secrets over unseen. */
export class Undelivered extends Error {
  override readonly name = 'Undelivered';
  readonly failure: Failure;

  constructor(image: string, why?: 'not-shared') {
    super('secrets cannot be handed over');
    this.failure = { kind: 'secrets-undelivered', image, needs: SHELL, ...(why === undefined ? {} : { why }) };
  }
}

export interface Delivery {
  readonly secrets: Readonly<Record<string, string>>;
  /** Folder of this machine that is bound; undefined where a shell of the image does it. */
  readonly bound?: string;
}

/** @throws Undelivered */
export async function deliveryOf(
  request: StartRequest,
  { image, container, hasShell, isHere }: DeliveryTo,
  files: SecretFiles,
): Promise<Delivery> {
  const secrets = secretsOf(request);
  if (hasShell) return { secrets };
  const named = fileNames(request.server.env);
  if (Object.keys(secrets).some((name) => !named.has(name))) throw new Undelivered(image);
  const bound = isHere ? await files.put(container, secrets) : undefined;
  if (bound === undefined) throw new Undelivered(image, 'not-shared');
  return { secrets, bound };
}

interface DeliveryTo {
  readonly image: string;
  /** Its name. */
  readonly container: string;
  readonly hasShell: boolean;
  /** The container engine is reached by a socket of this machine. */
  readonly isHere: boolean;
}

/** A socket of this machine may lead elsewhere: there, the folder is not. */
export function isNotShared(error: unknown): boolean {
  return /bind source path does not exist|invalid mount config for type "bind"/.test(messageOf(error));
}
