#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
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
  if (!code) code = posix_spawnattr_setpgroup(attributes, 0);
  if (!code)
    code = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  return code;
}

static int start(char *const argv[], char *const envp[], const char *directory, int input,
                 int output, int errors, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int code = posix_spawn_file_actions_init(&actions);
  if (code) return code;
  code = posix_spawnattr_init(&attributes);
  if (!code) {
    code = prepare(&actions, &attributes, directory, input, output, errors);
    if (!code) code = posix_spawnp(pid, argv[0], &actions, &attributes, argv, envp);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

int cspawn_start(char *const argv[], char *const envp[], const char *directory, int errors,
                 pid_t *pid, int *input, int *output) {
  int to_child[2], from_child[2];
  if (pipe2(to_child, O_CLOEXEC)) return errno;
  if (pipe2(from_child, O_CLOEXEC)) {
    int code = errno;
    close(to_child[0]);
    close(to_child[1]);
    return code;
  }
  int code = start(argv, envp, directory, to_child[0], from_child[1], errors, pid);
  close(to_child[0]);
  close(from_child[1]);
  if (code) {
    close(to_child[1]);
    close(from_child[0]);
    return code;
  }
  *input = to_child[1];
  *output = from_child[0];
  fcntl(*input, F_SETFL, fcntl(*input, F_GETFL) | O_NONBLOCK);
  fcntl(*output, F_SETFL, fcntl(*output, F_GETFL) | O_NONBLOCK);
  return 0;
}
