/** Names what mends a secret that does not resolve. Pure. */
import type { SecretTrouble, UnresolvedSecret } from '../../store/schema/failure.ts';

type Failed = Pick<UnresolvedSecret, 'backend' | 'path' | 'why'>;

/** The next step by what is in the way; `path` is empty for the backend as such. */
export function troubleStep({ backend, path, why }: Failed & { readonly why: SecretTrouble }): string {
  const [place = '', key = 'KEY'] = path.split('#');
  const slash = place.indexOf('/');
  const [mount, entry] = slash === -1 ? ['MOUNT', place] : [place.slice(0, slash), place.slice(slash + 1)];
  const look = `mcptui describe backend ${backend}`;
  const replace = `mcptui create backend ${backend} --replace`;
  switch (why) {
    case 'no-backend':
      return `mcptui create backend ${backend === 'command' ? place : backend} --kind …`;
    case 'path':
      return `write secret:${backend}/… as its backend takes it: ${look}`;
    case 'no-path':
      return `bao kv put -mount=${mount} ${entry} ${key}=-`;
    case 'no-key':
      return `bao kv patch -mount=${mount} ${entry} ${key}=-`;
    case 'deleted':
      return `bao kv undelete -mount=${mount} -versions=N ${entry}, or put another version there`;
    case 'no-mount':
      return `bao secrets list shows what is mounted; the reference begins with the mount`;
    case 'not-text':
      return `put text under ${key}: bao kv patch -mount=${mount} ${entry} ${key}=-`;
    case 'denied':
      return `its policy needs: path "${mount}/data/${entry}" { capabilities = ["read"] }`;
    case 'login':
      return `check its credentials, and that they have not expired: ${look}`;
    case 'credential':
      return `mend the credential of backend ${backend}: ${look}`;
    case 'sealed':
      return `bao operator unseal, at backend ${backend}; what waits for it starts by itself`;
    case 'standby':
      return `give the address of the active node or of the cluster: ${replace} --url …`;
    case 'redirect':
      return `a token is never sent where an answer points to; give that address if it is right: ${replace} --url …`;
    case 'tls':
      return `name the authority of its certificate: ${replace} --ca-file FILE`;
    case 'unreachable':
      return `see that it runs and that its address is right: ${look}`;
    case 'timeout':
      return `see why it is slow; more time: ${replace} --timeout 20s`;
    case 'answer':
      return `see that its address is that of an OpenBao or Vault with KV version 2: ${look}`;
    case 'program':
      return `install it, or give its whole path: ${look}`;
    case 'exit':
      return `run it by hand as the user of the engine: ${look}`;
  }
}

/** The next step for any secret. */
export function unresolvedStep({ backend, path, cause, isMissing, why }: UnresolvedSecret): string {
  if (why !== undefined) return troubleStep({ backend, path, why });
  if (backend === 'env') return `start the engine with ${path} set in its environment, or refer to secret:file/…`;
  return isMissing ? `mcptui create secret ${path}` : `look at secret file/${path}: ${cause}`;
}
