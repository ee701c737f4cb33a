// Kernel to code: the only place, with what it calls, that knows about speed.
import { exactJson } from '../base/json.ts';
import type { Code, Entry, Machine } from './code.ts';
import type { Buffer, Item, Kernel } from './kernel.ts';
import { tileContract } from './tile-contract.ts';
import { tileLoop, type Tiled } from './tile-loop.ts';
import { tileScatter } from './tile-scatter.ts';
import { nothingKnown, type Facts } from './terms.ts';
import { tooShortToShare } from './work.ts';

/** A program's kernels, equal ones once, and its table; slots are numbers of `buffers`. */
export interface TiledProgram {
  readonly kernels: readonly Code[];
  readonly table: readonly Entry[];
  readonly buffers: readonly Buffer[];
  /** Whether it is too short for more than one thread. */
  readonly alone: boolean;
}

const tiledOf = (k: Kernel, machine: Machine, facts: Facts): readonly Tiled[] => {
  if (k.kind === 'contract') return tileContract(k, machine, facts);
  return [k.kind === 'loop' ? tileLoop(k, machine) : tileScatter(k, machine)];
};

export function tile(items: readonly Item[], machine: Machine, facts: Facts = nothingKnown): TiledProgram {
  const kernels: Code[] = [];
  const alike = new Map<string, number[]>();
  /** Plain JSON takes some different numbers for equal, so what it finds is looked at once more. */
  const numberOf = (code: Code): number => {
    const key = JSON.stringify(code);
    const others = alike.get(key) ?? [];
    const exact = others.length > 0 ? exactJson(code) : '';
    const known = others.find((other) => exactJson(kernels[other]) === exact);
    if (known !== undefined) return known;
    alike.set(key, [...others, kernels.length]);
    return kernels.push(code) - 1;
  };
  const buffers: Buffer[] = [];
  const slots = new Map<Buffer, number>();
  const slot = (b: Buffer): number => {
    const s = slots.get(b) ?? buffers.push(b) - 1;
    slots.set(b, s);
    return s;
  };
  const entries = (list: readonly Item[]): Entry[] =>
    list.flatMap((item): Entry[] => {
      if (item.kind === 'scan')
        return [{ kind: 'loop', symbol: item.symbol, length: item.length, body: entries(item.items) }];
      return tiledOf(item, machine, facts).map(({ code, buffers: args, parts }) => {
        return { kind: 'kernel', kernel: numberOf(code), args: args.map(slot), parts };
      });
    });
  return { table: entries(items), kernels, buffers, alone: tooShortToShare(items, machine) };
}
