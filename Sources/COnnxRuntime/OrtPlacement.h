// Shared by the two kinds of sessions; not part of the module.
#pragma once
#include "COnnxRuntime.h"

// Adds the provider of `placement` to session options of the library's.
int ort_place(const void *const *slots, void *options, const ort_placement *placement, char *message);
