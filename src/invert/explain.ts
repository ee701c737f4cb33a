// Which pixels decided? The slope of a class's score by the pixels, its sum along the way from an empty picture, and
// what is lost when a part is covered. All are programs over batches; activations and Grad-CAM are in explain-inside.ts.
import { check } from '../base/check.ts';
import { at, range, sizeOf } from '../base/shape.ts';
import { grad } from '../grad.ts';
import { oneHot } from '../ops/rows.ts';
import { Tensor } from '../tensor.ts';
import type { Seen } from './sight.ts';
import { checkClasses, countPictures, subjectOf, type Classifier, type Subject } from './subject.ts';

/** What is explained: the logit of a class, or its probability. */
export interface ExplainOptions {
  readonly score?: 'logit' | 'probability';
}

/** A number for each pixel. */
export interface Attribution {
  /** [N, H, W, C] row-major: above 0 speaks for the class, below 0 against it. */
  readonly map: Float32Array;
  /** What is explained, for each picture. */
  readonly scores: Float32Array;
}

/** Scores of one class for each picture [N]. */
export function scoresOf(
  { logits, probabilities }: Seen,
  classes: Tensor,
  score: 'logit' | 'probability',
): Tensor {
  const values = score === 'logit' ? logits : probabilities;
  return values.mul(oneHot(classes, values.shape[1] ?? 0)).sum(1);
}

/** Pictures and classes that belong to a call, checked. */
export async function askedOf(
  call: string,
  model: Classifier,
  x: Float32Array,
  classes: ArrayLike<number>,
): Promise<{ subject: Subject; count: number; of: Int32Array }> {
  const subject = await subjectOf(model, call);
  const count = countPictures(call, subject, x.length);
  checkClasses(call, subject, classes, count);
  return { subject, count, of: Int32Array.from(classes) };
}

/** How the score of a class changes with each pixel: d score / d x. Simonyan, Vedaldi and Zisserman 2014, https://arxiv.org/abs/1312.6034 */
export async function saliency(
  model: Classifier,
  x: Float32Array,
  classes: ArrayLike<number>,
  { score = 'logit' }: ExplainOptions = {},
): Promise<Attribution> {
  const { subject, count, of } = await askedOf('saliency', model, x, classes);
  const program = await subject.device.compile(
    ({ inputs }) => {
      const pictures = inputs['x'] as Tensor;
      const scores = scoresOf(subject.see(pictures), inputs['classes'] as Tensor, score);
      const [map] = grad(scores.sum(), [pictures]);
      return { outputs: { map: map as Tensor, scores } };
    },
    inputsFor(subject, count),
  );
  const out = await program.run({ x, classes: of });
  program.close();
  return { map: out['map'] as Float32Array, scores: out['scores'] as Float32Array };
}

const inputsFor = ({ shape }: Subject, count: number) => ({
  inputs: { x: { shape: [count, ...shape] }, classes: { shape: [count], dtype: 'i32' as const } },
});

/** From where, and how finely. */
export interface IntegratedOptions extends ExplainOptions {
  /** One picture [H, W, C]; empty paper unless said. */
  readonly baseline?: Float32Array;
  /** Places on the way, at the middles of as many equal parts. */
  readonly steps?: number;
}

/** An attribution whose numbers add up. */
export interface Integrated extends Attribution {
  /** How far the sum of the map is from the score less that of the baseline, for each picture: 0 where it is exact. */
  readonly gap: Float32Array;
}

/**
 * Each pixel's part of the difference between the scores of a picture and of the baseline: (x - baseline) times the mean
 * slope on the straight line between them. The parts add up to the difference (completeness), but for what the steps
 * miss, which is told. Sundararajan, Taly and Yan 2017, https://arxiv.org/abs/1703.01365, equation 1
 */
export async function integratedGradients(
  model: Classifier,
  x: Float32Array,
  classes: ArrayLike<number>,
  { score = 'logit', baseline, steps = 128 }: IntegratedOptions = {},
): Promise<Integrated> {
  const { subject, count, of } = await askedOf('integratedGradients', model, x, classes);
  check(
    Number.isInteger(steps) && steps >= 1,
    () => `integratedGradients: steps must be a whole number from 1, got ${steps}`,
  );
  const per = sizeOf(subject.shape);
  check(
    baseline === undefined || baseline.length === per,
    () => `integratedGradients: the baseline needs ${per} numbers, got ${baseline?.length}`,
  );
  const { device, shape } = subject;
  const begin = Tensor.from(baseline ?? new Float32Array(per), [1, ...shape]);
  // One picture at a time, all places on its way as one batch.
  const program = await device.compile(
    ({ inputs }) => {
      const picture = (inputs['x'] as Tensor).reshape([1, ...shape]);
      const wanted = inputs['class'] as Tensor;
      const part = Tensor.iota([steps, 1, 1, 1]).to('f32').add(0.5).div(steps);
      const way = begin.add(picture.sub(begin).mul(part));
      const [slopes] = grad(scoresOf(subject.see(way), wanted.expand([steps]), score).sum(), [way]);
      const map = picture.sub(begin).mul((slopes as Tensor).mean(0, { keep: true }));
      const scoreOf = (one: Tensor): Tensor => scoresOf(subject.see(one), wanted, score);
      const here = scoreOf(picture);
      return { outputs: { map, score: here, gap: map.sum().sub(here.sub(scoreOf(begin))) } };
    },
    { inputs: { x: { shape: [...shape] }, class: { shape: [1], dtype: 'i32' } } },
  );
  const found = {
    map: new Float32Array(x.length),
    scores: new Float32Array(count),
    gap: new Float32Array(count),
  };
  for (const i of range(count)) {
    const out = await program.run({ x: x.slice(i * per, (i + 1) * per), class: of.slice(i, i + 1) });
    found.map.set(out['map'] as Float32Array, i * per);
    found.scores[i] = out['score']?.[0] ?? NaN;
    found.gap[i] = out['gap']?.[0] ?? NaN;
  }
  program.close();
  return found;
}

/** What is covered, and with what. */
export interface OcclusionOptions extends ExplainOptions {
  /** Side of the square, in pixels. */
  readonly size?: number;
  /** Pixels between squares. */
  readonly stride?: number;
  /** What it is covered with: paper unless said. */
  readonly fill?: number;
}

/** What is lost by covering each place. */
export interface Occlusion {
  /** Loss of score for each place of the square, [N, rows, columns]: above 0 where what is covered speaks for the class. */
  readonly map: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly scores: Float32Array;
}

/**
 * How much of the score goes when a square of the picture is covered, for every place of the square; at the edges only
 * the part of it that is on the picture. Zeiler and Fergus 2014, https://arxiv.org/abs/1311.2901, section 4.2
 */
export async function occlusion(
  model: Classifier,
  x: Float32Array,
  classes: ArrayLike<number>,
  { score = 'probability', size = 5, stride = 1, fill = 0 }: OcclusionOptions = {},
): Promise<Occlusion> {
  const { subject, count, of } = await askedOf('occlusion', model, x, classes);
  const { device, shape } = subject;
  const [height, width] = shape as [number, number, number];
  check(
    [size, stride].every((n) => Number.isInteger(n) && n >= 1 && n <= Math.min(height, width)),
    () =>
      `occlusion: size and stride must be whole numbers from 1 to ${Math.min(height, width)}, got ${size} and ${stride}`,
  );
  const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  const program = await device.compile(
    ({ inputs }) => {
      const picture = (inputs['x'] as Tensor).reshape([1, ...shape]);
      const wanted = inputs['class'] as Tensor;
      const all = picture.expand([rows * columns, ...shape]);
      const within = (axis: 1 | 2, place: Tensor): Tensor => {
        const off = all
          .iota(axis)
          .sub(place.mul(stride))
          .add((size - 1) >> 1);
        return off.greaterEqual(0).and(off.less(size));
      };
      const covered = Tensor.fill(fill)
        .expandTo(all)
        .where(within(1, all.iota(0).div(columns)).and(within(2, all.iota(0).rem(columns))), all);
      const scoreOf = (pictures: Tensor, n: number): Tensor =>
        scoresOf(subject.see(pictures), wanted.expand([n]), score);
      const here = scoreOf(picture, 1);
      return { outputs: { map: here.sub(scoreOf(covered, rows * columns)), score: here } };
    },
    { inputs: { x: { shape: [...shape] }, class: { shape: [1], dtype: 'i32' } } },
  );
  const found = {
    map: new Float32Array(count * rows * columns),
    rows,
    columns,
    scores: new Float32Array(count),
  };
  const per = sizeOf(shape);
  for (const i of range(count)) {
    const out = await program.run({ x: x.slice(i * per, (i + 1) * per), class: of.slice(i, i + 1) });
    found.map.set(out['map'] as Float32Array, i * rows * columns);
    found.scores[i] = at([...(out['score'] ?? [])], 0);
  }
  program.close();
  return found;
}
