// CMA-ES: images are drawn from a normal distribution that moves to where the good ones lie, and learns how far to go.
// Formulas and defaults are those of N. Hansen, "The CMA Evolution Strategy: A Tutorial" (2016,
// https://arxiv.org/abs/1604.00772); numbers in brackets are his equations. For hundreds of pixels only the diagonal of
// the covariance matrix is learned (sep-CMA-ES: Ros & Hansen 2008, https://doi.org/10.1007/978-3-540-87700-4_30).
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';
import { normals, purposes } from './draw.ts';
import type { Image, Population, Problem } from './method.ts';

export interface CmaEsOptions {
  /** Images in a generation; 4 + 3 ln(pixels) unless said, 23 for 784. */
  readonly population?: number;
  /** How far from the middle the first images lie, of pixels in [0, 1]; 0.3 unless said. */
  readonly sigma?: number;
}

/** The distribution: images are mean + sigma * sqrt(variances) * normal numbers. */
export interface Cloud {
  readonly generation: number;
  readonly mean: Float64Array;
  readonly sigma: number;
  /** The diagonal of the covariance matrix C. */
  readonly variances: Float64Array;
  /** The paths that the mean has taken: p_sigma and p_c. */
  readonly pathSigma: Float64Array;
  readonly pathC: Float64Array;
}

/** Weights of the best and rates of learning, from the number of pixels and images (Table 1). */
export function ratesOf(n: number, lambda: number) {
  const mu = Math.floor(lambda / 2);
  const raw = range(mu).map((i) => Math.log((lambda + 1) / 2) - Math.log(i + 1)); // (49)
  const sum = raw.reduce((s, w) => s + w, 0);
  const weights = raw.map((w) => w / sum);
  const muEff = 1 / weights.reduce((s, w) => s + w * w, 0);
  const cSigma = (muEff + 2) / (n + muEff + 5); // (55)
  const dSigma = 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma;
  const cC = (4 + muEff / n) / (n + 4 + (2 * muEff) / n); // (56)
  // A diagonal has so many fewer numbers that it is learned (n + 2) / 3 times as fast (Ros & Hansen 2008, section 3).
  const faster = (n + 2) / 3;
  const c1 = Math.min(1, (faster * 2) / ((n + 1.3) ** 2 + muEff)); // (57)
  const cMu = Math.min(1 - c1, (faster * 2 * (1 / 4 + muEff + 1 / muEff - 2)) / ((n + 2) ** 2 + muEff)); // (58)
  // The length of a vector of n normal numbers, expected.
  const chi = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
  return { mu, weights, muEff, cSigma, dSigma, cC, c1, cMu, chi };
}

/** Starts from a grey image, or from the caller's; 10,000 tries. Images are cut to [0, 1], and learned from as cut. */
export function cmaEs({ population, sigma = 0.3 }: CmaEsOptions = {}): Population<Cloud> {
  check(
    (population === undefined || (Number.isInteger(population) && population >= 4)) &&
      Number.isFinite(sigma) &&
      sigma > 0,
    () => `cmaEs: needs a population from 4 and a sigma above 0, got ${population} and ${sigma}`,
  );
  const imagesOf = ({ size }: Problem): number => population ?? 4 + Math.floor(3 * Math.log(size));
  return {
    kind: 'population',
    name: 'cma-es',
    budget: () => 10_000,
    start: ({ size, start }) => ({
      generation: 0,
      mean: start ? Float64Array.from(start) : new Float64Array(size).fill(0.5),
      sigma,
      variances: new Float64Array(size).fill(1),
      pathSigma: new Float64Array(size),
      pathC: new Float64Array(size),
    }),
    ask: (cloud, problem) => range(imagesOf(problem)).map((i) => seen(drawn(cloud, i, problem), problem)),
    tell(cloud, images, { scores }, problem) {
      const rates = ratesOf(problem.size, images.length);
      // Binary images are only the shadows of those that were drawn.
      const best = range(images.length)
        .sort((a, b) => at(scores, b) - at(scores, a))
        .slice(0, rates.mu)
        .map((i) => (problem.pixels === 'binary' ? drawn(cloud, i, problem) : at(images, i)));
      return moved(cloud, best, rates);
    },
  };
}

/** Image `i` of this generation, cut to [0, 1]: x = m + sigma D z (38 to 40). */
function drawn({ generation, mean, sigma, variances }: Cloud, i: number, { rng, size }: Problem): Image {
  const image = new Float32Array(size);
  for (let k = 0; k < size; k += 2) {
    const z = normals(rng.seed, purposes.cmaEs + i, generation, k);
    for (let j = k; j < Math.min(k + 2, size); j++)
      image[j] = Math.min(
        1,
        Math.max(0, (mean[j] ?? 0) + sigma * Math.sqrt(variances[j] ?? 0) * (z[j - k] ?? 0)),
      );
  }
  return image;
}

const seen = (image: Image, { pixels }: Problem): Image =>
  pixels === 'binary' ? image.map((x) => (x > 0.5 ? 1 : 0)) : image;

/** The distribution after a generation, from its best images, the best first. */
function moved(cloud: Cloud, best: readonly Image[], rates: ReturnType<typeof ratesOf>): Cloud {
  const { generation, mean, sigma, variances, pathSigma, pathC } = cloud;
  const { weights, muEff, cSigma, dSigma, cC, c1, cMu, chi } = rates;
  const n = mean.length;
  const next = {
    mean: new Float64Array(n),
    variances: new Float64Array(n),
    pathSigma: new Float64Array(n),
    pathC: new Float64Array(n),
  };
  let length = 0;
  const step = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    for (const [i, image] of best.entries())
      step[j]! += (at(weights, i) * ((image[j] ?? 0) - (mean[j] ?? 0))) / sigma; // (41)
    next.mean[j] = (mean[j] ?? 0) + sigma * (step[j] ?? 0); // (42)
    next.pathSigma[j] =
      (1 - cSigma) * (pathSigma[j] ?? 0) +
      (Math.sqrt(cSigma * (2 - cSigma) * muEff) * (step[j] ?? 0)) / Math.sqrt(variances[j] ?? 1); // (43)
    length += next.pathSigma[j]! ** 2;
  }
  length = Math.sqrt(length);
  const settled = Math.sqrt(1 - (1 - cSigma) ** (2 * (generation + 1)));
  const slow = length / settled < (1.4 + 2 / (n + 1)) * chi ? 1 : 0; // h_sigma
  for (let j = 0; j < n; j++) {
    next.pathC[j] = (1 - cC) * (pathC[j] ?? 0) + slow * Math.sqrt(cC * (2 - cC) * muEff) * (step[j] ?? 0); // (45)
    let spread = 0;
    for (const [i, image] of best.entries())
      spread += at(weights, i) * (((image[j] ?? 0) - (mean[j] ?? 0)) / sigma) ** 2;
    const kept = 1 - c1 - cMu + (1 - slow) * c1 * cC * (2 - cC);
    next.variances[j] = Math.max(
      1e-12, // a pixel whose images were all cut to the same value may come back
      kept * (variances[j] ?? 0) + c1 * next.pathC[j]! ** 2 + cMu * spread, // (47)
    );
  }
  const grown = sigma * Math.exp(Math.min(1, (cSigma / dSigma) * (length / chi - 1))); // (44)
  return { generation: generation + 1, sigma: grown, ...next };
}
