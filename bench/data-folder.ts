// A workload's numbers as files that every contestant reads, whatever it is written in: raw little-endian numbers, and
// manifest.json with name, type and shape of each.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { viewAs, type Dtype, type TypedArray } from '../src/base/dtype.ts';
import type { Shape } from '../src/base/shape.ts';
import type { Data } from './workloads/workload.ts';

interface Part {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
  readonly file: string;
}

const dtypeOf = (x: TypedArray): Dtype =>
  x instanceof Int32Array ? 'i32' : x instanceof Uint8Array ? 'u8' : 'f32';

export function writeData(folder: string, data: Data): void {
  mkdirSync(folder, { recursive: true });
  const parts = Object.entries(data).map(([name, { data, shape }], i): Part => {
    const file = `${i}.bin`;
    writeFileSync(join(folder, file), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return { name, dtype: dtypeOf(data), shape, file };
  });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(parts));
}

export function readData(folder: string): Data {
  const parts = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as readonly Part[];
  return Object.fromEntries(
    parts.map(({ name, dtype, shape, file }) => {
      const bytes = readFileSync(join(folder, file));
      // Node's small files share one buffer, at odd places.
      return [name, { data: viewAs(dtype, Uint8Array.from(bytes)), shape }];
    }),
  );
}
