#pragma once
// Hot loops of the tensor library, written once (KernelTemplate.h) with Clang's vector types and
// compiled for AVX-512, AVX2+FMA and any CPU. The level is chosen at run time.
//
// Every output element is one chain of fused multiply-adds in a fixed order, whatever the tile,
// the thread count, the batch size or the vector width: results do not depend on how work is cut.
// The plain level has no fused multiply-add and differs in the last bits.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What is done to a finished output.
enum { CK_IDENTITY = 0, CK_GELU = 1 };

/// Columns of one panel of bfloat16 weights, the same at every level.
#define CK_HALF_PANEL 32

/// c[m, n] = bias + a[m, k] * B, with B either k x n or, transposed, n x k (a weight matrix).
typedef struct {
  int64_t m, n, k;
  const float *a;
  int64_t lda;
  const float *b;
  int64_t ldb;
  /// 1: b is n x k.
  int32_t transposed;
  /// CK_IDENTITY or CK_GELU.
  int32_t activation;
  /// n values added to every row, or null.
  const float *columnBias;
  float *c;
  int64_t ldc;
} CKMatrixProduct;

/// c[m, n] = bias + a[m, k] * B with both factors rounded to bfloat16 and sums in single precision.
typedef struct {
  int64_t m, n, k;
  /// Rows as ck_half_rows prepares them, lda floats apart.
  const float *a;
  int64_t lda;
  /// As ck_half_pack writes it.
  const uint16_t *b;
  int32_t activation;
  const float *columnBias;
  float *c;
  int64_t ldc;
} CKHalfMatrixProduct;

/// A two-dimensional convolution of one image: c[outputs, height*width] = weight * patches.
typedef struct {
  const float *input;  // channels x inputHeight x inputWidth
  int64_t channels, inputHeight, inputWidth;
  const float *weight;  // outputs x channels x kernelHeight x kernelWidth
  const float *bias;    // outputs, or null
  int64_t outputs, kernelHeight, kernelWidth, stride;
  int64_t padTop, padLeft;
  /// 0: as it is; 1: the input is read as if enlarged twofold by nearest neighbour.
  int32_t upsampled;
  int64_t outputHeight, outputWidth;
  float *output;
} CKConvolution;

/// Attention of one head: softmax(q k^T * scale + bias) v for a range of query rows.
typedef struct {
  int64_t queries, keys, width;
  const float *q, *k, *v;
  int64_t qStride, kStride, vStride;
  /// queries x keys with row stride biasStride, or null.
  const float *bias;
  int64_t biasStride;
  float scale;
  float *out;
  int64_t outStride;
} CKAttention;

/// The CPU level in use: 0 plain, 1 AVX2 with FMA, 2 AVX-512, 3 AVX-512 with bfloat16.
int32_t ck_level(void);
/// The highest level that this CPU has.
int32_t ck_supported_level(void);
/// Chooses a level at or below the supported one; returns the level now in use. For tests, and at
/// start-up: not while kernels run.
int32_t ck_set_level(int32_t level);

/// Rows [m0, m1) and columns [n0, n1) of the product.
void ck_matrix_product(const CKMatrixProduct *p, int64_t m0, int64_t m1, int64_t n0, int64_t n1);
/// Numbers of bfloat16 that ck_half_pack writes for a weight matrix n x k.
int64_t ck_half_packed_count(int64_t n, int64_t k);
/// Packs a weight matrix n x k, rounded to nearest even: panels of CK_HALF_PANEL columns, each of
/// them pairs along k side by side; zero beyond n and k.
void ck_half_pack(const float *weight, int64_t n, int64_t k, uint16_t *packed);
/// Rounds rows to bfloat16 in the form that this level's product takes; ldo is k rounded up to even.
void ck_half_rows(const float *x, int64_t rows, int64_t k, int64_t ldx, float *out, int64_t ldo);
/// Rows [m0, m1) and columns [n0, n1) of the product; n0 is a multiple of CK_HALF_PANEL.
void ck_half_matrix_product(const CKHalfMatrixProduct *p, int64_t m0, int64_t m1, int64_t n0,
                            int64_t n1);

/// Output pixels [p0, p1), in row-major order, of all output channels.
void ck_convolution(const CKConvolution *c, int64_t p0, int64_t p1);
/// Floats between the rows of transformed weights.
#define CK_WINOGRAD_ROW(channels) ((channels) + 16)
int64_t ck_winograd_row(int64_t channels);
/// Outputs [k0, k1) of 3 x 3 weights as 36 matrices outputs x channels, rows ck_winograd_row apart.
void ck_winograd_weights(const float *weight, int64_t outputs, int64_t channels, int64_t k0,
                         int64_t k1, float *transformed);
/// Floats of scratch memory for `tiles` tiles, a multiple of 32.
int64_t ck_winograd_scratch(const CKConvolution *c, int64_t tiles);
/// Tiles [t0, t1) of 4 x 4 outputs of a 3 x 3 convolution of stride 1 and padding 1, in row-major
/// order; `transformed` stands for its weights.
void ck_winograd(const CKConvolution *c, const float *transformed, int64_t t0, int64_t t1,
                 float *scratch);

/// Floats of scratch memory of ck_attention.
int64_t ck_attention_scratch(int64_t keys, int64_t width);
/// Query rows [q0, q1).
void ck_attention(const CKAttention *a, int64_t q0, int64_t q1, float *scratch);

/// out = (x - mean) / sqrt(var + eps) * (1 + scale) + shift, per row.
void ck_layer_norm(const float *x, int64_t rows, int64_t width, float eps, const float *scale,
                   const float *shift, float *out);
/// out = x / sqrt(mean(x^2) + eps) * weight, per row.
void ck_rms_norm(const float *x, int64_t rows, int64_t width, float eps, const float *weight,
                 float *out);
/// Group norm of one group: `channels` planes of `area` values, affine per channel, then SiLU.
void ck_group_norm(const float *x, int64_t channels, int64_t area, float eps, const float *weight,
                   const float *bias, int32_t silu, float *out);
/// In place softmax(x * scale) of each row.
void ck_softmax(float *x, int64_t rows, int64_t width, int64_t stride, float scale);
void ck_gelu_tanh(const float *x, int64_t count, float *out);
void ck_silu(const float *x, int64_t count, float *out);
/// x += gate * y per row; gate has `width` values.
void ck_gated_add(float *x, const float *y, const float *gate, int64_t rows, int64_t width);
void ck_add(float *x, const float *y, int64_t count);
void ck_multiply(float *x, const float *y, int64_t count);
/// Multiply-adds on registers alone; returns how many floating-point operations they were.
double ck_peak(int64_t rounds, float *result);

#ifdef __cplusplus
}
#endif
