#include "OrtPlacement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Places in the frozen table; see COnnxRuntime.c.
enum {
  slot_get_error_message = 2,
  slot_create_env = 3,
  slot_create_session_from_array = 8,
  slot_run = 9,
  slot_create_session_options = 10,
  slot_set_log_severity = 22,
  slot_set_optimization_level = 23,
  slot_set_intra_op_threads = 24,
  slot_create_tensor_with_data = 49,
  slot_tensor_data = 51,
  slot_element_type = 60,
  slot_element_count = 64,
  slot_tensor_type_and_shape = 65,
  slot_cpu_memory_info = 69,
  slot_release_env = 92,
  slot_release_status = 93,
  slot_release_memory_info = 94,
  slot_release_session = 95,
  slot_release_value = 96,
  slot_release_shape_info = 99,
  slot_release_session_options = 100,
  slot_available_providers = 125,
  slot_release_available_providers = 126,
  slot_add_session_config_entry = 130,
  slot_append_cuda = 204,
  slot_create_cuda_options = 205,
  slot_update_cuda_options = 206,
  slot_release_cuda_options = 208,
  slot_add_external_initializers = 210,
  slot_append_provider = 216,
};

enum { log_fatal_only = 4, optimization_extended = 2, element_float = 1, arena_allocator = 1, default_memory = 0 };

typedef void *status;  // NULL is success

struct ort_graph {
  const void *const *slots;
  void *env;
  void *session;
  void *memory;
  void **weights;
  size_t weight_count;
};

#define CALL(slots, name, types) ((status(*) types)(slots)[slot_##name])
#define RELEASE(slots, name, object) ((void (*)(void *))(slots)[slot_release_##name])(object)

static int good(const void *const *slots, status result, char *message) {
  if (!result) return 1;
  snprintf(message, ORT_MESSAGE_CAPACITY, "%s",
           ((const char *(*)(status))slots[slot_get_error_message])(result));
  RELEASE(slots, status, result);
  return 0;
}

// A tensor over memory of ours; the library does not write to what it was given as an input.
static int wrap(const ort_graph *g, const ort_array *array, void **value, char *message) {
  return good(g->slots,
              CALL(g->slots, create_tensor_with_data,
                   (const void *, void *, size_t, const int64_t *, size_t, int, void **))(
                  g->memory, (void *)array->values, array->count * sizeof(float), array->dimensions,
                  array->rank, element_float, value),
              message);
}

static int add_weights(ort_graph *g, void *options, const ort_array *weights, size_t count, char *message) {
  if (count == 0) return 1;
  const char **names = calloc(count, sizeof *names);
  g->weights = calloc(count, sizeof *g->weights);
  int ok = names && g->weights;
  if (!ok) snprintf(message, ORT_MESSAGE_CAPACITY, "out of memory");
  for (size_t i = 0; ok && i < count; i++) {
    names[i] = weights[i].name;
    ok = wrap(g, &weights[i], &g->weights[i], message);
    if (ok) g->weight_count = i + 1;
  }
  ok = ok && good(g->slots,
                  CALL(g->slots, add_external_initializers,
                       (void *, const char *const *, const void *const *, size_t))(
                      options, names, (const void *const *)g->weights, count),
                  message);
  free(names);
  return ok;
}

// CUDA has options of its own kind; every other provider takes names and values.
static int add_cuda(const void *const *slots, void *options, const ort_placement *placement, char *message) {
  void *cuda = NULL;
  if (!good(slots, CALL(slots, create_cuda_options, (void **))(&cuda), message)) return 0;
  int ok = placement->option_count == 0 ||
           good(slots,
                CALL(slots, update_cuda_options, (void *, const char *const *, const char *const *, size_t))(
                    cuda, placement->keys, placement->values, placement->option_count),
                message);
  ok = ok && good(slots, CALL(slots, append_cuda, (void *, const void *))(options, cuda), message);
  RELEASE(slots, cuda_options, cuda);
  return ok;
}

int ort_place(const void *const *slots, void *options, const ort_placement *placement, char *message) {
  if (strcmp(placement->provider, "CPU") == 0) return 1;
  if (strcmp(placement->provider, "CUDA") == 0) return add_cuda(slots, options, placement, message);
  return good(slots,
              CALL(slots, append_provider,
                   (void *, const char *, const char *const *, const char *const *, size_t))(
                  options, placement->provider, placement->keys, placement->values,
                  placement->option_count),
              message);
}

static int configure(const void *const *slots, void *options, const char *key, const char *value, char *message) {
  return good(slots, CALL(slots, add_session_config_entry, (void *, const char *, const char *))(options, key, value),
              message);
}

static int build(ort_graph *g, const void *model, size_t size, const ort_array *weights, size_t count,
                 const ort_placement *placement, char *message) {
  const void *const *slots = g->slots;
  void *options = NULL;
  if (!good(slots, CALL(slots, create_env, (int, const char *, void **))(log_fatal_only, "audit", &g->env), message) ||
      !good(slots, CALL(slots, cpu_memory_info, (int, int, void **))(arena_allocator, default_memory, &g->memory), message) ||
      !good(slots, CALL(slots, create_session_options, (void **))(&options), message))
    return 0;
  int ok =
      good(slots, CALL(slots, set_log_severity, (void *, int))(options, log_fatal_only), message) &&
      good(slots, CALL(slots, set_optimization_level, (void *, int))(options, optimization_extended), message) &&
      good(slots, CALL(slots, set_intra_op_threads, (void *, int))(options, placement->threads), message) &&
      // Packed weights would be copies of all of them.
      configure(slots, options, "session.disable_prepacking", "1", message) &&
      // Idle threads of the library must not take cores from the rest of the step.
      configure(slots, options, "session.intra_op.allow_spinning", "0", message) &&
      add_weights(g, options, weights, count, message) && ort_place(slots, options, placement, message) &&
      good(slots,
           CALL(slots, create_session_from_array, (void *, const void *, size_t, void *, void **))(
               g->env, model, size, options, &g->session),
           message);
  RELEASE(slots, session_options, options);
  return ok;
}

int ort_graph_create(ort_library library, const void *model, size_t model_size,
                     const ort_array *weights, size_t weight_count, const ort_placement *placement,
                     ort_graph **graph, char message[ORT_MESSAGE_CAPACITY]) {
  message[0] = 0;
  *graph = NULL;
  ort_graph *g = calloc(1, sizeof *g);
  if (!g) {
    snprintf(message, ORT_MESSAGE_CAPACITY, "out of memory");
    return 0;
  }
  g->slots = library.slots;
  if (!build(g, model, model_size, weights, weight_count, placement, message)) {
    ort_graph_release(g);
    return 0;
  }
  *graph = g;
  return 1;
}

void ort_graph_release(ort_graph *g) {
  if (!g) return;
  if (g->session) RELEASE(g->slots, session, g->session);
  for (size_t i = 0; i < g->weight_count; i++) RELEASE(g->slots, value, g->weights[i]);
  free(g->weights);
  if (g->memory) RELEASE(g->slots, memory_info, g->memory);
  if (g->env) RELEASE(g->slots, env, g->env);
  free(g);
}

static int take(const ort_graph *g, void *value, float *output, size_t count, char *message) {
  const void *const *slots = g->slots;
  void *info = NULL;
  if (!good(slots, CALL(slots, tensor_type_and_shape, (const void *, void **))(value, &info), message)) return 0;
  int type = 0;
  size_t produced = 0;
  int ok = good(slots, CALL(slots, element_type, (const void *, int *))(info, &type), message) &&
           good(slots, CALL(slots, element_count, (const void *, size_t *))(info, &produced), message);
  RELEASE(slots, shape_info, info);
  if (ok && (type != element_float || produced != count)) {
    snprintf(message, ORT_MESSAGE_CAPACITY, "its output is %zu values of type %d, not %zu floats",
             produced, type, count);
    ok = 0;
  }
  void *data = NULL;
  ok = ok && good(slots, CALL(slots, tensor_data, (void *, void **))(value, &data), message);
  if (ok) memcpy(output, data, count * sizeof *output);
  return ok;
}

int ort_graph_run(const ort_graph *g, const ort_array *inputs, size_t input_count, const char *name,
                  float *output, size_t count, char message[ORT_MESSAGE_CAPACITY]) {
  enum { most_inputs = 16 };
  message[0] = 0;
  if (input_count > most_inputs) {
    snprintf(message, ORT_MESSAGE_CAPACITY, "%zu inputs are too many", input_count);
    return 0;
  }
  const char *names[most_inputs];
  void *values[most_inputs] = {NULL};
  int ok = 1;
  for (size_t i = 0; ok && i < input_count; i++) {
    names[i] = inputs[i].name;
    ok = wrap(g, &inputs[i], &values[i], message);
  }
  void *result = NULL;
  ok = ok && good(g->slots,
                  CALL(g->slots, run,
                       (void *, const void *, const char *const *, const void *const *, size_t,
                        const char *const *, size_t, void **))(
                      g->session, NULL, names, (const void *const *)values, input_count, &name, 1, &result),
                  message);
  ok = ok && take(g, result, output, count, message);
  if (result) RELEASE(g->slots, value, result);
  for (size_t i = 0; i < input_count; i++)
    if (values[i]) RELEASE(g->slots, value, values[i]);
  return ok;
}

int ort_providers(ort_library library, char *names, size_t capacity, char message[ORT_MESSAGE_CAPACITY]) {
  message[0] = 0;
  names[0] = 0;
  char **list = NULL;
  int count = 0;
  if (!good(library.slots, CALL(library.slots, available_providers, (char ***, int *))(&list, &count), message))
    return 0;
  size_t used = 0;
  for (int i = 0; i < count && used < capacity; i++)
    used += (size_t)snprintf(names + used, capacity - used, "%s%s", i ? " " : "", list[i]);
  return good(library.slots, CALL(library.slots, release_available_providers, (char **, int))(list, count), message);
}
