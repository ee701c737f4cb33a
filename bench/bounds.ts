// What bounds a contestant at a workload: multiplications and additions on its threads at the width of its vectors, or
// bytes through memory. Measured again and again, in turns with the contestants.
import type { Limit, Limits } from '../src/device/native-limits.ts';
import type { Contestant } from './contestants.ts';
import { quantile } from './quantile.ts';
import type { Workload } from './workloads/workload.ts';

/** What measures, and what most contestants have: the machine's vectors and so many threads. */
export interface Measures {
  readonly limits: Limits | undefined;
  /** Bytes of the machine's vectors. */
  readonly width: number;
}

type Kind = 'arithmetic' | 'memory';

interface Bound {
  readonly limit: Limit;
  readonly threads: number;
}

export class Bounds {
  private readonly measures: Measures;
  private readonly bytes: number | undefined;
  private readonly threads: number;
  private readonly measured = new Map<string, number[]>();

  constructor(measures: Measures, { bytes }: Workload, threads: number) {
    [this.measures, this.bytes, this.threads] = [measures, bytes, threads];
  }

  /** Measures what bounds these, each bound once. */
  async measure(contestants: readonly Contestant[]): Promise<void> {
    const kinds: readonly Kind[] = this.bytes === undefined ? ['arithmetic'] : ['arithmetic', 'memory'];
    const bounds = contestants.flatMap((one) => kinds.map((kind) => this.boundOf(one, kind)));
    for (const [key, { limit, threads }] of new Map(bounds.map((bound) => [keyOf(bound), bound]))) {
      const found = await this.measures.limits?.measure(limit, threads, this.bytes);
      if (found !== undefined) this.measured.set(key, [...(this.measured.get(key) ?? []), found]);
    }
  }

  /** The median of what was measured, in GFLOP/s or GB/s. */
  of(contestant: Contestant, kind: Kind): number | undefined {
    const found = this.measured.get(keyOf(this.boundOf(contestant, kind)));
    return found && quantile(found, 0.5);
  }

  private boundOf({ width, told }: Contestant, kind: Kind): Bound {
    const limit = kind === 'memory' ? 'stream' : (width ?? this.measures.width);
    return { limit, threads: told.threads ?? this.threads };
  }
}

const keyOf = ({ limit, threads }: Bound): string => `${limit} ${threads}`;
