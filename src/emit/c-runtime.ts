// The C that runs tables of kernels: one pool of threads for the process, its memory, and libraries.
// All threads walk the same table; entries of one part are thread 0's; of more, each thread takes its own stretch
// and then helps the others, and a barrier stands only where shared work meets other work. What the table means is
// kernel/code.ts; its words are written by device/native-table.ts.
//
// The words of a table, 64 bits each:
//   kernel: 0, function, parts, first place in argv, number of arguments, their slots
//   loop:   1, symbol, length, words of the body, the body

const state = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
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

static struct {
  const struct Program *program;
  struct Control *control;
  int64_t repetitions, deadline; /* no repetition begins after the deadline, if there is one */
  _Atomic int64_t last;      /* repetitions after which all threads stop */
  int threads;
} job;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, turn = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static _Atomic int sleepers, arrived, left, ending; /* left: threads that are through with the job */
static _Atomic uint64_t round_, call; /* barriers passed; runs started * 1024 + their threads */
/* Parts taken of each thread's own stretch of a kernel's parts, a cache line each. */
enum { STRETCHES = 64 };
static struct { _Alignas(64) _Atomic long taken; } stretches[STRETCHES];
static int workers;
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

static void await(_Atomic uint64_t *word, uint64_t old) {
  const int64_t patience = atomic_load(&spin), until = patience > 0 ? now() + patience : 0;
  while (patience > 0) {
    for (int i = 0; i < 64; i++) {
      if (atomic_load_explicit(word, memory_order_acquire) != old) return;
      rest();
    }
    if (now() > until) break;
  }
  pthread_mutex_lock(&lock);
  atomic_fetch_add(&sleepers, 1);
  while (atomic_load(word) == old && !atomic_load(&ending)) pthread_cond_wait(&changed, &lock);
  atomic_fetch_sub(&sleepers, 1);
  pthread_mutex_unlock(&lock);
}

static void wake(void) {
  if (atomic_load(&sleepers) == 0) return;
  pthread_mutex_lock(&lock);
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

/* All threads of the job have come here. The last one to come clears the stretches. */
static void barrier(void) {
  const uint64_t before = atomic_load(&round_);
  if (atomic_fetch_add(&arrived, 1) + 1 < job.threads) { await(&round_, before); return; }
  atomic_store(&arrived, 0);
  for (int i = 0; i < job.threads && i < STRETCHES; i++) atomic_store_explicit(&stretches[i].taken, 0, memory_order_relaxed);
  atomic_store(&round_, before + 1);
  wake();
}
`;

const walking = `
enum { NONE, ALONE, SHARED }; /* what ran since the last barrier */

struct Thread { int id; int since; int32_t *symbols; };

/*
 * A thread takes its own stretch of the parts first, the same one in every kernel, so that it mostly reads what it wrote
 * itself and its own caches hold; then it helps the others.
 */
static void share(const struct Thread *t, const int64_t *e, char *const *args) {
  const Kernel kernel = (Kernel)e[1];
  const long parts = e[2], all = job.threads < STRETCHES ? job.threads : STRETCHES;
  for (long i = 0; i < all; i++) {
    const long whose = (t->id + i) % all, from = parts * whose / all, to = parts * (whose + 1) / all;
    const long chunk = (to - from) / 4 > 0 ? (to - from) / 4 : 1;
    while (!atomic_load_explicit(&ending, memory_order_relaxed)) {
      const long lo = from + atomic_fetch_add(&stretches[whose].taken, chunk);
      if (lo >= to) break;
      kernel(args, t->symbols, lo, lo + chunk < to ? lo + chunk : to);
    }
  }
}

static void meet(struct Thread *t) {
  barrier();
  t->since = NONE;
}

static void entry(struct Thread *t, const int64_t *e, int64_t place) {
  const struct Program *p = job.program;
  char *const *args = p->argv + e[3];
  const int64_t start = p->times && t->id == 0 ? now() : 0;
  if (e[2] == 1 || job.threads == 1) {
    if (t->since == SHARED) meet(t);
    if (t->id == 0 && !atomic_load(&ending)) ((Kernel)e[1])(args, t->symbols, 0, e[2]);
    t->since = ALONE;
  } else {
    if (t->since != NONE) meet(t);
    share(t, e, args);
    t->since = SHARED;
    if (p->times) meet(t);
  }
  if (p->times && t->id == 0) p->times[place] += now() - start;
}

/* 0 when the process is ending and nothing more may be begun. */
static int walk(struct Thread *t, int64_t from, int64_t to) {
  const int64_t *table = job.program->table;
  while (from < to) {
    if (atomic_load_explicit(&ending, memory_order_relaxed)) return 0;
    const int64_t *e = table + from;
    if (e[0] == 0) {
      entry(t, e, from);
      from += 5 + e[4];
      continue;
    }
    for (int64_t i = 0; i < e[2]; i++) {
      t->symbols[e[1]] = (int32_t)i;
      if (!walk(t, from + 4, from + 4 + e[3])) return 0;
    }
    from += 4 + e[3];
  }
  return 1;
}

/* Thread id's share of the job. */
static int take_part(int id) {
  const struct Program *p = job.program;
  int32_t symbols[p->count + 1];
  memcpy(symbols, p->symbols, p->count * sizeof(int32_t));
  struct Thread t = { id, NONE, symbols };
  for (int64_t i = 0; i < job.repetitions; i++) {
    if (!walk(&t, 0, p->words)) return 0;
    if (id == 0 && (job.control->cancel || (job.deadline && now() > job.deadline))) atomic_store(&job.last, i + 1);
    meet(&t);
    if (atomic_load(&ending)) return 0;
    if (id == 0) job.control->progress = i + 1;
    if (i + 1 >= atomic_load(&job.last)) break;
  }
  if (id > 0) atomic_fetch_add(&left, 1);
  return 1;
}

static void *work(void *argument) {
  const int id = (int)(intptr_t)argument;
  uint64_t seen = 0;
  for (;;) {
    uint64_t word;
    while ((word = atomic_load(&call)) == seen && !atomic_load(&ending)) await(&call, seen);
    if (atomic_load(&ending)) for (;;) pause();
    seen = word;
    if (id < (int)(word % 1024)) take_part(id);
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
  if (!control->cancel && repetitions > 0 && !atomic_load(&ending)) {
    resolve(program);
    job.program = program;
    job.control = control;
    job.repetitions = repetitions;
    job.deadline = milliseconds ? now() + milliseconds * 1000000 : 0;
    job.threads = threads;
    atomic_store(&job.last, repetitions);
    atomic_store(&spin, threads <= sysconf(_SC_NPROCESSORS_ONLN) ? 200000 : 0);
    if (threads > 1) {
      atomic_store(&call, (atomic_load(&call) / 1024 + 1) * 1024 + threads);
      wake();
    }
    /* The job's words may change only when no thread looks at them any more. */
    if (take_part(0)) while (atomic_load(&left) < threads - 1) sched_yield();
    atomic_store(&left, 0);
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
