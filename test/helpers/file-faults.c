/*
 * Preloaded into a process, counts its calls that change files below one folder, and makes one of them go wrong.
 *
 * FAULT_UNDER  the folder, with a slash behind it
 * FAULT_AT     the number of the call that goes wrong, from 1; 0 only counts
 * FAULT_RUN    any word; where it changes, in a process that changes its own environment, counting begins anew
 * FAULT_READS  not empty: calls that only read are counted and go wrong as well
 * FAULT_ERROR  the errno that it fails with; 0 kills the process instead, half of a write being done
 * FAULT_ONLY   the name of a call; all others are neither counted nor do they go wrong
 * FAULT_LOG    where each call leaves a line: the number of its process
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { mostFiles = 4096 };
static atomic_long calls;
static atomic_bool isWatched[mostFiles];
static char run[64];

static long numberIn(const char *name) {
  const char *text = getenv(name);
  return text ? atol(text) : 0;
}

static int isBelow(const char *path) {
  const char *folder = getenv("FAULT_UNDER");
  return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static void leaveLine(void) {
  const char *log = getenv("FAULT_LOG");
  if (!log) return;
  int file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (file < 0) return;
  char line[32];
  int length = snprintf(line, sizeof line, "%d\n", (int)getpid());
  syscall(SYS_write, file, line, length);
  syscall(SYS_close, file);
}

static void beginAnew(void) {
  const char *now = getenv("FAULT_RUN");
  if (!now || strncmp(now, run, sizeof run) == 0) return;
  strncpy(run, now, sizeof run - 1);
  atomic_store(&calls, 0);
}

/* Whether the call that is being made is the one that goes wrong. */
static int isTurn(const char *name) {
  const char *only = getenv("FAULT_ONLY");
  if (only && *only && strcmp(only, name) != 0) return 0;
  beginAnew();
  leaveLine();
  return atomic_fetch_add(&calls, 1) + 1 == numberIn("FAULT_AT");
}

/* Returns only where the fault is an error. */
static int fail(void) {
  int error = (int)numberIn("FAULT_ERROR");
  if (error == 0) syscall(SYS_kill, getpid(), SIGKILL);
  errno = error;
  return -1;
}

#define ORIGINAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int rename(const char *from, const char *to) { return isBelow(to) && isTurn("rename") ? fail() : ORIGINAL(rename)(from, to); }
int mkdir(const char *path, mode_t mode) { return isBelow(path) && isTurn("mkdir") ? fail() : ORIGINAL(mkdir)(path, mode); }
int unlink(const char *path) { return isBelow(path) && isTurn("unlink") ? fail() : ORIGINAL(unlink)(path); }
int rmdir(const char *path) { return isBelow(path) && isTurn("rmdir") ? fail() : ORIGINAL(rmdir)(path); }

static int doReadsCount(void) {
  const char *text = getenv("FAULT_READS");
  return text && *text;
}

static int isBadRead(const char *path) { return doReadsCount() && isBelow(path) && isTurn("read"); }

static int isWatchedFile(int file) { return file >= 0 && file < mostFiles && isWatched[file]; }

static int watch(int file, const char *path, int flags) {
  int isOurs = ((flags & O_ACCMODE) != O_RDONLY || doReadsCount()) && isBelow(path);
  if (file >= 0 && file < mostFiles) isWatched[file] = isOurs;
  return file;
}

#define OPEN(name)                                                                       \
  int name(const char *path, int flags, ...) {                                           \
    va_list rest;                                                                        \
    va_start(rest, flags);                                                               \
    mode_t mode = va_arg(rest, mode_t);                                                  \
    va_end(rest);                                                                        \
    int changes = (flags & O_ACCMODE) != O_RDONLY;                                       \
    if (changes ? isBelow(path) && isTurn("open") : isBadRead(path)) return fail();      \
    return watch(ORIGINAL(name)(path, flags, mode), path, flags);                        \
  }
OPEN(open)
OPEN(open64)

int close(int file) {
  if (file >= 0 && file < mostFiles) isWatched[file] = 0;
  return ORIGINAL(close)(file);
}

int fsync(int file) { return isWatchedFile(file) && isTurn("fsync") ? fail() : ORIGINAL(fsync)(file); }
int ftruncate64(int file, off64_t length) {
  return isWatchedFile(file) && isTurn("ftruncate") ? fail() : ORIGINAL(ftruncate64)(file, length);
}

ssize_t write(int file, const void *bytes, size_t length) {
  if (!isWatchedFile(file) || !isTurn("write")) return ORIGINAL(write)(file, bytes, length);
  syscall(SYS_write, file, bytes, length / 2);
  return fail();
}

ssize_t sendfile64(int to, int from, off64_t *at, size_t length) {
  return isWatchedFile(to) && isTurn("write") ? fail() : ORIGINAL(sendfile64)(to, from, at, length);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
  if (!isWatchedFile(file) || !isTurn("write")) return ORIGINAL(pwrite64)(file, bytes, length, at);
  syscall(SYS_pwrite64, file, bytes, length / 2, at);
  return fail();
}

ssize_t read(int file, void *bytes, size_t length) {
  return doReadsCount() && isWatchedFile(file) && isTurn("read") ? fail() : ORIGINAL(read)(file, bytes, length);
}

ssize_t pread64(int file, void *bytes, size_t length, off64_t at) {
  int isBad = doReadsCount() && isWatchedFile(file) && isTurn("read");
  return isBad ? fail() : ORIGINAL(pread64)(file, bytes, length, at);
}

int access(const char *path, int mode) { return isBadRead(path) ? fail() : ORIGINAL(access)(path, mode); }

/* Node asks for a file's facts by number. */
long syscall(long number, ...) {
  va_list rest;
  va_start(rest, number);
  long a[6];
  for (int i = 0; i < 6; i++) a[i] = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_statx && isBadRead((const char *)a[1])) return fail();
  return ORIGINAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int scandir64(const char *path, struct dirent64 ***names, int (*filter)(const struct dirent64 *),
              int (*compare)(const struct dirent64 **, const struct dirent64 **)) {
  return isBadRead(path) ? fail() : ORIGINAL(scandir64)(path, names, filter, compare);
}
