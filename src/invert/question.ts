// A question to a model: which images score how high? Programs are compiled when first needed and kept with the
// weights, for the next question of the same form; what is asked for is handed to them as an input.
import { check } from '../base/check.ts';
import { at, show, sizeOf, type Shape } from '../base/shape.ts';
import type { Trace } from '../device/compile.ts';
import type { Device, Program } from '../device/device.ts';
import { grad } from '../grad.ts';
import { gather } from '../ops/rows.ts';
import type { AnyLayer, Count } from '../nn/layer.ts';
import type { Weights } from '../nn/memory.ts';
import type { Model } from '../nn/model.ts';
import { leavesOf, mapTree } from '../nn/tree.ts';
import { Tensor } from '../tensor.ts';
import { firstSum, replaced, type FirstSum } from './first-sum.ts';
import type { Answer, Image } from './method.ts';
import { penaltyOf, type Prior } from './priors.ts';
import { anyImages, seen, type Seen } from './sight.ts';
import { distance, wishOf, type Outputs, type Score, type Target, type Wish } from './target.ts';

/** Images scored in one call. */
const most = 64;
/** Images given slopes in one call: each needs all its intermediate numbers kept. */
const mostSlopes = 16;

/** How many lines of sums programs take, beside as many as there are images: most calls need few. */
const rooms = [1, 8];

/** Images that differ from one of a few by one pixel, as changes of first sums. */
export interface Rows {
  /** [at least `used`, units] */
  readonly lines: Float32Array;
  readonly used: number;
  /** By image: its line, the pixel that is another, and by how much. */
  readonly line: Int32Array;
  readonly pixel: Int32Array;
  readonly by: Float32Array;
}

/** What is known of one image. */
export interface Look {
  /** Without what priors take from it. */
  readonly score: number;
  /** What the model gives for it, probabilities where it gives classes. */
  readonly outputs: Float32Array;
  /** |N(x) - y|, where y can be said. */
  readonly residual: number | undefined;
}

/** The programs of one form of question. */
interface Programs {
  /** Images -> scores and outputs. */
  whole(): Promise<Program>;
  /** At most so many images -> scores and slopes. */
  slopes(most: number): Promise<Program>;
  /** What the network begins with, if it is sums of pixels; see first-sum.ts. */

  readonly first: FirstSum | undefined;
  /** Changed first sums -> scores. */
  rest(room: number, most: number): Promise<Program>;
  close(): void;
}

/** Kept as long as the weights are: questions to the same model share them. */
const kept = new WeakMap<Weights, Map<string, Programs>>();

/** A model asked one thing. */
export class Question {
  readonly wish: Wish;
  /** Of an image. */
  readonly shape: Shape;
  readonly size: number;
  private readonly programs: Programs;
  private readonly ends: () => void;

  /** @internal */
  constructor(wish: Wish, shape: Shape, programs: Programs, ends: () => void) {
    [this.wish, this.shape, this.size] = [wish, shape, sizeOf(shape)];
    [this.programs, this.ends] = [programs, ends];
  }

  /** The scores of images, with slopes if they are wanted. */
  async ask(images: readonly Image[], slopes = false): Promise<Answer> {
    const scores: number[] = [];
    const found: Image[] = [];
    const by = slopes ? mostSlopes : most;
    const program = await (slopes
      ? this.programs.slopes(images.length === 1 ? 1 : mostSlopes)
      : this.programs.whole());
    for (let from = 0; from < images.length; from += by) {
      const some = images.slice(from, from + by);
      const out = await program.run({ images: joined(some), goal: this.wish.goal }, { batch: some.length });
      scores.push(...(out['score'] ?? []));
      const slope = out['slopes'];
      if (slope)
        found.push(...some.map((_, i) => slope.slice(i * this.size, (i + 1) * this.size) as Float32Array));
    }
    return slopes ? { scores, slopes: found } : { scores };
  }

  /** All that is to be said of one image. */
  async look(image: Image): Promise<Look> {
    const program = await this.programs.whole();
    const out = await program.run({ images: image, goal: this.wish.goal }, { batch: 1 });
    const [outputs, logits] = [out['outputs'] as Float32Array, out['logits'] as Float32Array];
    const { y, of, form } = this.wish;
    const n = of === 'logits' && form === 'distance' ? logits : outputs;
    return { score: out['plain']?.[0] ?? NaN, outputs, residual: y && distance(n, y) };
  }

  /** What the network begins with, if it is sums that a pixel changes by a row. */
  get first(): FirstSum | undefined {
    return this.programs.first;
  }

  /** The scores of images whose first sums differ from `lines` by a row of the kernel; at most `most`. */
  async rest({ lines, used, line, pixel, by }: Rows, most: number): Promise<ArrayLike<number>> {
    const room = rooms.find((n) => n >= used && n < most) ?? most;
    const program = await this.programs.rest(room, most);
    const { units = 0 } = this.first ?? {};
    const inputs = { lines: lines.subarray(0, room * units), line, pixel, by, goal: this.wish.goal };
    return (await program.run(inputs, { batch: line.length }))['score'] ?? [];
  }

  /** Gives back what belongs to this question alone. */
  close(): void {
    this.ends();
  }
}

const joined = (images: readonly Image[]): Float32Array => {
  const [first] = images;
  if (first && images.length === 1) return first;
  const all = new Float32Array(images.length * (first?.length ?? 0));
  images.forEach((image, i) => all.set(image, i * image.length));
  return all;
};

/** What a question needs of a Model, of one output or several. */
export type Asked = Pick<Model<Count>, 'inputShapes' | 'variables'> & {
  readonly layer: Pick<Model['layer'], 'lists' | 'name' | 'kind' | 'wiring'>;
};

/** What else is said of a question. */
export interface QuestionOptions {
  readonly score?: Score | undefined;
  /** What is known of pictures: penalties are taken from the score of each image. */
  readonly priors?: readonly Prior[] | undefined;
  /** On another device than the model's, a question works with a copy of the weights. */
  readonly device?: Device | undefined;
}

/** A question about a model's one input and its first output. */
export async function question(
  model: Asked,
  target: Target,
  { score, priors = [], device }: QuestionOptions = {},
): Promise<Question> {
  const layer = model.layer as AnyLayer;
  const blind = priors.find((prior) => !prior.penalty);
  check(
    blind === undefined,
    () => `idea: ${blind?.name} is for methods that climb a slope; this one takes priors with a penalty`,
  );
  const shape = inputOf(model);
  const home = await model.variables();
  const wish = wishOf(target, score, outputsOf({ layer, weights: home, shape }));
  const away = device !== undefined && device !== home.device;
  const weights = away ? await copied(home, device) : home;
  const key = [wish.form, ...(typeof wish.of === 'string' ? [wish.of] : [wish.of.each, wish.of.layer])].join(
    ' ',
  );
  const own = away || priors.length > 0;
  const all = (own ? undefined : kept.get(weights)) ?? new Map<string, Programs>();
  if (!own) kept.set(weights, all);
  const programs = all.get(key) ?? programsOf({ layer, weights, shape, wish, priors });
  all.set(key, programs);
  return new Question(wish, shape, programs, () => {
    if (own) programs.close();
    if (away) release(weights);
  });
}

function release({ params, state, seed }: Weights): void {
  for (const [, v] of leavesOf({ params, state })) v.close();
  seed.close();
}

function inputOf({ inputShapes }: Asked): Shape {
  const [shape, ...others] = inputShapes ?? [];
  check(
    shape !== undefined,
    () => 'idea: the shape of an image is not known; call build([28, 28, 1]), or whatever it is, first',
  );
  check(others.length === 0, () => `idea: needs a model of one input, this one has ${1 + others.length}`);
  const sizes = shape.filter((d) => d !== null);
  check(
    sizes.length === shape.length && sizeOf(sizes) > 0,
    () => `idea: needs images of one size, the model takes [${shape.map(String).join(', ')}]`,
  );
  return sizes;
}

/** The shapes that come out of a model and of the layers in it; traced, so that nothing is built again. */
export function outputsOf({ layer, weights, shape }: Pick<Material, 'layer' | 'weights' | 'shape'>): Outputs {
  const of = (t: Tensor | undefined): Shape => t?.shape.slice(1) ?? [];
  const see = (inside?: string): Seen => seen(layer, weights, anyImages(shape, 1), inside);
  return { shape: of(see().logits), layer: (name) => of(see(name).inside) };
}

async function copied(from: Weights, device: Device): Promise<Weights> {
  const numbers = new Map<string, Float32Array>();
  for (const [path, v] of leavesOf({ params: from.params, state: from.state }))
    numbers.set(path, (await v.read()) as Float32Array);
  const on = (tree: Weights['params'], name: string): Weights['params'] =>
    mapTree(tree, (v, path) =>
      device.variable(numbers.get(`${name}/${path}`), v.shape, { name: path, dtype: v.dtype }),
    );
  return {
    device,
    params: on(from.params, 'params'),
    state: on(from.state, 'state'),
    seed: device.variable(Int32Array.of(0), [], { name: 'seed' }),
  };
}

/** What programs are made from. */
export interface Material {
  readonly layer: AnyLayer;
  readonly weights: Weights;
  readonly shape: Shape;
  readonly wish: Wish;
  readonly priors: readonly Prior[];
}

function programsOf({ layer, weights, shape, wish, priors }: Material): Programs {
  const { device } = weights;
  const inside = typeof wish.of === 'object' ? wish.of.layer : undefined;
  const see = (images: Tensor): Seen => seen(layer, weights, images, inside);
  const goal = { shape: [wish.goal.length] };
  const images = { shape: ['batch' as const, ...shape] };
  const compile = (trace: (t: Trace['inputs']) => Record<string, Tensor>, batch: number, inputs: object) =>
    device.compile((t) => ({ outputs: trace(t.inputs) }), { batch, inputs: { goal, ...inputs } });
  const given = (t: Trace['inputs'], name: string): Tensor => t[name] as Tensor;
  const made = new Map<string, Promise<Program>>();
  const once = (name: string, make: () => Promise<Program>): Promise<Program> => {
    const found = made.get(name) ?? make();
    made.set(name, found);
    return found;
  };
  const trial = anyImages(shape, 2);
  /** The score of each image, and less what priors take from it. */
  const judge = (x: Tensor, by: Tensor): { found: Seen; plain: Tensor; score: Tensor } => {
    const found = see(x);
    const [plain, penalty] = [scoreOf(found, wish, by), penaltyOf(priors, x)];
    return { found, plain, score: penalty ? plain.sub(penalty) : plain };
  };
  const first = firstSum([judge(trial, Tensor.fill(1, goal.shape)).score], trial);
  return {
    first,
    whole: () =>
      once('whole', () =>
        compile(
          (t) => {
            const { found, plain, score } = judge(given(t, 'images'), given(t, 'goal'));
            return { score, plain, outputs: found.probabilities, logits: found.logits };
          },
          most,
          { images },
        ),
      ),
    slopes: (count) =>
      once(`slopes ${count}`, () =>
        compile(
          (t) => {
            const x = given(t, 'images');
            const { score } = judge(x, given(t, 'goal'));
            return { score, slopes: at(grad(score.sum(), [x]), 0) };
          },
          count,
          { images },
        ),
      ),
    rest: (room, most) =>
      once(`rest ${room} ${most}`, () =>
        compile(
          (t) => {
            const x = anyImages(shape, most);
            const { score } = judge(x, given(t, 'goal'));
            const { sums, kernel } = firstSum([score], x) as FirstSum;
            const changes = gather(kernel.tensor, given(t, 'pixel')).mul(column(given(t, 'by')));
            return { score: replaced(score, sums, gather(given(t, 'lines'), given(t, 'line')).add(changes)) };
          },
          most,
          {
            lines: { shape: [room, first?.units ?? 0] },
            line: { shape: ['batch'], dtype: 'i32' },
            pixel: { shape: ['batch'], dtype: 'i32' },
            by: { shape: ['batch'] },
          },
        ),
      ),
    close: () => {
      for (const one of made.values())
        one.then(
          (program) => program.close(),
          () => undefined,
        );
    },
  };
}

/** The score of each image: [N]. */
export function scoreOf({ logits, probabilities, inside }: Seen, { of, form }: Wish, goal: Tensor): Tensor {
  const values =
    typeof of === 'object' ? rows(inside as Tensor, of.each) : of === 'logits' ? logits : probabilities;
  if (form === 'sum') return values.mul(goal).sum(-1);
  const off = values.sub(goal);
  return off.mul(off).sum(-1).sqrt().neg();
}

/** A number for each row: [N] -> [N, 1]. */
const column = (x: Tensor): Tensor =>
  x.reshapeExtent({ shape: [...x.shape, 1], scale: [...x.node.scale, 0] });

/** Neurons in a row, or the means of channels: [N, ...] -> [N, count]. */
function rows(x: Tensor, each: 'neuron' | 'channel'): Tensor {
  if (each === 'neuron') return x.reshape([at(x.shape, 0), sizeOf(x.shape.slice(1))]);
  const between = x.shape.map((_, i) => i).slice(1, -1);
  return between.length === 0 ? x : x.mean(between);
}

/** For errors: an image's shape and how many pixels that are. */
export const sizeText = (shape: Shape): string => `${sizeOf(shape)} pixels ${show(shape)}`;
