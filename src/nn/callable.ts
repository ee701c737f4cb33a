// Objects that can be called: how `generator(z)` works on a model. A function takes the object's place and gets
// its class's methods.
import type { Count, Given } from './layer.ts';
import type { Symbolic } from './symbolic.ts';

/** Called with what input() or layers gave, it gives what stands for its outputs. */
export interface Calls<N extends Count> {
  (x: Symbolic | readonly Symbolic[]): Given<N>;
}

/** What such an object does when it is called. */
interface Used {
  use(x: unknown): unknown;
}

class FunctionObject {
  constructor() {
    const self = ((x: unknown) => self.use(x)) as unknown as Used;
    // A function has a name and a length of its own, which would hide those of the class.
    Reflect.deleteProperty(self, 'name');
    Reflect.deleteProperty(self, 'length');
    return Object.setPrototypeOf(self, new.target.prototype) as FunctionObject;
  }
}

/** To be extended by a class that has a method `use`: calling an object is calling that. */
export const Callable = FunctionObject as unknown as new <N extends Count>() => Calls<N>;
