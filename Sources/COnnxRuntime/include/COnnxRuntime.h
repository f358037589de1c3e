// ONNX Runtime, opened at run time: no header and no library of it is needed to build.
//
// The C interface of ONNX Runtime is one table of function pointers whose order is frozen; the few
// slots that are called here are named in COnnxRuntime.c. Every function that returns int gives 1
// on success, otherwise 0 and the reason in `message`.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define ORT_MESSAGE_CAPACITY 512
#define ORT_NAME_CAPACITY 128
#define ORT_MAXIMUM_RANK 16

typedef struct {
  const void *const *slots;
  char version[32];
} ort_library;

// One input or output of a model.
typedef struct {
  char name[ORT_NAME_CAPACITY];
  int is_tensor;
  int element_type;  // 1 is 32-bit float; others are only named
  size_t rank;
  int64_t dimensions[ORT_MAXIMUM_RANK];  // -1 where the model leaves it open
} ort_port;

typedef struct ort_session ort_session;

// `path` is given to dlopen; the library stays open until the process ends.
int ort_open(const char *path, ort_library *library, char message[ORT_MESSAGE_CAPACITY]);

// The values behind the names of the interface's element types.
enum {
  ort_float = 1, ort_uint8 = 2, ort_int8 = 3, ort_uint16 = 4, ort_int16 = 5, ort_int32 = 6,
  ort_int64 = 7, ort_half = 10, ort_double = 11,
};

// One tensor that is fed: floats, which are converted to the element type of the port.
typedef struct {
  const char *name;
  int element_type;
  const float *values;
  size_t count;
  const int64_t *dimensions;
  size_t rank;
} ort_input;

// One tensor that is asked for. `values` has room for `capacity` floats, `count` are written, and
// `rank` and `dimensions` become the shape that came.
typedef struct {
  const char *name;
  float *values;
  size_t capacity;
  size_t count;
  size_t rank;
  int64_t dimensions[ORT_MAXIMUM_RANK];
} ort_output;

// How a graph is run.
typedef struct {
  // "CPU", or a provider as ONNX Runtime names it, without "ExecutionProvider".
  const char *provider;
  const char *const *keys;
  const char *const *values;
  size_t option_count;
  int threads;  // 0: as many as the library likes
} ort_placement;

// `optimization` is 0 (the graph exactly as stored), 1 (basic), 2 (extended)
// or 99 (all).
int ort_session_create(ort_library library, const char *model_path, int optimization,
                       const ort_placement *placement, ort_session **session, char message[ORT_MESSAGE_CAPACITY]);
void ort_session_release(ort_session *session);

size_t ort_session_input_count(const ort_session *session);
size_t ort_session_output_count(const ort_session *session);
int ort_session_describe(const ort_session *session, int is_output, size_t index, ort_port *port,
                         char message[ORT_MESSAGE_CAPACITY]);

// Feeds the inputs and copies the outputs as floats; safe from many threads. A value that a whole
// number type cannot hold exactly enough (beyond its range) and an output without room are failures.
// So is a run that takes longer than `limit->seconds`, or during which `limit->stopped(context)`, asked
// about ten times a second from another thread, gave 1: the model is then stopped between two of its
// nodes, and `limit->reached` says why.
typedef struct {
  double seconds;
  int (*stopped)(void *context);  // may be NULL
  void *context;
  enum ort_limit_reached { ort_no_limit, ort_time_limit, ort_was_stopped } reached;
} ort_limit;
int ort_session_run(const ort_session *session, const ort_input *inputs, size_t input_count,
                    ort_output *outputs, size_t output_count, ort_limit *limit,
                    char message[ORT_MESSAGE_CAPACITY]);

#include "OrtGraph.h"
