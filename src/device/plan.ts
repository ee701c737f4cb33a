// One arena for everything between a program's inputs and its results, by lifetimes: two buffers share
// memory when one is dead before the other is born. Peak memory is known before anything runs.
import { bytesOf } from '../base/dtype.ts';
import type { Entry } from '../kernel/code.ts';
import { readableBeyond, type Buffer } from '../kernel/kernel.ts';

export interface Plan {
  /** By buffer: its byte offset in the arena. */
  readonly offsets: ReadonlyMap<Buffer, number>;
  /** Bytes of the arena. */
  readonly bytes: number;
}

interface Life {
  readonly buffer: Buffer;
  readonly bytes: number;
  from: number;
  to: number;
}

/** Bytes behind a buffer that vector loads of its last elements may reach. */
export const slack = 4 * readableBeyond;

/** Places for all buffers but `fixed` ones. */
export function plan(table: readonly Entry[], buffers: readonly Buffer[], fixed: ReadonlySet<Buffer>): Plan {
  const lives = lifetimes(table, buffers).filter((l) => !fixed.has(l.buffer));
  /** In rising order of offset. */
  const placed: { life: Life; offset: number; end: number }[] = [];
  const offsets = new Map<Buffer, number>();
  let bytes = 0;
  for (const life of lives.sort((a, b) => b.bytes - a.bytes || a.from - b.from)) {
    const size = Math.ceil((life.bytes + slack) / 64) * 64;
    let offset = 0;
    for (const p of placed) {
      if (p.offset >= offset + size) break;
      if (offset < p.end && p.life.from <= life.to && life.from <= p.life.to) offset = p.end;
    }
    const behind = placed.findIndex((p) => p.offset > offset);
    placed.splice(behind < 0 ? placed.length : behind, 0, { life, offset, end: offset + size });
    offsets.set(life.buffer, offset);
    bytes = Math.max(bytes, offset + size);
  }
  return { offsets, bytes };
}

/** From the first to the last entry that uses a buffer. In a loop, what is used outside it too lives through all of it. */
function lifetimes(table: readonly Entry[], buffers: readonly Buffer[]): Life[] {
  const lives = new Map<Buffer, Life>();
  let time = 0;
  const use = (b: Buffer, from: number, to: number): void => {
    const life = lives.get(b) ?? { buffer: b, bytes: b.size * bytesOf[b.dtype], from, to };
    lives.set(b, { ...life, from: Math.min(life.from, from), to: Math.max(life.to, to) });
  };
  const loops: [number, number][] = [];
  const walk = (entries: readonly Entry[]): void => {
    for (const entry of entries) {
      if (entry.kind === 'kernel') {
        for (const s of entry.args) use(buffers[s]!, time, time);
        time++;
      } else {
        const start = time;
        walk(entry.body);
        loops.push([start, time - 1]);
      }
    }
  };
  walk(table);
  // Inner loops come first in the list, so what an inner loop stretches an outer one sees.
  for (const [start, end] of loops)
    for (const life of lives.values())
      if (life.from <= end && life.to >= start && (life.from < start || life.to > end)) {
        life.from = Math.min(life.from, start);
        life.to = Math.max(life.to, end);
      }
  return [...lives.values()];
}
