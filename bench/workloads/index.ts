// All workloads, in the order of the tables.
import { conv, gameConv, gemm } from './products.ts';
import { scaling } from './scaling.ts';
import { small } from './small.ts';
import { chain, random } from './streams.ts';
import { w1 } from './w1.ts';
import { w2 } from './w2.ts';
import { w3 } from './w3.ts';
import { w4 } from './w4.ts';
import { w5 } from './w5.ts';
import { w6 } from './w6.ts';
import { w7 } from './w7.ts';
import type { Workload } from './workload.ts';

export const all: readonly Workload[] = [
  w1,
  w2,
  ...w3,
  w4,
  w5,
  w6,
  ...w7,
  ...gemm,
  ...conv,
  ...gameConv,
  ...small,
  chain,
  random,
];

/** One by name, those of how time and memory grow among them. */
export const workloadOf = (name: string): Workload | undefined =>
  [...all, ...scaling].find(({ id }) => id === name);
