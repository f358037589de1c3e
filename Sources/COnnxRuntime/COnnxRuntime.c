#include "COnnxRuntime.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The table's version 16 is the first that this code was tried with; newer libraries serve it.
enum { table_version = 16 };

// Places in the frozen table.
enum {
  slot_get_error_message = 2,
  slot_create_env = 3,
  slot_create_session = 7,
  slot_run = 9,
  slot_create_session_options = 10,
  slot_set_log_severity = 22,
  slot_set_optimization_level = 23,
  slot_set_intra_op_threads = 24,
  slot_set_inter_op_threads = 25,
  slot_input_count = 30,
  slot_output_count = 31,
  slot_input_type = 33,
  slot_output_type = 34,
  slot_input_name = 36,
  slot_output_name = 37,
  slot_create_tensor_with_data = 49,
  slot_is_tensor = 50,
  slot_tensor_data = 51,
  slot_type_to_tensor = 55,
  slot_element_type = 60,
  slot_dimension_count = 61,
  slot_dimensions = 62,
  slot_element_count = 64,
  slot_tensor_type_and_shape = 65,
  slot_cpu_memory_info = 69,
  slot_allocator_free = 76,
  slot_default_allocator = 78,
  slot_release_env = 92,
  slot_release_status = 93,
  slot_release_memory_info = 94,
  slot_release_session = 95,
  slot_release_value = 96,
  slot_release_type_info = 98,
  slot_release_shape_info = 99,
  slot_release_session_options = 100,
};

enum { log_fatal_only = 4, optimization_off = 0, element_float = 1, arena_allocator = 1, default_memory = 0 };

typedef void *status;  // NULL is success
typedef struct {
  const void *(*get_api)(uint32_t version);
  const char *(*get_version)(void);
} api_base;

struct ort_session {
  const void *const *slots;
  void *env;
  void *session;
  void *memory;
  char *input_name;
  char *output_name;
  size_t input_count;
  size_t output_count;
};

// Calls slot `name` of table `slots` with the argument types in parentheses.
#define CALL(slots, name, types) ((status(*) types)(slots)[slot_##name])
#define RELEASE(slots, name, object) ((void (*)(void *))(slots)[slot_release_##name])(object)

static void say(char *message, const char *text) {
  snprintf(message, ORT_MESSAGE_CAPACITY, "%s", text);
}

// Takes over `result`: true when it is success, else its text goes to `message`.
static int good(const void *const *slots, status result, char *message) {
  if (!result) return 1;
  say(message, ((const char *(*)(status))slots[slot_get_error_message])(result));
  RELEASE(slots, status, result);
  return 0;
}

int ort_open(const char *path, ort_library *library, char message[ORT_MESSAGE_CAPACITY]) {
  say(message, "");
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *reason = dlerror();
    say(message, reason ? reason : "it could not be opened");
    return 0;
  }
  const api_base *(*get_base)(void) = (const api_base *(*)(void))dlsym(handle, "OrtGetApiBase");
  const api_base *base = get_base ? get_base() : NULL;
  if (!base) {
    say(message, "it is not the ONNX Runtime library");
    return 0;
  }
  library->slots = base->get_api(table_version);
  snprintf(library->version, sizeof library->version, "%s", base->get_version());
  if (!library->slots) {
    snprintf(message, ORT_MESSAGE_CAPACITY, "its version %s is older than 1.16", library->version);
    return 0;
  }
  return 1;
}

static char *port_name(const ort_session *s, int is_output, size_t index, char *message) {
  void *allocator = NULL;
  char *name = NULL;
  if (!good(s->slots, CALL(s->slots, default_allocator, (void **))(&allocator), message)) return NULL;
  const void *slot = s->slots[is_output ? slot_output_name : slot_input_name];
  status result = ((status(*)(void *, size_t, void *, char **))slot)(s->session, index, allocator, &name);
  if (!good(s->slots, result, message)) return NULL;
  char *copy = strdup(name ? name : "");
  good(s->slots, CALL(s->slots, allocator_free, (void *, void *))(allocator, name), message);
  if (!copy) say(message, "out of memory");
  return copy;
}

static int create(ort_session *s, const char *model_path, char *message) {
  const void *const *slots = s->slots;
  if (!good(slots, CALL(slots, create_env, (int, const char *, void **))(log_fatal_only, "audit", &s->env), message))
    return 0;
  void *options = NULL;
  if (!good(slots, CALL(slots, create_session_options, (void **))(&options), message)) return 0;
  int ok =
      good(slots, CALL(slots, set_log_severity, (void *, int))(options, log_fatal_only), message) &&
      good(slots, CALL(slots, set_optimization_level, (void *, int))(options, optimization_off), message) &&
      good(slots, CALL(slots, set_intra_op_threads, (void *, int))(options, 1), message) &&
      good(slots, CALL(slots, set_inter_op_threads, (void *, int))(options, 1), message) &&
      good(slots,
           CALL(slots, create_session, (void *, const char *, void *, void **))(
               s->env, model_path, options, &s->session),
           message);
  RELEASE(slots, session_options, options);
  if (!ok) return 0;
  if (!good(slots, CALL(slots, input_count, (void *, size_t *))(s->session, &s->input_count), message) ||
      !good(slots, CALL(slots, output_count, (void *, size_t *))(s->session, &s->output_count), message) ||
      !good(slots, CALL(slots, cpu_memory_info, (int, int, void **))(arena_allocator, default_memory, &s->memory), message))
    return 0;
  if (s->input_count == 0 || s->output_count == 0) {
    say(message, "it has no input or no output");
    return 0;
  }
  s->input_name = port_name(s, 0, 0, message);
  s->output_name = port_name(s, 1, 0, message);
  return s->input_name && s->output_name;
}

int ort_session_create(ort_library library, const char *model_path, ort_session **session,
                       char message[ORT_MESSAGE_CAPACITY]) {
  say(message, "");
  *session = NULL;
  ort_session *s = calloc(1, sizeof *s);
  if (!s) {
    say(message, "out of memory");
    return 0;
  }
  s->slots = library.slots;
  if (!create(s, model_path, message)) {
    ort_session_release(s);
    return 0;
  }
  *session = s;
  return 1;
}

void ort_session_release(ort_session *s) {
  if (!s) return;
  if (s->memory) RELEASE(s->slots, memory_info, s->memory);
  if (s->session) RELEASE(s->slots, session, s->session);
  if (s->env) RELEASE(s->slots, env, s->env);
  free(s->input_name);
  free(s->output_name);
  free(s);
}

size_t ort_session_input_count(const ort_session *s) { return s->input_count; }
size_t ort_session_output_count(const ort_session *s) { return s->output_count; }

static int shape_of(const ort_session *s, const void *info, ort_port *port, char *message) {
  const void *const *slots = s->slots;
  if (!good(slots, CALL(slots, element_type, (const void *, int *))(info, &port->element_type), message) ||
      !good(slots, CALL(slots, dimension_count, (const void *, size_t *))(info, &port->rank), message))
    return 0;
  if (port->rank > ORT_MAXIMUM_RANK) {
    snprintf(message, ORT_MESSAGE_CAPACITY, "'%s' has %zu dimensions", port->name, port->rank);
    return 0;
  }
  return good(slots,
              CALL(slots, dimensions, (const void *, int64_t *, size_t))(info, port->dimensions, port->rank),
              message);
}

int ort_session_describe(const ort_session *s, int is_output, size_t index, ort_port *port,
                         char message[ORT_MESSAGE_CAPACITY]) {
  memset(port, 0, sizeof *port);
  say(message, "");
  char *name = port_name(s, is_output, index, message);
  if (!name) return 0;
  snprintf(port->name, sizeof port->name, "%s", name);
  free(name);
  void *type = NULL;
  const void *slot = s->slots[is_output ? slot_output_type : slot_input_type];
  if (!good(s->slots, ((status(*)(void *, size_t, void **))slot)(s->session, index, &type), message)) return 0;
  const void *tensor = NULL;
  int ok = good(s->slots, CALL(s->slots, type_to_tensor, (const void *, const void **))(type, &tensor), message);
  if (ok && tensor) {
    port->is_tensor = 1;
    ok = shape_of(s, tensor, port, message);
  }
  RELEASE(s->slots, type_info, type);
  return ok;
}

// Copies a float tensor; the caller releases `value`.
static int take(const ort_session *s, void *value, float *output, size_t capacity, size_t *produced,
                char *message) {
  const void *const *slots = s->slots;
  int is_tensor = 0;
  if (!good(slots, CALL(slots, is_tensor, (const void *, int *))(value, &is_tensor), message)) return 0;
  if (!is_tensor) {
    say(message, "its first output is not a tensor");
    return 0;
  }
  void *info = NULL;
  if (!good(slots, CALL(slots, tensor_type_and_shape, (const void *, void **))(value, &info), message)) return 0;
  int type = 0;
  int ok = good(slots, CALL(slots, element_type, (const void *, int *))(info, &type), message) &&
           good(slots, CALL(slots, element_count, (const void *, size_t *))(info, produced), message);
  RELEASE(slots, shape_info, info);
  if (!ok) return 0;
  if (type != element_float || *produced > capacity) {
    say(message, type != element_float ? "its first output is not 32-bit float"
                                       : "its first output is larger than announced");
    return 0;
  }
  void *data = NULL;
  if (!good(slots, CALL(slots, tensor_data, (void *, void **))(value, &data), message)) return 0;
  memcpy(output, data, *produced * sizeof(float));
  return 1;
}

int ort_session_run(const ort_session *s, float *input, size_t input_count, const int64_t *dimensions,
                    size_t rank, float *output, size_t capacity, size_t *produced,
                    char message[ORT_MESSAGE_CAPACITY]) {
  const void *const *slots = s->slots;
  say(message, "");
  *produced = 0;
  void *tensor = NULL;
  status made = CALL(slots, create_tensor_with_data,
                     (const void *, void *, size_t, const int64_t *, size_t, int, void **))(
      s->memory, input, input_count * sizeof(float), dimensions, rank, element_float, &tensor);
  if (!good(slots, made, message)) return 0;
  const char *input_names[] = {s->input_name};
  const char *output_names[] = {s->output_name};
  const void *inputs[] = {tensor};
  void *outputs[] = {NULL};
  status ran = CALL(slots, run,
                    (void *, const void *, const char *const *, const void *const *, size_t,
                     const char *const *, size_t, void **))(s->session, NULL, input_names, inputs, 1,
                                                            output_names, 1, outputs);
  int ok = good(slots, ran, message);
  if (ok) ok = take(s, outputs[0], output, capacity, produced, message);
  if (outputs[0]) RELEASE(slots, value, outputs[0]);
  RELEASE(slots, value, tensor);
  return ok;
}
