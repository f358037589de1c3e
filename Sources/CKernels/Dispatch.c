#include "KernelTable.h"

#include <stdlib.h>
#include <string.h>

static const CKKernelTable *active = &ck_kernels_plain;
static int32_t activeLevel = 0;

int32_t ck_supported_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("fma"))
    return __builtin_cpu_supports("avx512bf16") ? 3 : 2;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 1;
#endif
  return 0;
}

int32_t ck_level(void) { return activeLevel; }

int32_t ck_set_level(int32_t level) {
  int32_t supported = ck_supported_level();
  if (level > supported) level = supported;
  if (level < 0) level = 0;
  activeLevel = level;
  active = &ck_kernels_plain;
#if defined(__x86_64__)
  if (level == 1) active = &ck_kernels_avx2;
  if (level == 2) active = &ck_kernels_avx512;
  if (level == 3) active = &ck_kernels_avx512_bf16;
#endif
  return level;
}

// Runs before main, so that no thread can see the choice change. AUDIT_KERNELS=plain|avx2|avx512
// asks for a lower level than the CPU has.
__attribute__((constructor)) static void choose(void) {
  int32_t level = 3;
  const char *wish = getenv("AUDIT_KERNELS");
  if (wish && !strcmp(wish, "plain")) level = 0;
  if (wish && !strcmp(wish, "avx2")) level = 1;
  if (wish && !strcmp(wish, "avx512")) level = 2;
  ck_set_level(level);
}

void ck_matrix_product(const CKMatrixProduct *p, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
  active->matrixProduct(p, m0, m1, n0, n1);
}
void ck_convolution(const CKConvolution *c, int64_t p0, int64_t p1) {
  active->convolution(c, p0, p1);
}
int64_t ck_half_packed_count(int64_t n, int64_t k) {
  return (n + CK_HALF_PANEL - 1) / CK_HALF_PANEL * CK_HALF_PANEL * ((k + 1) / 2 * 2);
}
void ck_half_pack(const float *weight, int64_t n, int64_t k, uint16_t *packed) {
  int64_t pairs = (k + 1) / 2;
  for (int64_t panel = 0; panel < n; panel += CK_HALF_PANEL)
    for (int64_t i = 0; i < pairs; i++)
      for (int64_t j = 0; j < CK_HALF_PANEL; j++)
        for (int64_t odd = 0; odd < 2; odd++, packed++) {
          uint32_t bits = 0;
          if (panel + j < n && 2 * i + odd < k)
            memcpy(&bits, weight + (panel + j) * k + 2 * i + odd, 4);
          uint32_t rounded = bits + 0x7fff + (bits >> 16 & 1);
          if ((bits & 0x7fffffff) > 0x7f800000) rounded = bits | 0x400000;
          *packed = (uint16_t)(rounded >> 16);
        }
}
void ck_half_rows(const float *x, int64_t rows, int64_t k, int64_t ldx, float *out, int64_t ldo) {
  active->halfRows(x, rows, k, ldx, out, ldo);
}
void ck_half_matrix_product(const CKHalfMatrixProduct *p, int64_t m0, int64_t m1, int64_t n0,
                            int64_t n1) {
  active->halfMatrixProduct(p, m0, m1, n0, n1);
}
int64_t ck_winograd_row(int64_t channels) { return CK_WINOGRAD_ROW(channels); }
void ck_winograd_weights(const float *weight, int64_t outputs, int64_t channels, int64_t k0,
                         int64_t k1, float *transformed) {
  active->winogradWeights(weight, outputs, channels, k0, k1, transformed);
}
int64_t ck_winograd_scratch(const CKConvolution *c, int64_t tiles) {
  return 36 * tiles * (c->channels + c->outputs);
}
void ck_winograd(const CKConvolution *c, const float *transformed, int64_t t0, int64_t t1,
                 float *scratch) {
  active->winograd(c, transformed, t0, t1, scratch);
}
int64_t ck_attention_scratch(int64_t keys, int64_t width) {
  // Keys, values and 48 rows of scores, each padded to the widest level's panel.
  int64_t paddedKeys = (keys + 31) / 32 * 32, paddedWidth = (width + 31) / 32 * 32;
  return paddedKeys * width + paddedWidth * keys + 48 * paddedKeys;
}
void ck_attention(const CKAttention *a, int64_t q0, int64_t q1, float *scratch) {
  active->attention(a, q0, q1, scratch);
}
void ck_layer_norm(const float *x, int64_t rows, int64_t width, float eps, const float *scale,
                   const float *shift, float *out) {
  active->layerNorm(x, rows, width, eps, scale, shift, out);
}
void ck_rms_norm(const float *x, int64_t rows, int64_t width, float eps, const float *weight,
                 float *out) {
  active->rmsNorm(x, rows, width, eps, weight, out);
}
void ck_group_norm(const float *x, int64_t channels, int64_t area, float eps, const float *weight,
                   const float *bias, int32_t silu, float *out) {
  active->groupNorm(x, channels, area, eps, weight, bias, silu, out);
}
void ck_softmax(float *x, int64_t rows, int64_t width, int64_t stride, float scale) {
  active->softmax(x, rows, width, stride, scale);
}
void ck_gelu_tanh(const float *x, int64_t count, float *out) { active->geluTanh(x, count, out); }
void ck_silu(const float *x, int64_t count, float *out) { active->silu(x, count, out); }
void ck_gated_add(float *x, const float *y, const float *gate, int64_t rows, int64_t width) {
  active->gatedAdd(x, y, gate, rows, width);
}
void ck_add(float *x, const float *y, int64_t count) { active->add(x, y, count); }
void ck_multiply(float *x, const float *y, int64_t count) { active->multiply(x, y, count); }
double ck_peak(int64_t rounds, float *result) { return active->peak(rounds, result); }
