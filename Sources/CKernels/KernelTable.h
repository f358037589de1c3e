#pragma once
#include "include/CKernels.h"

// One level's kernels; see CKernels.h for what each does.
typedef struct {
  void (*matrixProduct)(const CKMatrixProduct *, int64_t, int64_t, int64_t, int64_t);
  void (*halfMatrixProduct)(const CKHalfMatrixProduct *, int64_t, int64_t, int64_t, int64_t);
  void (*halfRows)(const float *, int64_t, int64_t, int64_t, float *, int64_t);
  void (*convolution)(const CKConvolution *, int64_t, int64_t);
  void (*winogradWeights)(const float *, int64_t, int64_t, int64_t, int64_t, float *);
  void (*winograd)(const CKConvolution *, const float *, int64_t, int64_t, float *);
  void (*attention)(const CKAttention *, int64_t, int64_t, float *);
  void (*layerNorm)(const float *, int64_t, int64_t, float, const float *, const float *, float *);
  void (*rmsNorm)(const float *, int64_t, int64_t, float, const float *, float *);
  void (*groupNorm)(const float *, int64_t, int64_t, float, const float *, const float *, int32_t,
                    float *);
  void (*softmax)(float *, int64_t, int64_t, int64_t, float);
  void (*geluTanh)(const float *, int64_t, float *);
  void (*silu)(const float *, int64_t, float *);
  void (*gatedAdd)(float *, const float *, const float *, int64_t, int64_t);
  void (*add)(float *, const float *, int64_t);
  void (*multiply)(float *, const float *, int64_t);
  double (*peak)(int64_t, float *);
} CKKernelTable;

extern const CKKernelTable ck_kernels_plain;
#if defined(__x86_64__)
extern const CKKernelTable ck_kernels_avx2;
extern const CKKernelTable ck_kernels_avx512;
extern const CKKernelTable ck_kernels_avx512_bf16;
#endif
