// Index formulas: whole-number sums of axes, run-time counts and floored quotients and remainders of
// such sums. A formula is kept as a sum of multiples of atoms plus a constant, which makes equal
// formulas equal texts and lets quotients and remainders cancel by themselves.
//
// Division is floored and the remainder is never negative: x = (x / k) * k + x % k for every x, k > 0.

/** A loop variable: 0 <= axis < size, or < scale * batch where `scale` is not 0. */
export interface Axis {
  readonly id: number;
  readonly size: number;
  readonly scale: number;
}

export type Atom =
  | { readonly i: 'axis'; readonly axis: Axis; readonly key: string }
  /** A run-time count: 0 is the batch, others count enclosing scans; 0 <= it <= max. */
  | { readonly i: 'symbol'; readonly symbol: number; readonly max: number; readonly key: string }
  /** A whole number computed by the kernel (a gathered row); known to be in [0, max]. */
  | {
      readonly i: 'held';
      readonly held: number;
      readonly value: unknown;
      readonly max: number;
      readonly key: string;
    }
  | { readonly i: '/' | '%'; readonly of: Index; readonly by: number; readonly key: string };

export interface Index {
  /** In rising order of key, no factor 0. */
  readonly terms: readonly (readonly [Atom, number])[];
  readonly plus: number;
}

export const int = (plus: number): Index => ({ terms: [], plus });

const atom = (a: Atom): Index => ({ terms: [[a, 1]], plus: 0 });

let axes = 0;
/** A new loop variable. */
export const newAxis = (size: number, scale = 0): Axis => ({ id: axes++, size, scale });

/** The loop variable as a formula; an axis of one element is the constant 0. */
export const axis = (a: Axis): Index =>
  a.size === 1 && a.scale === 0 ? int(0) : atom({ i: 'axis', axis: a, key: `a${a.id}` });

export const symbol = (s: number, max: number): Index => atom({ i: 'symbol', symbol: s, max, key: `s${s}` });

let helds = 0;
/** A computed whole number from 0 to max. */
export const held = (value: unknown, max: number): Index => {
  const id = helds++;
  return atom({ i: 'held', held: id, value, max, key: `h${id}` });
};

/** The smallest and the largest value a formula can take. */
export function bounds(x: Index): [lo: number, hi: number] {
  let [lo, hi] = [x.plus, x.plus];
  for (const [a, k] of x.terms) {
    const [p, q] = atomBounds(a);
    lo += k > 0 ? k * p : k * q;
    hi += k > 0 ? k * q : k * p;
  }
  return [lo, hi];
}

function atomBounds(a: Atom): [number, number] {
  if (a.i === 'axis') return [0, Math.max(0, a.axis.size - 1)];
  if (a.i === 'symbol' || a.i === 'held') return [0, a.max];
  const [lo, hi] = bounds(a.of);
  if (a.i === '/') return [Math.floor(lo / a.by), Math.floor(hi / a.by)];
  return lo >= 0 && hi < a.by ? [lo, hi] : [0, a.by - 1];
}

export const plus = (...list: readonly Index[]): Index => {
  const sum = new Map<string, [Atom, number]>();
  let constant = 0;
  for (const x of list) {
    constant += x.plus;
    for (const [a, k] of x.terms) sum.set(a.key, [a, k + (sum.get(a.key)?.[1] ?? 0)]);
  }
  const whole = recombine(sum);
  return whole ? plus(...whole, int(constant)) : { terms: order([...sum.values()]), plus: constant };
};

const order = (terms: [Atom, number][]): [Atom, number][] =>
  terms.filter(([, k]) => k !== 0).sort(([a], [b]) => (a.key < b.key ? -1 : 1));

/** (x / k) * (k * c) + (x % k) * c = x * c: the parts of the sum after one such step, if there is one. */
function recombine(sum: Map<string, [Atom, number]>): Index[] | undefined {
  for (const [a, c] of sum.values()) {
    if (a.i !== '%' || c === 0) continue;
    const quotient = over(a.of, a.by);
    const [only] = quotient.terms;
    if (quotient.terms.length !== 1 || quotient.plus !== 0 || only?.[1] !== 1) continue;
    const partner = sum.get(only[0].key);
    if (partner?.[1] !== c * a.by) continue;
    sum.delete(a.key);
    sum.delete(only[0].key);
    return [times(a.of, c), ...[...sum.values()].map(([b, k]) => times(atom(b), k))];
  }
  return undefined;
}

export const minus = (a: Index, b: Index): Index => plus(a, times(b, -1));

export function times(x: Index, k: number): Index {
  if (k === 0) return int(0);
  return { terms: x.terms.map(([a, c]) => [a, c * k] as const), plus: x.plus * k + 0 }; // never -0
}

/** Splits x into whole * k + rest, the rest holding what k does not divide. */
function split(x: Index, k: number): { whole: Index; rest: Index } {
  const down = Math.floor(x.plus / k);
  return {
    whole: { terms: x.terms.filter(([, c]) => c % k === 0).map(([a, c]) => [a, c / k] as const), plus: down },
    rest: { terms: x.terms.filter(([, c]) => c % k !== 0), plus: x.plus - down * k },
  };
}

/** The floored quotient x / k, k > 0. */
export function over(x: Index, k: number): Index {
  if (k === 1) return x; // x / 1 = x
  const { whole, rest } = split(x, k); // (w*k + r) / k = w + r / k
  const [lo, hi] = bounds(rest);
  const low = Math.floor(lo / k);
  if (low === Math.floor(hi / k)) return plus(whole, int(low));
  const [only] = rest.terms;
  if (rest.terms.length === 1 && rest.plus === 0 && only?.[1] === 1) {
    const a = only[0];
    if (a.i === '/') return plus(whole, over(a.of, a.by * k)); // x / a / b = x / (a*b)
    if (a.i === '%' && a.by % k === 0) return plus(whole, modulo(over(a.of, k), a.by / k)); // x % (a*b) / a = x / a % b
  }
  return plus(whole, atom({ i: '/', of: rest, by: k, key: `(${text(rest)}/${k})` }));
}

/** The remainder x % k in [0, k). */
export function modulo(x: Index, k: number): Index {
  if (k === 1) return int(0); // x % 1 = 0
  const { rest } = split(x, k); // (w*k + r) % k = r % k
  const [lo, hi] = bounds(rest);
  const low = Math.floor(lo / k);
  if (low === Math.floor(hi / k)) return plus(rest, int(-low * k));
  const [only] = rest.terms;
  if (
    rest.terms.length === 1 &&
    rest.plus === 0 &&
    only?.[1] === 1 &&
    only[0].i === '%' &&
    only[0].by % k === 0
  )
    return modulo(only[0].of, k); // x % (a*b) % a = x % a
  return atom({ i: '%', of: rest, by: k, key: `(${text(rest)}%${k})` });
}

/** The formula as text; equal formulas have equal texts. */
export function text(x: Index): string {
  const terms = x.terms.map(([a, k]) => (k === 1 ? a.key : `${a.key}*${k}`));
  if (x.plus !== 0 || terms.length === 0) terms.push(String(x.plus));
  return terms.join('+');
}

/** The factor of an axis in a formula, or undefined where the axis stands inside a quotient, remainder or held number. */
export function factorOf(x: Index, a: Axis): number | undefined {
  let factor = 0;
  for (const [b, k] of x.terms) {
    if (b.i === 'axis') factor += b.axis === a ? k : 0;
    else if (dependsOn(b, a)) return undefined;
  }
  return factor;
}

const dependsOn = (b: Atom, a: Axis): boolean => {
  if (b.i === '/' || b.i === '%') return b.of.terms.some(([c]) => dependsOn(c, a));
  return b.i === 'axis' ? b.axis === a : b.i === 'held';
};

/** The formula with axes replaced by formulas. */
export function substitute(x: Index, by: ReadonlyMap<Axis, Index>): Index {
  return plus(
    int(x.plus),
    ...x.terms.map(([a, k]) => {
      if (a.i === 'axis') return times(by.get(a.axis) ?? atom(a), k);
      if (a.i === '/') return times(over(substitute(a.of, by), a.by), k);
      if (a.i === '%') return times(modulo(substitute(a.of, by), a.by), k);
      return times(atom(a), k);
    }),
  );
}

/** The value of a formula, from the values of its atoms. */
export function evaluate(x: Index, value: (a: Atom) => number): number {
  let sum = x.plus;
  for (const [a, k] of x.terms) {
    if (a.i === '/' || a.i === '%') {
      const n = evaluate(a.of, value);
      const q = Math.floor(n / a.by);
      sum += k * (a.i === '/' ? q : n - q * a.by);
    } else sum += k * value(a);
  }
  return sum;
}
