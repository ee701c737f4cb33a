// What the page Fool says in English; a part of the catalogue in messages-en.ts.
import { percent } from './figures.ts';
import type { AttackChoice } from './worker/fool.ts';

const attacks: Readonly<Record<AttackChoice, string>> = {
  smallest: 'Smallest change (Carlini & Wagner)',
  'few-pixels': 'A few pixels',
  fgsm: 'One step up the slope (FGSM)',
  pgd: 'Many steps up the slope (PGD)',
  square: 'Squares, without slopes (Square Attack)',
};

/** The messages. */
export const foolEnglish = {
  pageFool: 'Fool',
  foolTitle: 'Fool the network',
  foolLead: 'Change a drawing so little that you hardly see it, and the network reads something else.',
  turnInto: 'Turn it into',
  anythingElse: 'anything else',
  attack: 'Attack',
  attacks,
  measure: 'Measured by',
  norms: { linf: 'each pixel', l2: 'all together' },
  strength: 'Strength',
  epsilonOf: (epsilon: number): string => epsilon.toFixed(2),
  pixelsOf: (pixels: number): string => `${pixels} pixels`,
  fool: 'Fool it',
  foolNeedsDrawing: 'Draw something first.',
  foolSame: 'It is read so already; choose another.',
  foolOriginal: 'Yours',
  foolChange: 'The change',
  foolResult: 'What it gets',
  foolOriginalLabel: 'The drawing as the network was given it',
  foolChangeLabel: (factor: number): string => `What was changed, ${factor} times enlarged`,
  foolResultLabel: 'The drawing so changed',
  readsAs: (name: string, p: number): string => `read as ${name}, ${percent(p)}`,
  enlarged: (factor: number): string => `${factor} × enlarged`,
  distanceOf: (pixels: number, largest: number): string =>
    `${pixels} ${pixels === 1 ? 'pixel' : 'pixels'} changed, by ${percent(largest)} at most.`,
  fooled: (from: string, to: string): string => `Fooled: the ${from} is read as ${to}`,
  notFooled: (from: string): string => `Not fooled: it is still read as ${from}`,
  stillNot: (read: string, wanted: string): string => `Not a ${wanted}: it is read as ${read}`,
  judgedStored: 'Judged on the picture as it is stored, in 8 bits.',
  judgeAfter: (reads: number | 'nothing', p: number): string =>
    `The judge, who was not attacked, reads ${reads}, ${percent(p)}.`,
  added: 'ink added',
  erased: 'ink taken away',
};
