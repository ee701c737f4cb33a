// What the page Idea says in English; a part of the catalogue in messages-en.ts.
import { percent } from './figures.ts';
import type { IdeaMethod, PriorName } from './worker/idea.ts';

/** What each does. */
const methods: Readonly<Record<IdeaMethod, string>> = {
  generator: 'Searches among the pictures that a small generator draws.',
  gradient: 'Climbs the slope on the pixels themselves.',
  fourier: 'Climbs the slope on waves that add up to the picture.',
  'monte-carlo': 'Changes pixels by chance and keeps what helps.',
  greedy: 'Goes from pixel to pixel and takes what is better.',
  annealing: 'Also takes a step back, less and less often.',
  genetic: 'Pictures have children, and the best live on.',
  'cma-es': 'A cloud of pictures moves and changes its shape.',
};

const methodNames: Readonly<Record<IdeaMethod, string>> = {
  generator: 'Generator',
  gradient: 'Gradient',
  fourier: 'Fourier',
  'monte-carlo': 'Monte Carlo',
  greedy: 'Greedy',
  annealing: 'Annealing',
  genetic: 'Genetic',
  'cma-es': 'CMA-ES',
};

const priorsOf: Readonly<Record<PriorName, string>> = {
  digit: 'What digits look like',
  plain: 'Smooth, and not too much ink',
  none: 'Nothing',
};

/** The messages. */
export const ideaEnglish = {
  pageIdea: 'Idea',
  ideaTitle: 'Ask for its idea',
  ideaLead:
    'Which picture does the network take for a 5, more than any other? A search lets it form before your eyes.',
  ideaOf: 'Idea of',
  oneClass: 'One class',
  mixed: 'A mix',
  askedFor: 'Asked for',
  partOf: (name: string): string => `Part of ${name}`,
  mixHint: 'Parts count by their share of all.',
  method: 'Method',
  methods,
  methodNames,
  priorsLabel: 'Told of pictures',
  priorsOf,
  budget: 'Pictures to try',
  ownBudget: 'the usual number',
  seed: 'Seed',
  form: 'Let it form',
  stop: 'Stop',
  allTen: 'All classes',
  allMethods: 'All methods',
  ideaLabel: (what: string): string => `Idea of ${what}`,
  score: 'Score',
  modelSays: 'The model',
  judgeSays: 'The judge',
  modelSure: (name: string, p: number): string => `${name}, ${percent(p)}`,
  judgeReads: (reads: number | 'nothing', p: number): string => `${reads}, ${percent(p)}`,
  judgeShort: (reads: number | 'nothing'): string => `judge: ${reads}`,
  judgeIs: 'The judge is another network that was not asked. It only says what it sees.',
  sameBudget: (budget: number): string =>
    `Every method has tried ${budget.toLocaleString('en')} pictures. Scores are the model’s; ✓ is the judge’s word.`,
  tried: (n: number, seconds: number): string =>
    `${n.toLocaleString('en')} pictures tried in ${seconds.toFixed(1)} s`,
  timeLeft: (seconds: number): string => `${Math.ceil(seconds)} s left`,
  progressLabel: 'Progress',
  frameLabel: 'How it formed',
  play: 'Play',
  savePng: 'PNG',
  saveGif: 'GIF',
  saveLabel: 'Save as',
};
