// The rows of a file of pen digits: those to learn from, those to choose by, those to test with. They are told apart
// here and nowhere else.
import { readFileSync } from 'node:fs';
import { examplesFrom, presets, readPenDigits, type Split } from '../src/index.ts';

/** Rows up to this one may be learned from, those after it are for testing only. */
const { rows: learned } = presets.freehand.drawings ?? { rows: 0 };

/** Of these, the ones that are put aside while something is chosen. */
const aside = 1000;

/** The rows of a file of UCI's form. */
export function penDigits(path: string): Readonly<Record<'train' | 'learned' | 'aside' | 'test', Split>> {
  const all = readPenDigits(readFileSync(path), path);
  return {
    train: examplesFrom(all, 0, learned),
    learned: examplesFrom(all, 0, learned - aside),
    aside: examplesFrom(all, learned - aside, learned),
    test: examplesFrom(all, learned),
  };
}
