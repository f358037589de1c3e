// 16 vector registers: 6 x 16 accumulators use twelve.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define CK_TABLE ck_kernels_avx2
#define CK_FUSED 1
#define CK_NATIVE_BF16 0
#define CK_ROWS 6
#define CK_LANES 8
#define CK_VECTORS 2
#include "KernelTemplate.h"
#pragma clang attribute pop
#endif
