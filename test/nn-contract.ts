// The contract of nn-rows.ts for layers that treat every example alike: their loops are of one example.
import { sizeOf } from '../src/base/shape.ts';
import type { Devices } from './helpers.ts';
import type { Numbers, Weights } from './nn-loops.ts';
import { testLayers, type LayerRow } from './nn-rows.ts';

/** What a layer is said to do. */
export interface Row extends Omit<LayerRow, 'loops'> {
  /** One example's outputs, by loops; `w` holds the parameters by path. */
  readonly loops: (x: Numbers, w: Weights) => number[];
}

/** Tests that each layer does what its row says. */
export function checkLayers(devices: Devices, rows: Readonly<Record<string, Row>>): void {
  testLayers(
    devices,
    Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, { ...row, loops: ofAll(row) }])),
  );
}

const ofAll =
  ({ takes, loops }: Row): LayerRow['loops'] =>
  (x, w, n) => {
    const [all, size] = [Array.from(x), sizeOf(takes)];
    return Array.from({ length: n }, (_, i) => loops(all.slice(i * size, (i + 1) * size), w)).flat();
  };
