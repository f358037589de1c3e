#pragma once

/// Exchanges the names of two files or folders of one file system in one step.
/// Returns 0, or -1 with errno set; EINVAL or ENOSYS where the file system cannot.
int cexchange_names(const char *first, const char *second);
