/*
 * Preloaded into a process, counts its calls that change files below one folder, and makes one of them go wrong.
 *
 * FAULT_UNDER  the folder, with a slash behind it
 * FAULT_AT     the number of the call that goes wrong, from 1; 0 only counts
 * FAULT_ERROR  the errno that it fails with; 0 kills the process instead, half of a write being done
 * FAULT_LOG    where each call leaves one byte, so that the length is their number
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { mostFiles = 4096 };
static atomic_long calls;
static atomic_bool isWatched[mostFiles];

static long numberIn(const char *name) {
  const char *text = getenv(name);
  return text ? atol(text) : 0;
}

static int isBelow(const char *path) {
  const char *folder = getenv("FAULT_UNDER");
  return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static void leaveByte(void) {
  const char *log = getenv("FAULT_LOG");
  if (!log) return;
  int file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (file < 0) return;
  syscall(SYS_write, file, ".", 1);
  syscall(SYS_close, file);
}

/* Whether the call that is being made is the one that goes wrong. */
static int isTurn(void) {
  leaveByte();
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

int rename(const char *from, const char *to) { return isBelow(to) && isTurn() ? fail() : ORIGINAL(rename)(from, to); }
int mkdir(const char *path, mode_t mode) { return isBelow(path) && isTurn() ? fail() : ORIGINAL(mkdir)(path, mode); }
int unlink(const char *path) { return isBelow(path) && isTurn() ? fail() : ORIGINAL(unlink)(path); }
int rmdir(const char *path) { return isBelow(path) && isTurn() ? fail() : ORIGINAL(rmdir)(path); }

static int isWatchedFile(int file) { return file >= 0 && file < mostFiles && isWatched[file]; }

static int watch(int file, const char *path, int flags) {
  if (file >= 0 && file < mostFiles) isWatched[file] = (flags & O_ACCMODE) != O_RDONLY && isBelow(path);
  return file;
}

#define OPEN(name)                                                                       \
  int name(const char *path, int flags, ...) {                                           \
    va_list rest;                                                                        \
    va_start(rest, flags);                                                               \
    mode_t mode = va_arg(rest, mode_t);                                                  \
    va_end(rest);                                                                        \
    if ((flags & O_ACCMODE) != O_RDONLY && isBelow(path) && isTurn()) return fail();     \
    return watch(ORIGINAL(name)(path, flags, mode), path, flags);                        \
  }
OPEN(open)
OPEN(open64)

int close(int file) {
  if (file >= 0 && file < mostFiles) isWatched[file] = 0;
  return ORIGINAL(close)(file);
}

int fsync(int file) { return isWatchedFile(file) && isTurn() ? fail() : ORIGINAL(fsync)(file); }
int ftruncate64(int file, off64_t length) {
  return isWatchedFile(file) && isTurn() ? fail() : ORIGINAL(ftruncate64)(file, length);
}

ssize_t write(int file, const void *bytes, size_t length) {
  if (!isWatchedFile(file) || !isTurn()) return ORIGINAL(write)(file, bytes, length);
  syscall(SYS_write, file, bytes, length / 2);
  return fail();
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
  if (!isWatchedFile(file) || !isTurn()) return ORIGINAL(pwrite64)(file, bytes, length, at);
  syscall(SYS_pwrite64, file, bytes, length / 2, at);
  return fail();
}
