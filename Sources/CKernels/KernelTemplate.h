// Included by one file per CPU level, which defines CK_TABLE, CK_FUSED (fused multiply-add),
// CK_NATIVE_BF16 (a dot product of bfloat16 pairs), and the register tile: CK_ROWS rows by
// CK_VECTORS vectors of CK_LANES floats.

#include <stdlib.h>
#include <string.h>

#include "KernelTable.h"

#define CK_PANEL (CK_LANES * CK_VECTORS)
// Depth of a packed panel: CK_DEPTH * CK_PANEL floats stay in the first-level cache.
#define CK_DEPTH 256
// Columns packed at once; all of them stay in the second-level cache.
#define CK_BLOCK (8 * CK_PANEL)

// Vectors are passed only between functions that are always inlined, so their ABI plays no part.
#pragma clang diagnostic ignored "-Wpsabi"
#define CK_INLINE static inline __attribute__((always_inline))

typedef float Lanes __attribute__((vector_size(CK_LANES * 4)));
typedef float LanesUnaligned __attribute__((vector_size(CK_LANES * 4), aligned(4)));
typedef int32_t LanesInt __attribute__((vector_size(CK_LANES * 4)));
typedef int32_t LanesIntUnaligned __attribute__((vector_size(CK_LANES * 4), aligned(4)));

// Elementwise work and sums use sixteen lanes at every level, so that sums are cut alike.
typedef float Wide __attribute__((vector_size(64)));
typedef float WideUnaligned __attribute__((vector_size(64), aligned(4)));
typedef int32_t WideInt __attribute__((vector_size(64)));

#if CK_FUSED
#define CK_FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))
#else
#define CK_FMA(a, b, c) ((a) * (b) + (c))
#endif

CK_INLINE Lanes load(const float *p) { return *(const LanesUnaligned *)p; }
CK_INLINE void store(float *p, Lanes x) { *(LanesUnaligned *)p = x; }
CK_INLINE Wide wide(float x) {
  return (Wide){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}
CK_INLINE Wide loadWide(const float *p) { return *(const WideUnaligned *)p; }
CK_INLINE void storeWide(float *p, Wide x) { *(WideUnaligned *)p = x; }

CK_INLINE Wide choose(WideInt mask, Wide yes, Wide no) {
  return (Wide)((mask & (WideInt)yes) | (~mask & (WideInt)no));
}

#include "Template/Elementwise.h"
#include "Template/Matrix.h"
#include "Template/HalfMatrix.h"
#include "Template/Convolution.h"
#include "Template/Winograd.h"
#include "Template/Norms.h"
#include "Template/Attention.h"

const CKKernelTable CK_TABLE = {
    .matrixProduct = matrixProduct,
    .halfMatrixProduct = halfMatrixProduct,
    .halfRows = halfRows,
    .convolution = convolution,
    .winogradWeights = winogradWeights,
    .winograd = winograd,
    .attention = attention,
    .layerNorm = layerNorm,
    .rmsNorm = rmsNorm,
    .groupNorm = groupNorm,
    .softmax = softmax,
    .geluTanh = geluTanh,
    .silu = silu,
    .gatedAdd = gatedAdd,
    .add = add,
    .multiply = multiply,
    .peak = peak,
};
