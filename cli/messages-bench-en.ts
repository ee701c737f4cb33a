// What `eidos bench` says in English; a part of the catalogue, whose rules stand in messages-en.ts.

/** The messages. */
export const benchEnglish = {
  benchSummary: 'say how fast this machine computes',
  benchDescription:
    'Measures what this machine can do, then a few workloads on every device that\n' +
    'works: milliseconds, and the share of what the machine can do. Half a minute;\n' +
    'other work on the machine makes figures worse.',
  benchSecondsOption: 'seconds for each workload',
  exampleBench: 'all devices that work',
  exampleBenchJson: 'one device, for a program to read',
  benchMachine: 'the machine itself',
  benchLimits: ({ bits, threads, full, narrow }: BenchLimits): string =>
    `This machine multiplies and adds ${full[0]} GFLOP/s on one thread, ${full[1]} on ${threads} (${bits} bits);\n` +
    `${narrow[0]} and ${narrow[1]} with the 128 bits that WebAssembly has.`,
  benchStream: (threads: number, stream: readonly string[]): string =>
    `Memory: ${stream[0]} GB/s read and written on one thread, ${stream[1]} on ${threads}.`,
  benchNoLimits: 'no C compiler: what the machine could do is not known, so no shares are told',
  benchWork: (device: string, work: BenchWork): string => `${device}: ${benchEnglish.benchName(work)}`,
  benchName: (work: BenchWork): string =>
    ({
      matmul: 'matrix product, 1024 x 1024',
      dense: 'step of 784-1024-10, batch 128',
      tutorial32: 'step of the tutorial network, batch 32',
      tutorial128: 'step of the tutorial network, batch 128',
      answers: 'its answers for 256 pictures',
      chain: 'five functions of 17 million numbers',
    })[work],
  benchHead: ['device', 'what', 'ms', 'quartiles', 'of the limit'] as readonly string[],
};

/** What is timed. */
export type BenchWork = 'matmul' | 'dense' | 'tutorial32' | 'tutorial128' | 'answers' | 'chain';

/** The machine's limits, in words. */
export interface BenchLimits {
  readonly bits: number;
  readonly threads: number;
  readonly full: readonly string[];
  readonly narrow: readonly string[];
}
