// Models that come with eidos, by name. This file runs in browsers; reading the package's folder is Node's.
import { check } from '../base/check.ts';
import { aboutShipped, shippedFromBytes, type ShippedName } from '../files/shipped.ts';
import type { Model } from '../nn/model.ts';
import type { CompileOptions } from '../nn/task.ts';

/** A model that comes with eidos, trained: `freehand` reads drawn digits, prepared as `aboutShipped()` says. */
export async function shipped(
  name: ShippedName,
  options: Pick<CompileOptions, 'device'> = {},
): Promise<Model> {
  const { file } = aboutShipped(name);
  check(
    typeof process !== 'undefined' && process.versions?.node !== undefined,
    () => `shipped: needs a file system, got a web page; fetch models/${file} and call shippedFromBytes()`,
  );
  const { shippedBytes } = await import('./node-shipped.ts');
  return shippedFromBytes(name, await shippedBytes(file), options);
}
