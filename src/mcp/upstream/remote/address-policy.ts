/** Decides which addresses a remote server may have. Pure. */
import { BlockList, isIP } from 'node:net';

const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** Those that hold an IPv4 address are here too: what a gateway makes of them cannot be judged. */
const PRIVATE_V6: readonly (readonly [string, number])[] = [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

const privates = new BlockList();
for (const [net, bits] of PRIVATE_V4) privates.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of PRIVATE_V6) privates.addSubnet(net, bits, 'ipv6');

const loopbacks = new BlockList();
loopbacks.addSubnet('127.0.0.0', 8, 'ipv4');
loopbacks.addAddress('::1', 'ipv6');

/** Loopback, link-local, RFC 1918, CGNAT, ULA, multicast, documentation: whatever is not a public unicast address. */
export function isPrivateAddress(address: string): boolean {
  return isIn(privates, address) ?? true;
}

export function isLoopbackAddress(address: string): boolean {
  return isIn(loopbacks, address) ?? false;
}

/** Its name or address; one of IPv6 without the brackets that URLs put around it. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** The URL leads to this machine, by its name or its address. */
export function isLoopbackUrl(url: URL): boolean {
  const host = hostOf(url);
  return isLocalName(host) || isLoopbackAddress(host);
}

function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

/** Undefined for what is no IP address. An IPv4 address written as IPv6 (`::ffff:127.0.0.1`) is judged as IPv4. */
function isIn(list: BlockList, address: string): boolean | undefined {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? mappedHex(bare);
  const plain = mapped ?? bare;
  const family = isIP(plain);
  return family === 0 ? undefined : list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

/** `::ffff:7f00:1`, as URLs write a mapped address. */
function mappedHex(address: string): string | undefined {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return `${a >> 8}.${a & 255}.${b >> 8}.${b & 255}`;
}

/**
 * Why no connection to `address` may be made for a URL of this scheme; undefined when it may. Private addresses have to be
 * allowed, and so has plain http, but for loopback.
 */
export function addressRefusal(
  protocol: string,
  address: string,
  allowPrivate: boolean,
  allowHttp = false,
): string | undefined {
  if (isPrivateAddress(address) && !allowPrivate) return `${address} is a private address`;
  if (protocol === 'http:' && !allowHttp && !isLoopbackAddress(address)) return withoutTls(address);
  return undefined;
}

/** The same for what the URL alone tells; undefined for a name that has to be resolved. */
export function urlRefusal(url: URL, allowPrivate: boolean, allowHttp = false): string | undefined {
  const host = hostOf(url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `${url.protocol} is not a web URL`;
  if (url.username !== '' || url.password !== '') return 'the URL holds a user name or password';
  if (isIP(host) !== 0) return addressRefusal(url.protocol, host, allowPrivate, allowHttp);
  const isLocal = isLocalName(host);
  if (isLocal && !allowPrivate) return `${host} is a private address`;
  if (url.protocol === 'http:' && !isLocal && !allowHttp) return withoutTls(host);
  return undefined;
}

function withoutTls(place: string): string {
  return `${place} would be reached without TLS`;
}

/** What an operator who trusts that server, and the network up to it, says: all that is needed at once; "" when nothing helps. */
export function flagsFor(url: URL, why: string): string {
  if (!why.endsWith('private address') && !why.endsWith('without TLS')) return '';
  const host = hostOf(url);
  const isPrivate = why.endsWith('private address') || (isIP(host) !== 0 && isPrivateAddress(host));
  const isPlain = url.protocol === 'http:' && !isLoopbackUrl(url);
  return [...(isPrivate ? ['--allow-private'] : []), ...(isPlain ? ['--allow-http'] : [])].join(' ');
}
