/* fsync and fdatasync on a disk in trouble. Preloaded before a program; the file DISK_TROUBLE names says which
   trouble while it is there: "slow", or "failing". */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const struct timespec SLOW = {0, 400 * 1000 * 1000};

static int fails(void) {
  const char *named = getenv("DISK_TROUBLE");
  int before = errno, file = named ? open(named, O_RDONLY | O_CLOEXEC) : -1;
  char trouble = 0;
  if (file >= 0 && read(file, &trouble, 1) != 1) trouble = 0;
  if (file >= 0) close(file);
  if (trouble == 's') nanosleep(&SLOW, NULL);
  errno = trouble == 'f' ? EIO : before;
  return trouble == 'f';
}

static int synced(const char *call, int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, call);
  return fails() ? -1 : real(file);
}

int fsync(int file) { return synced("fsync", file); }
int fdatasync(int file) { return synced("fdatasync", file); }
