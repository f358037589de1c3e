// Starts a program in another folder with pipes, which Swift's Glibc module does not show.
#pragma once
#include <sys/types.h>

// Runs `argv[0]` (looked up in PATH unless it has a slash) in `directory`, in a session and process group
// of its own, with default SIGPIPE and no blocked signals. Its stderr goes to the file `errors`.
// `input` and `output` receive our ends of its stdin and stdout: non-blocking, closed on exec.
// Returns 0, or an errno value and nothing to release.
//
// Beside it runs a watcher: a shell that waits for the end of a pipe whose other end is `lifeline`.
// When this process ends, however it ends, the pipe closes and the watcher kills the whole group. Stop
// the watcher before closing `lifeline`. `watcher` is 0 where it could not be started.
int cspawn_start(char *const argv[], char *const envp[], const char *directory, int errors,
                 pid_t *pid, int *input, int *output, pid_t *watcher, int *lifeline);

// What has become of a child; it stays unreaped, so that its number is not given away.
enum { CSPAWN_RUNS, CSPAWN_EXITED, CSPAWN_SIGNALLED };

// `value` receives the exit code or the signal. A child that is not ours counts as ended with 0.
int cspawn_look(pid_t pid, int *value);
