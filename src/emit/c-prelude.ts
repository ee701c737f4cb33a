// What stands before kernels in a C file: vector types of the lanes in use, and the functions that
// emit/c.ts calls by name (`min_f32x8`). A function has several ways to say it, best first, each behind
// what the compiler must offer; the last resort, lane by lane or bit by bit, is right everywhere.
//
// No header is included: <immintrin.h> alone costs gcc and clang 0.3 s a file.

/** C text that defines the types and functions of kernels with these lanes. */
export function cPrelude(lanes: Iterable<number>): string {
  return [narrow, ...[...new Set(lanes)].sort((a, b) => a - b).map((n) => wide(vector(n)))].join('\n');
}

// min: `a < b ? a : b` in both orders differ only where one is NaN or the two are 0 and -0: the bits of
// one *or* the other are then a NaN, or -0. max: `or` gives a NaN or -0 likewise, and taking away
// the bits that differ (a NaN stays one; -0 - -0 = 0) leaves +0.
const narrow = `
#define FN static inline __attribute__((always_inline))
#ifdef __has_builtin
#define HAS(x) __has_builtin(x)
#else
#define HAS(x) 0
#endif
#if defined __clang__ || __GNUC__ >= 12
#define SHUFFLE(a, b, ints, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ints, ...) __builtin_shuffle(a, b, (ints){__VA_ARGS__})
#endif

FN int bits_f32(float a) { int r; __builtin_memcpy(&r, &a, 4); return r; }
FN float fromBits_i32(int a) { float r; __builtin_memcpy(&r, &a, 4); return r; }
FN float lesser_f32(float a, float b) { return a < b ? a : b; }
FN float greater_f32(float a, float b) { return a > b ? a : b; }
FN float min_f32(float a, float b) { return fromBits_i32(bits_f32(lesser_f32(a, b)) | bits_f32(lesser_f32(b, a))); }
FN float max_f32(float a, float b) {
  const int p = bits_f32(greater_f32(a, b)), q = bits_f32(greater_f32(b, a));
  return fromBits_i32(p | q) - fromBits_i32(p ^ q);
}
FN float sqrt_f32(float a) { return __builtin_sqrtf(a); }
FN float floor_f32(float a) { return __builtin_floorf(a); }
FN float ceil_f32(float a) { return __builtin_ceilf(a); }
FN float trunc_f32(float a) { return __builtin_truncf(a); }
FN float nearest_f32(float a) { return __builtin_rintf(a); }
FN float abs_f32(float a) { return __builtin_fabsf(a); }
FN float rem_f32(float a, float b) { return __builtin_fmodf(a, b); }
FN int toInt_f32(float a) {
  if (a != a) return 0;
  if (a >= 2147483648.0f) return 2147483647;
  return a < -2147483648.0f ? -2147483647 - 1 : (int)a;
}
FN float fma_f32(float a, float b, float c) {
#if defined __FMA__ || defined __AVX512F__ || defined __aarch64__
  return __builtin_fmaf(a, b, c);
#else
  return a * b + c;
#endif
}
FN int min_i32(int a, int b) { return a < b ? a : b; }
FN int max_i32(int a, int b) { return a > b ? a : b; }
FN long min_ix(long a, long b) { return a < b ? a : b; }
FN long max_ix(long a, long b) { return a > b ? a : b; }
FN int div_i32(int a, int b) { return b == 0 ? 0 : b == -1 ? (int)-(unsigned)a : a / b; }
FN int rem_i32(int a, int b) { return b == 0 || b == -1 ? 0 : a % b; }
`;

/** The words of one number of lanes. */
interface Vector {
  readonly lanes: number;
  /** Vector types: float, half as many doubles, int, and the plain GCC vector that the x86 builtins of clang ask for. */
  readonly f: string;
  readonly d: string;
  readonly i: string;
  readonly g: string;
  /** Conditions of the preprocessor: x86 with such vectors, the same under gcc, x86 fma, and NEON. */
  readonly x86: string;
  readonly gcc: string;
  readonly fma: string;
  readonly neon: string;
  /** What x86 builtins end in. */
  readonly tail: string;
}

function vector(lanes: number): Vector {
  const x86 = { 4: 'defined __SSE4_1__', 8: 'defined __AVX2__', 16: 'defined __AVX512F__' }[lanes] ?? '0';
  return {
    lanes,
    f: `f32x${lanes}`,
    d: `f64x${lanes / 2}`,
    i: `i32x${lanes}`,
    g: `g32x${lanes}`,
    x86,
    gcc: `!defined __clang__ && ${x86}`,
    fma: lanes === 16 ? x86 : `defined __FMA__ && ${x86}`,
    neon: lanes === 4 ? 'defined __aarch64__' : '0',
    tail: { 8: '256', 16: '512_mask' }[lanes] ?? '',
  };
}

/** One way to say a function: the condition of the preprocessor, and the statements. */
type Way = readonly [condition: string, body: string];

/** A function on vectors; what no way covers is done by `last`. */
function define(head: string, ways: readonly Way[], last: string): string {
  const bodies = ways.map(([condition, body], n) => `#${n === 0 ? 'if' : 'elif'} ${condition}\n  ${body}`);
  return [`FN ${head} {`, ...bodies, '#else', `  ${last}`, '#endif', '}'].join('\n');
}

const each = (v: Vector, lane: (n: number) => string): string =>
  Array.from({ length: v.lanes }, (_, n) => lane(n)).join(', ');

/** The narrow function for every lane; `of` is the type of its operands. */
const lanewise = (v: Vector, to: string, name: string, of: string, params: readonly string[]): string =>
  `return (${to}){${each(v, (n) => `${name}_${of}(${params.map((x) => `${x}[${n}]`).join(', ')})`)}};`;

// AVX-512 builtins of gcc also take the lanes to keep, a mask of all lanes and the rounding mode (4: the current one).
const masked = (v: Vector, kept: string): string =>
  v.lanes === 16 ? `, ${kept}, (unsigned short)-1, 4` : '';

const neonUnary = (v: Vector, to: string, name: string): Way => [
  v.neon,
  `${to} r; __asm__("${name} %0.4s, %1.4s" : "=w"(r) : "w"(a)); return r;`,
];

function rounding(v: Vector, name: string, elementwise: string, mode: number, neon: string): string {
  const builtin = v.lanes === 16 ? 'rndscaleps_mask' : `roundps${v.tail}`;
  return define(
    `${v.f} ${name}_${v.f}(${v.f} a)`,
    [
      [`HAS(__builtin_elementwise_${elementwise})`, `return __builtin_elementwise_${elementwise}(a);`],
      [v.gcc, `return __builtin_ia32_${builtin}(a, ${mode | 8}${masked(v, 'a')});`], // 8: no inexact exception
      neonUnary(v, v.f, neon),
    ],
    lanewise(v, v.f, name, 'f32', ['a']),
  );
}

/** \`a < b ? a : b\` (or >), exactly what x86's minps and maxps do. */
function picking(v: Vector, name: string, operator: string, builtin: string): string {
  return define(
    `${v.f} ${name}_${v.f}(${v.f} a, ${v.f} b)`,
    [
      ['defined __clang__', `return a ${operator} b ? a : b;`],
      [v.gcc, `return __builtin_ia32_${builtin}ps${v.tail}(a, b${masked(v, 'a')});`],
    ],
    `return select_${v.f}((${v.i})(a ${operator} b), a, b);`,
  );
}

function extreme(v: Vector, name: string, pick: string, combine: string): string {
  return define(
    `${v.f} ${name}_${v.f}(${v.f} a, ${v.f} b)`,
    [[v.neon, `${v.f} r; __asm__("f${name} %0.4s, %1.4s, %2.4s" : "=w"(r) : "w"(a), "w"(b)); return r;`]],
    `const ${v.i} p = (${v.i})${pick}_${v.f}(a, b), q = (${v.i})${pick}_${v.f}(b, a);\n  return ${combine};`,
  );
}

/** Where m is -1 a, where it is 0 b. */
function selecting(v: Vector, type: string): string {
  const blend = `return (${type})__builtin_ia32_blendvps${v.tail}((${v.f})b, (${v.f})a, (${v.f})m);`;
  return define(
    `${type} select_${type}(${v.i} m, ${type} a, ${type} b)`,
    [
      ['defined __clang__', 'return m ? a : b;'],
      [v.lanes === 16 ? '0' : v.gcc, blend],
    ],
    `return (${type})(((${v.i})a & m) | ((${v.i})b & ~m));`,
  );
}

// cvttps2dq gives -2^31 for what does not fit: right for numbers below, and all bits flipped for those above.
function toInt(v: Vector): string {
  const kept = v.lanes === 16 ? `, (${v.i})b, (unsigned short)-1, 4` : '';
  return define(
    `${v.i} toInt_${v.f}(${v.f} a)`,
    [
      [
        v.x86,
        `const ${v.g} b = (${v.g})((${v.i})a & (${v.i})(a == a));\n` +
          `  return (${v.i})__builtin_ia32_cvttps2dq${v.tail}(b${kept}) ^ (${v.i})(a >= 2147483648.0f);`,
      ],
      neonUnary(v, v.i, 'fcvtzs'),
    ],
    lanewise(v, v.i, 'toInt', 'f32', ['a']),
  );
}

function fma(v: Vector): string {
  const rest = v.lanes === 16 ? ', (unsigned short)-1, 4' : '';
  return define(
    `${v.f} fma_${v.f}(${v.f} a, ${v.f} b, ${v.f} c)`,
    [
      [
        `(${v.fma}) && !HAS(__builtin_elementwise_fma)`,
        `return (${v.f})__builtin_ia32_vfmaddps${v.tail}((${v.g})a, (${v.g})b, (${v.g})c${rest});`,
      ],
      [
        '(defined __FMA__ || defined __aarch64__) && HAS(__builtin_elementwise_fma)',
        'return __builtin_elementwise_fma(a, b, c);',
      ],
      [`!defined __clang__ && ${v.neon}`, 'return __builtin_aarch64_fmav4sf(a, b, c);'],
      [v.neon, '__asm__("fmla %0.4s, %1.4s, %2.4s" : "+w"(c) : "w"(a), "w"(b)); return c;'],
    ],
    lanewise(v, v.f, 'fma', 'f32', ['a', 'b', 'c']),
  );
}

function squareRoot(v: Vector): string {
  return define(
    `${v.f} sqrt_${v.f}(${v.f} a)`,
    [
      ['HAS(__builtin_elementwise_sqrt)', 'return __builtin_elementwise_sqrt(a);'],
      [v.gcc, `return __builtin_ia32_sqrtps${v.tail}(a${masked(v, 'a')});`],
      neonUnary(v, v.f, 'fsqrt'),
    ],
    lanewise(v, v.f, 'sqrt', 'f32', ['a']),
  );
}

function squareRootOfDoubles(v: Vector): string {
  const builtin = { 4: 'sqrtpd', 8: 'sqrtpd256', 16: 'sqrtpd512_mask' }[v.lanes] ?? '';
  const kept = v.lanes === 16 ? ', a, (unsigned char)-1, 4' : '';
  return define(
    `${v.d} sqrt_${v.d}(${v.d} a)`,
    [
      ['HAS(__builtin_elementwise_sqrt)', 'return __builtin_elementwise_sqrt(a);'],
      [v.gcc, `return __builtin_ia32_${builtin}(a${kept});`],
    ],
    `return (${v.d}){${Array.from({ length: v.lanes / 2 }, (_, n) => `__builtin_sqrt(a[${n}])`).join(', ')}};`,
  );
}

/** Between floats and doubles: a half at a time, and both halves back. */
function halves({ lanes, f, d }: Vector): string {
  const half = `f32x${lanes}_half`;
  return [
    `typedef double ${d} __attribute__((vector_size(${4 * lanes})));`,
    `typedef float ${half} __attribute__((vector_size(${2 * lanes})));`,
    `FN ${d} splat_${d}(double a) { return (${d}){${Array(lanes / 2)
      .fill('a')
      .join(', ')}}; }`,
    `FN ${d} widen_${f}(${f} a, int half) {
  ${half} h;
  __builtin_memcpy(&h, (const char *)&a + half * sizeof h, sizeof h);
  return __builtin_convertvector(h, ${d});
}`,
    `FN ${f} narrow_${f}(${d} a, ${d} b) {
  ${f} r;
  const ${half} low = __builtin_convertvector(a, ${half}), high = __builtin_convertvector(b, ${half});
  __builtin_memcpy(&r, &low, sizeof low);
  __builtin_memcpy((char *)&r + sizeof low, &high, sizeof high);
  return r;
}`,
  ].join('\n');
}

// gcc takes bytes apart and puts them together one by one, unless it is told how.
function loadBytes(v: Vector): string {
  const { lanes, i } = v;
  const bytes = { 4: '(q16)(i32x4){w, 0, 0, 0}', 8: '(q16)(q2){w, 0}', 16: 'w' }[lanes] ?? '';
  const word = { 4: 'int', 8: 'long long', 16: 'q16' }[lanes] ?? '';
  const builtin = `__builtin_ia32_pmovzxbd${{ 4: '128', 8: '256' }[lanes] ?? v.tail}`;
  const kept = lanes === 16 ? `, (${i}){0}, (unsigned short)-1` : '';
  return define(
    `${i} load_u8x${lanes}(const unsigned char *p)`,
    [
      [
        v.gcc,
        `typedef char q16 __attribute__((vector_size(16)));
  typedef long long q2 __attribute__((vector_size(16)));
  ${word} w;
  __builtin_memcpy(&w, p, ${lanes});
  return (${i})${builtin}(${bytes}${kept});`,
      ],
    ],
    `return __builtin_convertvector(*(const u8x${lanes}_at *)p, ${i});`,
  );
}

function storeBytes(v: Vector): string {
  const { lanes, i } = v;
  // Bytes 0, 4, 8, ... to the front; the rest is not looked at.
  const front = Array.from({ length: 4 * lanes }, (_, n) => (n < lanes ? 4 * n : 0));
  return define(
    `void store_u8x${lanes}(unsigned char *p, ${i} a)`,
    [
      [
        lanes === 16 ? '0' : v.gcc,
        `typedef unsigned char q __attribute__((vector_size(${4 * lanes})));
  const q bytes = __builtin_shuffle((q)a, (q){${front.join(', ')}});
  __builtin_memcpy(p, &bytes, ${lanes});`,
      ],
    ],
    `*(u8x${lanes}_at *)p = __builtin_convertvector(a, u8x${lanes});`,
  );
}

/** Types; `_at` ones may be read and written anywhere. Clang selects by ?: only on its own kind of vector. */
function types({ lanes, f, i, g }: Vector): string {
  return `
#ifdef __clang__
#define VECTOR(bytes) __attribute__((ext_vector_type(${lanes})))
#else
#define VECTOR(bytes) __attribute__((vector_size(${lanes} * bytes)))
#endif
typedef float ${f} VECTOR(4);
typedef int ${i} VECTOR(4);
typedef unsigned u32x${lanes} VECTOR(4);
typedef unsigned char u8x${lanes} VECTOR(1);
#undef VECTOR
typedef float ${g} __attribute__((vector_size(${lanes * 4})));
typedef ${f} ${f}_at __attribute__((aligned(4)));
typedef ${i} ${i}_at __attribute__((aligned(4)));
typedef u8x${lanes} u8x${lanes}_at __attribute__((aligned(1)));`;
}

/**
 * A load that stays in its register: without the empty asm, gcc reads memory again at each use of it, which in a tile of
 * sums is as many loads as products.
 */
const held = (v: Vector): string =>
  define(
    `${v.f} held_${v.f}(const float *p)`,
    [
      [v.x86, `${v.f} r = *(const ${v.f}_at *)p; __asm__("" : "+x"(r)); return r;`],
      [v.neon, `${v.f} r = *(const ${v.f}_at *)p; __asm__("" : "+w"(r)); return r;`],
    ],
    `return *(const ${v.f}_at *)p;`,
  );

function wide(v: Vector): string {
  const { f, i } = v;
  return [
    types(v),
    `FN ${f} splat_${f}(float a) { return (${f}){${each(v, () => 'a')}}; }`,
    `FN ${i} splat_${i}(int a) { return (${i}){${each(v, () => 'a')}}; }`,
    `FN ${f} load_${f}(const float *p) { return *(const ${f}_at *)p; }`,
    `FN ${i} load_${i}(const int *p) { return *(const ${i}_at *)p; }`,
    held(v),
    loadBytes(v),
    `FN void store_${f}(float *p, ${f} a) { *(${f}_at *)p = a; }`,
    `FN void store_${i}(int *p, ${i} a) { *(${i}_at *)p = a; }`,
    storeBytes(v),
    `FN ${i} bits_${f}(${f} a) { return (${i})a; }`,
    `FN ${f} fromBits_${i}(${i} a) { return (${f})a; }`,
    `FN ${f} abs_${f}(${f} a) { return (${f})((${i})a & 0x7fffffff); }`,
    selecting(v, f),
    selecting(v, i),
    picking(v, 'lesser', '<', 'min'),
    picking(v, 'greater', '>', 'max'),
    extreme(v, 'min', 'lesser', `(${f})(p | q)`),
    extreme(v, 'max', 'greater', `(${f})(p | q) - (${f})(p ^ q)`),
    squareRoot(v),
    halves(v),
    squareRootOfDoubles(v),
    rounding(v, 'floor', 'floor', 1, 'frintm'),
    rounding(v, 'ceil', 'ceil', 2, 'frintp'),
    rounding(v, 'trunc', 'trunc', 3, 'frintz'),
    rounding(v, 'nearest', 'roundeven', 0, 'frintn'),
    toInt(v),
    fma(v),
    `FN ${i} min_${i}(${i} a, ${i} b) { return select_${i}((${i})(a < b), a, b); }`,
    `FN ${i} max_${i}(${i} a, ${i} b) { return select_${i}((${i})(a > b), a, b); }`,
    `FN ${i} div_${i}(${i} a, ${i} b) { ${lanewise(v, i, 'div', 'i32', ['a', 'b'])} }`,
    `FN ${i} rem_${i}(${i} a, ${i} b) { ${lanewise(v, i, 'rem', 'i32', ['a', 'b'])} }`,
    `FN ${f} rem_${f}(${f} a, ${f} b) { ${lanewise(v, f, 'rem', 'f32', ['a', 'b'])} }`,
    '',
  ].join('\n');
}
