// What stands in for node-platform.ts in a web page: there is no C compiler there.
import { EidosError } from '../base/check.ts';
import type { Backend } from './backend.ts';
import type { MachineLimits } from './limits.ts';

/** Rejects: a page has no native target. */
export function nativeOf(_threads: number | undefined): Promise<Backend> {
  return Promise.reject(
    new EidosError("device: native needs Node and a C compiler, got a web page; use 'wasm'"),
  );
}

/** Rejects: what a page's machine can do is not to be measured from within. */
export function limitsOf(_threads: number): Promise<MachineLimits> {
  return Promise.reject(new EidosError('limits: needs Node and a C compiler, got a web page'));
}
