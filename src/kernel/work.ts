// About how long a program's kernels take on one thread. Good to a factor of two or three: it decides only whether more
// threads are worth waking and waiting for.
import type { Machine } from './code.ts';
import type { Item } from './kernel.ts';
import { workOf } from './tile-loop.ts';

/** Multiplications and other operations of a nanosecond, for each lane. */
const products = 3;
const others = 4;
/** In programs shorter than this, in nanoseconds, threads would mostly wait for each other and fetch each other's results. */
const short = 20_000;

/** Whether a repetition of these items is too little work for more than one thread. */
export const tooShortToShare = (items: readonly Item[], machine: Machine): boolean =>
  nanoseconds(items, machine) < short;

function nanoseconds(items: readonly Item[], machine: Machine): number {
  const { lanes } = machine;
  const places = (axes: readonly { readonly size: number }[]): number => axes.reduce((n, a) => n * a.size, 1);
  return items.reduce((sum, item) => {
    if (item.kind === 'scan') return sum + item.length * nanoseconds(item.items, machine);
    if (item.kind === 'scatter') return sum + item.count.size * item.width;
    const work = places(item.axes) * workOf(item.stores.map((s) => s.value));
    const more = item.kind === 'contract' ? (places(item.axes) * places(item.over)) / (products * lanes) : 0;
    return sum + more + work / (others * lanes);
  }, 0);
}
