// What the command says in English; messages-ja.ts says the same in Japanese, name by name.
// Help stays within 80 columns. An error is one line: call, need, got; the way out.
import { megabytes, percent, span, whole } from './figures.ts';

const some = (n: number, one: string): string => `${whole(n)} ${one}${n === 1 ? '' : 's'}`;

function time(seconds: number): string {
  const { amount, unit } = span(seconds);
  return `${amount} ${unit}${unit === 'day' ? 's' : ''}`;
}

const near = (name: string | undefined): string => (name === undefined ? '' : `; did you mean ${name}?`);

/** The messages in English. */
export const english = {
  // help
  summary: 'Train a neural network and see what it reads: with Node alone.',
  trainSummary: 'train a network and test it',
  trainDescription: 'Trains a network, tests it on digits it has not seen, and draws what it misread.',
  devicesSummary: 'say which devices work on this machine',
  devicesDescription: 'Tries every device on this machine and says which of them work.',
  helpSummary: 'say how to use a command',
  usageTitle: 'Usage:',
  argumentsTitle: 'Arguments:',
  optionsTitle: 'Options:',
  commandsTitle: 'Commands:',
  examplesTitle: 'Examples:',
  datasetArgument: 'what to learn from: mnist, 70,000 handwritten digits',
  modelOption: (names: readonly string[]): string => `the network: ${names.join(', ')}`,
  epochsOption: 'how many times to go through the examples',
  batchOption: 'examples in a step',
  limitOption: 'at most n examples to learn and n to test',
  outOption: 'folder for the picture of test digits',
  forceOption: 'begin even what would take hours',
  deviceOption: 'native, wasm or reference (default: the fastest)',
  threadsOption: 'threads that compute (default: one per core)',
  seedOption: 'same seed and device, same result',
  quietOption: 'no progress, only results and errors',
  jsonOption: 'the last line of standard output is JSON',
  langOption: 'language, en or ja (default: as the system)',
  debugOption: 'show where in the program an error arose',
  helpOption: 'show this help',
  versionOption: 'show the version',
  byDefault: (value: string): string => ` (default: ${value})`,
  exampleTutorial: 'the tutorial network, one epoch',
  exampleQuick: 'a taste: 2,000 digits, in WebAssembly',
  exampleFigures: 'figures for a script, nothing else',
  exampleDevices: 'native, wasm, reference: which of them work',
  exampleDevicesJson: 'the same for a script',

  // errors of use
  needsCommand: 'eidos: needs a command, train or devices, got none; eidos --help shows examples',
  noCommand: (got: string, meant: string | undefined): string =>
    `eidos: there is no command ${JSON.stringify(got)}${near(meant) || '; eidos --help lists them'}`,
  needsDataset: 'train: needs a data set, got none; say eidos train mnist',
  noOption: (call: string, got: string, meant: string | undefined): string =>
    `${call}: there is no option ${got}${near(meant) || `; ${helpOf(call)} lists them`}`,
  needsValue: (call: string, flag: string): string =>
    `${call}: ${flag} needs a value, got none; ${helpOf(call)} shows examples`,
  tooMany: (call: string, got: string): string =>
    `${call}: got ${JSON.stringify(got)}, one word too many; ${helpOf(call)} shows examples`,
  notOneOf: (what: {
    readonly call: string;
    readonly name: string;
    readonly names: readonly string[];
    readonly got: string;
    readonly meant: string | undefined;
  }): string =>
    `${what.call}: ${what.name} must be ${what.names.length > 1 ? 'one of ' : ''}${what.names.join(', ')}, ` +
    `got ${JSON.stringify(what.got)}${near(what.meant)}`,
  notWhole: (what: { call: string; name: string; got: string; least: number; most: number }): string =>
    `${what.call}: ${what.name} must be a whole number from ${what.least} to ${what.most}, got ${JSON.stringify(what.got)}`,

  // failures
  noFolder: (path: string, why: string): string =>
    `train: cannot write into ${path} (${why}); choose another folder with --out`,
  tooLong: (device: string, seconds: number): string =>
    `train: on ${device} this would take about ${time(seconds)}; choose a faster --device or a smaller --limit, ` +
    `or say --force`,
  bug: (why: string): string =>
    `eidos: ${why} (this is a bug in eidos; please report it with what --debug adds)`,

  // what goes on
  notUsed: (why: string): string => `not on the fastest device: ${why}`,
  device: (name: string, threads: number): string => `device: ${name}, ${some(threads, 'thread')}`,
  looking: 'looking for MNIST',
  downloading: (file: string, received: number, total: number | undefined): string =>
    `downloading ${file}: ${megabytes(received)}${total === undefined ? '' : ` of ${megabytes(total)}`}`,
  data: (train: number, test: number): string =>
    `data: mnist, ${some(train, 'digit')} to learn from, ${whole(test)} to be tested with`,
  model: (name: string, layers: number, parameters: number): string =>
    `model: ${name}, ${some(layers, 'layer')}, ${some(parameters, 'parameter')}`,
  compiling: 'compiling the network for this device',
  willTake: (epochs: number, device: string, seconds: number): string =>
    `time: ${some(epochs, 'epoch')} will take about ${time(seconds)} on ${device}`,
  training: (p: {
    epoch: number;
    epochs: number;
    step: number;
    steps: number;
    loss: number;
    accuracy: number;
  }): string =>
    `epoch ${p.epoch}/${p.epochs} · step ${p.step}/${p.steps} · loss ${p.loss.toFixed(4)} · accuracy ${percent(p.accuracy)}`,
  left: (seconds: number): string => ` · ${time(seconds)} left`,
  epochDone: (p: {
    epoch: number;
    epochs: number;
    loss: number;
    accuracy: number;
    seconds: number;
  }): string =>
    `epoch ${p.epoch}/${p.epochs}: loss ${p.loss.toFixed(4)}, accuracy ${percent(p.accuracy)}, ${time(p.seconds)}`,
  testing: 'testing',
  drawing: 'drawing test digits',
  stopping: 'stopping',
  stopped: 'stopped; there is no result',
  stoppedTraining: (p: {
    epoch: number;
    epochs: number;
    step: number;
    steps: number;
    seconds: number;
  }): string =>
    `stopped after step ${p.step} of ${p.steps} in epoch ${p.epoch} of ${p.epochs}, ${time(p.seconds)} of training; ` +
    `it was not tested and nothing was written`,

  // results
  testLoss: (loss: number): string => `test loss: ${loss.toFixed(4)}`,
  testAccuracy: (accuracy: number): string => `test accuracy: ${accuracy.toFixed(4)}`,
  sheet: (path: string): string => `test digits, misread ones first: ${path}`,
  sheetRun: (p: {
    readonly device: string;
    readonly threads: number;
    readonly epochs: number;
    readonly seconds: number;
    readonly seed: number;
  }): string =>
    `${p.device}, ${some(p.threads, 'thread')} · ${some(p.epochs, 'epoch')} in ${time(p.seconds)} · seed ${p.seed}`,
  sheetTitle: (model: string, accuracy: number, count: number): string =>
    `${model}: ${percent(accuracy)} of ${whole(count)} test digits read right`,
  sheetMistakes: (shown: number, all: number): string =>
    `in red ${whole(shown)} of ${whole(all)} misread (truth → reading, and how sure it was), surest first`,
  works: (name: string, threads: number, fastest: boolean): string =>
    `${name.padEnd(9)}  works, ${some(threads, 'thread')}${fastest ? ' (used unless you say otherwise)' : ''}`,
  worksNot: (name: string, why: string): string => `${name.padEnd(9)}  does not work: ${why}`,
};

const helpOf = (call: string): string => (call === 'eidos' ? 'eidos --help' : `eidos ${call} --help`);
