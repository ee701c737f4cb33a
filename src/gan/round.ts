// One round of the game as tensors, to be compiled as one program: the critic's steps, then the generator's, each by
// the optimizer that owns its parameters. Nothing runs here; game.ts plays.
import { at } from '../base/shape.ts';
import type { Variable } from '../device/device.ts';
import { purposeOf, type AppliedLists, type Context } from '../nn/layer.ts';
import type { Tree } from '../nn/tree.ts';
import { concat, slice } from '../ops/concat.ts';
import { randomUniform, type Chance } from '../ops/random.ts';
import { gather, oneHot } from '../ops/rows.ts';
import { Tensor } from '../tensor.ts';
import { distributions } from './latent.ts';
import { gradientPenalty, slopePenalty } from './penalty.ts';
import { answer, begun, descend, updatesOf, type Moment, type Player } from './player.ts';
import type { Rules } from './rules.ts';

/** Real examples on the device. */
export interface Table {
  /** Bytes [count, ...shape]. */
  readonly images: Variable;
  /** i32 [count]; there if classes are asked for. */
  readonly labels: Variable | undefined;
  readonly count: number;
}

/** Who plays, by which rules. */
export interface Sides {
  readonly rules: Rules;
  readonly generator: Player;
  readonly critic: Player;
  readonly table: Table;
  readonly chance: Chance;
}

/** What is told of a round, each a mean over its examples. */
export const signalNames = [
  'criticLoss',
  'generatorLoss',
  'real',
  'fake',
  'accuracy',
  'ordered',
  'criticGradient',
  'generatorGradient',
  'penalty',
  'diversity',
  'realDiversity',
] as const;

/** A signal's name: scores of real and generated examples, shares of right answers and of pairs in the right order, lengths of gradients, how much pixels differ within a batch. */
export type SignalName = (typeof signalNames)[number];

/** What a round comes to. */
export interface Played {
  readonly updates: readonly (readonly [Variable, Tensor])[];
  readonly signals: Readonly<Record<SignalName, Tensor>>;
  readonly generator: Moment;
  /** Whether all of it is finite: bool, shape []. */
  readonly finite: Tensor;
}

/** Examples, and the classes they are of. */
interface Examples {
  readonly x: Tensor;
  readonly c: readonly Tensor[];
}

const contextOf = ({ rules, chance }: Sides, training: boolean, tag: string): Context => ({
  training: training && rules.layers === 'training',
  uniform: (like, name) => randomUniform(like, chance, purposeOf(`${tag}/${name}`)),
});

/** The scores in an answer of the critic, [N]: before the sigmoid, or the second unit's lead before the softmax. */
export function scoresOf({ ys, logits }: AppliedLists): Tensor {
  const y = logits?.[0]?.x ?? at(ys, 0);
  const n = at(y.shape, 0);
  if (at(y.shape, 1) === 1) return y.reshape([n]);
  const unit = (i: number): Tensor => slice(y, 1, i, i + 1).reshape([n]);
  return unit(1).sub(unit(0));
}

/** Bytes as the networks take them. */
export const scaled = (x: Tensor, range: Rules['range']): Tensor =>
  range === 'signed' ? x.to('f32').div(127.5).sub(1) : x.to('f32').div(255);

/** Real examples for step `k` of the critic. */
function realOf({ rules, table, chance }: Sides, k: number): Examples {
  const n = rules.criticBatchSize;
  const places = Tensor.iota([n]);
  const whole = Math.max(1, Math.floor(table.count / n));
  const random = randomUniform([n], chance, purposeOf(`rows ${k}`))
    .mul(table.count)
    .to('i32');
  const rows =
    rules.order === 'random'
      ? random.min2(table.count - 1)
      : chance.step.mul(rules.criticSteps).add(k).rem(whole).mul(n).add(places).rem(table.count);
  const c = table.labels ? [oneHot(gather(table.labels.tensor, rows), rules.classes)] : [];
  return { x: scaled(gather(table.images.tensor, rows), rules.range), c };
}

/** Classes to ask the generator for, where nobody says which. */
function classesFor({ rules, chance }: Sides, n: number, tag: string): Tensor[] {
  if (rules.classes === 0) return [];
  const any = randomUniform([n], chance, purposeOf(`classes ${tag}`))
    .mul(rules.classes)
    .to('i32');
  return [oneHot(any.min2(rules.classes - 1), rules.classes)];
}

/** Examples, and what making them did to the generator. */
type Made = Examples & Pick<AppliedLists, 'state' | 'penalty'>;

/** Generated examples, of the classes given. */
function made(
  game: Sides,
  moment: Moment,
  c: readonly Tensor[],
  { n, tag, training }: { readonly n: number; readonly tag: string; readonly training: boolean },
): Made {
  const { latent } = game.rules;
  const { draw } = distributions[latent.distribution];
  const z = draw([n, latent.size], game.chance, purposeOf(`latent ${tag}`));
  const { ys, state, penalty } = answer(
    game.generator,
    moment,
    [z, ...c],
    contextOf(game, training, `generator ${tag}`),
  );
  return { x: at(ys, 0), c, state, ...(penalty && { penalty }) };
}

interface Scored {
  readonly scores: Tensor;
  readonly state: Tree<Tensor>;
  readonly penalty: Tensor | undefined;
}

/** The critic's scores of examples, [N]. */
function scored(game: Sides, moment: Moment, { x, c }: Examples, tag: string): Scored {
  const applied = answer(game.critic, moment, [x, ...c], contextOf(game, true, `critic ${tag}`));
  return { scores: scoresOf(applied), state: applied.state, penalty: applied.penalty };
}

/** What the critic thinks of both kinds, in one batch or in two. */
function judged(
  game: Sides,
  moment: Moment,
  real: Examples,
  fake: Examples,
  tag: string,
): { readonly real: Scored; readonly fake: Scored } {
  if (game.rules.meeting !== 'joined') {
    const one = scored(game, moment, real, `${tag} real`);
    const between: Moment = { ...moment, state: stateAfter(moment, one.state) };
    return { real: one, fake: scored(game, between, fake, `${tag} fake`) };
  }
  const n = at(real.x.shape, 0);
  const c = real.c.map((one, i) => concat([one, at(fake.c, i)]));
  const both = scored(game, moment, { x: concat([real.x, fake.x]), c }, tag);
  const part = (from: number): Scored => ({ ...both, scores: slice(both.scores, 0, from, from + n) });
  return { real: part(0), fake: { ...part(n), penalty: undefined } };
}

const stateAfter = (moment: Moment, state: Tree<Tensor>): ReadonlyMap<string, Tensor> => {
  const flat = (tree: Tree<Tensor>, path = ''): [string, Tensor][] =>
    Object.entries(tree).flatMap(([name, t]): [string, Tensor][] => {
      const here = path === '' ? name : `${path}/${name}`;
      return t instanceof Tensor ? [[here, t]] : flat(t, here);
    });
  return new Map([...moment.state, ...flat(state)]);
};

/** What is added to the critic's loss for being steep, []. */
function steepness(game: Sides, moment: Moment, reals: Examples, fakes: Examples, tag: string): Tensor {
  const { r1, r2, gradientPenalty: weight, penaltyBatchSize: n } = game.rules;
  const some = ({ x, c }: Examples): Examples => ({
    x: slice(x, 0, 0, n),
    c: c.map((one) => slice(one, 0, 0, n)),
  });
  const [real, fake] = n < game.rules.criticBatchSize ? [some(reals), some(fakes)] : [reals, fakes];
  const score =
    (c: readonly Tensor[], name: string) =>
    (x: Tensor): Tensor =>
      scored(game, moment, { x, c }, `${tag} ${name}`).scores;
  let sum = Tensor.fill(0);
  if (r1 > 0) sum = sum.add(slopePenalty(score(real.c, 'real'), real.x).mul(r1));
  if (r2 > 0) sum = sum.add(slopePenalty(score(fake.c, 'fake'), fake.x).mul(r2));
  if (weight > 0) {
    const chance = randomUniform([at(real.x.shape, 0)], game.chance, purposeOf(`between ${tag}`));
    const slope = gradientPenalty(score(real.c, 'between'), real.x, fake.x.stop(), chance);
    sum = sum.add(slope.mul(weight));
  }
  return sum;
}

interface CriticStep {
  readonly moment: Moment;
  readonly norm: Tensor;
  readonly loss: Tensor;
  readonly penalty: Tensor;
  readonly real: Examples;
  readonly fake: Made & { readonly tag: string };
  readonly scores: { readonly real: Tensor; readonly fake: Tensor };
}

const withPenalty = (loss: Tensor, { penalty }: { readonly penalty?: Tensor | undefined }): Tensor =>
  penalty ? loss.add(penalty) : loss;

/** Step `k` of the critic. */
function criticStep(game: Sides, critic: Moment, generator: Moment, k: number): CriticStep {
  const { rules } = game;
  const { loss: row, targets, criticWeight, criticBatchSize: n } = rules;
  const tag = `${k}`;
  const real = realOf(game, k);
  const fake = { ...made(game, generator, real.c, { n, tag, training: rules.fakes === 'training' }), tag };
  if (rules.meeting === 'inTurn') return inTurn(game, critic, real, fake);
  const told = judged(game, critic, real, fake, tag);
  const [a, b] = [told.real.scores, told.fake.scores];
  const each = row.pairs ? row.pairs(a, b) : (row.real?.(a, targets) ?? a).add(row.fake?.(b, targets) ?? b);
  const penalty = steepness(game, critic, real, fake, tag);
  const loss = withPenalty(withPenalty(each.mean().mul(criticWeight), told.real), told.fake);
  const moved = descend(game.critic, critic, loss.add(penalty), told.fake.state);
  return { ...moved, loss, penalty, real, fake, scores: { real: a, fake: b } };
}

/** A step on real examples, then one on generated ones. */
function inTurn(
  game: Sides,
  critic: Moment,
  real: Examples,
  fake: Made & { readonly tag: string },
): CriticStep {
  const { loss: row, targets } = game.rules;
  const first = scored(game, critic, real, `${fake.tag} real`);
  const losses = [withPenalty((row.real?.(first.scores, targets) ?? first.scores).mean(), first)];
  const between = descend(game.critic, critic, at(losses, 0), first.state);
  const second = scored(game, between.moment, fake, `${fake.tag} fake`);
  losses.push(withPenalty((row.fake?.(second.scores, targets) ?? second.scores).mean(), second));
  const moved = descend(game.critic, between.moment, at(losses, 1), second.state);
  return {
    ...moved,
    loss: at(losses, 0).add(at(losses, 1)).mul(game.rules.criticWeight),
    penalty: Tensor.fill(0),
    real,
    fake,
    scores: { real: first.scores, fake: second.scores },
  };
}

/** The generator's step against a critic that stays as it is: neither its parameters nor its statistics move. */
function generatorStep(
  game: Sides,
  critic: Moment,
  generator: Moment,
  last: CriticStep,
): { readonly moment: Moment; readonly norm: Tensor; readonly loss: Tensor; readonly x: Tensor } {
  const { loss: row, sameNoise, batchSize: n } = game.rules;
  const own = (): Made => {
    const c = row.pairs ? last.real.c : classesFor(game, n, 'own');
    return made(game, generator, c, { n, tag: 'own', training: true });
  };
  const fake = sameNoise ? last.fake : own();
  const against = row.pairs && scored(game, critic, last.real, 'own real').scores;
  const told = scored(game, critic, fake, 'own fake').scores;
  const loss = withPenalty(row.generator(told, against).mean(), fake);
  const moved = descend(game.generator, generator, loss, fake.state);
  return { ...moved, loss, x: fake.x };
}

/** How much the pixels of a batch differ, in the mean over pixels: the standard deviation, []. */
function diversityOf(x: Tensor): Tensor {
  const off = x.sub(x.mean(0, { keep: true }));
  return off.mul(off).mean(0).sqrt().mean();
}

const share = (yes: Tensor): Tensor => yes.to('f32').mean();

/** A round. */
export function play(game: Sides): Played {
  const generator = begun(game.generator);
  let critic = begun(game.critic);
  let last: CriticStep | undefined;
  for (let k = 0; k < game.rules.criticSteps; k++) {
    last = criticStep(game, critic, generator, k);
    critic = last.moment;
  }
  const step = last as CriticStep;
  const own = generatorStep(game, critic, generator, step);
  const { real, fake } = step.scores;
  const signals = {
    criticLoss: step.loss,
    generatorLoss: own.loss,
    real: real.mean(),
    fake: fake.mean(),
    accuracy: share(real.greater(0))
      .add(share(fake.less(0)))
      .mul(0.5),
    ordered: share(real.greater(fake)),
    criticGradient: step.norm,
    generatorGradient: own.norm,
    penalty: step.penalty,
    diversity: diversityOf(own.x),
    realDiversity: diversityOf(step.real.x),
  };
  const sum = step.loss.add(own.loss).add(step.penalty).add(step.norm).add(own.norm);
  return {
    updates: [...updatesOf(game.critic, critic), ...updatesOf(game.generator, own.moment)],
    signals,
    generator: own.moment,
    finite: sum.abs().less(Infinity),
  };
}
