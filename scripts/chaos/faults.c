// Loaded before a program (LD_PRELOAD), makes its n-th call of the operating system fail.
//
// CHAOS_PROGRAM  the name of the program's file; its children run undisturbed
// CHAOS_KIND     kill (SIGKILL at any call), ENOSPC and EIO and EMFILE (that errno)
// CHAOS_AT       the call, from 1; a full disk stays full, other faults come once
// CHAOS_COUNT    a file that receives the number of calls at the end, where nothing fails
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { READS = 1, WRITES = 2, OPENS = 4, MAKES = 8 };

static int active, fault, kinds, kills;
static long at;
static atomic_long calls;

static void report(void) {
  const char *path = getenv("CHAOS_COUNT");
  if (!active || !path) return;
  active = 0;
  FILE *file = fopen(path, "w");
  if (!file) return;
  fprintf(file, "%ld\n", atomic_load(&calls));
  fclose(file);
}

__attribute__((constructor)) static void start(void) {
  char path[4096] = "";
  const char *program = getenv("CHAOS_PROGRAM"), *kind = getenv("CHAOS_KIND");
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (!program || !kind || length <= 0) return;
  path[length] = 0;
  const char *name = strrchr(path, '/');
  if (!name || strcmp(name + 1, program) != 0) return;
  if (!strcmp(kind, "kill")) kills = 1, kinds = READS | WRITES | OPENS | MAKES;
  if (!strcmp(kind, "ENOSPC")) fault = ENOSPC, kinds = WRITES | MAKES;
  if (!strcmp(kind, "EIO")) fault = EIO, kinds = READS | WRITES;
  if (!strcmp(kind, "EMFILE")) fault = EMFILE, kinds = OPENS;
  at = getenv("CHAOS_AT") ? atol(getenv("CHAOS_AT")) : 0;
  active = kinds != 0;
  atexit(report);
}

// Whether this call fails; errno is set then.
static int fails(int kind) {
  if (!active || !(kind & kinds)) return 0;
  long number = atomic_fetch_add(&calls, 1) + 1;
  if (at == 0 || number < at || (number > at && fault != ENOSPC)) return 0;
  if (kills) kill(getpid(), SIGKILL);
  errno = fault;
  return 1;
}

// Streams that the program was given belong to its caller, who has tests of their own.
static int is_stream(int descriptor) { return descriptor >= 0 && descriptor <= 2; }

#define NEXT(type, name, ...) \
  static type (*next)(__VA_ARGS__); \
  if (!next) next = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    NEXT(int, #name, const char *, int, ...); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
      va_list list; \
      va_start(list, flags); \
      mode = va_arg(list, mode_t); \
      va_end(list); \
    } \
    if (fails(flags & O_CREAT ? OPENS | MAKES : OPENS)) return -1; \
    return next(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    NEXT(int, #name, int, const char *, int, ...); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
      va_list list; \
      va_start(list, flags); \
      mode = va_arg(list, mode_t); \
      va_end(list); \
    } \
    if (fails(flags & O_CREAT ? OPENS | MAKES : OPENS)) return -1; \
    return next(folder, path, flags, mode); \
  }
OPENAT(openat)
OPENAT(openat64)

#define FILE_OPEN(name) \
  FILE *name(const char *path, const char *mode) { \
    NEXT(FILE *, #name, const char *, const char *); \
    return fails(OPENS) ? NULL : next(path, mode); \
  }
FILE_OPEN(fopen)
FILE_OPEN(fopen64)

ssize_t read(int descriptor, void *bytes, size_t count) {
  NEXT(ssize_t, "read", int, void *, size_t);
  return !is_stream(descriptor) && fails(READS) ? -1 : next(descriptor, bytes, count);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  NEXT(ssize_t, "write", int, const void *, size_t);
  return !is_stream(descriptor) && fails(WRITES) ? -1 : next(descriptor, bytes, count);
}

ssize_t writev(int descriptor, const struct iovec *pieces, int count) {
  NEXT(ssize_t, "writev", int, const struct iovec *, int);
  return !is_stream(descriptor) && fails(WRITES) ? -1 : next(descriptor, pieces, count);
}

#define POSITIONED(name, pointer, kind) \
  ssize_t name(int descriptor, pointer bytes, size_t count, off_t offset) { \
    NEXT(ssize_t, #name, int, pointer, size_t, off_t); \
    return fails(kind) ? -1 : next(descriptor, bytes, count, offset); \
  }
POSITIONED(pread, void *, READS)
POSITIONED(pread64, void *, READS)
POSITIONED(pwrite, const void *, WRITES)
POSITIONED(pwrite64, const void *, WRITES)

#define ON_DESCRIPTOR(name) \
  int name(int descriptor) { \
    NEXT(int, #name, int); \
    return fails(WRITES) ? -1 : next(descriptor); \
  }
ON_DESCRIPTOR(fsync)
ON_DESCRIPTOR(fdatasync)

#define TRUNCATE(name) \
  int name(int descriptor, off_t length) { \
    NEXT(int, #name, int, off_t); \
    return fails(WRITES) ? -1 : next(descriptor, length); \
  }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

int mkdir(const char *path, mode_t mode) {
  NEXT(int, "mkdir", const char *, mode_t);
  return fails(MAKES) ? -1 : next(path, mode);
}

int rename(const char *from, const char *to) {
  NEXT(int, "rename", const char *, const char *);
  return fails(MAKES) ? -1 : next(from, to);
}

int pipe2(int ends[2], int flags) {
  NEXT(int, "pipe2", int *, int);
  return fails(OPENS) ? -1 : next(ends, flags);
}
