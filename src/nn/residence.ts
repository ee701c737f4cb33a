// What a model has on a device: the device itself if the model opened it, weights, what optimizers remember, and
// the programs kept for the next call. Made when first asked for; moved when the model is compiled for elsewhere.
import type { Device } from '../device/device.ts';
import { open } from '../device/open.ts';
import type { Group } from './groups.ts';
import { drawFrom, type AnyLayer, type BuiltLists, type Draw } from './layer.ts';
import { beginAll, forget, hold, release, type Memory, type Training } from './memory.ts';
import { Reuse, settled } from './reuse.ts';

const none = (): undefined => undefined;

export class Residence {
  readonly kept = new Reuse();
  private readonly layer: AnyLayer;
  private readonly build: (draw: Draw) => BuiltLists;
  private device: Promise<Device> | undefined;
  private own: Promise<Device> | undefined;
  private memory: Promise<Memory> | undefined;
  private training: Promise<readonly Training[]> | undefined;
  private seed = 1;
  private turn: Promise<unknown> = Promise.resolve();

  /** For a layer that `build` builds for the shapes it is used with. */
  constructor(layer: AnyLayer, build: (draw: Draw) => BuiltLists) {
    this.layer = layer;
    this.build = build;
  }

  /** The device, opened now if need be. */
  on(): Promise<Device> {
    return (this.device ??= this.own = settled(open()));
  }

  /** The variables of weights and state, made now if need be. */
  weights(): Promise<Memory> {
    return (this.memory ??= settled(this.on().then((device) => this.holdOn(device))));
  }

  /** What optimizers keep, made now if need be. */
  learning(groups: readonly Group[]): Promise<readonly Training[]> {
    return (this.training ??= settled(this.weights().then((memory) => beginAll(memory, groups))));
  }

  /** What optimizers keep, if there is such. */
  async learned(): Promise<readonly Training[]> {
    return (await this.training) ?? [];
  }

  /** Weights where they are wanted now, with another seed; what was kept for the last training is given back. */
  move(device: Device | undefined, seed: number): void {
    const [kept, old, memory] = [this.kept.clear(), this.training, this.memory];
    this.training = undefined;
    this.seed = seed;
    if (device) this.device = Promise.resolve(device);
    if (memory) this.memory = settled(this.moved(memory, kept, old));
  }

  /** After whatever was asked before, so that two answers do not share one output. */
  inTurn<T>(job: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(job);
    this.turn = mine.catch(none);
    return mine;
  }

  /** Gives memory and programs back now, and closes the device if it was opened here. */
  async close(): Promise<void> {
    const [memory, training] = [await this.memory?.catch(none), await this.training?.catch(none)];
    await this.kept.clear();
    if (memory) await release(memory);
    forget(training ?? []);
    await (await this.own)?.close();
    if (this.own === this.device) this.device = undefined;
    [this.memory, this.training, this.own] = [undefined, undefined, undefined];
  }

  private holdOn(device: Device): Promise<Memory> {
    return hold(device, this.layer, this.build(drawFrom(this.seed)), this.seed);
  }

  private async moved(
    from: Promise<Memory>,
    kept: Promise<void>,
    old: Promise<readonly Training[]> | undefined,
  ): Promise<Memory> {
    const last = await from;
    await kept;
    forget((await old?.catch(none)) ?? []);
    const device = await this.on();
    if (last.device === device) {
      await last.seed.write(Int32Array.of(this.seed));
      return last;
    }
    // New variables take the numbers of the old ones, which therefore go last.
    const memory = await this.holdOn(device);
    await release(last);
    return memory;
  }
}
