// The functions no machine has as one instruction, as expansions over the primitives of code.ts: written once,
// for every target, and the same bits on all of them (each primitive is rounded once, there is no fma).
//
// To add one: write it in a math-*.ts file, put it into the table here and into test/math-reference.ts.

import { erf, exp, expm1, rsqrt, sigmoid, softplus, tanh } from './math-exp.ts';
import { log, log1p } from './math-log.ts';
import { pow } from './math-pow.ts';
import { normal, threefry, uniform } from './math-random.ts';
import { cos, sin } from './math-sin.ts';

export type { Builder } from './math-parts.ts';
export { threefryWords } from './math-random.ts';

/**
 * By name: f32 -> f32 (pow: two f32), except for the last three: `uniform` and `normal` take i32 random bits,
 * `threefry` makes them (i32) from two words of key and two of counter.
 */
export const expansions = {
  ...{ exp, expm1, log, log1p, pow, sin, cos, tanh, sigmoid, softplus, erf, rsqrt },
  ...{ uniform, normal, threefry },
} as const;

/** What has an expansion. */
export type Expansion = keyof typeof expansions;
