// What the page Draw, its pad and its coach say in English; a part of the catalogue in messages-en.ts.
import type { Preparation } from 'eidos';
import { percent } from './figures.ts';

const pixels = (n: number): string =>
  Math.round(n) === 0 ? 'nothing' : `${Math.round(n)} ${Math.round(n) === 1 ? 'pixel' : 'pixels'}`;

const preparations: Readonly<Record<Preparation, string>> = {
  mnist: 'As in MNIST',
  legacy: 'kaityo256’s page',
  raw: 'Only smaller',
};

const preparationHints: Readonly<Record<Preparation, string>> = {
  mnist: 'Cut out, 20 pixels long, moved until its centre of mass is in the middle',
  legacy: 'The whole drawing made 20 × 20 and moved by its centre of mass, 4 pixels at most',
  raw: 'The whole drawing made 28 × 28',
};

/** What the models that come with eidos read, and whose networks they are. */
const shipped: Readonly<Record<string, string>> = {
  freehand: 'digits drawn on a pad',
  'simple-cnn': 'digits, as num_inverse does',
  tutorial: 'digits, as TensorFlow’s tutorial does',
  fashion: 'clothes, as DL4US does',
  mlp784: 'digits, as mnist_check does',
};

/** The messages. */
export const drawEnglish = {
  pageDraw: 'Draw',
  drawTitle: 'Draw a digit',
  drawLead: 'A small network reads it while you draw. It sees 28 × 28 grey pixels and nothing else.',

  padLabel: 'Drawing pad',
  padHint: 'Draw here',
  padKeys:
    'Arrow keys move the pen, with Shift in smaller steps; Space puts it down and lifts it; Backspace undoes; Delete clears.',
  penDown: 'pen down',
  penUp: 'pen up',
  undo: 'Undo',
  clear: 'Clear',
  brush: 'Stroke',

  model: 'Model',
  shippedModel: (name: string): string => (name in shipped ? `${name}: ${shipped[name]}` : name),
  className: (name: string): string => name,
  openModel: 'Open …',
  openModelHint: 'Open a model: .dat, .npz or .model of kaityo256’s page, or .safetensors of eidos',
  preparation: 'Prepared',
  preparations,
  preparationHints,

  answerLabel: 'What the model reads',
  sure: (p: number): string => `${percent(p)} sure`,
  nothingDrawn: 'nothing drawn yet',
  barsLabel: 'How likely each class is',
  viewsLabel: 'What the model is given',
  rawLabel: 'The drawing in 28 by 28 pixels',
  rawCaption: '28 × 28, only made smaller',
  preparedLabel: 'The drawing as the model is given it',
  preparedCaption: (way: Preparation): string => `What the model sees (${preparations[way]})`,

  coachTitle: 'Misread?',
  coachLead: 'Say what you meant, and the model shows what it misses in your drawing.',
  coachEmpty: 'When something is drawn, say here what you meant by it.',
  meantLabel: 'What you meant',
  whyNot: (name: string): string => `Why not my ${name}?`,
  alreadyRead: (name: string): string => `It is read as your ${name}`,
  givenLabel: 'Your drawing as the model sees it',
  readAs: (name: string, p: number | undefined): string =>
    `Yours, read as ${name}${p === undefined ? '' : `, ${percent(p)}`}`,
  working: 'Looking …',
  adviceLabel: (added: number, erased: number): string =>
    `Your drawing with what to change: add ${pixels(added)}, erase ${pixels(erased)}`,
  addInk: (added: number): string => `Add ${pixels(added)}`,
  eraseInk: (erased: number): string => `Erase ${pixels(erased)}`,
  changedLabel: 'Your drawing so changed',
  thenReads: (name: string, p: number): string => `Then it is a ${name}, ${percent(p)}`,
  adviceFails: (name: string, p: number): string => `Even so only ${percent(p)} for ${name}; draw it again`,
  ownLabel: (name: string): string => `The model’s own ${name}`,
  own: (name: string): string => `This is my ${name}.`,
  ownForming: 'The model draws its own …',
};
