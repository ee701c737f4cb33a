// A program's kernels and the loop that drives them as one WebAssembly module. How a kernel is written is
// wasm-kernel.ts, how a table is run wasm-driver.ts; bytes and text are made by wasm-code.ts.
import type { Code } from '../kernel/code.ts';
import type { Func, Module } from './wasm-code.ts';
import { barrierFunc, driveFunc } from './wasm-driver.ts';
import { kernelFunc, kernelParams } from './wasm-kernel.ts';
import { helpers } from './wasm-prims.ts';
import type { Helper } from './wasm-prims.ts';

/** What the memory a module runs on must be like. */
export interface MemoryKind {
  readonly shared: boolean;
  /** Pages of 64 KiB. */
  readonly maximum: number;
}

/** Kernels and their driver as one module: kernel i is function and table entry i, `drive` is exported. */
export function emitWasm(kernels: readonly Code[], memory: MemoryKind): Module {
  // A table without kernels still needs their signature.
  const nothing: Func = { name: 'nothing', params: kernelParams, results: [], locals: [], body: [] };
  const count = Math.max(kernels.length, 1);
  const used: Helper[] = [];
  const helper = (name: Helper): number => {
    if (!used.includes(name)) used.push(name);
    return count + used.indexOf(name);
  };
  const funcs = kernels.map((code, index) => kernelFunc(code, `kernel${index}`, helper));
  if (funcs.length === 0) funcs.push(nothing);
  funcs.push(...used.map((name) => helpers[name]));
  const barrier = funcs.push(barrierFunc(memory.shared)) - 1;
  const drive = funcs.push(driveFunc(barrier, memory.shared)) - 1;
  return { memory, funcs, exports: [drive] };
}
