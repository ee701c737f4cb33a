// A network of three layers, inputs X, hidden nodes Y, outputs Z, in plain TypeScript: the class that "機械学習の実装"
// wrote in NumPy, after https://qiita.com/takahiro_itazuri/items/d2bea1c643d7cca11352, with its names and its numbers.
// Nothing is imported: only the run at the end of this file asks eidos for handwritten digits to learn.
// docs/three-layer.md explains it; three-layer-on-engine.ts is the same network as a compiled program.

/** Where sigmoid(x) is 1e-15 or 1 - 1e-15: ln(1e15 - 1). Beyond it, x is taken to be there. */
export const sigmoidRange = 34.538776394910684;

/** 1 / (1 + e^-x), clipped so that neither end is reached. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-Math.min(Math.max(x, -sigmoidRange), sigmoidRange)));
}

/** The slope of sigmoid where its value is `o`. */
export function derivativeSigmoid(o: number): number {
  return o * (1 - o);
}

/** Rows of numbers. */
export type Matrix = readonly Float64Array[];

export interface ThreeLayerOptions {
  /**
   * 'faithful' is the source's order: Wzy is changed first, and the error goes back to Y through the changed weights.
   * 'corrected' sends it back through the weights that made the error, which is the gradient.
   */
  readonly update?: 'faithful' | 'corrected';
  /** Standard deviation of the first weights of a node with so many inputs; 1, as the source has it, if not given. */
  readonly deviation?: (inputs: number) => number;
  /** Where the first weights come from, numbers in [0, 1). */
  readonly random?: () => number;
}

/** Xnodes inputs, Ynodes hidden nodes, Znodes outputs, learning rate lr; sigmoids, no biases. */
export class ThreeLayerNetwork {
  readonly lr: number;
  readonly update: 'faithful' | 'corrected';
  /** Weights from X to Y: [Ynodes][Xnodes], at first normal with mean 0. */
  readonly Wyx: Matrix;
  /** Weights from Y to Z: [Znodes][Ynodes], likewise. */
  readonly Wzy: Matrix;

  constructor(
    Xnodes: number,
    Ynodes: number,
    Znodes: number,
    lr: number,
    { update = 'faithful', deviation = () => 1, random = Math.random }: ThreeLayerOptions = {},
  ) {
    this.lr = lr;
    this.update = update;
    this.Wyx = normal(Ynodes, Xnodes, deviation(Xnodes), random);
    this.Wzy = normal(Znodes, Ynodes, deviation(Ynodes), random);
  }

  /** Learns from one example: inputs Xrow [Xnodes], the outputs they should give Trow [Znodes]. */
  backprop(Xrow: ArrayLike<number>, Trow: ArrayLike<number>): void {
    const Yout = dot(this.Wyx, Xrow).map(sigmoid);
    const Zout = dot(this.Wzy, Yout).map(sigmoid);

    // From Z to Y. E = (Zout - T)^2 / 2, summed over the outputs.
    const dE_dZin = Zout.map((z, k) => (z - Trow[k]!) * derivativeSigmoid(z));
    const throughOld = dotTransposed(this.Wzy, dE_dZin);
    descend(this.Wzy, this.lr, dE_dZin, Yout); // Wzy <- Wzy - lr dE/dWzy
    const throughNew = dotTransposed(this.Wzy, dE_dZin);

    // From Y to X.
    const dE_dYout = this.update === 'faithful' ? throughNew : throughOld;
    const dE_dYin = dE_dYout.map((e, j) => e * derivativeSigmoid(Yout[j]!));
    descend(this.Wyx, this.lr, dE_dYin, Xrow); // Wyx <- Wyx - lr dE/dWyx
  }

  /** The outputs [Znodes], in (0, 1), for inputs [Xnodes]. */
  feedforward(idata: ArrayLike<number>): Float64Array {
    const Yout = dot(this.Wyx, idata).map(sigmoid);
    return dot(this.Wzy, Yout).map(sigmoid);
  }
}

/** E of one example: half the squared distance of the outputs from what they should be. */
export function lossOf(net: ThreeLayerNetwork, Xrow: ArrayLike<number>, Trow: ArrayLike<number>): number {
  return net.feedforward(Xrow).reduce((sum, z, k) => sum + (z - Trow[k]!) ** 2 / 2, 0);
}

/** A w: a sum of products for every row. */
function dot(A: Matrix, w: ArrayLike<number>): Float64Array {
  const out = new Float64Array(A.length);
  for (let i = 0; i < A.length; i++) {
    const row = A[i]!;
    let sum = 0;
    for (let j = 0; j < row.length; j++) sum += row[j]! * w[j]!;
    out[i] = sum;
  }
  return out;
}

/** Aᵀ w: a sum of products for every column. */
function dotTransposed(A: Matrix, w: ArrayLike<number>): Float64Array {
  const out = new Float64Array(A[0]!.length);
  for (let i = 0; i < A.length; i++) {
    const [row, wi] = [A[i]!, w[i]!];
    for (let j = 0; j < row.length; j++) out[j]! += row[j]! * wi;
  }
  return out;
}

/** W <- W - lr g oᵀ: every weight by the error it leads to times what comes in at its other end. */
function descend(W: Matrix, lr: number, g: ArrayLike<number>, o: ArrayLike<number>): void {
  for (let i = 0; i < W.length; i++) {
    const [row, gi] = [W[i]!, g[i]!];
    for (let j = 0; j < row.length; j++) row[j]! -= lr * (gi * o[j]!);
  }
}

/** Normally distributed numbers around 0. Box & Muller 1958, https://doi.org/10.1214/aoms/1177706645 */
function normal(rows: number, columns: number, deviation: number, random: () => number): Matrix {
  const one = (): number =>
    deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: rows }, () => Float64Array.from({ length: columns }, one));
}

/** Numbers k / 2^24 in [0, 1) from a seed: the linear congruential generator of Numerical Recipes (1992), 7.1. */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

export interface GradientCheck {
  /** |what the update follows - the gradient| / |the gradient|, over all weights of a matrix. */
  readonly Wyx: number;
  readonly Wzy: number;
}

/**
 * Compares what backprop() takes off the weights, divided by lr, with the slopes of the loss by central differences.
 * The network is left as it was.
 */
export function checkGradient(
  net: ThreeLayerNetwork,
  Xrow: ArrayLike<number>,
  Trow: ArrayLike<number>,
): GradientCheck {
  const slopesOf = (W: Matrix): number[] => W.flatMap((row) => [...row.keys()].map((j) => slope(row, j)));
  const slope = (row: Float64Array, j: number): number => {
    const [h, w] = [1e-5, row[j]!];
    const [up, down] = [w + h, w - h].map((moved) => {
      row[j] = moved;
      return lossOf(net, Xrow, Trow);
    });
    row[j] = w;
    return (up! - down!) / (2 * h);
  };
  const slopes = [net.Wyx, net.Wzy].map(slopesOf);

  const before = [net.Wyx, net.Wzy].map((W) => W.map((row) => row.slice()));
  net.backprop(Xrow, Trow);
  const [Wyx, Wzy] = [net.Wyx, net.Wzy].map((W, m) => {
    const step = W.flatMap((row, i) => [...row].map((w, j) => (before[m]![i]![j]! - w) / net.lr));
    W.forEach((row, i) => row.set(before[m]![i]!));
    return Math.hypot(...step.map((g, n) => g - slopes[m]![n]!)) / Math.hypot(...slopes[m]!);
  });
  return { Wyx: Wyx!, Wzy: Wzy! };
}

/** The share of digits whose largest output is the right one. Pixels in [0, 1]. */
export function accuracyOf(net: ThreeLayerNetwork, digits: readonly Digit[]): number {
  const right = digits.filter(({ pixels, label }) => {
    const Zout = net.feedforward(pixels);
    return Zout.indexOf(Math.max(...Zout)) === label;
  });
  return right.length / digits.length;
}

/** A handwritten digit: pixels [784] in [0, 1], label 0 to 9. */
export interface Digit {
  readonly pixels: Float64Array;
  readonly label: number;
}

/** How far open the hidden nodes are, from 0 to 1: the mean of Yout over nodes and digits. */
export function openness(net: ThreeLayerNetwork, digits: readonly Digit[]): number {
  const of = ({ pixels }: Digit): number => mean(dot(net.Wyx, pixels).map(sigmoid));
  return mean(digits.map(of));
}

const mean = (list: ArrayLike<number>): number => Array.from(list).reduce((a, b) => a + b, 0) / list.length;

/** Goes through the digits once, one at a time. An output should be 0.99 for the right digit and 0.01 for others. */
export function learn(net: ThreeLayerNetwork, digits: readonly Digit[]): void {
  for (const { pixels, label } of digits) {
    net.backprop(
      pixels,
      Array.from({ length: 10 }, (_, k) => (k === label ? 0.99 : 0.01)),
    );
  }
}

/** Five networks learn the same 3,000 digits once; says how many of 1,000 others each then reads. */
async function main(): Promise<void> {
  const { mnist } = await import('eidos');
  const { train, test } = await mnist();
  const digits = ({ images, labels }: typeof train, count: number): Digit[] =>
    Array.from({ length: count }, (_, n) => ({
      pixels: Float64Array.from(images.subarray(784 * n, 784 * (n + 1)), (byte) => byte / 255),
      label: labels[n]!,
    }));
  const [learned, asked] = [digits(train, 3000), digits(test, 1000)];
  const normed = { name: '1 / sqrt(inputs)', deviation: (inputs: number) => 1 / Math.sqrt(inputs) };
  for (const { name, deviation, lr, update } of [
    { name: '1', deviation: () => 1, lr: 0.3, update: 'faithful' },
    { ...normed, lr: 0.3, update: 'faithful' },
    { ...normed, lr: 0.3, update: 'corrected' },
    { ...normed, lr: 1, update: 'faithful' },
    { ...normed, lr: 1, update: 'corrected' },
  ] as const) {
    const net = new ThreeLayerNetwork(784, 100, 10, lr, { update, deviation, random: uniforms(1) });
    const began = performance.now();
    learn(net, learned);
    const percent = (100 * accuracyOf(net, asked)).toFixed(1);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const open = openness(net, asked).toFixed(2);
    console.log(
      `first weights ${name}, lr ${lr}, ${update}: reads ${percent} %, Y at ${open} (${seconds} s)`,
    );
  }
}

if (import.meta.filename === process.argv[1]) await main();
