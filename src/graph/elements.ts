// The element-by-element methods of a tensor, each a row of scalar.ts; tensor.ts adds folds and moves.
import type { Operand, Tensor } from '../tensor.ts';
import type { ScalarName } from './scalar.ts';

export abstract class Elements {
  /** This, as what it is. */
  protected abstract readonly own: Tensor;

  /** A scalar function of operands broadcast to one shape. */
  protected abstract map(op: ScalarName, ...operands: readonly Operand[]): Tensor;

  neg(): Tensor {
    return this.map('neg', this.own);
  }
  abs(): Tensor {
    return this.map('abs', this.own);
  }
  sign(): Tensor {
    return this.map('sign', this.own);
  }
  floor(): Tensor {
    return this.map('floor', this.own);
  }
  ceil(): Tensor {
    return this.map('ceil', this.own);
  }
  /** To the nearest whole number, ties to even. */
  round(): Tensor {
    return this.map('round', this.own);
  }
  sqrt(): Tensor {
    return this.map('sqrt', this.own);
  }
  rsqrt(): Tensor {
    return this.map('rsqrt', this.own);
  }
  exp(): Tensor {
    return this.map('exp', this.own);
  }
  expm1(): Tensor {
    return this.map('expm1', this.own);
  }
  log(): Tensor {
    return this.map('log', this.own);
  }
  log1p(): Tensor {
    return this.map('log1p', this.own);
  }
  sin(): Tensor {
    return this.map('sin', this.own);
  }
  cos(): Tensor {
    return this.map('cos', this.own);
  }
  tanh(): Tensor {
    return this.map('tanh', this.own);
  }
  sigmoid(): Tensor {
    return this.map('sigmoid', this.own);
  }
  softplus(): Tensor {
    return this.map('softplus', this.own);
  }
  erf(): Tensor {
    return this.map('erf', this.own);
  }
  relu(): Tensor {
    return this.map('relu', this.own);
  }
  /** This, taken for a constant by gradients. */
  stop(): Tensor {
    return this.map('stop', this.own);
  }
  not(): Tensor {
    return this.map('not', this.own);
  }

  add(y: Operand): Tensor {
    return this.map('add', this.own, y);
  }
  sub(y: Operand): Tensor {
    return this.map('sub', this.own, y);
  }
  mul(y: Operand): Tensor {
    return this.map('mul', this.own, y);
  }
  div(y: Operand): Tensor {
    return this.map('div', this.own, y);
  }
  rem(y: Operand): Tensor {
    return this.map('rem', this.own, y);
  }
  pow(y: Operand): Tensor {
    return this.map('pow', this.own, y);
  }
  max2(y: Operand): Tensor {
    return this.map('max', this.own, y);
  }
  min2(y: Operand): Tensor {
    return this.map('min', this.own, y);
  }
  less(y: Operand): Tensor {
    return this.map('less', this.own, y);
  }
  lessEqual(y: Operand): Tensor {
    return this.map('lessEqual', this.own, y);
  }
  greater(y: Operand): Tensor {
    return this.map('less', y, this.own);
  }
  greaterEqual(y: Operand): Tensor {
    return this.map('lessEqual', y, this.own);
  }
  equal(y: Operand): Tensor {
    return this.map('equal', this.own, y);
  }
  notEqual(y: Operand): Tensor {
    return this.map('equal', this.own, y).not();
  }
  and(y: Tensor): Tensor {
    return this.map('and', this.own, y);
  }
  or(y: Tensor): Tensor {
    return this.map('or', this.own, y);
  }

  /** This where the condition (bool) holds, `other` elsewhere. */
  where(condition: Tensor, other: Operand): Tensor {
    return this.map('select', condition, this.own, other);
  }

  /** low where less than low, high where more than high. */
  clip(low: number, high: number): Tensor {
    return this.max2(low).min2(high);
  }
}
