// Where the weights of layers are. They belong to the layer: models that contain the same layer on the same device
// use the same variables, and the last of them to close gives the memory back.
import { assert, check } from '../base/check.ts';
import type { TypedArray } from '../base/dtype.ts';
import { same, show, sizeOf } from '../base/shape.ts';
import type { Device, Variable } from '../device/device.ts';
import type { Tensor } from '../tensor.ts';
import type { AnyLayer, Held } from './layer.ts';
import { settled } from './reuse.ts';
import { joined, leavesOf, mapTree, type Tree } from './tree.ts';

/** A layer's parameters and state on a device. */
export interface Kept {
  readonly params: Tree<Variable>;
  readonly state: Tree<Variable>;
}

interface Home {
  readonly kept: Promise<Kept>;
  /** Models that use it. */
  users: number;
}

const variablesIn = ({ params, state }: Kept): (readonly [string, Variable])[] => [
  ...leavesOf(params),
  ...leavesOf(state),
];

const isOpen = (device: Device): Promise<boolean> => device.queue(() => true).catch(() => false);

/** Layers' weights by device. */
export class Homes {
  private readonly all = new WeakMap<AnyLayer, Map<Device, Home>>();

  /**
   * A layer's variables on a device: those it has there, else new ones with the numbers it has on another device,
   * else with the first values that `built` holds. leave() ends the use.
   */
  async enter(layer: AnyLayer, device: Device, built: Held, path: string): Promise<Kept> {
    const homes = this.all.get(layer) ?? new Map<Device, Home>();
    this.all.set(layer, homes);
    let home = homes.get(device);
    if (!home) {
      home = { kept: settled(this.made(homes, device, built, path)), users: 0 };
      homes.set(device, home);
    }
    home.users++;
    try {
      const kept = await home.kept;
      const sizes = new Map(variablesIn(kept));
      for (const [name, t] of [...leavesOf(built.params), ...leavesOf(built.state)]) {
        const before = sizes.get(name)?.shape ?? [];
        check(
          same(before, t.shape),
          () =>
            `build: ${path} has a ${name} ${show(before)} in another model and would need ${show(t.shape)} here; make another layer`,
        );
      }
      return kept;
    } catch (error) {
      await this.leave(layer, device);
      throw error;
    }
  }

  /** Ends a use; the last one gives the memory back. */
  async leave(layer: AnyLayer, device: Device): Promise<void> {
    const home = this.all.get(layer)?.get(device);
    if (!home || --home.users > 0) return;
    this.all.get(layer)?.delete(device);
    const kept = await home.kept.catch(() => undefined);
    if (kept) variablesIn(kept).forEach(([, v]) => v.close());
  }

  private async made(
    homes: ReadonlyMap<Device, Home>,
    device: Device,
    { params, state }: Held,
    path: string,
  ): Promise<Kept> {
    const known = await elsewhere(homes, device);
    const put = (t: Tensor, name: string): Variable => {
      const named = { name: joined(path, name), dtype: t.dtype };
      const data = known.get(name);
      if (data) {
        check(
          data.length === sizeOf(t.shape),
          () =>
            `build: ${path} has ${data.length} numbers in ${name} on another device and would need ${show(t.shape)} here; make another layer`,
        );
        return device.variable(data, t.shape, named);
      }
      if (t.node.kind === 'input' && t.node.drawing) return device.drawn(t.node.drawing, t.shape, named);
      const first = t.node.kind === 'input' ? t.node.data : undefined;
      assert(first !== undefined, () => `build: ${path} must hold numbers in ${name}, got ${String(t)}`);
      return device.variable(first, t.shape, named);
    };
    return { params: mapTree(params, put), state: mapTree(state, put) };
  }
}

/** The numbers a layer has on a device other than this one. */
async function elsewhere(
  homes: ReadonlyMap<Device, Home>,
  device: Device,
): Promise<ReadonlyMap<string, TypedArray>> {
  for (const [other, { kept }] of [...homes])
    if (other !== device && (await isOpen(other))) {
      const weights = variablesIn(await kept);
      const read = weights.map(async ([name, v]) => [name, await v.read()] as const);
      return new Map(await Promise.all(read));
    }
  return new Map();
}

/** Of all models. */
export const shared = new Homes();
