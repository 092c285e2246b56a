/** Reads `WWW-Authenticate`. Pure. */

/** The value of a parameter of a challenge; undefined when there is none. */
export function parameterOf(header: string | undefined, name: string): string | undefined {
  const [, quoted, bare] = new RegExp(`[\\s,]${name}=(?:"([^"]*)"|([^\\s,]+))`, 'i').exec(header ?? '') ?? [];
  return quoted ?? bare;
}
