// How alike two sets of features are by pairs: the kernel distance, and who lies among whose neighbours (precision,
// recall, density, coverage). All of it is read off the same three tables of products: real with real, generated with
// generated, and each with each; so ten thousand against ten thousand take seconds.
import { check } from '../../base/check.ts';
import type { Device } from '../../device/device.ts';
import { products, shifted, squaresOf, type Features } from './features.ts';

/** How alike generated pictures are to real ones. */
export interface Likeness {
  /** The unbiased squared distance of means under the kernel (x·y/d + 1)³; 0 on average for sets of one kind. */
  readonly kernelDistance: number;
  /** Share of generated pictures that lie among the real ones, and of real ones that lie among the generated. */
  readonly precision: number;
  readonly recall: number;
  /** How densely real ones lie round the generated, 1 on average for sets of one kind; share of real ones that have a generated one near. */
  readonly density: number;
  readonly coverage: number;
}

/** How many nearest neighbours say how far "near" is. */
export interface Neighbourhood {
  /** For precision and recall: 3, as in the paper. */
  readonly nearest?: number;
  /** For density and coverage: 5, as in the paper. */
  readonly covered?: number;
  readonly signal?: AbortSignal | undefined;
}

/** One set of features, and what its own pairs say. */
export interface Crowd {
  readonly features: Features;
  /** What was taken off all features of a comparison. */
  readonly middle: Float64Array;
  readonly squares: Float64Array;
  /** Products with the middle. */
  readonly sides: Float64Array;
  /** For each picture the squared distance to its k-th nearest other one. */
  readonly near: Float64Array;
  readonly covering: Float64Array;
  /** The mean of the kernel over pairs of different pictures. */
  readonly kernel: number;
}

/** The mean of each feature. */
export function middleOf({ data, count, size }: Features): Float64Array {
  const middle = new Float64Array(size);
  for (let i = 0; i < count * size; i++) middle[i % size]! += data[i]! / count;
  return middle;
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** Keeps the smallest numbers of a row, in order. */
function keepSmallest(list: Float64Array, x: number): void {
  let i = list.length - 1;
  if (x >= list[i]!) return;
  for (; i > 0 && list[i - 1]! > x; i--) list[i] = list[i - 1]!;
  list[i] = x;
}

/** What the pairs within a set say. `middle` is to be that of the set it will be compared with. */
export async function crowdOf(
  device: Device,
  given: Features,
  middle: Float64Array,
  { nearest = 3, covered = 5, signal }: Neighbourhood = {},
): Promise<Crowd> {
  const { count, size } = given;
  const most = Math.max(nearest, covered);
  check(
    count > most,
    () => `crowdOf: neighbours number ${most} need at least ${most + 1} pictures, got ${count}; take more`,
  );
  const features = shifted(given, middle);
  const squares = squaresOf(features);
  const sides = sidesOf(features, middle);
  const [near, covering] = [new Float64Array(count), new Float64Array(count)];
  const smallest = new Float64Array(most);
  const [inner, kernelOf] = [dot(middle, middle), kernelIn(size)];
  let kernel = 0;
  await products(
    device,
    features,
    features,
    (i, list, from) => {
      smallest.fill(Infinity);
      const [own, side] = [squares[i]!, sides[i]! + inner];
      let sum = 0;
      for (let j = 0; j < count; j++) {
        if (j === i) continue;
        const p = list[from + j]!;
        keepSmallest(smallest, own + squares[j]! - 2 * p);
        sum += kernelOf(p + side + sides[j]!);
      }
      near[i] = Math.max(0, smallest[nearest - 1]!);
      covering[i] = Math.max(0, smallest[covered - 1]!);
      kernel += sum / (count * (count - 1));
    },
    signal,
  );
  return { features, middle, squares, sides, near, covering, kernel };
}

const sidesOf = ({ data, count, size }: Features, middle: Float64Array): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => dot(data.subarray(i * size, (i + 1) * size), middle));

const kernelIn =
  (size: number) =>
  (p: number): number => {
    const t = p / size + 1;
    return t * t * t;
  };

/**
 * How alike generated pictures are to real ones. Kernel: Bińkowski et al. 2018, section 4, https://arxiv.org/abs/1801.01401.
 * Precision and recall: Kynkäänniemi et al. 2019, equations 1 and 2, https://arxiv.org/abs/1904.06991. Density and
 * coverage: Naeem et al. 2020, equations 3 and 4, https://arxiv.org/abs/2002.09797. What lies on a sphere's edge is inside.
 */
export async function likenessOf(
  device: Device,
  real: Crowd,
  fake: Crowd,
  { covered = 5, signal }: Neighbourhood = {},
): Promise<Likeness> {
  check(
    real.middle === fake.middle,
    () => 'likenessOf: both crowds need the same middle, got two; make both with that of the real one',
  );
  const [n, m] = [real.features.count, fake.features.count];
  const inner = dot(real.middle, real.middle);
  const kernelOf = kernelIn(real.features.size);
  const among = new Uint8Array(m);
  let [kernel, recalled, inside, reached] = [0, 0, 0, 0];
  await products(
    device,
    real.features,
    fake.features,
    (i, list, from) => {
      const [own, side] = [real.squares[i]!, real.sides[i]! + inner];
      const [near, covering] = [real.near[i]!, real.covering[i]!];
      let [sum, recall, count] = [0, false, 0];
      for (let j = 0; j < m; j++) {
        const p = list[from + j]!;
        sum += kernelOf(p + side + fake.sides[j]!);
        const d = Math.max(0, own + fake.squares[j]! - 2 * p);
        if (d <= near) among[j] = 1;
        if (d <= fake.near[j]!) recall = true;
        if (d <= covering) count++;
      }
      kernel += sum / (n * m);
      inside += count;
      if (recall) recalled++;
      if (count > 0) reached++;
    },
    signal,
  );
  return {
    kernelDistance: real.kernel + fake.kernel - 2 * kernel,
    precision: among.reduce((a, b) => a + b, 0) / m,
    recall: recalled / n,
    density: inside / (covered * m),
    coverage: reached / n,
  };
}
