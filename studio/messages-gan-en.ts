// Generate and Runs in English.

const number = new Intl.NumberFormat('en');

/** What may be wrong with a game, and what helps. */
const troubles: Readonly<Record<string, string>> = {
  notFinite:
    'The next round would not be finite, so it was not taken: lower both learning rates, or use a recipe with a penalty.',
  memorising:
    'The pictures are nearer to those it learns from than those are to each other: it learns them by heart. Give it more pictures.',
  collapse:
    'The pictures hardly differ from each other: go back to an earlier checkpoint, or use the recipe “digits” or “pictures”.',
  oneClass: 'One class is drawn far too often: use a recipe that asks for classes.',
  criticTooStrong:
    'The critic is nearly always right, so the generator learns little: use a recipe with a penalty.',
  vanished:
    'The generator hears next to nothing from the critic: use another loss, or keep the critic weaker.',
  exploded: 'A gradient has become a thousand times what it was: lower the learning rates.',
  oscillation: 'The losses swing widely, up and down again and again: lower both learning rates.',
  farOff:
    'It is late, and the pictures are still far from real ones: if they come nearer, play more rounds; if not, use the recipe “digits” or “pictures”.',
};

/** Figures of runs. */
const figures: Readonly<Record<string, string>> = {
  loss: 'loss',
  valLoss: 'loss, put aside',
  accuracy: 'accuracy',
  valAccuracy: 'accuracy, put aside',
  testLoss: 'test loss',
  testAccuracy: 'test accuracy',
  generatorLoss: 'loss of who draws',
  criticLoss: 'loss of who judges',
  ordered: 'in the right order',
  diversity: 'variety drawn',
  realDiversity: 'variety of the data',
  generatorGradient: 'gradient of who draws',
  criticGradient: 'gradient of who judges',
};

/** The messages. */
export const ganEnglish = {
  pageGenerate: 'Generate',
  ganLead:
    'Two networks play against each other: one draws, one tells drawn from real. The same numbers are drawn again and again, so you can watch a picture come into being.',
  ganRecipe: 'Recipe',
  ganAbout: (_: string, about: string, conditional: boolean): string =>
    `${about}${conditional ? '; classes can be asked for' : ''}.`,
  ganRounds: 'Rounds',
  ganGenerator: 'Draws, parameters',
  ganCritic: 'Judges, parameters',
  ganStart: 'Begin the game',
  ganNow: 'The game',
  ganStep: 'One round',
  ganAt: (round: number, rounds: number, left: string): string =>
    `Round ${number.format(round)} of ${number.format(rounds)}; ${left} left`,
  ganProgress: 'How far the game is',
  ganGrid: (round: number): string => `What the same numbers draw at round ${number.format(round)}`,
  ganTimeline: 'Timeline',
  ganLatest: 'Follow',
  ganLosses: 'Losses',
  ganLossGenerator: 'draws',
  ganLossCritic: 'judges',
  ganSignals: 'Who is ahead',
  ganAccuracy: 'told apart',
  ganOrdered: 'in the right order',
  ganDiversity: 'How different the pictures are',
  ganDiversityDrawn: 'drawn',
  ganDiversityReal: 'real',
  ganHealthy: 'Nothing looks wrong so far.',
  ganTrouble: (trouble: string, round: number): string =>
    `Round ${number.format(round)}. ${troubles[trouble] ?? trouble}`,
  ganDone: 'The game is over; its generator is open below.',
  ganPaused: 'Saved. It can be gone on with.',
  generatorTitle: 'Draw with it',
  generatorLead: (run: string, rounds: number): string => `${run}, after ${number.format(rounds)} rounds.`,
  drawNone:
    'When a game has begun, its generator draws here whatever you ask for. A finished one is opened on the page of the runs.',
  drawNumbers: 'The numbers it begins from',
  drawNumber: (n: number): string => `Number ${n}`,
  numbersShown: (first: number, last: number, all: number): string => `${first}–${last} of ${all}`,
  numbersBefore: 'The numbers before',
  numbersAfter: 'The numbers after',
  drawSeed: 'Seed',
  drawAgain: 'Other numbers',
  drawMix: 'Of each class',
  drawPicture: 'What is drawn of these numbers',
  walkTitle: 'From one to another',
  walkFrom: 'From seed',
  walkTo: 'To seed',
  walkPicture: 'The way between',
  holeTitle: 'Fill a hole',
  holeLead:
    'Wipe a hole into an example; the generator finds numbers whose picture agrees with what is left.',
  holeBrush: 'The example; wipe over it',
  holeNext: 'Another example',
  holeClear: 'No hole',
  holeFill: 'Fill it',
  holeNeedsData: 'Choose above the data that the generator has learned from, to have an example.',
  holeFilled: 'Fillings, the best first',
  oddTitle: 'Does it belong?',
  oddLead:
    'A small network learns to draw the data again through a few numbers. What does not belong comes out changed: the map shows where. Draw something.',
  oddNeedsData: 'For this, choose grey data of 28 × 28 pixels above: MNIST, for one.',
  noDetector: 'Nobody has learned what is usual yet',
  oddLearn: 'Learn what is usual',
  oddScore: (score: number, limit: number): string =>
    `${number.format(Math.round(score * 100) / 100)} of it is not drawn again; 99 of 100 usual ones stay under ${number.format(Math.round(limit * 100) / 100)}.`,
  oddUsual: 'It belongs.',
  oddOdd: 'It does not belong.',
  oddMap: 'Where it does not belong',
  oddDrawn: 'How it is drawn again',

  pageRuns: 'Runs',
  runsLead:
    'Everything trained here is kept in this browser as it goes, and survives a reload and a crash of the tab. Go on, compare, take it with you.',
  runsNone: 'Nothing has been trained here yet.',
  runsRoom: (used: string, allowed: string): string => `${used} of ${allowed} in use`,
  runState: (state: string): string =>
    ({
      running: 'under way',
      stopped: 'stopped',
      finished: 'finished',
      failed: 'failed',
      interrupted: 'interrupted',
    })[state] ?? state,
  runKind: (kind: 'train' | 'gan'): string => (kind === 'gan' ? 'GAN' : 'classifier'),
  runDevice: (device: string): string => device,
  runStep: (step: number): string => `step ${number.format(step)}`,
  runSelect: (name: string): string => `Compare ${name}`,
  runResume: 'Go on',
  runOpen: 'Look',
  runClose: 'Close',
  runDraw: 'Draw with it',
  runRead: 'Read drawings with it',
  runLink: 'Link to these settings',
  runLinkCopied: 'Copied',
  runModel: 'Model (.safetensors)',
  runFolder: 'Whole run (.zip)',
  runRemove: 'Remove',
  runReally: 'Remove for good',
  runKeep: 'Keep',
  runCurves: 'Curves',
  runPictures: 'Pictures',
  runPicture: (name: string): string => `The picture ${name}`,
  runDrawing: 'The network',
  runConfig: 'Settings',
  runFailed: (why: string): string => `It failed: ${why}`,
  runFolderTold:
    'Unpacked into runs/, eidos in Node lists it and goes on with it; if it learned from your own pictures, name their folder: eidos train <folder> --resume.',
  compareTitle: 'Side by side',
  compareTold: 'Tick two runs or more above to see them side by side.',
  compareFigure: 'Curve',
  compareRun: 'Run',
  figureName: (name: string): string => figures[name] ?? name,
};
