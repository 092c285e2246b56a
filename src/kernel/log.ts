/**
 * Describes the log, where parts report what an operator may need later. Built in `src/cli` (pino, to a file); never
 * writes to stdout.
 */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
