// Goal kernels: the eight hot contractions by hand, on one thread, so that what the tiler makes has something to equal. All are
// the same tile: R rows by two vectors of columns in registers, each row and each term found in memory by tables of places, the
// other operand packed into panels of a block's length. One line of output for each: name, GFLOP/s, largest relative error.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef __AVX512F__
enum { lanes = 16, R = 14, block = 400 };
#else
enum { lanes = 8, R = 6, block = 320 };
#endif
enum { width = 2 * lanes, repetitions = 7 };
typedef float V __attribute__((vector_size(4 * lanes)));
typedef float U __attribute__((vector_size(4 * lanes), aligned(4)));

/** out[i][j] += the sum over k of a[row[i] + aTerm[k]] * b[bTerm[k] + j * step]. */
typedef struct {
  const char *name;
  const float *a, *b;
  const int *row, *aTerm, *bTerm;
  int step, rows, columns, terms;
} Product;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static int *table(int n) { return malloc(sizeof(int) * (size_t)n); }

static float *noise(size_t n) {
  float *x = aligned_alloc(64, (4 * n + 4 * width + 63) / 64 * 64);
  unsigned state = 12345;
  for (size_t i = 0; i < n; i++) x[i] = (float)((state = state * 1664525u + 1013904223u) >> 8) / (1 << 24) - 0.5f;
  memset(x + n, 0, 4 * width);
  return x;
}

/** The columns from j on of a block of terms, side by side. */
static void pack(const Product *p, int j, int from, int to, float *panel) {
  int n = p->columns - j < width ? p->columns - j : width;
  if (p->step == 1)
    for (int k = from; k < to; k++, panel += width) memcpy(panel, p->b + p->bTerm[k] + j, 4 * (size_t)n);
  else
    for (int k = from; k < to; k++, panel += width)
      for (int c = 0; c < n; c++) panel[c] = p->b[p->bTerm[k] + (long)(j + c) * p->step];
}

/** R rows of a block of terms, a term's side by side. */
static void gather(const Product *p, const int *row, int from, int to, float *strip) {
  int beside = 1;
  for (int r = 1; r < R; r++) beside &= row[r] == row[0] + r;
  if (beside)
    for (int k = from; k < to; k++, strip += R) memcpy(strip, p->a + row[0] + p->aTerm[k], 4 * R);
  else
    for (int r = 0; r < R; r++) {
      const float *at = p->a + row[r];
      for (int k = from; k < to; k++) strip[(k - from) * R + r] = at[p->aTerm[k]];
    }
}

/** A tile's part of the sum, added to what is there. */
static void put(V sum[R][2], float *out, int apart, int keep) {
#pragma GCC unroll 16
  for (int r = 0; r < R; r++)
    for (int v = 0; v < 2; v++) {
      U *to = (U *)(out + (long)r * apart + v * lanes);
      *to = keep ? *to + (U)sum[r][v] : (U)sum[r][v];
    }
}

#define ADD(r, from)                                \
  {                                                 \
    const V a = (from) - (V){0};                    \
    sum[r][0] += a * x;                             \
    sum[r][1] += a * y;                             \
  }

/** A tile whose rows are in a strip. */
static void tile(const float *strip, const float *panel, int terms, float *out, int apart, int keep) {
  V sum[R][2] = {{{0}}};
  for (int k = 0; k < terms; k++, panel += width, strip += R) {
    const V x = *(const V *)panel, y = *(const V *)(panel + lanes);
#pragma GCC unroll 16
    for (int r = 0; r < R; r++) ADD(r, strip[r])
  }
  put(sum, out, apart, keep);
}

/** A tile whose rows are evenly spaced in memory: of few addresses the processor makes all others itself. */
static void spaced(const float *a, const int *term, long s, const float *panel, int terms, float *out, int apart, int keep) {
  V sum[R][2] = {{{0}}};
  const long three = 3 * s;
  for (int k = 0; k < terms; k++, panel += width) {
    const V x = *(const V *)panel, y = *(const V *)(panel + lanes);
    const float *p = a + term[k], *q = p + 5 * s, *t = q + 5 * s;
    ADD(0, p[0]) ADD(1, p[s]) ADD(2, p[2 * s]) ADD(3, p[three]) ADD(4, p[4 * s]) ADD(5, q[0])
#ifdef __AVX512F__
    ADD(6, q[s]) ADD(7, q[2 * s]) ADD(8, q[three]) ADD(9, q[4 * s])
    ADD(10, t[0]) ADD(11, t[s]) ADD(12, t[2 * s]) ADD(13, t[three])
#else
    (void)t;
#endif
  }
  put(sum, out, apart, keep);
}

/** Elements between the rows of every tile, if they are the same in all, and not such that rows fall onto each other in a cache. */
static int spacing(const Product *p) {
  const int s = p->row[1] - p->row[0];
  for (int i = 0; i + R <= p->rows; i += R)
    for (int r = 1; r < R; r++)
      if (p->row[i + r] - p->row[i + r - 1] != s) return 0;
  return s % 1024 == 0 || p->rows % R != 0 ? 0 : s;
}

/** Columns of a product at most, and tiles that are gathered at a time: they stay in the second cache. */
enum { most = 4096, chunk = 16 };

/**
 * Block by block: panels are packed; then for some tiles at a time their strips; and for each panel, which stays in the nearest
 * cache, these tiles. Columns are whole panels in all eight.
 */
static void multiply(const Product *p, float *out) {
  static float panels[block * most] __attribute__((aligned(64))), strips[chunk * block * R], spare[R * width];
  const int even = spacing(p), tiles = (p->rows + R - 1) / R;
  for (int from = 0; from < p->terms; from += block) {
    const int to = from + block < p->terms ? from + block : p->terms, terms = to - from, keep = from > 0;
    for (int j = 0; j < p->columns; j += width) pack(p, j, from, to, panels + (long)j * block);
    for (int low = 0; low < tiles; low += chunk) {
      const int high = low + chunk < tiles ? low + chunk : tiles;
      // Beyond the last whole tile the last rows are done again, and what is new of them is kept.
      if (!even)
        for (int t = low; t < high; t++) {
          const int first = t * R + R <= p->rows ? t * R : p->rows - R;
          gather(p, p->row + first, from, to, strips + (t - low) * block * R);
        }
      for (int j = 0; j < p->columns; j += width) {
        const float *panel = panels + (long)j * block;
        for (int t = low; t < high; t++) {
          const int i = t * R, past = i + R <= p->rows ? 0 : i + R - p->rows;
          float *place = out + (long)(i - past) * p->columns + j;
          const float *strip = strips + (t - low) * block * R;
          if (even) spaced(p->a + p->row[i], p->aTerm + from, even, panel, terms, place, p->columns, keep);
          else if (past == 0) tile(strip, panel, terms, place, p->columns, keep);
          else {
            tile(strip, panel, terms, spare, width, 0);
            for (int r = past; r < R; r++)
              for (int c = 0; c < width; c++) {
                float *one = place + (long)r * p->columns + c;
                *one = keep ? *one + spare[r * width + c] : spare[r * width + c];
              }
          }
        }
      }
    }
  }
}

static int byTime(const void *x, const void *y) { return *(const double *)x > *(const double *)y ? 1 : -1; }

static void run(const Product *p) {
  float *out = noise((size_t)p->rows * p->columns);
  double times[repetitions], worst = 0;
  for (int i = 0; i < repetitions; i++) {
    const double began = now();
    multiply(p, out);
    times[i] = now() - began;
  }
  qsort(times, repetitions, sizeof(double), byTime);
  for (int n = 0; n < 64; n++) {
    const int i = n < 8 ? p->rows - 1 - n : (int)((n * 7919L) % p->rows), j = (n * 104729) % p->columns;
    double sum = 0, size = 0;
    for (int k = 0; k < p->terms; k++) {
      const double term = (double)p->a[p->row[i] + p->aTerm[k]] * p->b[p->bTerm[k] + (long)j * p->step];
      sum += term;
      size += fabs(term);
    }
    const double off = fabs(out[(long)i * p->columns + j] - sum) / size;
    if (off > worst) worst = off;
  }
  printf("%s\t%.2f\t%.2e\n", p->name, 2e-9 * p->rows * p->columns * p->terms / times[repetitions / 2], worst);
  fflush(stdout);
  free(out);
}

static void matrices(int n) {
  const float *a = noise((size_t)n * n), *b = noise((size_t)n * n);
  int *beside = table(n), *below = table(n);
  for (int i = 0; i < n; i++) beside[i] = i, below[i] = i * n;
  run(&(Product){"matmul a b", a, b, below, beside, below, 1, n, n, n});
  run(&(Product){"matmul aT b", a, b, beside, below, below, 1, n, n, n});
  run(&(Product){"matmul a bT", a, b, below, beside, beside, n, n, n, n});
  run(&(Product){"matmul aT bT", a, b, beside, below, beside, n, n, n, n});
}

/** A convolution of images that are padded already, [n, (rows - 1) * stride + taps, ..., in], its kernel [taps, taps, in, out]. */
typedef struct {
  int n, rows, taps, stride, in, out;
} Conv;

static int side(Conv c) { return (c.rows - 1) * c.stride + c.taps; }

/** Where the first tap of each place of the result is. */
static int *places(Conv c) {
  int *at = table(c.n * c.rows * c.rows);
  for (int i = 0, n = 0; n < c.n; n++)
    for (int y = 0; y < c.rows; y++)
      for (int x = 0; x < c.rows; x++) at[i++] = ((n * side(c) + y * c.stride) * side(c) + x * c.stride) * c.in;
  return at;
}

/** Where each tap and channel is from there. */
static int *windows(Conv c) {
  int *at = table(c.taps * c.taps * c.in);
  for (int i = 0, y = 0; y < c.taps; y++)
    for (int x = 0; x < c.taps; x++)
      for (int k = 0; k < c.in; k++) at[i++] = (y * side(c) + x) * c.in + k;
  return at;
}

static void forward(const char *name, Conv c) {
  const int terms = c.taps * c.taps * c.in;
  const float *x = noise((size_t)c.n * side(c) * side(c) * c.in), *w = noise((size_t)terms * c.out);
  int *kernel = table(terms);
  for (int k = 0; k < terms; k++) kernel[k] = k * c.out;
  run(&(Product){name, x, w, places(c), windows(c), kernel, 1, c.n * c.rows * c.rows, c.out, terms});
}

/** The same with the kernel turned over, over the padded gradient of the result. */
static void inputGradient(const char *name, Conv c) {
  const int terms = c.taps * c.taps * c.out;
  const Conv back = {c.n, c.rows, c.taps, 1, c.out, c.in};
  const float *g = noise((size_t)c.n * side(back) * side(back) * c.out), *w = noise((size_t)terms * c.in);
  int *kernel = table(terms);
  for (int k = 0; k < terms; k++) kernel[k] = (c.taps * c.taps - 1 - k / c.out) * c.in * c.out + k % c.out;
  run(&(Product){name, g, w, places(back), windows(back), kernel, c.out, c.n * c.rows * c.rows, c.in, terms});
}

static void weightGradient(const char *name, Conv c) {
  const int count = c.n * c.rows * c.rows;
  const float *x = noise((size_t)c.n * side(c) * side(c) * c.in), *g = noise((size_t)count * c.out);
  int *results = table(count);
  for (int k = 0; k < count; k++) results[k] = k * c.out;
  run(&(Product){name, x, g, windows(c), places(c), results, 1, c.taps * c.taps * c.in, c.out, count});
}

int main(void) {
  const Conv wide = {16, 28, 3, 1, 128, 128};
  matrices(1024);
  forward("conv forward", wide);
  inputGradient("conv input gradient", wide);
  weightGradient("conv weight gradient", wide);
  forward("game-d2 forward", (Conv){16, 7, 5, 2, 256, 512});
  return 0;
}
