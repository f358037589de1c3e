// As KernelsAVX512.c, with the dot product of bfloat16 pairs that some of these CPUs have.
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx2,fma"))), apply_to = function)
#define CK_TABLE ck_kernels_avx512_bf16
#define CK_FUSED 1
#define CK_NATIVE_BF16 1
#define CK_ROWS 12
#define CK_LANES 16
#define CK_VECTORS 2
#include "KernelTemplate.h"
#pragma clang attribute pop
#endif
