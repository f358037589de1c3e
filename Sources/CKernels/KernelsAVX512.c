// 32 vector registers: 12 x 32 accumulators use twenty-four.
#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma"))), apply_to = function)
#define CK_TABLE ck_kernels_avx512
#define CK_FUSED 1
#define CK_NATIVE_BF16 0
#define CK_ROWS 12
#define CK_LANES 16
#define CK_VECTORS 2
#include "KernelTemplate.h"
#pragma clang attribute pop
#endif
