// What only Node can offer: the native target. In a web page web-platform.ts stands in its place.
import type { Backend } from './backend.ts';
import type { MachineLimits } from './limits.ts';

/** The native backend; rejects with the reason where there is none. */
export async function nativeOf(threads: number | undefined): Promise<Backend> {
  const { nativeBackend } = await import('./native.ts');
  return nativeBackend(threads === undefined ? {} : { threads });
}

/** What the machine can do at most; rejects where there is no C compiler. */
export async function limitsOf(threads: number): Promise<MachineLimits> {
  const native = await import('./native-limits.ts');
  return native.limitsOf(threads);
}
