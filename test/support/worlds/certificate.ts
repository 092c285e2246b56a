/** A certificate authority that nobody knows, and a certificate that it has signed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM. */
export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
}

export interface Authority {
  /** Of the authority's own certificate, for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  /** For 127.0.0.1 and `host`. */
  readonly certificate: Certificate;
  remove(): void;
}

export function anAuthority(host: string): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'mcptui-ca-'));
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=A test', '-days', '2');
  openssl('req', ...newKey, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', `/CN=${host}`);
  writeFileSync(file('names'), `subjectAltName=DNS:${host},IP:127.0.0.1\n`);
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '2'];
  openssl('x509', '-req', '-in', 'request.pem', ...signed, '-out', 'cert.pem');
  return {
    caFile: file('ca.pem'),
    certificate: { key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem')) },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
