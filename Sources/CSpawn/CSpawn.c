#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes,
                   const char *directory, int input, int output, int errors) {
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  int code = posix_spawn_file_actions_adddup2(actions, input, STDIN_FILENO);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, errors, STDERR_FILENO);
  if (!code) code = posix_spawn_file_actions_addchdir_np(actions, directory);
  if (!code) code = posix_spawnattr_setsigmask(attributes, &none);
  if (!code) code = posix_spawnattr_setsigdefault(attributes, &defaults);
  // A session is a group too, and has no terminal: nobody can stop there to ask for a passphrase.
  if (!code)
    code = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  return code;
}

static int start(const char *program, char *const argv[], char *const envp[],
                 const char *directory, int input, int output, int errors, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int code = posix_spawn_file_actions_init(&actions);
  if (code) return code;
  code = posix_spawnattr_init(&attributes);
  if (!code) {
    code = prepare(&actions, &attributes, directory, input, output, errors);
    if (!code) code = posix_spawnp(pid, program, &actions, &attributes, argv, envp);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

// A shell, because a fork of a process with threads and gigabytes of models is neither safe nor cheap.
static void watch(pid_t group, pid_t *watcher, int *lifeline) {
  *watcher = 0;
  *lifeline = -1;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) return;
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  char number[24];
  snprintf(number, sizeof number, "-%d", (int)group);
  char *const argv[] = {"sh", "-c", "read -r _; kill -KILL \"$1\"", "audit-watcher", number, 0};
  char *const envp[] = {"PATH=/usr/bin:/bin", 0};
  if (null >= 0 && !start("/bin/sh", argv, envp, "/", ends[0], null, null, watcher)) {
    *lifeline = ends[1];
  } else {
    *watcher = 0;
    close(ends[1]);
  }
  if (null >= 0) close(null);
  close(ends[0]);
}

int cspawn_start(char *const argv[], char *const envp[], const char *directory, int errors,
                 pid_t *pid, int *input, int *output, pid_t *watcher, int *lifeline) {
  int to_child[2], from_child[2];
  if (pipe2(to_child, O_CLOEXEC)) return errno;
  if (pipe2(from_child, O_CLOEXEC)) {
    int code = errno;
    close(to_child[0]);
    close(to_child[1]);
    return code;
  }
  int code = start(argv[0], argv, envp, directory, to_child[0], from_child[1], errors, pid);
  close(to_child[0]);
  close(from_child[1]);
  if (code) {
    close(to_child[1]);
    close(from_child[0]);
    return code;
  }
  watch(*pid, watcher, lifeline);
  *input = to_child[1];
  *output = from_child[0];
  fcntl(*input, F_SETFL, fcntl(*input, F_GETFL) | O_NONBLOCK);
  fcntl(*output, F_SETFL, fcntl(*output, F_GETFL) | O_NONBLOCK);
  return 0;
}

int cspawn_look(pid_t pid, int *value) {
  siginfo_t found = {0};
  int result;
  do {
    result = waitid(P_PID, (id_t)pid, &found, WEXITED | WNOHANG | WNOWAIT);
  } while (result && errno == EINTR);
  *value = result ? 0 : found.si_status;
  if (result) return CSPAWN_EXITED;
  if (!found.si_pid) return CSPAWN_RUNS;
  return found.si_code == CLD_EXITED ? CSPAWN_EXITED : CSPAWN_SIGNALLED;
}
