// What the command says in English; messages-ja.ts says the same in Japanese, name by name.
// Help stays within 80 columns. An error is one line: call, need, got; the way out.
import { benchEnglish } from './messages-bench-en.ts';
import { ganEnglish } from './messages-gan-en.ts';
import { ganToolsEnglish } from './messages-gan-tools-en.ts';
import { ideaEnglish } from './messages-ideas-en.ts';
import { studioEnglish } from './messages-studio-en.ts';
import { measured, megabytes, percent, span, whole } from './figures.ts';

const some = (n: number, one: string): string => `${whole(n)} ${one}${n === 1 ? '' : 's'}`;

function time(seconds: number): string {
  const { amount, unit } = span(seconds);
  return `${amount} ${unit}${unit === 'day' ? 's' : ''}`;
}

const near = (name: string | undefined): string => (name === undefined ? '' : `; did you mean ${name}?`);

/** How far training is. */
export interface State {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  readonly seconds: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly validation?: Readonly<Record<string, number | undefined>>;
}

/** What a preset's source came to. */
export interface SourceFigures {
  readonly testAccuracy?: number;
  readonly testLoss?: number;
  readonly afterEpochs?: number;
  readonly epochSeconds?: readonly [number, number];
  readonly result?: string;
}

const figures = (metrics: Readonly<Record<string, number | undefined>>, before = ''): string =>
  Object.entries(metrics)
    .map(([name, x = NaN]) => `, ${before}${name} ${measured(name, x)}`)
    .join('');

/** A number to four decimals, whole ones plainly. */
export const figure = (x: number): string => String(Number(x.toFixed(4)));

/** A rule of running numbers: y = 2 x + 0.5 (y before) - 1. */
export function formula(
  { kernel, recurrent, bias }: { kernel: number; recurrent: number; bias: number },
  before: string,
): string {
  const signed = (x: number): string => `${Number(figure(x)) < 0 ? '-' : '+'} ${figure(Math.abs(x))}`;
  return `y = ${figure(kernel)} x ${signed(recurrent)} (${before}) ${signed(bias)}`;
}

/** The messages in English. */
export const english = {
  // help
  summary: 'Train a neural network and see what it reads: with Node alone.',
  trainSummary: 'train a network and test it',
  trainDescription:
    'Trains a network, tests it on examples it has not seen, and draws what it\n' +
    'misread. Everything is kept in a run folder.',
  evaluateSummary: 'say how well a trained network does',
  evaluateDescription: 'Tests a trained network: accuracy, loss, each class, and what it mistakes.',
  predictSummary: 'say what a trained network takes pictures for',
  predictDescription: 'Shows pictures to a trained network and says what it takes them for.',
  saySummary: 'let a trained chat write',
  sayDescription: 'A network trained by train chat goes on from a prompt, as its text would.',
  runsSummary: 'list and compare runs',
  runsDescription: 'Lists the runs there are, or compares some.',
  runsListSummary: 'list the runs, newest first',
  runsListDescription: 'Lists the runs in a folder, newest first.',
  runsCompareSummary: 'set runs side by side',
  runsCompareDescription: 'Says what runs differ in and what each came to; draws their curves with --out.',
  diagramSummary: 'draw a network',
  diagramDescription: 'Draws a network: its layers, what flows between them, how much they hold.',
  dataSummary: 'list data sets, write them out as pictures',
  dataDescription: 'Lists the data sets, or writes one out as pictures.',
  dataListSummary: 'list the data sets',
  dataListDescription: 'Lists the data sets with their classes, licences and sources.',
  dataExportSummary: 'write a data set out as PNG files',
  dataExportDescription: 'Writes a data set out as PNG files, a folder for each class.',
  devicesSummary: 'say which devices work on this machine',
  devicesDescription: 'Tries every device on this machine and says which of them work.',
  helpSummary: 'say how to use a command',
  usageTitle: 'Usage:',
  argumentsTitle: 'Arguments:',
  optionsTitle: 'Options:',
  commandsTitle: 'Commands:',
  examplesTitle: 'Examples:',
  trainArgument: 'a data set, a folder of pictures, or a preset',
  runArgument: 'a run folder (default: the newest that suits)',
  runsArgument: 'run folders (default: all)',
  firstPictureArgument: 'a picture, or the run to ask',
  picturesArgument: 'pictures',
  dataSetArgument: (names: readonly string[]): string => `${names.join(', ')}`,
  diagramArgument: (names: readonly string[]): string => `a run folder, or one of ${names.join(', ')}`,
  modelOption: 'the preset: network and training (see --list)',
  epochsOption: 'how many times to go through the examples',
  batchOption: 'examples in a step',
  optimizerOption: 'sgd, rmsprop, adagrad, adam, ...',
  learningRateOption: "instead of the optimizer's own",
  validationSplitOption: 'share of the examples to validate with, 0 to 1',
  sizeOption: 'side to which pictures of a folder are brought',
  greyOption: 'pictures of a folder become grey',
  resumeOption: 'go on with a run (default: the newest unfinished)',
  adviseOption: 'say if another rate or adam does far better',
  listOption: 'list the presets and what their sources came to',
  testDataOption: 'a data set, a folder, or a .npz or .csv file',
  testLimitOption: 'at most n examples',
  prepareOption: 'mnist (cut out, centred), legacy, raw or none',
  invertOption: 'with none: light and dark change places',
  topOption: 'classes to name',
  rootOption: 'folder of runs',
  metricOption: 'what to plot: accuracy, valLoss, ...',
  plotOption: 'draw the curves into an .svg or .png file',
  diagramOutOption: (endings: readonly string[]): string => `file to draw into: ${endings.join(', ')}`,
  dataOutOption: "folder to write into (default: the set's name)",
  dataPartOption: 'train, test or both',
  dataLimitOption: 'at most n of each part',
  decayOption: 'cumsum: the rate falls to 0, for a nearer answer',
  xOption: 'cumsum: numbers to find a rule in: 1,3,5,6',
  yOption: 'cumsum: what became of them; the rule goes on',
  textOption: 'chat: the text to learn from, a UTF-8 file',
  unitsOption: 'chat: how much it remembers (default: 128)',
  windowOption: 'chat: characters learned at once (default: 32)',
  promptOption: 'what it goes on from',
  lengthOption: 'characters to write',
  temperatureOption: '0 the likeliest, 1 as it learned, more: bolder',
  limitOption: 'at most n examples to learn and n to test',
  outOption: 'folder of the run (default: a new one in runs)',
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
  examplePreset: 'a preset with all that belongs to it',
  exampleFolder: 'your own pictures, a sub-folder for each class',
  exampleResume: 'go on where the last run stopped',
  exampleCumsum: 'a unit learns to add',
  exampleRule: 'the rule in your own numbers, and what comes next',
  exampleChat: 'learn to write from a text of yours',
  exampleSay: 'the newest chat goes on from a beginning',
  exampleSayCalm: 'a run, less daring, another draw',
  exampleEvaluate: 'the newest run, on its test examples',
  exampleEvaluateData: 'the same network on other pictures, as figures',
  exampleEvaluateFolder: 'a run, on a folder of pictures by class',
  examplePredict: 'what the newest run takes a picture for',
  examplePredictMore: 'a run and two pictures, as figures',
  exampleRuns: 'what has been trained',
  exampleCompare: 'all runs side by side',
  exampleComparePlot: 'two runs, and a picture of their curves',
  exampleDiagram: 'a preset as a drawing',
  exampleDiagramRun: "the newest run's network, as pixels",
  exampleDataList: 'what there is to learn from',
  exampleDataExport: '70,000 digits as PNG files by label',
  exampleDataExportSome: 'a hundred of the test pictures',
  exampleFigures: 'figures for a script, nothing else',
  exampleDevices: 'native, wasm, reference: which of them work',
  exampleDevicesJson: 'the same for a script',

  // errors of use
  needsCommand: (names: readonly string[]): string =>
    `eidos: needs a command (${names.join(', ')}), got none; eidos --help shows examples`,
  noCommand: (call: string, got: string, meant: string | undefined): string =>
    `${call}: there is no command ${JSON.stringify(got)}${near(meant) || `; ${helpOf(call)} lists them`}`,
  needsDataset: 'train: needs a data set, got none; say eidos train mnist',
  noSuchData: (got: string, meant: string | undefined): string =>
    `train: there is no data set, preset or folder ${JSON.stringify(got)}` +
    (near(meant) || '; eidos train --list and eidos data list show what there is'),
  twoModels: (one: string, other: string): string =>
    `train: got two presets, ${one} and ${other}; leave one out`,
  settled: (what: string): string =>
    `train: --resume goes on as the run began, got ${what} too; leave it out (--epochs may change)`,
  nothingToResume:
    'train: --resume needs a run that was stopped, there is none in runs; eidos runs lists all',
  notFor: (name: string, flag: string): string => `train: ${name} does not take ${flag}; leave it out`,
  needsText: 'train: chat needs a text, got none; say eidos train chat --text my.txt',
  notNumbers: (flag: string, got: string): string =>
    `train: ${flag} must be numbers such as 1,3,5,6, got ${JSON.stringify(got)}; --x and --y go together`,
  needsArgument: (call: string, what: string): string =>
    `${call}: needs ${what}, got none; ${helpOf(call)} shows examples`,
  needsPicture: 'predict: needs a picture, got only a run; eidos predict --help shows examples',
  needsTwoRuns: (got: number): string =>
    `runs compare: needs at least 2 runs, got ${got}; eidos runs lists them`,
  noSuchEnding: (path: string, endings: readonly string[]): string =>
    `--out must end in ${endings.map((one) => `.${one}`).join(', ')}, got ${JSON.stringify(path)}`,
  noSuchNetwork: (got: string, meant: string | undefined): string =>
    `diagram: there is no preset or run ${JSON.stringify(got)}${near(meant) || '; eidos train --list shows the presets'}`,
  noSuchMetric: (got: string, names: readonly string[], meant: string | undefined): string =>
    `runs compare: --metric must be one of ${names.join(', ')}, got ${JSON.stringify(got)}${near(meant)}`,
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
  notMemory: ({ call, name, got }: { call: string; name: string; got: string }): string =>
    `${call}: ${name} needs an amount of memory such as 800M or 1.5G, got "${got}"`,
  notNumber: (what: Record<'call' | 'name' | 'got' | 'range', string>): string =>
    `${what.call}: ${what.name} must be a number from ${what.range}, got ${JSON.stringify(what.got)}`,
  between: (least: number, end: number, closed: boolean): string =>
    `${least} to ${closed ? '' : 'less than '}${end}`,

  // failures
  badConfig: (folder: string, name: string): string =>
    `${folder}: run.json says nothing usable of ${name}; train it again`,
  noText: (path: string, why: string): string =>
    `train: cannot read ${path} (${why}); --text takes a UTF-8 file`,
  notUtf8: (path: string): string =>
    `train: ${path} is not UTF-8; convert it with iconv -f SHIFT_JIS -t UTF-8, or from whatever it is`,
  otherText: (path: string): string =>
    `train: ${path} is not what the run began with; put the text back, or begin a new run`,
  noChat: 'say: needs a trained chat, there is none in runs; eidos train chat --text my.txt makes one',
  notChat: (folder: string): string => `say: ${folder} is not a chat; eidos runs lists all`,
  noRun: (call: string): string =>
    `${call}: needs a trained network, there is none in runs; eidos train mnist makes one`,
  otherClasses: (data: string, got: number, need: number): string =>
    `evaluate: the network tells ${need} classes apart, ${data} has ${got}; choose other data`,
  strangeClasses: (path: string, strange: readonly string[], known: readonly string[]): string =>
    `evaluate: ${path} has classes the network does not know: ${strange.join(', ')}; it knows ${known.join(', ')}`,
  noData: (path: string, why: string): string =>
    `evaluate: cannot read ${path} (${why}); --data takes a data set, a folder, or a .npz or .csv file`,
  strangeFile: (path: string): string =>
    `evaluate: --data must be a folder or end in .npz or .csv, got ${path}`,
  strangeArrays: (path: string, got: readonly string[]): string =>
    `evaluate: ${path} needs arrays x_test and y_test, x and y, or images and labels, got ${got.join(', ') || 'none'}`,
  strangePixels: (path: string, shape: readonly number[], pixels: number, labels: number): string =>
    `evaluate: ${path} needs whole numbers 0 to 255, ${shape.join(' x ')} for each label, got ${whole(pixels)} for ${whole(labels)}`,
  noFile: (path: string, why: string): string => `cannot write ${path} (${why}); choose another with --out`,
  noFolder: (path: string, why: string): string =>
    `train: cannot write into ${path} (${why}); choose another folder with --out`,
  tooLong: (device: string, seconds: number): string =>
    `train: on ${device} this would take about ${time(seconds)}; choose a faster --device or a smaller --limit, ` +
    `or say --force`,
  /** What the library says, in its own words. */
  refused: (why: string): string => why,
  bug: (why: string): string =>
    `eidos: ${why} (this is a bug in eidos; please report it with what --debug adds)`,

  // what goes on
  notUsed: (why: string): string => `not on the fastest device: ${why}`,
  device: (name: string, threads: number): string => `device: ${name}, ${some(threads, 'thread')}`,
  looking: (data: string): string => `looking for ${data}`,
  downloading: (file: string, received: number, total: number | undefined): string =>
    `downloading ${file}: ${megabytes(received)}${total === undefined ? '' : ` of ${megabytes(total)}`}`,
  reading: (file: string, done: number, total: number): string =>
    `reading pictures: ${whole(done)} of ${whole(total)}, ${file}`,
  skipped: (file: string, why: string, advice: string): string => `left out: ${file} ${why}; ${advice}`,
  skippedMore: (n: number): string => `left out: ${whole(n)} more`,
  data: (name: string, train: number, validation: number, test: number): string =>
    `data: ${name}, ${whole(train)} to learn from, ` +
    `${validation > 0 ? `${whole(validation)} to validate with, ` : ''}${whole(test)} to be tested with`,
  licence: (licence: string, source: string): string => `licence: ${licence}; ${source}`,
  drawings: (count: number, rows: number): string =>
    `with ${whole(count)} drawings of ${some(rows, 'digit')} written with a pen (pendigits)`,
  sequences: (count: number, steps: number): string =>
    `data: ${some(count, 'sequence')} of ${some(steps, 'number')} and their running sums`,
  text: (path: string, train: number, held: number, characters: number): string =>
    `data: ${path}, ${some(train, 'character')} to learn from, ${whole(held)} held out, ${whole(characters)} different`,
  littleText: (characters: number): string =>
    `note: ${some(characters, 'character')} are little to learn from; it will know words, not sense; 20,000 and more do better`,
  lookingForRule: 'looking for a rule',
  testData: (name: string, count: number): string => `data: ${name}, ${whole(count)} to be tested with`,
  model: (name: string, layers: number, parameters: number, trainable: number): string =>
    `model: ${name}, ${some(layers, 'layer')}, ${some(parameters, 'parameter')}` +
    (trainable === parameters ? '' : `, ${whole(trainable)} of them trainable`),
  recipe: (p: { optimizer: string; learningRate: number | null; batch: number; epochs: number }): string =>
    `training: ${p.optimizer}${p.learningRate === null ? '' : ` at ${p.learningRate}`}, batches of ${whole(p.batch)}, ${some(p.epochs, 'epoch')}`,
  keeps: (folder: string): string => `run: ${folder}`,
  goesOn: (folder: string, step: number): string => `run: ${folder}, going on after step ${whole(step)}`,
  asksShipped: (name: string): string => `model: ${name}, which comes with eidos`,
  asks: (folder: string, step: number): string => `run: ${folder}, weights after step ${whole(step)}`,
  compiling: 'compiling the network for this device',
  willTake: (epochs: number, device: string, seconds: number, bytes: number): string =>
    `time: ${some(epochs, 'epoch')} will take about ${time(seconds)} on ${device}, and ${megabytes(bytes)} of memory`,
  training: (p: State): string =>
    `epoch ${p.epoch}/${p.epochs} · step ${p.step}/${p.steps} · loss ${p.loss.toFixed(4)}` +
    Object.entries(p.metrics)
      .map(([name, x]) => ` · ${name} ${measured(name, x)}`)
      .join(''),
  left: (seconds: number): string => ` · ${time(seconds)} left`,
  epochDone: (p: State): string =>
    `epoch ${p.epoch}/${p.epochs}: loss ${p.loss.toFixed(4)}${figures(p.metrics)}` +
    `${figures(p.validation ?? {}, 'validation ')}, ${time(p.seconds)}`,
  advice: (message: string): string => `advice: ${message}`,
  testing: 'testing',
  drawing: 'drawing test pictures',
  writing: (done: number, total: number): string => `writing: ${whole(done)} of ${whole(total)}`,
  stopping: 'stopping',
  stopped: 'stopped; there is no result',
  stoppedTraining: (p: State): string =>
    `stopped after step ${p.step} of ${p.steps} in epoch ${p.epoch} of ${p.epochs}, ${time(p.seconds)} of training; ` +
    `all of it is saved`,
  stoppedEarly: 'stopped before the first step; the run is saved',
  savedElsewhere: (folder: string, why: string): string => `saved in ${folder} instead: ${why}`,
  goOn: (command: string): string => `go on with: ${command}`,

  // results
  testLoss: (loss: number): string => `test loss: ${loss.toFixed(4)}`,
  testAccuracy: (accuracy: number): string => `test accuracy: ${accuracy.toFixed(4)}`,
  rule: (p: { kernel: number; recurrent: number; bias: number }): string => `rule: ${formula(p, 'y before')}`,
  errorOnOnes: (length: number, error: number): string =>
    `largest error on ${whole(length)} ones: ${error.toExponential(1)}`,
  ruleFits: (exact: boolean, miss: number): string =>
    exact
      ? `it explains all numbers, to ${figure(miss)}`
      : `it does not explain the numbers: it misses by up to ${figure(miss)}`,
  ruleUntested: 'three numbers nearly always have a rule; a fourth would test it',
  rulePart: (count: number, p: { kernel: number; recurrent: number; bias: number }): string =>
    `the first ${count} have a rule: ${formula(p, 'y before')}`,
  ruleSays: (place: number, given: number, says: number): string =>
    `number ${place}: given ${given}, the rule says ${figure(says)}`,
  ruleGoesOn: (x: readonly number[], y: readonly number[]): string =>
    `it goes on: x ${x.join(', ')} gives ${y.map(figure).join(', ')}`,
  bits: (bits: number, trigram: number, held: number): string =>
    `bits per character: ${bits.toFixed(3)} on ${some(held, 'held-out character')}; counting three at a time: ${trigram.toFixed(3)}`,
  sheet: (path: string): string => `test pictures, misread ones first: ${path}`,
  runFolder: (path: string): string => `run: ${path}`,
  takenFor: (path: string, top: readonly { class: string; probability: number }[]): string =>
    `${path}: ${top.map((one) => `${one.class} ${percent(one.probability)}`).join(', ')}`,
  presetColumns: (): string[] => [
    'preset',
    'parameters',
    'data',
    'optimizer',
    'batch',
    'epochs',
    'source came to',
    'source',
  ],
  sourceFigures: (p: SourceFigures): string =>
    p.result ??
    [
      p.testAccuracy === undefined ? [] : [percent(p.testAccuracy)],
      p.testLoss === undefined ? [] : [`loss ${p.testLoss}`],
      p.afterEpochs === undefined ? [] : [`epoch ${p.afterEpochs}`],
      p.epochSeconds === undefined ? [] : [`${p.epochSeconds.join('-')} s an epoch`],
    ]
      .flat()
      .join(', '),
  dataColumns: (): string[] => ['data set', 'classes', 'licence', 'source'],
  runColumns: (): string[] => ['run', 'state', 'began (UTC)', 'epoch', 'accuracy', 'step'],
  runColumn: 'run',
  state: (name: 'running' | 'stopped' | 'finished' | 'failed' | 'interrupted'): string => name,
  noRuns: (root: string): string => `no runs in ${root}; eidos train mnist makes one`,
  alike: (what: readonly string[]): string => `alike in all: ${what.join(', ') || 'nothing'}`,
  plotted: (path: string): string => `curves: ${path}`,
  axisEpoch: 'epoch',
  plotTitle: (metric: string): string => `${metric} by epoch`,
  drawn: (name: string, path: string): string => `${name}: ${path}`,
  diagramParameters: (count: number): string => some(count, 'parameter'),
  diagramShared: (which: number, of: number): string => `shared, use ${which} of ${of}`,
  diagramAgain: 'shown above',
  exported: (folder: string, written: number, kept: number): string =>
    `${folder}: ${some(written, 'picture')} written${kept > 0 ? `, ${whole(kept)} were there` : ''}`,
  sheetRun: (p: {
    readonly device: string;
    readonly threads: number;
    readonly epochs: number;
    readonly seconds: number;
    readonly seed: number;
  }): string =>
    `${p.device}, ${some(p.threads, 'thread')} · ${some(p.epochs, 'epoch')} in ${time(p.seconds)} · seed ${p.seed}`,
  sheetTitle: (model: string, accuracy: number, count: number): string =>
    `${model}: ${percent(accuracy)} of ${whole(count)} test pictures read right`,
  sheetMistakes: (shown: number, all: number): string =>
    `in red ${whole(shown)} of ${whole(all)} misread (truth → reading, and how sure it was), surest first`,
  works: (name: string, threads: number, fastest: boolean): string =>
    `${name.padEnd(9)}  works, ${some(threads, 'thread')}${fastest ? ' (used unless you say otherwise)' : ''}`,
  ...benchEnglish,
  ...ganEnglish,
  ...ganToolsEnglish,
  ...ideaEnglish,
  ...studioEnglish,
  worksNot: (name: string, why: string): string => `${name.padEnd(9)}  does not work: ${why}`,
};

const helpOf = (call: string): string => (call === 'eidos' ? 'eidos --help' : `eidos ${call} --help`);
