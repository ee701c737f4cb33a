// Random numbers that parameters begin with, drawn by a kernel: the float64 arithmetic of base/deviates.ts and
// base/gauss.ts step by step, so that the numbers are the host's to the bit (test/draw.test.ts tries every chance there
// is). Both ways of a choice are computed for every number, and a factor of 1 or 0 chooses: exact, and without branches.
import { below2, type DeviateName, type Drawing } from '../base/deviates.ts';
import { quotients, type Polynomial } from '../base/gauss.ts';
import { Build } from './build.ts';
import type { Code, Machine, Value } from './code.ts';
import { newBuffer } from './kernel.ts';
import { threefry, uniform } from './math-random.ts';

/** Numbers of one part of the work. */
const perPart = 4096;

/** How many parts drawing `count` numbers has. */
export const partsOf = (count: number): number => Math.ceil(count / perPart);

/** What the kernel's second buffer holds, as i32; undefined where its mean or scale does not fit into three f32. */
export function settingsOf({ seed, purpose, mean, scale }: Drawing, count: number): Int32Array | undefined {
  const thirds = [...thirdsOf(mean), ...thirdsOf(scale)];
  const [a, b, c, d, e, f] = thirds as [number, number, number, number, number, number];
  if (a + b + c !== mean || d + e + f !== scale) return undefined;
  return Int32Array.of(seed, purpose, count, ...new Int32Array(Float32Array.from(thirds).buffer));
}

/** Three f32 whose sum, from the first on, is x exactly, unless x is very small or large. */
function thirdsOf(x: number): number[] {
  const first = Math.fround(x);
  const second = Math.fround(x - first);
  return [first, second, Math.fround(x - first - second)];
}

/** Arithmetic on one half of the lanes, in f64. */
function doubles(b: Build, half: 0 | 1) {
  const two =
    (f: 'add' | 'sub' | 'mul' | 'div') =>
    (x: Value, y: Value): Value =>
      b.map(f, x, y);
  const [add, mul] = [two('add'), two('mul')];
  const number = (value: number): Value => b.constant('f64', value, true);
  return {
    ...{ add, mul, number, sub: two('sub'), div: two('div') },
    sqrt: (x: Value): Value => b.map('sqrt', x),
    /** Of a wide f32. */
    widen: (from: Value): Value => b.let({ base: 'f64', wide: true }, { o: 'widen', from, half }),
    /** As Horner does, the highest power first. */
    polynomial: (c: Polynomial, x: Value): Value =>
      c.slice(0, -1).reduceRight<Value>((sum, value) => add(mul(sum, x), number(value)), number(c[7])),
  };
}

type Doubles = ReturnType<typeof doubles>;

/** What is done on all lanes at once, in f32 and i32. */
function singles(b: Build) {
  const wide = b.builder(true);
  const f32 = (value: number): Value => wide.f32(value);
  const i32 = (value: number): Value => wide.i32(value);
  const map = (...args: Parameters<Build['map']>): Value => b.map(...args);
  return {
    ...{ f32, i32, map, wide },
    narrow: (low: Value, high: Value): Value =>
      b.let({ base: 'f32', wide: true }, { o: 'narrow', args: [low, high] }),
    /** `yes` where the mask holds, else `no`, as f32. */
    choose: (mask: Value, yes: number, no: number): Value => map('select', mask, f32(yes), f32(no)),
  };
}

type Singles = ReturnType<typeof singles>;

/** Writes both halves of a value. */
type Halves = readonly [Value, Value];

/** A number for each half. */
const both = (b: Build, make: (d: Doubles, half: 0 | 1) => Value): Halves => [
  make(doubles(b, 0), 0),
  make(doubles(b, 1), 1),
];

/** AS 241 around the middle, and in the tails: what upperQuantile() of base/gauss.ts does. */
function middleQuantile({ sub, mul, div, number, polynomial }: Doubles, p: Value): Value {
  const [over, under] = quotients.middle;
  const off = sub(number(0.5), p);
  const r = sub(number(0.180625), mul(off, off));
  return div(mul(off, polynomial(over, r)), polynomial(under, r));
}

function tailQuantile({ sub, mul, div, sqrt, number, polynomial }: Doubles, log: Value): Value {
  const [over, under] = quotients.tail;
  const r = sub(sqrt(mul(log, number(-1))), number(1.6));
  return div(polynomial(over, r), polynomial(under, r));
}

/** ln 2 in two parts, and the coefficients of fdlibm's log (Sun Microsystems 1993, e_log.c), which is V8's. */
const [ln2High, ln2Low] = [6.9314718036912381649e-1, 1.90821492927058770002e-10];
const even = [3.999999999940941908e-1, 2.222219843214978396e-1, 1.531383769920937332e-1] as const;
const odd = [
  6.66666666666673513e-1, 2.857142874366239149e-1, 1.818357216161805012e-1, 1.479819860511658591e-1,
] as const;

/**
 * The natural logarithms of p, as fdlibm computes them for numbers from 2^-126 on, whose nearest f32 is `single`. Which
 * power of two is taken out, and which of two formulas suits the rest, is told from the f32.
 */
function logarithm(b: Build, s: Singles, p: Halves, single: Value): Halves {
  const { f32, i32, map } = s;
  // Twenty bits of the mantissa, as fdlibm looks at them; an f32 has three more.
  const bits = map('bits', single);
  const up = map('add', bits, i32(0x95f64 << 3));
  const exponent = map('sub', map('shr', up, i32(23)), i32(127));
  const power = map('fromBits', map('shl', map('sub', i32(127), exponent), i32(23)));
  const mantissa = map('shr', map('and', bits, i32(0x7fffff)), i32(3));
  const inside = map('and', map('lt', i32(0x61479), mantissa), map('lt', mantissa, i32(0x6b852)));
  const first = map('select', inside, f32(1), f32(0));
  const k = map('toFloat', exponent);
  return both(b, (d, half) => {
    const { add, sub, mul, div, number, widen } = d;
    const f = sub(mul(p[half], widen(power)), number(1));
    const t = div(f, add(number(2), f));
    const [z, dk] = [mul(t, t), widen(k)];
    const w = mul(z, z);
    const times = (x: Value, c: number, y: Value): Value => mul(x, add(number(c), y));
    const t1 = times(w, even[0], times(w, even[1], mul(w, number(even[2]))));
    const t2 = times(z, odd[0], times(w, odd[1], times(w, odd[2], mul(w, number(odd[3])))));
    const r = add(t2, t1);
    const halfSquare = mul(mul(number(0.5), f), f);
    const low = mul(dk, number(ln2Low));
    const one = sub(halfSquare, add(mul(t, add(halfSquare, r)), low));
    const other = sub(mul(t, sub(f, r)), low);
    const chosen = widen(first);
    const part = add(mul(chosen, one), mul(sub(number(1), chosen), other));
    return sub(mul(dk, number(ln2High)), sub(part, f));
  });
}

/** mean + scale * deviate, as f32. */
function finished(b: Build, s: Singles, { mean, scale }: Scaled, z: Halves): Value {
  const [low, high] = both(b, ({ add, mul }, half) => add(mean[half], mul(scale[half], z[half])));
  return s.narrow(low, high);
}

/** The mean and the scale, for both halves. */
export interface Scaled {
  readonly mean: Halves;
  readonly scale: Halves;
}

function normals(b: Build, s: Singles, scaled: Scaled, within2: boolean, chance: Value): Value {
  const below = s.map('lt', chance, s.f32(0.5));
  const [sign, start] = [s.choose(below, 1, -1), s.choose(below, 0, 1)];
  const p = both(b, ({ add, mul, number, widen }) => {
    const middle = add(widen(chance), number(2 ** -25));
    const all = within2 ? add(number(below2), mul(middle, number(1 - 2 * below2))) : middle;
    // p below 1/2, else 1 - p.
    return add(widen(start), mul(widen(sign), all));
  });
  const single = s.narrow(...p);
  const log = logarithm(b, s, p, single);
  const signed = ({ mul, widen, number }: Doubles, z: Value): Value => mul(mul(widen(sign), number(-1)), z);
  const inMiddle = both(b, (d, half) => signed(d, middleQuantile(d, p[half])));
  const inTail = both(b, (d, half) => signed(d, tailQuantile(d, log[half])));
  const isMiddle = s.map('le', s.f32(0.075), single);
  return s.map('select', isMiddle, finished(b, s, scaled, inMiddle), finished(b, s, scaled, inTail));
}

/** The numbers that a distribution makes of chances. */
export function numbersOf(b: Build, of: DeviateName, scaled: Scaled, chance: Value): Value {
  const s = singles(b);
  if (of === 'normal' || of === 'normalWithin2') return normals(b, s, scaled, of === 'normalWithin2', chance);
  const z = both(b, ({ mul, sub, number, widen }) =>
    of === 'chance' ? widen(chance) : sub(mul(number(2), widen(chance)), number(1)),
  );
  return finished(b, s, scaled, z);
}

/** The kernel that fills its first buffer, an f32, by the settings in its second. It may write into the slack behind. */
export function drawCode(of: DeviateName, machine: Machine): Code {
  const b = new Build(machine);
  const out = b.buffer(newBuffer('drawn', 'f32', 0), true);
  const settings = b.buffer(newBuffer('settings', 'i32', 9));
  const word = (offset: number): Value =>
    b.let({ base: 'i32', wide: true }, { o: 'load', buffer: settings, at: b.ix(0), offset, stride: 0 });
  const [seed, purpose] = [word(0), word(1)];
  const count = b.map(
    'toIndex',
    b.let({ base: 'i32', wide: false }, { o: 'load', buffer: settings, at: b.ix(0), offset: 2, stride: 0 }),
  );
  const sum = (from: number): Halves => {
    const thirds = [0, 1, 2].map((i) => b.map('fromBits', word(from + i)));
    return both(b, ({ add, widen }) => thirds.map(widen).reduce(add));
  };
  const scaled = { mean: sum(3), scale: sum(6) };
  const i32 = (v: Value): Value => b.splat(b.map('fromIndex', v));
  const lanes = b.let({ base: 'i32', wide: true }, { o: 'lanes' });
  const end = b.minIx(count, b.mulIx(b.param('hi'), perPart));
  b.loop(b.mulIx(b.param('lo'), perPart), end, b.lanes, (at) => {
    const wide = b.builder(true);
    const bits = threefry(wide, seed, purpose, b.map('add', i32(at), lanes), wide.i32(0));
    const value = numbersOf(b, of, scaled, uniform(wide, bits));
    b.push({ s: 'store', buffer: out, at, offset: 0, value });
  });
  return b.finish().code;
}
