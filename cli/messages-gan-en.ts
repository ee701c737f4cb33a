// What `eidos gan` says in English; a part of the catalogue, whose rules stand in messages-en.ts.
import {
  advice,
  type Finding,
  type GameEvent,
  type GameRules,
  type Signals,
  type Trouble,
} from '../src/index.ts';
import type { Forecast } from './gan-forecast.ts';
import { megabytes, percent, sharesOf, short, span, whole } from './figures.ts';

function time(seconds: number): string {
  const { amount, unit } = span(seconds);
  return `${amount} ${unit}`;
}

/** What is wrong, and by how much. */
const troubles: Readonly<Record<Trouble, (value: number, name: string) => string>> = {
  notFinite: () => 'numbers are no longer finite, so the round was not taken',
  memorising: (value) =>
    `learned by heart: pictures are ${percent(value)} as far from the nearest training picture as those are from each other`,
  collapse: (value) =>
    `collapse: pictures differ from each other only ${percent(value)} as much as the real ones`,
  oneClass: (value, name) => `collapse: ${percent(value)} of the pictures are of class ${name}`,
  criticTooStrong: (value) => `the critic is too strong: it tells ${percent(value)} of pairs apart`,
  vanished: (value) => `the generator's gradient has vanished, to ${percent(value)} of what it was`,
  exploded: (value) => `a gradient has exploded, to ${whole(Math.round(value))} times what it was`,
  oscillation: (value) => `the game swings: the generator's loss by ${percent(value)} of its mean`,
  farOff: (value) =>
    `late, and still unlike the real pictures: both kinds are ${percent(value)} of the distance between two real ones apart`,
};

/** The messages. */
export const ganEnglish = {
  ganSummary: 'train networks that draw, and let them',
  ganDescription:
    'Trains two networks against each other: one draws pictures, the other tells\n' +
    'them from real ones. Then the first draws what you ask for.',
  ganTrainSummary: 'train a network that draws',
  ganTrainDescription:
    'Trains a generator against a critic, by a recipe. Every few rounds it draws the\n' +
    'same numbers again, and what goes wrong is named. All is in a run folder.',
  ganTrainArgument: 'a data set, or a folder of pictures',
  ganRecipeOption: 'networks and rules that go together',
  ganRoundsOption: 'how many rounds in all',
  ganEveryOption: 'rounds from one grid of pictures to the next',
  ganSizeOption: "side that a folder's pictures are brought to (64)",
  ganNumbersOption: 'how many random numbers a picture is drawn from',
  ganReadOption: 'samples of digits that are read at each grid, for shares of classes',
  ganGridOption: "rows and columns of the grids, such as 2x5; the recipe's unless said",
  ganInvertedOption: 'grey pictures as ink on white',
  ganLightOption: 'grey pictures as light on black',
  ganNoGrid: (call: string, got: string): string =>
    `${call}: --grid needs rows and columns from 1 to 99, such as 2x5, got ${JSON.stringify(got)}`,
  ganMemoryOption: 'memory that all of it may take, such as 1G; batches become smaller',
  ganSmaller: (batch: number, wanted: number): string =>
    `memory: batches of ${whole(batch)} fit, ${whole(wanted)} would not`,
  exampleGanMemory: 'large pictures, in no more memory than that',
  exampleGanDigits: 'digits by class, in a few minutes',
  exampleGanFolder: 'your own pictures',
  exampleGanRecipe: "a source's networks and rules, number by number",
  exampleGanResume: 'go on with the newest run that was stopped',
  dataDrawSummary: 'draw pictures of the own kind, to try things on',
  dataDrawDescription:
    'Draws colour pictures of fruit on white, each with a place, a size and colours of\nits own, one folder a kind. They are free to use for anything.',
  dataDrawArgument: (names: readonly string[]): string => `what to draw: ${names.join(', ')}`,
  dataDrawCountOption: 'how many pictures',
  dataDrawSizeOption: 'side of a picture in pixels',
  exampleDataDraw: 'a hundred of each kind, for eidos gan train ./fruit',
  dataDrawing: (count: number): string => `drawing ${whole(count)} pictures`,
  ganSampleSummary: 'let a trained generator draw',
  ganSampleDescription: 'Draws pictures with a trained generator: by class, if it knows classes.',
  ganClassOption: 'class to draw',
  ganCountOption: 'how many pictures',
  ganColumnsOption: 'pictures in a row',
  ganTruncationOption: 'below 1: fewer kinds of pictures, but surer ones',
  ganLatestOption: 'the generator as it is, not its average over rounds',
  ganOutFileOption: 'where the picture goes',
  exampleGanSample: '25 pictures of a 2, with the newest run',
  exampleGanMany: 'a hundred, of another seed',
  ganWaySummary: 'draw the way from one picture to another',
  ganWayDescription:
    'Draws what lies between two pictures of a generator, or between two classes.\n' +
    'A file that ends in .gif moves.',
  ganToClassOption: 'class to end at; the numbers then stay',
  ganStepsOption: 'pictures on the way',
  ganRowsOption: 'how many ways',
  ganWayOutOption: 'where the picture goes, .png or .gif',
  exampleGanWay: 'five ways, moving',
  exampleGanMix: 'from 3 to 8 with the same numbers',

  ganNeedsData: 'gan train: needs a data set or a folder of pictures; eidos gan train mnist is a good start',
  ganTooFew: (folder: string, count: number): string =>
    `gan train: needs at least 2 pictures that can be read, found ${whole(count)} in ${folder}; put PNG or JPEG files there`,
  notGan: (folder: string): string =>
    `${folder} is no run of eidos gan train; eidos runs lists what there is`,
  noGan: 'there is no run of eidos gan train here; eidos gan train mnist makes one',
  ganNoClasses: 'this generator knows no classes; leave --class out, or train a recipe with classes (digits)',
  ganNoClass: (name: string, classes: readonly string[], meant: string | undefined): string =>
    `there is no class ${name}${meant === undefined ? '' : `; did you mean ${meant}?`} (${classes.join(', ')})`,
  ganAsks: (folder: string, round: number): string => `run: ${folder}, after round ${whole(round)}`,
  ganData: (name: string, count: number, shape: readonly number[]): string =>
    `data: ${name}, ${whole(count)} pictures of ${shape.join(' x ')}`,
  ganGame: (recipe: string, { batchSize, classes, latent }: GameRules): string =>
    `recipe: ${recipe}, ${latent.size} ${latent.distribution} numbers to start from, batches of ${batchSize}` +
    (classes > 0 ? `, ${classes} classes` : ''),
  ganWillTake: (rounds: number, device: string, { seconds, cpuSeconds, bytes }: Forecast): string =>
    `time: ${whole(rounds)} rounds will take about ${time(seconds)} on ${device}, ${time(cpuSeconds)} of them the processor's, and ${megabytes(bytes)} of memory`,
  ganRound: ({ round, rounds }: GameEvent, signals: Signals | undefined): string =>
    `round ${whole(round)}/${whole(rounds)}` +
    (signals === undefined
      ? ''
      : ` · D loss ${signals.criticLoss.toFixed(3)}, right ${percent(signals.accuracy)} · G loss ${signals.generatorLoss.toFixed(3)}`),
  ganLook: (round: number, signals: Signals, shares: readonly number[] | undefined): string =>
    `grid, round ${whole(round)}: gradients D ${short(signals.criticGradient)}, G ${short(signals.generatorGradient)}` +
    ` · diversity ${percent(signals.diversity / signals.realDiversity)} of the data's` +
    (shares ? ` · read as ${sharesOf(shares)}` : ''),
  ganGrids: (path: string): string => `first grid: ${path}`,
  ganTrouble: ({ trouble, value, round }: Finding, name = ''): string =>
    `health, round ${whole(round)}: ${troubles[trouble](value, name)}; ${advice[trouble]}`,
  ganStopped: (round: number, rounds: number): string =>
    `stopped after round ${whole(round)} of ${whole(rounds)}; all of it is saved`,
  ganAsked: (share: number, count: number): string => `read as asked: ${percent(share)} of ${whole(count)}`,
  ganHealth: (count: number): string =>
    count === 0 ? 'health: nothing wrong was seen' : `health: ${whole(count)} kinds of trouble, named above`,
  ganBest: (round: number): string =>
    `nearest to the data: round ${whole(round)}; --best of eidos gan sample draws with it`,
  ganBestOption: 'as it was when it was nearest to the data',
  ganDrawn: (path: string): string => `pictures: ${path}`,
};
