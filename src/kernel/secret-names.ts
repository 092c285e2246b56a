/** Tells by its name whether a value is a secret. Pure. */

/** Ends of names, in small letters and without separators. */
const SECRET_NAMES =
  /(?:password|passwd|passphrase|pwd|secret|token|apikey|accesskey|secretkey|privatekey|signingkey|encryptionkey|authorization|credentials?|cookie|bearer|jwt)$/;
/** Names that say it as a whole only. */
const WHOLE_NAMES: ReadonlySet<string> = new Set(['auth', 'pass', 'pin', 'otp', 'mfa', 'passcode', 'cvv']);
const MAX_NAME_CHARS = 128;

/** Whether a value under this name is a secret: `password`, `api_key`, `X-Auth-Token`, `clientSecret`. */
export function namesSecret(name: string): boolean {
  if (name.length > MAX_NAME_CHARS) return false;
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return WHOLE_NAMES.has(plain) || SECRET_NAMES.test(plain);
}
