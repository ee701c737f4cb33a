// What `eidos studio` says in English; a part of the catalogue, whose rules stand in messages-en.ts.

/** What goes on with a run of the studio, and how it is called. */
export type Resuming = 'train' | 'gan';
export const callOf = (kind: Resuming): string => (kind === 'gan' ? 'gan train' : kind);

/** The messages. */
export const studioEnglish = {
  studioSummary: 'draw, ask, fool and train in the browser',
  studioDescription:
    'Opens the studio in your browser: everything runs on this machine and nothing\n' +
    'is sent anywhere. The page is served to this machine alone, until Ctrl-C.',
  portOption: 'listen here (4747, or any that is free)',
  noOpenOption: 'only print the address',
  exampleStudio: 'the studio in your browser',
  exampleStudioPort: 'at another port; open the address yourself',
  studioAt: (address: string): string => `The studio is at ${address}`,
  studioEnds: 'Ctrl-C ends it',
  portInUse: (port: number): string =>
    `studio: needs a free port, got ${port}, which is in use; name another with --port`,
  tooManyExamples: (most: number): string =>
    `training: needs at most ${most} bytes of examples; take fewer, or smaller ones`,
  badOrder: (shape: string, got: string): string =>
    `training: needs images and labels of its shape, ${shape}, and a seed, got ${got}; send all of them`,
  studioPictures: (kind: Resuming, run: string): string =>
    `${callOf(kind)}: --resume needs the pictures that ${run} learned from, which were given to the studio; name their folder: eidos ${callOf(kind)} <folder> --resume ${run}`,
  otherPictures: (kind: Resuming, run: string, folder: string): string =>
    `${callOf(kind)}: --resume needs the pictures that ${run} learned from, got others in ${folder}; name the folder that was given to the studio, or go on there (browsers read JPEG and WebP a little otherwise)`,
  onlyInStudio: (data: string): string =>
    `${data}: needs what was given to the studio, and only its browser has it; go on there, or name other data`,
  portRefused: (port: number, code: string): string =>
    `studio: cannot listen at port ${port} (${code}); name another with --port`,
};
