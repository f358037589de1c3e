// Starts a program in another folder with pipes, which Swift's Glibc module does not show.
#pragma once
#include <sys/types.h>

// Runs `argv[0]` (looked up in PATH unless it has a slash) in `directory`, in a process group of its
// own, with default SIGPIPE and no blocked signals. Its stderr goes to the file `errors`.
// `input` and `output` receive our ends of its stdin and stdout: non-blocking, closed on exec.
// Returns 0, or an errno value and nothing to release.
int cspawn_start(char *const argv[], char *const envp[], const char *directory, int errors,
                 pid_t *pid, int *input, int *output);
