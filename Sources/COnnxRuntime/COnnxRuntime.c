#include "COnnxRuntime.h"

#include "OrtPlacement.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

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
  slot_create_run_options = 39,
  slot_set_terminate = 46,
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
  slot_release_run_options = 97,
  slot_release_type_info = 98,
  slot_release_shape_info = 99,
  slot_release_session_options = 100,
};

enum { log_fatal_only = 4, arena_allocator = 1, default_memory = 0, maximum_ports = 64 };

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
  // The loader would wait for a pipe's writer. Names without a slash are the loader's to find.
  struct stat status;
  if (strchr(path, '/') && stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
    say(message, "it is not a regular file");
    return 0;
  }
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

static int create(ort_session *s, const char *model_path, int optimization,
                  const ort_placement *placement, char *message) {
  const void *const *slots = s->slots;
  if (!good(slots, CALL(slots, create_env, (int, const char *, void **))(log_fatal_only, "audit", &s->env), message))
    return 0;
  void *options = NULL;
  if (!good(slots, CALL(slots, create_session_options, (void **))(&options), message)) return 0;
  int ok =
      good(slots, CALL(slots, set_log_severity, (void *, int))(options, log_fatal_only), message) &&
      good(slots, CALL(slots, set_optimization_level, (void *, int))(options, optimization), message) &&
      good(slots, CALL(slots, set_intra_op_threads, (void *, int))(options, placement->threads), message) &&
      good(slots, CALL(slots, set_inter_op_threads, (void *, int))(options, 1), message) &&
      ort_place(slots, options, placement, message) &&
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
  return 1;
}

int ort_session_create(ort_library library, const char *model_path, int optimization,
                       const ort_placement *placement, ort_session **session, char message[ORT_MESSAGE_CAPACITY]) {
  say(message, "");
  *session = NULL;
  ort_session *s = calloc(1, sizeof *s);
  if (!s) {
    say(message, "out of memory");
    return 0;
  }
  s->slots = library.slots;
  if (!create(s, model_path, optimization, placement, message)) {
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

// A float as IEEE half precision, rounded to nearest even; too large becomes infinite.
static uint16_t to_half(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
  uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x33000000) return sign;
  int exponent = (int)(magnitude >> 23);
  uint32_t fraction = exponent < 113 ? (magnitude & 0x7fffff) | 0x800000 : magnitude - 0x38000000;
  int shift = exponent < 113 ? 126 - exponent : 13;
  uint32_t kept = fraction >> shift;
  uint32_t rest = fraction & ((1u << shift) - 1);
  uint32_t half = 1u << (shift - 1);
  if (rest > half || (rest == half && (kept & 1))) kept++;
  return sign | (uint16_t)kept;
}

static float from_half(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  uint32_t exponent = half >> 10 & 31;
  uint32_t fraction = half & 0x3ff;
  uint32_t bits;
  if (exponent == 31) {
    bits = sign | 0x7f800000 | fraction << 13;
  } else if (exponent > 0) {
    bits = sign | (exponent + 112) << 23 | fraction << 13;
  } else {
    float value = (float)fraction / 16777216.0f;
    memcpy(&bits, &value, 4);
    bits |= sign;
  }
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static size_t element_size(int type) {
  switch (type) {
    case ort_uint8:
    case ort_int8: return 1;
    case ort_uint16:
    case ort_int16:
    case ort_half: return 2;
    case ort_float:
    case ort_int32: return 4;
    case ort_int64:
    case ort_double: return 8;
    default: return 0;
  }
}

// Rounds halves to even, as NumPy's `round` does.
static double rounded(double value) {
  double down = (double)(int64_t)value - (value < (double)(int64_t)value ? 1 : 0);
  double rest = value - down;
  if (rest > 0.5 || (rest == 0.5 && ((int64_t)down & 1))) return down + 1;
  return down;
}

#define WRITE_WHOLE(type, lowest, highest)                                    \
  for (size_t i = 0; i < count; i++) {                                        \
    double value = values[i] > -1e15f && values[i] < 1e15f ? rounded(values[i]) : 1e18; \
    if (value < (double)(lowest) || value > (double)(highest)) return 0;      \
    ((type *)out)[i] = (type)value;                                           \
  }                                                                           \
  return 1;

// Writes floats as values of another type; 0 when one does not fit.
static int convert(const float *values, size_t count, int type, void *out) {
  switch (type) {
    case ort_float: memcpy(out, values, count * sizeof(float)); return 1;
    case ort_half:
      for (size_t i = 0; i < count; i++) ((uint16_t *)out)[i] = to_half(values[i]);
      return 1;
    case ort_double:
      for (size_t i = 0; i < count; i++) ((double *)out)[i] = values[i];
      return 1;
    case ort_uint8: WRITE_WHOLE(uint8_t, 0, 255)
    case ort_int8: WRITE_WHOLE(int8_t, -128, 127)
    case ort_uint16: WRITE_WHOLE(uint16_t, 0, 65535)
    case ort_int16: WRITE_WHOLE(int16_t, -32768, 32767)
    case ort_int32: WRITE_WHOLE(int32_t, INT32_MIN, INT32_MAX)
    case ort_int64: WRITE_WHOLE(int64_t, -1e15, 1e15)
    default: return 0;
  }
}

// Copies a tensor as floats; the caller releases `value`.
static int take(const ort_session *s, void *value, ort_output *output, char *message) {
  const void *const *slots = s->slots;
  int is_tensor = 0;
  if (!good(slots, CALL(slots, is_tensor, (const void *, int *))(value, &is_tensor), message)) return 0;
  if (!is_tensor) {
    snprintf(message, ORT_MESSAGE_CAPACITY, "its output '%s' is not a tensor", output->name);
    return 0;
  }
  void *info = NULL;
  if (!good(slots, CALL(slots, tensor_type_and_shape, (const void *, void **))(value, &info), message)) return 0;
  int type = 0;
  int ok = good(slots, CALL(slots, element_type, (const void *, int *))(info, &type), message) &&
           good(slots, CALL(slots, element_count, (const void *, size_t *))(info, &output->count), message) &&
           good(slots, CALL(slots, dimension_count, (const void *, size_t *))(info, &output->rank), message);
  if (ok && output->rank > ORT_MAXIMUM_RANK) {
    snprintf(message, ORT_MESSAGE_CAPACITY, "its output '%s' has %zu dimensions", output->name, output->rank);
    ok = 0;
  }
  if (ok)
    ok = good(slots,
              CALL(slots, dimensions, (const void *, int64_t *, size_t))(info, output->dimensions, output->rank),
              message);
  RELEASE(slots, shape_info, info);
  if (!ok) return 0;
  if (output->count > output->capacity) {
    snprintf(message, ORT_MESSAGE_CAPACITY, "its output '%s' is larger than announced", output->name);
    return 0;
  }
  void *data = NULL;
  if (!good(slots, CALL(slots, tensor_data, (void *, void **))(value, &data), message)) return 0;
  for (size_t i = 0; i < output->count; i++) {
    switch (type) {
      case ort_float: output->values[i] = ((float *)data)[i]; break;
      case ort_half: output->values[i] = from_half(((uint16_t *)data)[i]); break;
      case ort_double: output->values[i] = (float)((double *)data)[i]; break;
      default:
        snprintf(message, ORT_MESSAGE_CAPACITY, "its output '%s' is not a float tensor", output->name);
        return 0;
    }
  }
  return 1;
}

static void *make_input(const ort_session *s, const ort_input *input, void **memory, char *message) {
  const void *const *slots = s->slots;
  size_t size = element_size(input->element_type);
  if (!size) {
    snprintf(message, ORT_MESSAGE_CAPACITY, "its input '%s' is of a kind that is not fed", input->name);
    return NULL;
  }
  *memory = malloc(size * input->count);
  if (!*memory) {
    say(message, "out of memory");
    return NULL;
  }
  if (!convert(input->values, input->count, input->element_type, *memory)) {
    snprintf(message, ORT_MESSAGE_CAPACITY, "a value for its input '%s' does not fit its whole numbers",
             input->name);
    return NULL;
  }
  void *tensor = NULL;
  status made = CALL(slots, create_tensor_with_data,
                     (const void *, void *, size_t, const int64_t *, size_t, int, void **))(
      s->memory, *memory, size * input->count, input->dimensions, input->rank, input->element_type, &tensor);
  return good(slots, made, message) ? tensor : NULL;
}

// Looks at a run from another thread and stops it where it may not go on.
typedef struct {
  const void *const *slots;
  void *options;
  ort_limit *limit;
  pthread_mutex_t mutex;
  pthread_cond_t ended;
  int has_ended;
} watch;

static double monotonic(struct timespec *now) {
  clock_gettime(CLOCK_MONOTONIC, now);
  return (double)now->tv_sec + 1e-9 * (double)now->tv_nsec;
}

static void *look(void *pointer) {
  watch *w = pointer;
  struct timespec now;
  double start = monotonic(&now);
  pthread_mutex_lock(&w->mutex);
  while (!w->has_ended) {
    double passed = monotonic(&now) - start;
    if (w->limit->reached == ort_no_limit) {
      if (passed > w->limit->seconds) w->limit->reached = ort_time_limit;
      else if (w->limit->stopped && w->limit->stopped(w->limit->context)) w->limit->reached = ort_was_stopped;
      if (w->limit->reached != ort_no_limit) {
        char ignored[ORT_MESSAGE_CAPACITY];
        good(w->slots, CALL(w->slots, set_terminate, (void *))(w->options), ignored);
      }
    }
    now.tv_nsec += 100000000;
    if (now.tv_nsec >= 1000000000) now.tv_nsec -= 1000000000, now.tv_sec += 1;
    pthread_cond_timedwait(&w->ended, &w->mutex, &now);
  }
  pthread_mutex_unlock(&w->mutex);
  return NULL;
}

// Runs under watch. `run_options` is ours: a stop meant for one run must not reach another.
static int run_watched(const ort_session *s, const char *const *input_names, void *const *inputs,
                       size_t input_count, const char *const *output_names, void **results,
                       size_t output_count, ort_limit *limit, char *message) {
  const void *const *slots = s->slots;
  watch w = {.slots = slots, .limit = limit};
  if (!good(slots, CALL(slots, create_run_options, (void **))(&w.options), message)) return 0;
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_mutex_init(&w.mutex, NULL);
  pthread_cond_init(&w.ended, &attributes);
  pthread_t watcher;
  // Without a thread to spare there is no limit; the run itself does not depend on it.
  int is_watched = pthread_create(&watcher, NULL, look, &w) == 0;
  int ok = good(slots,
                CALL(slots, run,
                     (void *, const void *, const char *const *, const void *const *, size_t,
                      const char *const *, size_t, void **))(
                    s->session, w.options, input_names, (const void *const *)inputs, input_count,
                    output_names, output_count, results),
                message);
  pthread_mutex_lock(&w.mutex);
  w.has_ended = 1;
  pthread_cond_signal(&w.ended);
  pthread_mutex_unlock(&w.mutex);
  if (is_watched) pthread_join(watcher, NULL);
  pthread_cond_destroy(&w.ended);
  pthread_mutex_destroy(&w.mutex);
  pthread_condattr_destroy(&attributes);
  RELEASE(slots, run_options, w.options);
  // A run that ended in the moment of its limit is whole.
  if (ok) limit->reached = ort_no_limit;
  return ok;
}

int ort_session_run(const ort_session *s, const ort_input *inputs, size_t input_count,
                    ort_output *outputs, size_t output_count, ort_limit *limit,
                    char message[ORT_MESSAGE_CAPACITY]) {
  const void *const *slots = s->slots;
  say(message, "");
  if (input_count > maximum_ports || output_count > maximum_ports) {
    say(message, "it has more inputs or outputs than accepted");
    return 0;
  }
  const char *input_names[maximum_ports], *output_names[maximum_ports];
  void *tensors[maximum_ports] = {0}, *memory[maximum_ports] = {0}, *results[maximum_ports] = {0};
  int ok = 1;
  for (size_t i = 0; ok && i < input_count; i++) {
    input_names[i] = inputs[i].name;
    tensors[i] = make_input(s, &inputs[i], &memory[i], message);
    ok = tensors[i] != NULL;
  }
  for (size_t i = 0; i < output_count; i++) output_names[i] = outputs[i].name;
  if (ok)
    ok = run_watched(s, input_names, tensors, input_count, output_names, results, output_count, limit,
                     message);
  for (size_t i = 0; ok && i < output_count; i++) ok = take(s, results[i], &outputs[i], message);
  for (size_t i = 0; i < output_count; i++)
    if (results[i]) RELEASE(slots, value, results[i]);
  for (size_t i = 0; i < input_count; i++) {
    if (tensors[i]) RELEASE(slots, value, tensors[i]);
    free(memory[i]);
  }
  return ok;
}
