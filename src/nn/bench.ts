// A data set on a device together with the program that runs over it, kept for the next call of its kind.
import type { Program } from '../device/device.ts';
import { dtypeOf, fill, tableFor, variablesIn, type Filling, type Table } from './data.ts';
import type { Memory } from './memory.ts';
import type { Reuse } from './reuse.ts';
import type { Task } from './step.ts';

export class Bench {
  readonly program: Program;
  readonly table: Table;

  constructor(program: Program, table: Table) {
    this.program = program;
    this.table = table;
  }

  /** Gives program and data back; not by `using`, which not every browser knows. */
  close(): void {
    this.program.close();
    for (const v of variablesIn(this.table)) v.close();
  }
}

export interface BenchFor {
  /** Who keeps it: one bench for each. */
  readonly role: string;
  /** What else, besides the sizes of the data, its program was made for. */
  readonly key: string;
  readonly task: Task;
  readonly memory: Memory;
  readonly shuffled: boolean;
  readonly make: (table: Table) => Promise<Program>;
}

/** The data on the device, with a program for data of that size: the last one of the role if it suits. */
export async function benchOf(
  kept: Reuse,
  filling: Filling,
  { role, key, task, memory, shuffled, make }: BenchFor,
): Promise<Bench> {
  const sizes = [filling.examples.x, filling.targets.y].map((x) => `${dtypeOf(x)} ${x.length}`).join(' ');
  const bench = await kept.get(role, `${sizes} ${key}`, async () => {
    const table = tableFor(memory.device, filling, { totals: ['loss', ...task.metrics], shuffled });
    return new Bench(await make(table), table);
  });
  await fill(bench.table, filling);
  return bench;
}
