// What is called of oneDNN's C interface, declared as its headers declare it.
//
// The package builds without oneDNN's headers. With ONEDNN_HEADERS defined they are included
// instead, and the compiler then checks every declaration here against them, for 2.x or 3.x as they
// are (scripts/check-onednn.sh).
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef ONEDNN_HEADERS

#include <oneapi/dnnl/dnnl.h>

#else

typedef int dnnl_status_t;
typedef int dnnl_engine_kind_t;
typedef int dnnl_data_type_t;
typedef int64_t dnnl_dims_t[12];
typedef struct dnnl_engine *dnnl_engine_t;
typedef struct dnnl_stream *dnnl_stream_t;
typedef struct dnnl_memory *dnnl_memory_t;
typedef struct dnnl_primitive_desc *dnnl_primitive_desc_t;
typedef const struct dnnl_primitive_desc *const_dnnl_primitive_desc_t;
typedef struct dnnl_primitive *dnnl_primitive_t;
typedef const struct dnnl_primitive *const_dnnl_primitive_t;
typedef const struct dnnl_primitive_attr *const_dnnl_primitive_attr_t;
typedef struct {
  int arg;
  dnnl_memory_t memory;
} dnnl_exec_arg_t;
// The library's own has more behind it.
typedef struct {
  int major, minor, patch;
} dnnl_version_t;
enum {
  dnnl_success = 0,
  dnnl_out_of_memory = 1,
  dnnl_unimplemented = 3,
  dnnl_cpu = 1,
  dnnl_bf16 = 2,
  dnnl_f32 = 3
};
enum { DNNL_ARG_SRC = 1, DNNL_ARG_DST = 17, DNNL_ARG_WEIGHTS = 33, DNNL_ARG_BIAS = 41 };

#endif

// 2.x keeps descriptions in structures of the caller, of which only the size matters here.
#if defined(ONEDNN_HEADERS) && DNNL_VERSION_MAJOR == 2
typedef dnnl_memory_desc_t memory_description2;
typedef dnnl_matmul_desc_t matmul_description2;
typedef const_dnnl_op_desc_t operation2;
#else
typedef struct {
  _Alignas(16) unsigned char bytes[1024];
} memory_description2;
typedef struct {
  _Alignas(16) unsigned char bytes[4608];
} matmul_description2;
typedef const void *operation2;
#endif

// 3.x hands out pointers.
#if defined(ONEDNN_HEADERS) && DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t memory_description3;
typedef const_dnnl_memory_desc_t const_memory_description3;
#else
typedef struct dnnl_memory_desc *memory_description3;
typedef const struct dnnl_memory_desc *const_memory_description3;
#endif

// Alike in both.
typedef struct {
  const dnnl_version_t *(*version)(void);
  dnnl_status_t (*engine_create)(dnnl_engine_t *, dnnl_engine_kind_t, size_t);
  dnnl_status_t (*stream_create)(dnnl_stream_t *, dnnl_engine_t, unsigned);
  dnnl_status_t (*stream_wait)(dnnl_stream_t);
  dnnl_status_t (*stream_destroy)(dnnl_stream_t);
  dnnl_status_t (*memory_destroy)(dnnl_memory_t);
  dnnl_status_t (*primitive_desc_destroy)(dnnl_primitive_desc_t);
  dnnl_status_t (*primitive_create)(dnnl_primitive_t *, const_dnnl_primitive_desc_t);
  dnnl_status_t (*primitive_execute)(const_dnnl_primitive_t, dnnl_stream_t, int,
                                     const dnnl_exec_arg_t *);
  dnnl_status_t (*primitive_destroy)(dnnl_primitive_t);
} interface_common;

typedef struct {
  dnnl_status_t (*memory_desc_init_by_strides)(memory_description2 *, int, const dnnl_dims_t,
                                               dnnl_data_type_t, const dnnl_dims_t);
  dnnl_status_t (*memory_create)(dnnl_memory_t *, const memory_description2 *, dnnl_engine_t,
                                 void *);
  dnnl_status_t (*matmul_desc_init)(matmul_description2 *, const memory_description2 *,
                                    const memory_description2 *, const memory_description2 *,
                                    const memory_description2 *);
  dnnl_status_t (*primitive_desc_create)(dnnl_primitive_desc_t *, operation2,
                                         const_dnnl_primitive_attr_t, dnnl_engine_t,
                                         const_dnnl_primitive_desc_t);
} interface2;

typedef struct {
  dnnl_status_t (*memory_desc_create_with_strides)(memory_description3 *, int, const dnnl_dims_t,
                                                   dnnl_data_type_t, const dnnl_dims_t);
  dnnl_status_t (*memory_desc_destroy)(memory_description3);
  dnnl_status_t (*memory_create)(dnnl_memory_t *, const_memory_description3, dnnl_engine_t, void *);
  dnnl_status_t (*matmul_primitive_desc_create)(dnnl_primitive_desc_t *, dnnl_engine_t,
                                                const_memory_description3,
                                                const_memory_description3,
                                                const_memory_description3,
                                                const_memory_description3,
                                                const_dnnl_primitive_attr_t);
} interface3;
