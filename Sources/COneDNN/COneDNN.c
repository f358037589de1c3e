#include "COneDNN.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "OneDNNInterface.h"

struct onednn_library {
  interface_common common;
  interface2 two;
  interface3 three;
  int major;
  char version[32];
  dnnl_engine_t engine;
  void (*set_threads)(int);  // OpenMP's, of the calling thread; NULL without OpenMP
  int (*threads)(void);
};

static int fail(char *message, const char *text) {
  snprintf(message, ONEDNN_MESSAGE_CAPACITY, "%s", text);
  return 0;
}

// Sets table.slot to the function dnnl_<slot>; false where the library lacks it.
#define FIND(table, slot) \
  ((*(void **)&(table).slot = dlsym(handle, "dnnl_" #slot)) != NULL)

static int find(void *handle, onednn_library *o, char *message) {
  interface_common *c = &o->common;
  if (!(FIND(*c, version) && FIND(*c, engine_create) && FIND(*c, stream_create) &&
        FIND(*c, stream_wait) && FIND(*c, stream_destroy) && FIND(*c, memory_destroy) &&
        FIND(*c, primitive_desc_destroy) && FIND(*c, primitive_create) &&
        FIND(*c, primitive_execute) && FIND(*c, primitive_destroy)))
    return fail(message, "it is not the oneDNN library");
  const dnnl_version_t *version = c->version();
  o->major = version->major;
  snprintf(o->version, sizeof o->version, "%d.%d.%d", version->major, version->minor,
           version->patch);
  int is_known = 0;
  if (o->major == 2)
    is_known = FIND(o->two, memory_desc_init_by_strides) && FIND(o->two, memory_create) &&
               FIND(o->two, matmul_desc_init) && FIND(o->two, primitive_desc_create);
  if (o->major == 3)
    is_known = FIND(o->three, memory_desc_create_with_strides) &&
               FIND(o->three, memory_desc_destroy) && FIND(o->three, memory_create) &&
               FIND(o->three, matmul_primitive_desc_create);
  if (is_known) return 1;
  snprintf(message, ONEDNN_MESSAGE_CAPACITY, "its version %s is neither 2.x nor 3.x", o->version);
  return 0;
}

int onednn_open(const char *path, onednn_library **library, char message[ONEDNN_MESSAGE_CAPACITY]) {
  // The loader would wait for a pipe's writer. Names without a slash are the loader's to find.
  struct stat kind;
  if (strchr(path, '/') && stat(path, &kind) == 0 && !S_ISREG(kind.st_mode))
    return fail(message, "it is not a regular file");
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *reason = dlerror();
    return fail(message, reason ? reason : "it could not be opened");
  }
  onednn_library *o = calloc(1, sizeof *o);
  if (!o) return fail(message, "out of memory");
  if (!find(handle, o, message)) {
    free(o);
    return 0;
  }
  if (o->common.engine_create(&o->engine, dnnl_cpu, 0) != dnnl_success) {
    free(o);
    return fail(message, "it cannot compute on this CPU");
  }
  // A handle's symbols include those of the libraries that it needs.
  *(void **)&o->set_threads = dlsym(handle, "omp_set_num_threads");
  *(void **)&o->threads = dlsym(handle, "omp_get_max_threads");
  *library = o;
  return 1;
}

const char *onednn_version(const onednn_library *library) { return library->version; }

// The matrices of one product in the order source, weights, bias, destination.
enum { operands = 4, bias_place = 2 };

typedef struct {
  dnnl_memory_t memory[operands];
  dnnl_primitive_desc_t description;
} prepared;

static dnnl_status_t prepare2(const onednn_library *o, const dnnl_dims_t *dims,
                              const dnnl_dims_t *strides, const dnnl_data_type_t *types,
                              void *const *data, prepared *p) {
  memory_description2 descriptions[operands];
  dnnl_status_t status = dnnl_success;
  for (int i = 0; i < operands && status == dnnl_success; i++) {
    if (!data[i]) continue;
    status = o->two.memory_desc_init_by_strides(&descriptions[i], 2, dims[i], types[i], strides[i]);
    if (status == dnnl_success)
      status = o->two.memory_create(&p->memory[i], &descriptions[i], o->engine, data[i]);
  }
  if (status != dnnl_success) return status;
  matmul_description2 matmul;
  status = o->two.matmul_desc_init(&matmul, &descriptions[0], &descriptions[1],
                                   data[bias_place] ? &descriptions[bias_place] : NULL,
                                   &descriptions[3]);
  if (status != dnnl_success) return status;
  return o->two.primitive_desc_create(&p->description, &matmul, NULL, o->engine, NULL);
}

static dnnl_status_t prepare3(const onednn_library *o, const dnnl_dims_t *dims,
                              const dnnl_dims_t *strides, const dnnl_data_type_t *types,
                              void *const *data, prepared *p) {
  memory_description3 descriptions[operands] = {NULL, NULL, NULL, NULL};
  dnnl_status_t status = dnnl_success;
  for (int i = 0; i < operands && status == dnnl_success; i++) {
    if (!data[i]) continue;
    status = o->three.memory_desc_create_with_strides(&descriptions[i], 2, dims[i], types[i],
                                                      strides[i]);
    if (status == dnnl_success)
      status = o->three.memory_create(&p->memory[i], descriptions[i], o->engine, data[i]);
  }
  if (status == dnnl_success)
    status = o->three.matmul_primitive_desc_create(&p->description, o->engine, descriptions[0],
                                                   descriptions[1], descriptions[bias_place],
                                                   descriptions[3], NULL);
  for (int i = 0; i < operands; i++)
    if (descriptions[i]) o->three.memory_desc_destroy(descriptions[i]);
  return status;
}

static dnnl_status_t execute(const onednn_library *o, const prepared *p) {
  dnnl_primitive_t primitive = NULL;
  dnnl_stream_t stream = NULL;
  // Equal shapes find their compiled code in the library's own cache.
  dnnl_status_t status = o->common.primitive_create(&primitive, p->description);
  if (status == dnnl_success) status = o->common.stream_create(&stream, o->engine, 1);
  if (status == dnnl_success) {
    static const int names[operands] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS,
                                        DNNL_ARG_DST};
    dnnl_exec_arg_t arguments[operands];
    int count = 0;
    for (int i = 0; i < operands; i++) {
      if (!p->memory[i]) continue;
      arguments[count].arg = names[i];
      arguments[count++].memory = p->memory[i];
    }
    status = o->common.primitive_execute(primitive, stream, count, arguments);
    if (status == dnnl_success) status = o->common.stream_wait(stream);
  }
  if (stream) o->common.stream_destroy(stream);
  if (primitive) o->common.primitive_destroy(primitive);
  return status;
}

int onednn_multiply(const onednn_library *o, const onednn_product *q,
                    char message[ONEDNN_MESSAGE_CAPACITY]) {
  const dnnl_data_type_t kind = q->is_bfloat16 ? dnnl_bf16 : dnnl_f32;
  const dnnl_data_type_t types[operands] = {kind, kind, dnnl_f32, dnnl_f32};
  // Weights are seen as [k, n], so that a row of theirs is a column.
  const dnnl_dims_t dims[operands] = {{q->m, q->k}, {q->k, q->n}, {1, q->n}, {q->m, q->n}};
  const dnnl_dims_t strides[operands] = {{q->k, 1}, {1, q->k}, {q->n, 1}, {q->n, 1}};
  void *const data[operands] = {(void *)q->a, (void *)q->b, (void *)q->bias, q->c};
  const int threads = q->on_one_thread && o->set_threads && o->threads ? o->threads() : 0;
  if (threads) o->set_threads(1);
  prepared p;
  memset(&p, 0, sizeof p);
  dnnl_status_t status = (o->major == 2 ? prepare2 : prepare3)(o, dims, strides, types, data, &p);
  if (status == dnnl_success) status = execute(o, &p);
  if (p.description) o->common.primitive_desc_destroy(p.description);
  for (int i = 0; i < operands; i++)
    if (p.memory[i]) o->common.memory_destroy(p.memory[i]);
  if (threads) o->set_threads(threads);
  if (status == dnnl_success) return 1;
  if (status == dnnl_unimplemented)
    return fail(message, q->is_bfloat16 ? "it has no bfloat16 product for this CPU"
                                        : "it has no such product");
  if (status == dnnl_out_of_memory) return fail(message, "it ran out of memory");
  snprintf(message, ONEDNN_MESSAGE_CAPACITY, "it refused with status %d", (int)status);
  return 0;
}

void onednn_round_to_bfloat16(const float *values, size_t count, uint16_t *rounded) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, values + i, sizeof bits);
    const int is_nan = (bits & 0x7fffffff) > 0x7f800000;
    rounded[i] = is_nan ? (uint16_t)(bits >> 16 | 0x40)
                        : (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  }
}

#ifdef ONEDNN_HEADERS
// Never called: each line compiles only where a declaration is the library's own.
void onednn_check_declarations(interface_common *c, interface2 *two, interface3 *three);
void onednn_check_declarations(interface_common *c, interface2 *two, interface3 *three) {
  c->version = dnnl_version;
  c->engine_create = dnnl_engine_create;
  c->stream_create = dnnl_stream_create;
  c->stream_wait = dnnl_stream_wait;
  c->stream_destroy = dnnl_stream_destroy;
  c->memory_destroy = dnnl_memory_destroy;
  c->primitive_desc_destroy = dnnl_primitive_desc_destroy;
  c->primitive_create = dnnl_primitive_create;
  c->primitive_execute = dnnl_primitive_execute;
  c->primitive_destroy = dnnl_primitive_destroy;
#if DNNL_VERSION_MAJOR == 2
  (void)three;
  two->memory_desc_init_by_strides = dnnl_memory_desc_init_by_strides;
  two->memory_create = dnnl_memory_create;
  two->matmul_desc_init = dnnl_matmul_desc_init;
  two->primitive_desc_create = dnnl_primitive_desc_create;
  // The sizes that the build without headers reserves.
  _Static_assert(sizeof(dnnl_memory_desc_t) <= 1024, "a memory description has outgrown its room");
  _Static_assert(sizeof(dnnl_matmul_desc_t) <= 4608, "a product's description has outgrown it");
#else
  (void)two;
  three->memory_desc_create_with_strides = dnnl_memory_desc_create_with_strides;
  three->memory_desc_destroy = dnnl_memory_desc_destroy;
  three->memory_create = dnnl_memory_create;
  three->matmul_primitive_desc_create = dnnl_matmul_primitive_desc_create;
#endif
  _Static_assert(sizeof(dnnl_dims_t) == 12 * sizeof(int64_t), "descriptions have other extents");
  _Static_assert(dnnl_success == 0 && dnnl_out_of_memory == 1 && dnnl_unimplemented == 3,
                 "a status has another number");
  _Static_assert(dnnl_cpu == 1 && dnnl_bf16 == 2 && dnnl_f32 == 3, "a kind has another number");
  _Static_assert(DNNL_ARG_SRC == 1 && DNNL_ARG_DST == 17 && DNNL_ARG_WEIGHTS == 33 &&
                     DNNL_ARG_BIAS == 41 && dnnl_stream_in_order == 1,
                 "an argument has another number");
}
#endif
