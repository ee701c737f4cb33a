// A data set on a device together with the program that runs over it, kept for the next call of its kind.
import type { Program } from '../device/device.ts';
import { dtypeOf, fill, tableFor, variablesIn, type Filling, type Table } from './data.ts';
import type { Weights } from './memory.ts';
import type { Reuse } from './reuse.ts';
import { scoreNames, type Task } from './task.ts';

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
  readonly memory: Weights;
  readonly shuffled: boolean;
  readonly make: (table: Table) => Promise<Program>;
}

/** The data on the device, with a program for data of that size: the last one of the role if it suits. */
export async function benchOf(
  kept: Reuse,
  filling: Filling,
  { role, key, task, memory, shuffled, make }: BenchFor,
): Promise<Bench> {
  const { examples, targets, weights } = filling;
  const sizes = [
    ...examples.inputs.map(({ x, shape }) => `${dtypeOf(x)} ${x.length} ${shape.join()}`),
    ...targets.map(({ y }) => `${dtypeOf(y)} ${y.length}`),
    ...(weights ? ['weighted'] : []),
  ];
  const bench = await kept.get(role, [...sizes, key].join(' '), async () => {
    const table = tableFor(memory.device, filling, { totals: scoreNames(task), shuffled });
    return new Bench(await make(table), table);
  });
  await fill(bench.table, filling);
  return bench;
}
