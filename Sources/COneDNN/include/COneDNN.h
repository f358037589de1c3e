// oneDNN's matrix product, opened at run time: no header and no library of it is needed to build.
//
// Serves the C interfaces of oneDNN 2.x and 3.x, which describe memory and operations differently.
// Every function that returns int gives 1 on success, otherwise 0 and the reason in `message`.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define ONEDNN_MESSAGE_CAPACITY 512

typedef struct onednn_library onednn_library;

// c = a bᵀ + bias, summed in single precision. All matrices are row-major.
typedef struct {
  int64_t m, n, k;
  const void *a;      // [m, k]
  const void *b;      // [n, k]
  const float *bias;  // [n], or NULL
  float *c;           // [m, n]
  int is_bfloat16;    // a and b are bfloat16 (uint16_t), else float
  int on_one_thread;  // heeded where the library's threads are OpenMP's
} onednn_product;

// `path` is given to dlopen; the library stays open until the process ends.
int onednn_open(const char *path, onednn_library **library, char message[ONEDNN_MESSAGE_CAPACITY]);

// For example 2.6.3.
const char *onednn_version(const onednn_library *library);

// Safe from many threads at once.
int onednn_multiply(const onednn_library *library, const onednn_product *product,
                    char message[ONEDNN_MESSAGE_CAPACITY]);

// Rounds to nearest, ties to even; NaN stays NaN.
void onednn_round_to_bfloat16(const float *values, size_t count, uint16_t *rounded);
