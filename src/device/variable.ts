// Memory that programs carry from call to call. It belongs to who made it, and is given back when nobody holds it any
// more, or at once; either way after what is queued.
import { check } from '../base/check.ts';
import type { Dtype, TypedArray } from '../base/dtype.ts';
import { show, sizeOf, type Shape } from '../base/shape.ts';
import { fixed, node } from '../graph/node.ts';
import { Tensor } from '../tensor.ts';
import type { Device } from './device.ts';
import type { Store } from './target.ts';

const dropped = new FinalizationRegistry<() => void>((free) => free());

/** Memory on a device with a name; in a traced function its `tensor` is what it holds when a step begins. */
export class Variable {
  readonly device: Device;
  readonly name: string;
  readonly tensor: Tensor;
  private readonly held: Store;
  private closed = false;

  /** @internal */
  constructor(
    device: Device,
    store: Store,
    { name, dtype, shape }: { name: string; dtype: Dtype; shape: Shape },
  ) {
    this.device = device;
    this.name = name;
    this.held = store;
    // The node must not keep the variable alive longer than the graph that reads it.
    this.tensor = new Tensor(node({ kind: 'input', name, dtype, source: this }, fixed(shape)));
    dropped.register(this, () => device.release(() => store.free()), store);
  }

  /** @internal Its memory, which must not have been given back. */
  get store(): Store {
    check(!this.closed, () => `variable: ${this.name} is closed; close it when no program uses it any more`);
    return this.held;
  }

  get shape(): Shape {
    return this.tensor.shape;
  }

  get dtype(): Dtype {
    return this.tensor.dtype;
  }

  /** A copy of its numbers, after everything queued before. */
  read(): Promise<TypedArray> {
    const { store } = this;
    return this.device.queue(() => store.read(sizeOf(this.shape)));
  }

  /** Puts numbers in, after everything queued before; the numbers are those at the time of the call. */
  write(data: TypedArray): Promise<void> {
    check(
      data.length === sizeOf(this.shape),
      () => `write: ${this.name} holds ${sizeOf(this.shape)} numbers ${show(this.shape)}, got ${data.length}`,
    );
    const [{ store }, taken] = [this, data.slice()];
    return this.device.queue(() => store.write(taken));
  }

  /** Gives the memory back, after what is queued; using the variable afterwards is an error. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    dropped.unregister(this.held);
    this.device.release(() => this.held.free());
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
