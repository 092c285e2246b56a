/** Defines the exit codes by which a shell script can tell failures apart. */
import { toErrorJson, type ErrorCode } from '../kernel/errors.ts';

export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  auth: 3,
  unreachable: 4,
  unhealthy: 5,
  notFound: 6,
  conflict: 7,
  timeout: 8,
  interrupted: 130,
} as const;

const byError: Readonly<Record<ErrorCode, number>> = {
  invalid: exitCodes.usage,
  denied: exitCodes.auth,
  unavailable: exitCodes.unreachable,
  'not-found': exitCodes.notFound,
  conflict: exitCodes.conflict,
  timeout: exitCodes.timeout,
};

export function exitCodeOf(error: unknown): number {
  const { code } = toErrorJson(error);
  return code === 'bug' ? exitCodes.failure : byError[code];
}
