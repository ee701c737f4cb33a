// The loop that runs a program's table, as WebAssembly: every thread of the pool walks the same table in
// step and shares out the parts of each kernel by tickets. `writeTable` lays the table out as the words it reads.
// Who the threads are, and where the words lie, is src/device/wasm.ts's business.
import type { Entry } from '../kernel/code.ts';
import type { Func, Instr, Local } from './wasm-code.ts';

/** Words the threads share, as byte offsets into a control block; each has a cache line to itself. */
export const control = {
  /** Parts handed out so far, over all shared entries of a run. */
  ticket: 0,
  /** Threads that have reached a barrier so far, over all barriers of a run. */
  arrived: 64,
  /** Barriers passed. */
  phase: 128,
  /** Threads asleep, or about to be, at a barrier. */
  sleepers: 192,
  /** Repetitions complete; the run starts from what it finds. */
  progress: 256,
  /** Not 0: stop after this repetition. */
  cancel: 320,
  /** Repetitions after which to stop. */
  stop: 384,
  /** Threads other than 0 that have left. */
  left: 448,
} as const;

/** Size of a control block. */
export const controlBytes = 512;

/** Bytes in front of a thread's symbols: the last of them hold the kernel it runs, for who looks after a trap. */
export const symbolsHeader = 64;

const opcodes = { end: 0, solo: 1, split: 2, barrier: 3, loop: 4, again: 5 } as const;
const recordWords = 8;
const recordBytes = 4 * recordWords;

/** A table as words: records, then the argument lists, whose words are slot numbers until addresses replace them. */
export interface Table {
  readonly words: readonly number[];
  /** Where the argument lists start in `words`. */
  readonly args: number;
  /** How many threads can find work at once. */
  readonly width: number;
}

/** How far the work since the last barrier can be spread: not at all, over thread 0, over all threads. */
type Spread = 'none' | 'solo' | 'split';
const spreads: readonly Spread[] = ['none', 'solo', 'split'];
const wider = (a: Spread, b: Spread): Spread => (spreads.indexOf(a) > spreads.indexOf(b) ? a : b);

/** Thread 0's own work is in order by itself; anything else that follows work waits for all of it. */
const waits = (before: Spread, parts: number): boolean =>
  before === 'split' || (before === 'solo' && parts > 1);

/** What has run since the last barrier after `body`, given what had before it: its last kernel decides. */
function after(body: readonly Entry[], before: Spread): Spread {
  const last = body.at(-1);
  if (last === undefined) return before;
  if (last.kind === 'loop') return after(last.body, after(body.slice(0, -1), before));
  return last.parts > 1 ? 'split' : 'solo';
}

/** Lays out a table for `threads` threads. */
export function writeTable(table: readonly Entry[], threads: number): Table {
  const words: number[] = [];
  const lists: { readonly at: number; readonly args: readonly number[] }[] = [];
  let width = 1;
  const record = (...fields: number[]): number => {
    const at = words.length;
    for (let i = 0; i < recordWords; i++) words.push(fields[i] ?? 0);
    return at;
  };
  const write = (body: readonly Entry[], before: Spread): Spread => {
    let now = before;
    for (const entry of body) {
      if (entry.kind === 'loop') {
        if (entry.length === 0) continue;
        const start = record(opcodes.loop, 4 * entry.symbol);
        // The top of the body follows what came before the loop and the body's own end.
        now = write(entry.body, wider(now, after(entry.body, now)));
        record(opcodes.again, 4 * entry.symbol, entry.length, 4 * start + recordBytes);
        continue;
      }
      const { kernel, parts, args } = entry;
      if (waits(now, parts)) record(opcodes.barrier);
      // Many tickets a thread even out its luck (a neighbour on its core), and give a kernel new machine code between calls.
      const chunk = Math.max(1, Math.floor(parts / (16 * threads)));
      const chunks = Math.ceil(parts / chunk);
      lists.push({
        at: record(parts > 1 ? opcodes.split : opcodes.solo, kernel, parts, 0, chunk, chunks) + 3,
        args,
      });
      now = parts > 1 ? 'split' : 'solo';
      width = Math.max(width, Math.min(threads, chunks));
    }
    return now;
  };
  write(table, 'none');
  record(opcodes.end);
  const args = words.length;
  for (const list of lists) {
    words[list.at] = 4 * words.length;
    words.push(...list.args);
  }
  return { words, args, width };
}

// ------------------------------------------------------------------------------------ functions

const get = (index: number): Instr => ['local.get', index];
const set = (index: number): Instr => ['local.set', index];
const int = (value: number): Instr => ['i32.const', value];
const names = (...list: string[]): Local[] => list.map((name) => ({ name, type: 'i32' }));
/** Instructions in groups, for one line each. */
const lines = (...groups: readonly (readonly Instr[])[]): Instr[] => groups.flat();

/**
 * (threads, control, phase, spin): returns when all threads have called it for barrier number `phase` (from 1). The last
 * to come opens it; the others look `spin` times, then sleep. Who goes to sleep says so before it looks again, and the
 * last looks for sleepers after opening, so nobody is left asleep.
 */
export function barrierFunc(shared: boolean): Func {
  const [threads, block, phase, spin] = [0, 1, 2, 3];
  const look: Instr[] = [get(block), ['i32.atomic.load', control.phase]];
  // Without shared memory there is one thread, and waiting would trap.
  const sleep = lines(
    [get(block), int(1), ['i32.atomic.rmw.add', control.sleepers], ['drop']],
    [['loop']],
    [
      get(block),
      get(phase),
      int(1),
      ['i32.sub'],
      ['i64.const', -1],
      ['memory.atomic.wait32', control.phase],
      ['drop'],
    ],
    [...look, get(phase), ['i32.ne'], ['br_if', 0]],
    [['end']],
    [get(block), int(-1), ['i32.atomic.rmw.add', control.sleepers], ['drop']],
  );
  const body = lines(
    [get(threads), int(1), ['i32.eq'], ['if'], ['return'], ['end']],
    [get(block), int(1), ['i32.atomic.rmw.add', control.arrived], int(1), ['i32.add']],
    [get(threads), get(phase), ['i32.mul'], ['i32.eq'], ['if']],
    [get(block), get(phase), ['i32.atomic.store', control.phase]],
    [get(block), ['i32.atomic.load', control.sleepers], ['if']],
    [get(block), int(-1), ['memory.atomic.notify', control.phase], ['drop']],
    [['end'], ['return'], ['end']],
    [['loop']],
    [...look, get(phase), ['i32.eq'], ['if'], ['return'], ['end']],
    [get(spin), int(1), ['i32.sub'], ['local.tee', spin], ['br_if', 0]],
    [['end']],
    shared ? sleep : [['unreachable']],
  );
  return {
    name: 'barrier',
    params: names('threads', 'control', 'phase', 'spin'),
    results: [],
    locals: [],
    body,
  };
}

// Parameters and locals of `drive`.
const [thread, threads, table, symbols, block, spin] = [0, 1, 2, 3, 4, 5];
const [pc, op, done, base, phase, lo, count] = [6, 7, 8, 9, 10, 11, 12];
const field = (index: number): Instr[] => [get(pc), ['i32.load', 4 * index]];
/** To the next record, and back to the head of the loop over records, seen from inside one `if`. */
const next: readonly Instr[] = [get(pc), int(recordBytes), ['i32.add'], set(pc), ['br', 1]];
const when = (name: keyof typeof opcodes, ...groups: readonly (readonly Instr[])[]): Instr[] =>
  lines([get(op), int(opcodes[name]), ['i32.eq'], ['if']], ...groups, next, [['end']]);
const note: readonly Instr[] = [get(symbols), int(4), ['i32.sub'], ...field(1), ['i32.store', 0]];
const argsOf: readonly Instr[] = [get(table), ...field(3), ['i32.add']];

const solo = when(
  'solo',
  [get(thread), ['i32.eqz'], ['if']],
  note,
  [...argsOf, get(symbols), int(0), ...field(2), ...field(1), ['call_indirect', 0]],
  [['end']],
);

// Tickets only ever grow. Every thread draws one too many and only then goes on, so the next entry's tickets start
// `chunks + threads` later. The barrier before it keeps a late draw from counting there.
const split = when(
  'split',
  note,
  [['block'], ['loop']],
  [get(block), int(1), ['i32.atomic.rmw.add', control.ticket], get(base), ['i32.sub']],
  [...field(4), ['i32.mul'], ['local.tee', lo], ...field(2), ['i32.ge_u'], ['br_if', 1]],
  [...argsOf, get(symbols), get(lo)],
  // min(lo + chunk, parts)
  [get(lo), ...field(4), ['i32.add'], ['local.tee', count], ...field(2)],
  [get(count), ...field(2), ['i32.lt_u'], ['select']],
  [...field(1), ['call_indirect', 0], ['br', 0]],
  [['end'], ['end']],
  [get(base), ...field(5), ['i32.add'], get(threads), ['i32.add'], set(base)],
);

const passBarrier = (barrier: number): Instr[] =>
  lines(
    [get(phase), int(1), ['i32.add'], set(phase)],
    [get(threads), get(block), get(phase), get(spin), ['call', barrier]],
  );

const startLoop = when('loop', [get(symbols), ...field(1), ['i32.add'], int(0), ['i32.store', 0]]);

const endLoop = when(
  'again',
  [get(symbols), ...field(1), ['i32.add'], get(symbols), ...field(1), ['i32.add'], ['i32.load', 0]],
  [int(1), ['i32.add'], ['local.tee', count], ['i32.store', 0]],
  [get(count), ...field(2), ['i32.lt_u'], ['if']],
  [get(table), ...field(3), ['i32.add'], set(pc), ['br', 2], ['end']],
);

/** Thread 0 stays until the others have left, so that its return is the end of the run. */
const leave: readonly Instr[] = lines(
  [get(thread), ['if']],
  [get(block), int(1), ['i32.atomic.rmw.add', control.left], ['drop']],
  [get(block), int(1), ['memory.atomic.notify', control.left], ['drop'], ['return'], ['end']],
  [['loop']],
  [get(block), ['i32.atomic.load', control.left], ['local.tee', count]],
  [get(threads), int(1), ['i32.sub'], ['i32.ne'], ['if']],
  [get(block), get(count), ['i64.const', -1], ['memory.atomic.wait32', control.left], ['drop']],
  [['br', 1], ['end'], ['end']],
);

/**
 * (thread, threads, table, symbols, control, spin): repeats the table until `control.stop` repetitions are complete. Each
 * thread has its own symbols. Kernels are table entries; their signature is the module's first type.
 */
export function driveFunc(barrier: number, shared: boolean): Func {
  const body = lines(
    [get(block), ['i32.atomic.load', control.progress], set(done)],
    [['loop']],
    [get(table), set(pc)],
    [['loop'], ...field(0), set(op)],
    solo,
    split,
    when('barrier', passBarrier(barrier)),
    startLoop,
    endLoop,
    [['end']],
    [get(done), int(1), ['i32.add'], set(done)],
    // The decision to stop is made before the barrier, so every thread reads the same one after it.
    [get(thread), ['i32.eqz'], ['if'], get(block), ['i32.atomic.load', control.cancel], ['if']],
    [get(block), get(done), ['i32.atomic.store', control.stop], ['end'], ['end']],
    passBarrier(barrier),
    [
      get(thread),
      ['i32.eqz'],
      ['if'],
      get(block),
      get(done),
      ['i32.atomic.store', control.progress],
      ['end'],
    ],
    [get(done), get(block), ['i32.atomic.load', control.stop], ['i32.lt_u'], ['br_if', 0]],
    [['end']],
    shared ? leave : [],
  );
  const locals = names('pc', 'op', 'done', 'base', 'phase', 'lo', 'count');
  return {
    name: 'drive',
    params: names('thread', 'threads', 'table', 'symbols', 'control', 'spin'),
    results: [],
    locals,
    body,
  };
}
