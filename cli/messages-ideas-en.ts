// What `eidos idea`, `fool` and `explain` say in English; a part of the catalogue, whose rules stand in messages-en.ts.
import { percent, span, whole } from './figures.ts';

const some = (n: number, one: string): string => `${whole(n)} ${one}${n === 1 ? '' : 's'}`;

function time(seconds: number): string {
  const { amount, unit } = span(seconds);
  return `${amount} ${unit}`;
}

const near = (name: string | undefined): string => (name === undefined ? '' : `; did you mean ${name}?`);

/** Their messages in English. */
export const ideaEnglish = {
  ideaSummary: 'ask a trained network for its idea of something',
  ideaDescription:
    'Asks a trained network for its idea of a class, and says what the judge, a\n' +
    'network that was not asked, reads in it.',
  foolSummary: 'change a picture so that a network misreads it',
  foolDescription:
    'Changes a picture as little as can be seen, so that a trained network reads it\n' +
    'as something else; or attacks a data set and says what is still read right.',
  explainSummary: 'say why a network reads a picture as it does',
  explainDescription:
    'Shows which pixels speak for a class, what layers make of a picture, or what to\n' +
    'add and to erase for it to be read as meant.',
  ideaArgument: 'a class (5), all, a mix (3+8), and the run to ask',
  ideaClassOption: 'the same: 5, all, 3+8 or 3:2+8:1',
  ideaVectorOption: 'numbers that the network shall give: 0,0,1,...',
  ideaLayerOption: 'instead of a class, something inside: a layer',
  ideaChannelOption: 'a channel of it',
  ideaNeuronOption: 'or a neuron of it',
  ideaMethodOption: (names: readonly string[]): string => names.join(', '),
  ideaBudgetOption: 'images tried for each idea',
  ideaPriorsOption: 'digit: as digits differ; plain: smooth strokes; none',
  ideaScoreOption: 'logit or probability',
  ideaPixelsOption: 'binary or continuous, where no slope is climbed',
  ideaOutOption: '.png, .vf or .gif (default: idea-5.png or ideas.png)',
  ideaGifOption: 'how it forms, as an animated picture',
  ideaPlotOption: 'score by images tried, as .svg or .png',
  ideaNearestOption: 'say how far the nearest training example is',
  runsExportSummary: "write a run's weights as one file",
  runsExportDescription:
    'Writes the weights of a classifier as one file: .safetensors with a description\n' +
    'of the network; .dat and .npz as mnist_check has them, for a network\n' +
    '784-units-units-10. Where a command takes a run, it takes such a file too.',
  runsExportRun: 'a run, a file of weights, or a model that comes with eidos',
  runsExportFile: 'where to: .safetensors, .dat, .npz or .model',
  exampleExport: 'the weights as mnist_check has them',
  noModelFile: (path: string, why: string): string =>
    `${path}: cannot be read (${why}); name a run, or a file of weights`,
  notDescribed: (path: string, need: string, got: string | undefined): string =>
    `${path}: needs a file that says it is an eidos ${need}, got ${got ?? 'none'}; eidos runs export writes one`,
  noPreset: (path: string, name: string): string =>
    `runs export: ${path} would have to describe ${name}, which is no preset; write .dat or .npz`,
  exportEnding: (path: string, endings: readonly string[]): string =>
    `runs export: the file must end in ${endings.join(', ')}, got ${JSON.stringify(path)}`,
  weightsWritten: (path: string, bytes: number): string => `weights: ${path}, ${whole(bytes)} bytes`,
  checkValue: (path: string, value: ArrayLike<number>): string =>
    `check value of ${path}, for a picture of 0.5: ${Array.from(value, (x) => x.toFixed(6)).join(' ')}`,
  ideaCompareOption: 'all methods at one budget: table and sheet',
  ideaResumeOption: 'go on with a search that was stopped',
  foolFromOption: 'the class that is shown; without --picture a test picture',
  foolToOption: 'what it shall be read as (default: anything else)',
  foolPictureOption: 'a picture of your own instead',
  foolDataOption: 'attack the test pictures of a data set: mnist',
  foolAttackOption: (names: readonly string[]): string => names.join(', '),
  foolNormOption: 'fgsm and pgd: linf, each pixel; l2, all together',
  foolEpsilonOption: 'how far pixels may be changed, of 1',
  foolStepsOption: 'steps of the attack',
  foolRestartsOption: 'tries, each from another place',
  foolOutOption: '.png: before, after, and the change',
  foolCurveOption: 'with --data: accuracy by epsilon, as .png',
  explainArgument: 'a picture, or the run to ask',
  explainPictureArgument: 'the picture',
  explainMethodOption: (names: readonly string[]): string => names.join(', '),
  explainClassOption: 'class to explain (default: the one it reads)',
  explainLayerOption: 'for activations and grad-cam: the layer',
  explainOutOption: '.png to draw into',
  exampleIdea: 'what a 5 is to the newest run, or to what comes along',
  exampleIdeaAll: 'all ten classes, and how they form',
  exampleIdeaNoise: 'a genetic search that nobody helps: noise',
  exampleIdeaCompare: 'a 3 that is also an 8, by every method, as figures',
  exampleIdeaResume: 'go on with a search that Ctrl-C stopped',
  exampleFool: 'a 0 to people that the network reads as a 9',
  exampleFoolData: 'how many of 500 digits hold out',
  exampleFoolPicture: 'your own 0, changed within 0.3 of each pixel',
  exampleExplain: 'which pixels speak for what the network reads',
  exampleExplainCoach: 'what to add and erase to make it an 8',
  exampleExplainRun: 'where the last convolution saw it, as figures',
  needsClass: 'idea: needs a class, got none; say eidos idea 5 or eidos idea all',
  ideaTwoTargets: 'idea: a class, --y and --layer exclude each other; leave all but one out',
  ideaVector: (count: number, got: string): string =>
    `idea: --y needs ${count} numbers with commas between, got ${JSON.stringify(got)}`,
  ideaInside: (layer: string): string =>
    `idea: --layer ${layer} needs --channel or --neuron, one of them; say --channel 0`,
  ideaNoClass: (got: string, classes: readonly string[], meant: string | undefined): string =>
    `idea: there is no class ${JSON.stringify(got)}, the network knows ${classes.join(', ')}${near(meant)}`,
  ideaEnding: (flag: string, path: string, endings: readonly string[]): string =>
    `${flag} must end in ${endings.map((one) => `.${one}`).join(', ')}, got ${JSON.stringify(path)}`,
  foolNeeds: 'fool: needs --from or --data, one of them; say eidos fool --from 0 --to 9',
  foolNoClass: (got: string, classes: readonly string[], meant: string | undefined): string =>
    `fool: there is no class ${JSON.stringify(got)}, the network knows ${classes.join(', ')}${near(meant)}`,
  foolSame: (name: string): string => `fool: --from and --to are both ${name}; ask for another class`,
  foolOnlyOne: (attack: string): string =>
    `fool: ${attack} is for one picture; with --data choose fgsm, pgd or square`,
  explainMeant: 'explain: coach needs --class, what the drawing is meant to be; got none',
  explainNeedsLayer: 'explain: activations needs --layer, got none; eidos diagram shows the layers',
  explainNoClass: (got: string, classes: readonly string[], meant: string | undefined): string =>
    `explain: there is no class ${JSON.stringify(got)}, the network knows ${classes.join(', ')}${near(meant)}`,
  needsClasses: (folder: string, got: number): string =>
    `train: ${folder} needs a sub-folder of pictures for each of at least 2 classes, got ${got}`,
  foolShape: (path: string, shape: readonly number[]): string =>
    `${path}: the network takes pictures of ${shape.join(' x ')}, got another size; bring it to that`,
  foolNoVictim: (name: string): string =>
    `fool: none of 1,000 test pictures of ${name} is read right; give one with --picture`,
  ideaClimbs: (steps: number, of: number, seconds: number): string =>
    `step ${steps} of ${of} · ${time(seconds)} left`,
  ideaSearches: (name: string, done: number, of: number, score: number, seconds: number): string =>
    `${name}: ${whole(done)} of ${whole(of)} images · score ${score.toFixed(3)} · ${time(seconds)} left`,
  ideaMethod: (method: string, budget: number, count: number): string =>
    `${method}: ${some(count, 'idea')} of ${whole(budget)} images`,
  ideaStopped: (images: number): string => `stopped after ${some(images, 'image')}; the best so far is kept`,
  ideaGoOn: (file: string): string => `to go on: eidos idea --resume ${file}`,
  ideaSettled: (what: string): string =>
    `idea: --resume goes on with what was asked before, got ${what} beside it; leave it out`,
  ideaNothingKept: (ending: string): string =>
    `idea: --resume needs a search that was stopped, found no file *${ending} here; name it`,
  ideaNotKept: (path: string): string => `${path}: this is no search that eidos kept; name another file`,
  ideaOtherWeights: (run: string): string =>
    `idea: --resume needs the weights that the search began with, ${run} has others now; begin anew`,
  foolGoesOn: (restart: number, restarts: number, done: number, of: number, accuracy: number): string =>
    `try ${restart} of ${restarts} · ${whole(done)} of ${whole(of)} pictures · ${percent(accuracy)} read right`,
  ideaFound: (p: {
    readonly name: string;
    readonly score: number;
    readonly probability: number | undefined;
    readonly residual: number | undefined;
    readonly judge: { readonly reads: number | 'nothing'; readonly probability: number } | undefined;
    readonly distance: number | undefined;
    readonly evaluations: number;
    readonly seconds: number;
  }): string =>
    [
      `${p.name}: score ${p.score.toFixed(3)}`,
      ...(p.probability === undefined ? [] : [`probability ${p.probability.toFixed(4)}`]),
      ...(p.residual === undefined ? [] : [`residual ${p.residual.toFixed(4)}`]),
      ...(p.judge ? [`the judge reads ${p.judge.reads} (${percent(p.judge.probability)})`] : []),
      ...(p.distance === undefined ? [] : [`nearest training digit ${p.distance.toFixed(2)} away`]),
      `${some(p.evaluations, 'image')} in ${p.seconds.toFixed(2)} s`,
    ].join(' · '),
  ideaJudged: (right: number, all: number, version: number): string =>
    `judge ${version} reads ${right} of ${all} as asked, with a probability above 90 %`,
  judgeReads: (reads: number | 'nothing', probability: number): string =>
    `judge: ${reads} ${Math.floor(100 * probability)}%`,
  ideaFile: (path: string): string => `picture: ${path}`,
  ideaSheet: (model: string, method: string, seed: number): string =>
    `${model}'s ideas\nmethod ${method}, seed ${seed}; green: the judge reads what was asked`,
  ideaCompared: (model: string, budget: number, seed: number): string =>
    `${model}'s ideas by method\n${whole(budget)} images each, seed ${seed}; green: the judge reads what was asked`,
  ideaColumns: (): string[] => [
    'method',
    'score',
    'probability',
    'residual',
    'judge',
    'as asked',
    'distance',
    'images/s',
    'seconds',
  ],
  axisEvaluations: 'images tried',
  axisScore: 'score',
  fooled: (p: {
    readonly success: boolean;
    readonly attack: string;
    readonly from: string;
    readonly read: string;
    readonly judge: number | 'nothing' | undefined;
    readonly distances: { readonly l2: number; readonly linf: number; readonly pixels: number };
    readonly seconds: number;
  }): string =>
    [
      `${p.attack}: the ${p.from} is read as ${p.read}${p.success ? '' : ', not fooled'}`,
      ...(p.judge === undefined ? [] : [`the judge reads ${p.judge}`]),
      `changed by ${p.distances.l2.toFixed(2)} in all, ${p.distances.linf.toFixed(3)} at most, in ${some(p.distances.pixels, 'pixel')}`,
      `${p.seconds.toFixed(2)} s`,
    ].join(' · '),
  foolBefore: 'before',
  foolAfter: (read: string): string => `read as ${read}`,
  foolChange: 'the change',
  robust: (clean: number, robust: number, count: number): string =>
    `accuracy on ${some(count, 'picture')}: ${percent(clean)} as they are, ${percent(robust)} attacked`,
  explainRead: (path: string, read: string): string => `${path}: read as ${read}`,
  explainTitle: (method: string, name: string): string => `${method}: for ${name} (red) and against (blue)`,
  explainGap: (gap: number): string =>
    `the parts add up to the score, but for ${Math.abs(gap).toExponential(1)}`,
  coachAdd: 'add',
  coachErase: 'erase',
  coached: (success: boolean, added: number, erased: number, before: number, after: number): string =>
    `${success ? 'this helps' : 'nothing small helps'}: add ${added.toFixed(1)} pixels of ink, erase ${erased.toFixed(1)}; ` +
    `from ${percent(before)} to ${percent(after)}`,
};
