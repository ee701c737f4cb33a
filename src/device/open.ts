// Choosing a device: the fastest that works, or the one asked for.
import { nativeOf } from '#platform';
import { check } from '../base/check.ts';
import { compiledTarget } from './compiled.ts';
import { Device } from './device.ts';
import { referenceTarget } from './reference.ts';
import { wasmBackend } from './wasm.ts';

export type DeviceName = 'native' | 'wasm' | 'reference';

export const deviceNames: readonly DeviceName[] = ['native', 'wasm', 'reference'];

export interface OpenOptions {
  /** Which target; the fastest that works when none is named. */
  readonly device?: DeviceName | undefined;
  /** Threads that compute; as many as the machine has cores when not given. */
  readonly threads?: number | undefined;
  /** Told, in one line, why a faster target is not used. */
  readonly onFallback?: ((reason: string) => void) | undefined;
}

/** Opens a device. Without a name `native` is tried first, then `wasm`. */
export async function open({ device, threads, onFallback }: OpenOptions = {}): Promise<Device> {
  check(
    device === undefined || deviceNames.includes(device),
    () => `open: device must be one of ${deviceNames.join(', ')}, got ${JSON.stringify(device)}`,
  );
  check(
    threads === undefined || (Number.isInteger(threads) && threads >= 1 && threads <= 256),
    () => `open: threads must be a whole number from 1 to 256, got ${String(threads)}`,
  );
  if (device === 'reference') return new Device(referenceTarget());
  if (device === 'native') return new Device(compiledTarget(await nativeOf(threads)));
  if (device === undefined) {
    try {
      return new Device(compiledTarget(await nativeOf(threads)));
    } catch (error) {
      onFallback?.(error instanceof Error ? error.message : String(error));
    }
  }
  return new Device(compiledTarget(await wasmBackend(threads === undefined ? {} : { threads })));
}
