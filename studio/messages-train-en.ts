// What the pages Train, Generate and Runs share, and Train, in English.

const number = new Intl.NumberFormat('en');
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/** Seconds for people: no more exact than a forecast is. */
function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds < 1) return '< 1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

const bytes = (n: number): string =>
  n < 1e6 ? `${number.format(Math.round(n / 1e3))} kB` : `${number.format(Math.round(n / 1e5) / 10)} MB`;

/** The messages. */
export const trainEnglish = {
  // numbers
  count: (n: number): string => number.format(n),
  bytes,
  duration,

  // data
  dataServer: 'From the eidos server of this page, fetched only now',
  dataDownload: 'may download it if this machine has no copy',
  dataOwn: 'Files or a folder of your own',
  dataDrop:
    'Or drop a folder of pictures here, with a sub-folder for each class, or files in MNIST’s format (.gz too). They stay in this browser.',
  dataFolder: 'Choose a folder',
  dataFiles: 'Choose files',
  dataSize: 'Side in pixels',
  dataGrey: 'grey',
  dataReading: (name: string): string => `Reading ${name} …`,
  dataTold: (train: number, test: number, classes: number, shape: readonly number[]): string =>
    `${number.format(train)} to learn from, ${number.format(test)} to be tested with, ${classes === 1 ? '1 class' : `${classes} classes`}, ${shape[1]} × ${shape[0]} pixels, ${shape[2] === 3 ? 'in colour' : 'grey'}.`,
  dataNotKept:
    'There was no room to keep it in this browser: after a reload, give it again to go on with a run.',
  dataSample: 'The first examples',
  dataSkipped: (n: number): string => (n === 1 ? '1 file was left out' : `${n} files were left out`),
  dataSkippedOne: (file: string, why: string, advice: string): string => `${file} ${why}; ${advice}`,
  dataGone: (id: string): string => `The data set ${id} is not at hand any more; choose it again above`,
  dataRefused: (name: string, why: string): string => `The server has no ${name}: ${why}`,
  noServer: (name: string, status: number): string =>
    `${name} comes from the eidos server, and this page has none (${status || 'no answer'}); start one with “eidos studio”, or drop the files here`,
  serverGone:
    'The server of this page does not answer; start “eidos studio” again and go on with the run: what was saved is there',
  notTraining: (run: string): string => `${run} did not train a network that this page knows`,
  notGan: (run: string): string => `${run} did not train a GAN that this page knows`,
  busyTraining: 'Something is being trained already; stop it first',
  noGenerator: 'No generator is open; train one, or open a run',

  // train
  pageTrain: 'Train',
  trainLead:
    'Choose what to learn from and a network. You see what it will take before it begins; then it learns on this machine, and you can watch, pause and step.',
  trainData: 'Data',
  trainNetwork: 'Network',
  trainPreset: 'Network and recipe',
  trainEpochs: 'Epochs',
  trainBatch: 'Batch',
  trainLimit: 'Examples, at most',
  trainAll: 'all',
  trainRate: 'Learning rate',
  trainUsual: 'its own',
  trainSeed: 'Seed',
  trainSource: (title: string, accuracy: number | undefined): string =>
    `From ${title}${accuracy === undefined ? '' : `, which reports ${percent.format(accuracy)} on its test data`}.`,
  trainNeedsData: 'Choose data above to see what it would take.',
  trainReckoning: 'Timing a few steps …',
  trainWhere: 'Where it learns',
  trainInPage: 'in this browser',
  trainOnNative: (threads: number): string =>
    `on this machine’s processor, faster (native, ${threads === 1 ? '1 thread' : `${threads} threads`})`,
  trainNoNative: (why: string): string =>
    `It learns in this browser. Faster on this machine’s processor: ${why}`,
  trainStart: 'Train',
  trainPreparing: 'Compiling …',
  trainNow: 'Learning',
  trainStep: 'One step',
  trainAt: (epoch: number, epochs: number, step: number, steps: number, left: number): string =>
    `Epoch ${epoch} of ${epochs}, step ${number.format(step)} of ${number.format(steps)}; ${duration(left)} left`,
  trainFinished: (accuracy: number): string =>
    `Done: ${percent.format(accuracy)} of the test examples are read right.`,
  trainStopped: 'Stopped and saved; it can be gone on with.',
  brokenOff: 'Broken off. What was saved by then stays and can be gone on with.',
  trainToRuns: 'To the runs',
  trainProgress: 'How far training is',
  transport: 'Play, pause, step, stop',
  goOn: 'Go on',
  pause: 'Pause',
  halt: 'Stop',
  lossTitle: 'Loss',
  accuracyTitle: 'Accuracy',
  learned: 'learned from',
  putAside: 'put aside',
  factParameters: 'Parameters',
  factExamples: 'Examples',
  factSteps: 'Steps',
  factMemory: 'Memory',
  factOperations: 'Sums an answer',
  factTime: 'Will take about',
  factNetwork: 'The network, layer by layer',
  confusionTitle: 'What is taken for what',
  confusionCaption: 'Rows: what it is. Columns: what it was taken for.',
  confusionCell: (right: string, said: string, n: number): string => `${right} taken for ${said}: ${n}`,
  confusionLarge: (classes: number): string => `${classes} classes are too many for a table.`,
  misreadTitle: 'Misread, the surest first',
  misreadTold: (accuracy: number, count: number): string =>
    `${percent.format(accuracy)} of ${number.format(count)} test examples are read right.`,
  misreadOne: (right: string, said: string, sure: number): string =>
    `${right}, taken for ${said}, ${percent.format(sure)} sure`,
  misreadShort: (right: string, said: string): string => `${right} → ${said}`,
  insideTitle: 'Inside, for the chosen example',
  insideLayer: 'Layer',
  insideTiles: (layer: string): string => `What ${layer} gives, channel by channel`,
  insideFilters: 'What the first layer looks for: black against, white for',

  // numbers
  numbersTitle: 'Guess my rule',
  numbersLead:
    'Write two rows of numbers. A network of three weights, y = a x + b y′ + c, y′ being the y before, learns from them what the rule is, and goes on with the second row for every x that has no y yet.',
  numbersGuess: 'Guess the rule',
  numbersLearning: 'Learning …',
  numbersWrong: 'At least three ys, and an x for each.',
  numbersRule: (a: string, b: string, c: string): string => `y = ${a} x + ${b} y′ + ${c}`,
  numbersExact: 'It explains every number.',
  numbersMiss: (miss: string): string =>
    `No rule of this kind explains all of them: it misses one by ${miss}.`,
  numbersUntil: (n: number, a: string, b: string, c: string): string =>
    `The first ${n} do have one: y = ${a} x + ${b} y′ + ${c}.`,
  numbersGoesOn: 'Framed: how it goes on.',
};
