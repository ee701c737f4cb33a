// The C that runs tables of kernels: one pool of threads for the process, its memory, and libraries.
// The thread that runs a program walks its table; an entry of one part it does alone, the parts of a longer one it offers
// to the others and takes itself, until all are done. It waits for parts that somebody has begun, and never for a
// thread: one that sleeps, or that the system has put aside for other work, is done without. What the table means is
// kernel/code.ts; its words are written by device/native-table.ts.
//
// The words of a table, 64 bits each:
//   kernel: 0, function, parts, first place in argv, number of arguments, their slots
//   loop:   1, symbol, length, words of the body, the body

const state = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

typedef void (*Kernel)(char *const *args, const int *symbols, long lo, long hi);

/* Addresses and counts of a program; device/native-table.ts fills it in. */
struct Program {
  int64_t *table;   /* its words */
  int64_t words;
  char **argv;      /* the arguments of all entries, resolved when a run starts */
  char **slots;
  int32_t *symbols;
  int64_t count;    /* of symbols */
  int64_t shared;   /* 1 when an entry has more than one part */
  int64_t *times;   /* nanoseconds by place in the table, or 0 */
};

/* Read by JavaScript while a run goes on. */
struct Control { volatile int32_t cancel, progress; };

/* The work on offer: parts of one kernel. Who has taken a part may read this until the part is done. */
static struct { Kernel kernel; char *const *args; const int32_t *symbols; long first; } offer;
static _Atomic uint64_t offered; /* offers made * 1024 + the threads they are for */
static _Atomic long undone;      /* parts of the offer that are not done */
/*
 * Each thread's own stretch of the parts, a cache line each: the offer's number, where the stretch ends, and its next part.
 * It changes as one, so nobody takes a part of another offer.
 */
enum { STRETCHES = 64, FIELD = 14, FIELDS = 2 * FIELD, MASK = (1 << FIELD) - 1 };
static struct { _Alignas(64) _Atomic uint64_t left; } stretches[STRETCHES];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, turn = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static _Atomic int sleepers, ending;
static int workers, processors;
static _Atomic long spin; /* nanoseconds to wait awake */
`;

// A waiter spins for a while (a wake-up costs more than most kernels) and then sleeps; `sleepers` is
// raised before the word is looked at again, and looked at after the word is written, so none is missed.
const waiting = `
static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static inline void rest(void) {
#if defined __x86_64__ || defined __i386__
  __builtin_ia32_pause();
#elif defined __aarch64__
  __asm__ volatile("yield");
#endif
}

#define AWAIT(condition) do { \\
  const int64_t patience = atomic_load(&spin), until = patience > 0 ? now() + patience : 0; \\
  int done = 0; \\
  while (patience > 0 && !done) { \\
    for (int i = 0; i < 64 && !(done = (condition)); i++) rest(); \\
    if (now() > until) break; \\
  } \\
  if (done) break; \\
  pthread_mutex_lock(&lock); \\
  atomic_fetch_add(&sleepers, 1); \\
  while (!(condition) && !atomic_load(&ending)) pthread_cond_wait(&changed, &lock); \\
  atomic_fetch_sub(&sleepers, 1); \\
  pthread_mutex_unlock(&lock); \\
} while (0)

static void wake(void) {
  if (atomic_load(&sleepers) == 0) return;
  pthread_mutex_lock(&lock);
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

`;

const walking = `
/* One run: the thread that runs it walks the table. */
struct Run { const struct Program *program; int threads; int32_t *symbols; };

/*
 * A thread takes its own stretch of the parts first, the same one in every kernel, so that it mostly reads what it wrote
 * itself and its own caches hold; then it helps the others.
 */
static void take(int id, uint64_t word) {
  const uint64_t number = word / 1024 << FIELDS >> FIELDS;
  const int all = (int)(word % 1024) < STRETCHES ? (int)(word % 1024) : STRETCHES;
  for (int i = 0; i < all; i++) {
    _Atomic uint64_t *const left = &stretches[(id + i) % all].left;
    uint64_t w = atomic_load(left);
    while (!atomic_load_explicit(&ending, memory_order_relaxed)) {
      if (w >> FIELDS != number) return;
      const long lo = w & MASK, end = w >> FIELD & MASK;
      if (lo >= end) break;
      /* Many at first, one by one at the end, so that all are through at the same time. */
      const long hi = lo + (end - lo > 4 ? (end - lo) / 4 : 1);
      if (!atomic_compare_exchange_weak(left, &w, w - lo + hi)) continue;
      offer.kernel(offer.args, offer.symbols, offer.first + lo, offer.first + hi);
      if (atomic_fetch_sub(&undone, hi - lo) == hi - lo) wake();
      w = atomic_load(left);
    }
  }
}

/* Offers parts, as many as the word of a stretch can count, and is done when they are. */
static void share(const struct Run *r, const int64_t *e, char *const *args, long first, long parts) {
  const int all = r->threads < STRETCHES ? r->threads : STRETCHES;
  const uint64_t number = atomic_load(&offered) / 1024 + 1, word = number * 1024 + r->threads;
  atomic_store(&undone, parts);
  offer.kernel = (Kernel)e[1];
  offer.args = args;
  offer.symbols = r->symbols;
  offer.first = first;
  for (int i = 0; i < all; i++) {
    const uint64_t from = parts * i / all, to = parts * (i + 1) / all;
    atomic_store(&stretches[i].left, number << FIELDS | to << FIELD | from);
  }
  atomic_store(&offered, word);
  wake();
  take(0, word);
  AWAIT(atomic_load(&undone) == 0 || atomic_load(&ending));
}

static void entry(const struct Run *r, const int64_t *e, int64_t place) {
  const struct Program *p = r->program;
  char *const *args = p->argv + e[3];
  const int64_t start = p->times ? now() : 0;
  if (e[2] == 1 || r->threads == 1) ((Kernel)e[1])(args, r->symbols, 0, e[2]);
  else for (long first = 0; first < e[2] && !atomic_load(&ending); first += MASK)
    share(r, e, args, first, e[2] - first < MASK ? e[2] - first : MASK);
  if (p->times) p->times[place] += now() - start;
}

/* 0 when the process is ending and nothing more may be begun. */
static int walk(const struct Run *r, int64_t from, int64_t to) {
  const int64_t *table = r->program->table;
  while (from < to) {
    if (atomic_load_explicit(&ending, memory_order_relaxed)) return 0;
    const int64_t *e = table + from;
    if (e[0] == 0) {
      entry(r, e, from);
      from += 5 + e[4];
      continue;
    }
    for (int64_t i = 0; i < e[2]; i++) {
      r->symbols[e[1]] = (int32_t)i;
      if (!walk(r, from + 4, from + 4 + e[3])) return 0;
    }
    from += 4 + e[3];
  }
  return !atomic_load(&ending);
}

static void *work(void *argument) {
  const int id = (int)(intptr_t)argument;
  uint64_t seen = 0;
  for (;;) {
    uint64_t word;
    AWAIT(((word = atomic_load(&offered)) != seen && id < (int)(word % 1024)) || atomic_load(&ending));
    if (atomic_load(&ending)) for (;;) pause();
    take(id, seen = word);
  }
}
`;

// Signals stay with the host's own threads. Threads that cannot be had are done without.
const interface_ = `
static void hire(int threads) {
  sigset_t all, before;
  pthread_attr_t how;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_init(&how);
  pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&how, 4 << 20);
  while (workers + 1 < threads) {
    pthread_t thread;
    if (pthread_create(&thread, &how, work, (void *)(intptr_t)(workers + 1)) != 0) break;
    workers++;
  }
  pthread_attr_destroy(&how);
  pthread_sigmask(SIG_SETMASK, &before, 0);
}

static void resolve(const struct Program *p) {
  for (int64_t at = 0; at < p->words;) {
    const int64_t *e = p->table + at;
    if (e[0] == 0) for (int64_t i = 0; i < e[4]; i++) p->argv[e[3] + i] = p->slots[e[5 + i]];
    at += e[0] == 0 ? 5 + e[4] : 4;
  }
}

/* Runs the program on this thread and others, for about as long as is said (0: no limit); gives the repetitions completed. */
int64_t eidos_run(struct Program *program, struct Control *control, int64_t repetitions, int threads, int64_t milliseconds) {
  pthread_mutex_lock(&turn);
  if (!program->shared) threads = 1;
  hire(threads);
  if (threads > workers + 1) threads = workers + 1;
  control->progress = 0;
  resolve(program);
  const struct Run run = { program, threads, program->symbols };
  const int64_t deadline = milliseconds ? now() + milliseconds * 1000000 : 0;
  /* Asked once: the system reads a file for it. */
  if (processors == 0) processors = sysconf(_SC_NPROCESSORS_ONLN);
  atomic_store(&spin, threads <= processors ? 200000 : 0);
  while (control->progress < repetitions && !control->cancel && !(deadline && control->progress > 0 && now() > deadline)) {
    if (!walk(&run, 0, program->words)) break;
    control->progress++;
  }
  const int64_t done = control->progress;
  pthread_mutex_unlock(&turn);
  return done;
}

/* The process ends: a run returns after the kernel at hand, and the pool's threads stand still. */
void eidos_end(void) {
  atomic_store(&ending, 1);
  pthread_mutex_lock(&lock);
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

/* Zeroed memory whose pages are all there, so that no run waits for the system; 0 when there is none. */
void *eidos_allocate(int64_t bytes) {
  void *p;
  const size_t huge = 2 << 20;
  if (posix_memalign(&p, bytes >= 2 * (int64_t)huge ? huge : 64, bytes) != 0) return 0;
#ifdef MADV_HUGEPAGE
  if (bytes >= 2 * (int64_t)huge) madvise(p, bytes, MADV_HUGEPAGE);
#endif
  memset(p, 0, bytes);
  return p;
}

void eidos_free(void *p) { free(p); }

void *eidos_open(const char *path) { return dlopen(path, RTLD_NOW | RTLD_LOCAL); }
void *eidos_symbol(void *library, const char *name) { return dlsym(library, name); }
void eidos_close(void *library) { dlclose(library); }

const char *eidos_error(void) {
  const char *text = dlerror();
  return text ? text : "unknown";
}

/* Keeps this library in memory whoever closes it: its threads outlive its users. */
int eidos_stay(const char *path) { return dlopen(path, RTLD_NOW | RTLD_LOCAL) != 0; }
`;

/** C text of the runtime, the same for every program and machine. */
export const cRuntime = [state, waiting, walking, interface_].join('\n');
