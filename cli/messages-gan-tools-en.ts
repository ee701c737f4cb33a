// What `eidos gan` says in English once something is trained: measures, and what a generator is good for. A part of the
// catalogue, whose rules stand in messages-en.ts.
import type { Eye } from '../src/index.ts';
import { percent, whole } from './figures.ts';

const eyes = (kind: Eye['kind']): string => {
  if (kind === 'classes') return 'a network trained on this data set to tell its classes apart';
  if (kind === 'changes') return 'a network trained on this data set to say what was done to a picture';
  return `${kind}, the fixed network that comes along`;
};

/** The messages. */
export const ganToolsEnglish = {
  ganMeasureSummary: 'measure how good the pictures are',
  ganMeasureDescription:
    'Compares samples with real pictures, beside what real pictures come to among\n' +
    'themselves. Digits are looked at by the judge that comes along; for other data\n' +
    'a network is trained on that data set first, and its figures compare with no other.',
  ganSamplesOption: 'how many samples',
  ganTrainOnOption: 'also train a network on the samples, and test it on real pictures',
  ganNearestOutOption: 'where samples and their nearest training pictures go',
  exampleGanMeasure: 'the newest run, 10,000 samples',
  exampleGanMeasureFew: 'fewer, figures as JSON',
  ganTrainOnNeedsClasses:
    'gan measure: --train-on-samples needs a run that draws by class; leave it out, or train a recipe with classes',
  ganEyeLearns: (share: number): string => `an eye for this data set learns: ${percent(share)}`,
  ganDraws: (count: number): string => `drawing ${whole(count)} samples`,
  ganMeasures: (stage: 'look' | 'compare', share: number): string =>
    `${stage === 'look' ? 'looking at pictures' : 'comparing'}: ${percent(share)}`,
  ganSeeksNearest: 'looking for the nearest training pictures',
  ganNearestTitle: 'Samples, and under each the nearest training picture',
  ganLearnsFrom: (what: 'samples' | 'real', epoch: number, epochs: number): string =>
    `learning from ${what === 'samples' ? 'samples' : 'real pictures'}: epoch ${epoch}/${epochs}`,
  ganEye: (kind: Eye['kind']): string => `eye: ${eyes(kind)}`,
  ganFloor: (count: number, halves: boolean): string =>
    halves
      ? `${whole(count)} of each kind; "real" is one half of the pictures against the other`
      : `${whole(count)} of each kind; "real" is training pictures against test pictures`,
  ganOfSamples: 'samples',
  ganOfReal: 'real',
  ganFid: 'Fréchet distance',
  ganPrecision: 'precision',
  ganRecall: 'recall',
  ganDensity: 'density',
  ganCoverage: 'coverage',
  ganWithin: 'coverage within classes',
  ganColour: 'colour distance, levels',
  ganScore: 'inception score (real: test set)',
  ganNear: 'nearest training picture (real: of test pictures)',
  ganTrainedOn: 'accuracy on real after learning from these',
  ganAsAsked: (share: number, worst: string, least: number): string =>
    `read as asked: ${percent(share)}; worst class ${worst}: ${percent(least)}`,
  ganShares: (words: readonly string[], shares: readonly number[]): string =>
    `read as: ${words.map((word, i) => `${word} ${percent(shares[i] ?? 0)}`).join(', ')}`,

  ganFindSummary: 'find the numbers a picture could be drawn from',
  ganFindDescription:
    'Looks for the numbers from which a generator draws pictures of yours, or comes\n' +
    'nearest to them: many starts, the best of which go down the slope.',
  ganFindClassOption: 'class to look in; all are tried unless said',
  ganEncoderOption: 'begin where an encoder says; it is trained first and kept in the run',
  ganRestartsOption: 'starts that go down the slope',
  ganFindStepsOption: 'steps of each',
  ganPictureArgument: 'a picture',
  ganNeedsPicture: 'gan: needs a picture of yours; name a PNG or JPEG file, or a folder of them',
  exampleGanFind: 'with the newest run',
  exampleGanFindMore: 'several, with an encoder to begin from',
  ganSearches: (done: number, total: number): string => `searching: step ${whole(done)}/${whole(total)}`,
  ganFound: (file: string, error: number, name: string): string =>
    `${file}: off by ${error.toFixed(4)} of a pixel's range${name === '' ? '' : `, class ${name}`}`,
  ganEncoderLearns: (share: number): string => `an encoder for this generator learns: ${percent(share)}`,

  ganInpaintSummary: 'fill a hole in a picture',
  ganInpaintDescription:
    'Fills what a mask hides with what the generator would draw there, and blends\n' +
    'the seam. Where the mask is white is the hole. Several fillings are given.',
  ganMaskOption: 'a picture, white where something is to be filled in',
  ganFillingsOption: 'fillings; with 1 the picture alone is written',
  exampleGanInpaint: 'five fillings beside each other',
  exampleGanInpaintOne: 'the best one as a picture',
  ganMaskSize: (mask: readonly number[], picture: readonly number[]): string =>
    `gan inpaint: the mask must have the picture's size, ${picture.join(' x ')}, got ${mask.join(' x ')}; draw it over the picture`,

  ganSumSummary: 'add and take away numbers of pictures',
  ganSumDescription:
    'Latent arithmetic: adds and takes away the numbers of pictures, and draws the\n' +
    "sum. A term is a row of the seed's numbers (4), or a picture, which is found first.",
  ganTermsArgument: 'a run if you like, then terms with + or - between them',
  ganTerms: (word: string): string =>
    `gan sum: needs terms with + or - between them, got ${word}; write 4 - 7 + 12`,
  exampleGanSum: 'of three rows of the seed, as threes',
  exampleGanSumPictures: 'of your own pictures',

  ganMixSummary: 'ask for no class, for several, or for a part of one',
  ganMixDescription:
    'Draws what a generator makes of labels it never saw: several classes at once,\n' +
    'none, all, halves, noise. With --sweep, one label goes from 0 to 1.',
  ganLabelsOption: 'a row each: 3+7, 0.5*3+0.5*8, none, all, half, noise',
  ganSweepOption: 'class whose label goes from 0 to 1',
  ganSweepStepsOption: 'steps of the sweep',
  ganMixCountOption: 'pictures in a row, or rows of a sweep',
  ganMixMoves: 'gan mix: only a sweep moves; give --sweep and a class, or a file that ends in .png',
  exampleGanMixUsual: 'what triwave33 looked at',
  exampleGanMixOwn: 'labels of your own',
  exampleGanSweep: 'the label of 5 from 0 to 1, moving',

  ganAnomalySummary: 'tell what does not belong',
  ganAnomalyDescription:
    'Says of pictures how far they are from what a run learned from, and where they\n' +
    "differ. A detector learns the run's pictures first and is kept in its folder.",
  ganAnomalyClassOption: 'only pictures of this class are usual',
  ganUsualOption: 'share of usual pictures that are to pass',
  ganCodeOption: 'numbers that a picture is put into before it is drawn again',
  ganDetectorStepsOption: 'steps that the detector learns',
  ganAgainOption: 'train the detector again',
  exampleGanAnomaly: 'a folder of new pictures',
  exampleGanAnomalyClass: 'is it a 3?',
  ganAnomalyRun: (folder: string, name: string | undefined): string =>
    `usual: the pictures of ${folder}${name === undefined ? '' : `, class ${name}`}`,
  ganTooFewUsual: (count: number): string =>
    `gan anomaly: needs at least 10 usual pictures to learn from, got ${whole(count)}; take a run with more`,
  ganDetectorLearns: (share: number): string => `a detector learns what is usual: ${percent(share)}`,
  ganScore1: (file: string, score: number, odd: boolean): string =>
    `${file}: ${score.toFixed(3)}${odd ? ', does not belong' : ''}`,
  ganLimit: (limit: number, share: number): string =>
    `threshold: ${limit.toFixed(3)}, which ${percent(share)} of usual pictures stay below`,

  ganGifSummary: 'show how a generator learned',
  ganGifDescription:
    'Makes one moving picture of the grids that a run left behind; with two runs, of\n' +
    'both side by side.',
  ganOtherArgument: 'another run to show beside it',
  ganDelayOption: 'milliseconds a grid is shown',
  ganWidthOption: 'width in pixels',
  ganFramesOption: 'grids shown at most',
  ganStripOption: 'the ways from one picture to another instead of the grids',
  ganNoGrids: (folder: string): string =>
    `gan gif: needs a run with grids in its folder, found none in ${folder}; eidos gan train makes them`,
  ganFrame: (recipe: string, round: number): string => `${recipe}, round ${whole(round)}`,
  exampleGanGif: 'of the newest run',
  exampleGanGifTwo: 'two runs side by side',
};
