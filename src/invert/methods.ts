// The methods by name: what a command and the studio offer. A new one is a file and a row.
import { check } from '../base/check.ts';
import { annealing } from './annealing.ts';
import { cmaEs } from './cma-es.ts';
import { genetic } from './genetic.ts';
import { greedy } from './greedy.ts';
import type { Method } from './method.ts';
import { monteCarlo } from './monte-carlo.ts';

/** Each with its defaults; call the function itself for other options: `method: genetic({ population: 128 })`. */
export const methods = {
  'monte-carlo': monteCarlo,
  greedy,
  annealing,
  genetic,
  'cma-es': cmaEs,
} satisfies Record<string, () => Method>;

export type MethodName = keyof typeof methods;

/** The names, for those who offer them. */
export const methodNames = Object.keys(methods) as readonly MethodName[];

/** The method of that name, or the method given. */
export function methodOf(given: MethodName | Method): Method {
  if (typeof given !== 'string') return given;
  check(
    Object.hasOwn(methods, given),
    () => `idea: method must be one of ${methodNames.join(', ')}, got ${JSON.stringify(given)}`,
  );
  return methods[given]();
}
