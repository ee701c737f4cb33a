// Kernels as the tiler leaves them: straight loops over values of one machine's width, before any
// language is chosen. emit/c.ts and emit/wasm.ts print exactly this and decide nothing themselves.
//
// A value is a number (its place in `types`), assigned once by `let`, or kept by `var` and
// changed by `set`. A wide value has as many lanes as `Code.lanes`. Addresses count elements.

/** What a value holds: `ix` addresses and loop counters, `mask` one truth per lane. */
export type Base = 'ix' | 'f32' | 'f64' | 'i32' | 'mask';

export interface Type {
  readonly base: Base;
  /** One element per lane; `ix` is never wide. An `f64` always is, and has half as many elements as there are lanes. */
  readonly wide: boolean;
}

export type Value = number;

/**
 * Functions every CPU target spells, on values of one base (f32 | i32 | ix | mask as listed).
 * All arithmetic is rounded once per function: no contraction, no reassociation.
 */
export type Prim =
  // f32, f64 (but not rem), i32 (wrapping) and ix. i32 and ix `div` truncate towards zero and `rem` takes the sign of
  // the dividend; for i32 x/0 = 0, x%0 = 0 and -2^31/-1 wraps to -2^31 with rest 0.
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'rem'
  // f32: NaN if either is NaN, and -0 < +0 (the WebAssembly and JavaScript rule). i32 and ix: signed.
  | 'min'
  | 'max'
  // f32 and f64.
  | 'sqrt'
  // f32 only; `nearest` rounds ties to even; neg flips the sign bit, abs clears it.
  | 'floor'
  | 'ceil'
  | 'trunc'
  | 'nearest'
  | 'neg'
  | 'abs'
  // f32, i32, ix -> mask (for ix: a narrow mask). Comparisons with NaN are false.
  | 'lt'
  | 'le'
  | 'eq'
  // i32 and mask, bit by bit; shifts are i32 only, by 0..31 (the count is taken modulo 32):
  // shr brings in zeros, sar copies the sign.
  | 'and'
  | 'or'
  | 'xor'
  | 'not'
  | 'shl'
  | 'shr'
  | 'sar'
  // (mask, a, b) -> a where the mask holds, else b; a and b of one base.
  | 'select'
  // f32 -> i32 towards zero, saturating, NaN to 0; i32 -> f32 to nearest.
  | 'toInt'
  | 'toFloat'
  // the same 32 bits: f32 -> i32, i32 -> f32.
  | 'bits'
  | 'fromBits'
  // mask -> i32 (1 or 0); i32 -> mask (not 0).
  | 'fromMask'
  | 'toMask'
  // narrow i32 -> ix, ix -> narrow i32.
  | 'toIndex'
  | 'fromIndex';

export type Op =
  /** A number; a wide value has it in every lane. f32 values are given exactly representable; masks are 0 or 1. */
  | { readonly o: 'const'; readonly value: number }
  /** The kernel's share of the work, as ix: parts `lo` up to, not including, `hi`. */
  | { readonly o: 'param'; readonly which: 'lo' | 'hi' }
  /** A run-time count, as ix: 0 is the batch, the others are counters of enclosing scans. */
  | { readonly o: 'symbol'; readonly index: number }
  | { readonly o: 'map'; readonly f: Prim; readonly args: readonly Value[] }
  /** a * b + c in f32: rounded once where the machine has it (`Machine.fma`), else rounded twice. */
  | { readonly o: 'fma'; readonly args: readonly [Value, Value, Value] }
  /**
   * Elements `at + offset + lane * stride` of a buffer; a narrow value takes one. `stride` 1 is a vector load,
   * 0 repeats one element, any other gathers. f32 buffers give f32; i32, u8 and bool give i32 (zero-extended).
   */
  | {
      readonly o: 'load';
      readonly buffer: number;
      readonly at: Value;
      readonly offset: number;
      readonly stride: number;
    }
  /** The byte address of element `at` of an f32 buffer, as ix: for inner loops that step through it themselves. */
  | { readonly o: 'address'; readonly buffer: number; readonly at: Value }
  /** As `load` of f32 elements, from the byte address `at` + 4 * offset; `stride` is 0 or 1. */
  | { readonly o: 'peek'; readonly at: Value; readonly offset: number; readonly stride: 0 | 1 }
  /** A narrow value in every lane. */
  | { readonly o: 'splat'; readonly from: Value }
  /** Lanes from narrow values, `lanes` of them. */
  | { readonly o: 'pack'; readonly args: readonly Value[] }
  /** Lanes of two wide values: `pick` below the number of lanes is one of the first, from there on one of the second. */
  | { readonly o: 'shuffle'; readonly args: readonly [Value, Value]; readonly pick: readonly number[] }
  /** One half of a wide f32 as f64, exactly. */
  | { readonly o: 'widen'; readonly from: Value; readonly half: 0 | 1 }
  /** Two f64 as the halves of a wide f32, rounded once. */
  | { readonly o: 'narrow'; readonly args: readonly [Value, Value] }
  /** One lane, narrow. */
  | { readonly o: 'lane'; readonly from: Value; readonly index: number }
  /** 0, 1, 2, ... as wide i32. */
  | { readonly o: 'lanes' };

export type Stmt =
  | { readonly s: 'let'; readonly to: Value; readonly op: Op }
  | { readonly s: 'var' | 'set'; readonly to: Value; readonly from: Value }
  /** for (index = from; index < to; index += step); index is an ix. */
  | {
      readonly s: 'loop';
      readonly index: Value;
      readonly from: Value;
      readonly to: Value;
      readonly step: number;
      readonly body: readonly Stmt[];
    }
  | { readonly s: 'if'; readonly cond: Value; readonly then: readonly Stmt[] }
  /**
   * A narrow value to element `at + offset`, a wide one to `at + offset + lane` for lane < `count`, by default all lanes.
   * f32 to f32 buffers; i32 to i32 and (low byte) u8; mask to bool as 1 or 0.
   */
  | {
      readonly s: 'store';
      readonly buffer: number;
      readonly at: Value;
      readonly offset: number;
      readonly value: Value;
      readonly count?: number;
    };

export interface BufferParam {
  readonly dtype: 'f32' | 'i32' | 'u8' | 'bool';
  /** Whether the kernel stores to it. */
  readonly written: boolean;
}

/** One kernel: `body` with `lo` and `hi` set does parts lo..hi-1 of the work. Equal Codes are one kernel. */
export interface Code {
  readonly lanes: number;
  readonly buffers: readonly BufferParam[];
  /** By value. */
  readonly types: readonly Type[];
  readonly body: readonly Stmt[];
}

/** What the tiler needs to know of a machine. */
export interface Machine {
  /** f32 lanes of a vector: 4 (wasm, NEON), 8 (AVX2), 16 (AVX-512). */
  readonly lanes: number;
  /** Vector registers. */
  readonly registers: number;
  readonly fma: boolean;
}

/**
 * One step of a program's table. Slots number the program's buffers; whoever runs the program says
 * where each slot is.
 */
export type Entry =
  /** Run kernels[kernel] on the slots `args`, split into `parts` (1: not split); all entries before are complete. */
  | {
      readonly kind: 'kernel';
      readonly kernel: number;
      readonly args: readonly number[];
      readonly parts: number;
    }
  /** Run `body` `length` times with symbol `symbol` = 0, 1, ... */
  | {
      readonly kind: 'loop';
      readonly symbol: number;
      readonly length: number;
      readonly body: readonly Entry[];
    };

/** A program as data: what a device loads. */
export interface Listing {
  readonly kernels: readonly Code[];
  readonly table: readonly Entry[];
  readonly slots: number;
  readonly symbols: number;
  /** Run on one thread, whatever its entries could be split into. */
  readonly alone?: boolean;
}
