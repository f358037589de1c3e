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

// CPU, one thread per run, the graph exactly as stored.
int ort_session_create(ort_library library, const char *model_path, ort_session **session,
                       char message[ORT_MESSAGE_CAPACITY]);
void ort_session_release(ort_session *session);

size_t ort_session_input_count(const ort_session *session);
size_t ort_session_output_count(const ort_session *session);
int ort_session_describe(const ort_session *session, int is_output, size_t index, ort_port *port,
                         char message[ORT_MESSAGE_CAPACITY]);

// Feeds the first input and copies the first output, both 32-bit float; safe from many threads.
// `produced` receives the number of values; more than `capacity` is a failure.
int ort_session_run(const ort_session *session, float *input, size_t input_count,
                    const int64_t *dimensions, size_t rank, float *output, size_t capacity,
                    size_t *produced, char message[ORT_MESSAGE_CAPACITY]);
