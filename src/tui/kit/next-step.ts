/** Names what the operator may do next about an instance, and the key that does it. Pure. */
import type { FailureView, InstanceView } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import { blockingSecret } from './secrets.ts';

export interface NextStep {
  /** As shown after `→`; empty when nothing needs doing. */
  readonly step: string;
  /** The key that helps, where the step has no room; empty when none does. */
  readonly key: string;
}

/** The definition is wrong, or what it names is not there: both are mended in it. */
const edits = byKey('e edit');
const retries = byKey('R retry');
const logs: NextStep = { step: 'l logs', key: 'R retry' };

export function nextStep(instance: InstanceView): NextStep {
  switch (instance.phase) {
    case 'error':
      if (instance.held) return retries;
      return instance.failure === undefined ? logs : afterFailure(instance, instance.failure);
    case 'pending':
    case 'starting':
      return { step: '', key: blockingSecret(instance) === undefined ? '' : 'u secret' };
    case 'running':
      return instance.health === 'unhealthy' ? { step: 'p probe', key: '' } : { step: '', key: '' };
    case 'stopped':
      return { step: 's start', key: '' };
    case 'stopping':
      return { step: '', key: '' };
  }
}

function afterFailure(instance: InstanceView, { facts, hint, until }: FailureView): NextStep {
  /** What mends it elsewhere: a command, or a sentence. */
  const told = (key = 'R retry'): NextStep => ({ step: clean(hint ?? ''), key });
  const isRemote = instance.runtime === 'remote';
  switch (facts.kind) {
    case 'secret': {
      const secret = blockingSecret(instance);
      // What the engine was not started with, no key of its console gives it.
      if (secret !== undefined && secret.backend !== 'env' && secret.backend !== 'file') return told('u secret');
      const isEnv = secret?.backend === 'env';
      const path = clean(secret?.path ?? '');
      return { step: isEnv ? `start the engine with ${path} set` : `u secret ${path}`, key: 'u secret' };
    }
    case 'login':
      return facts.needs === 'login' ? told() : edits;
    case 'runtime-away':
      // Where another service answers, waiting helps nobody.
      if (facts.state === 'other-service') return told('');
      return { step: clean(`retries when ${until ?? 'it is back'}`), key: 'R retry' };
    case 'timeout':
      if (facts.seen?.kind === 'stderr') return logs;
      // With nothing in its log, or what is no JSON-RPC, it is not the program that was meant, or lacks an argument.
      return facts.seen?.kind === 'certificate' ? told() : edits;
    case 'command':
      return facts.errno === 'EACCES' ? told('e edit') : edits;
    case 'protocol':
      // The reason quotes what it answered; what led to it is in the log.
      return isRemote ? edits : { step: 'l logs, e edit', key: 'l logs' };
    case 'unreachable':
      // A hint is of the way there, as a proxy; else the server is down, or its address is wrong.
      return hint === undefined || !isRemote ? edits : told('e edit');
    case 'image-unavailable':
    case 'secrets-undelivered':
    case 'mount':
    case 'runtime-mismatch':
      return told('e edit');
    case 'folder':
    case 'container':
    case 'refused':
    case 'runtime-missing':
      return edits;
    case 'image-changed':
    case 'rate-limited':
    case 'bug':
    case 'aborted':
      return told();
    case 'exit':
    case 'hung':
    case 'suspect':
    case 'other':
      // Nothing of a remote server is in a log.
      return isRemote ? told() : logs;
  }
}

function byKey(key: string): NextStep {
  return { step: key, key };
}
