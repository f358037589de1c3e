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
    return 2;
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
#endif
  return level;
}

// Runs before main, so that no thread can see the choice change. AUDIT_KERNELS=plain|avx2|avx512
// asks for a lower level than the CPU has.
__attribute__((constructor)) static void choose(void) {
  int32_t level = 2;
  const char *wish = getenv("AUDIT_KERNELS");
  if (wish && !strcmp(wish, "plain")) level = 0;
  if (wish && !strcmp(wish, "avx2")) level = 1;
  ck_set_level(level);
}

void ck_matrix_product(const CKMatrixProduct *p, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
  active->matrixProduct(p, m0, m1, n0, n1);
}
void ck_convolution(const CKConvolution *c, int64_t p0, int64_t p1) {
  active->convolution(c, p0, p1);
}
void ck_attention(const CKAttention *a, int64_t q0, int64_t q1) { active->attention(a, q0, q1); }
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
