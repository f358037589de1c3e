// Graphs that this program writes itself, run by ONNX Runtime: several inputs, weights that stay where
// they are, any execution provider. As in COnnxRuntime.h, functions give 1 on success.
#pragma once
#include "COnnxRuntime.h"

// 32-bit floats in row-major order.
typedef struct {
  const char *name;
  const float *values;
  size_t count;
  const int64_t *dimensions;
  size_t rank;
} ort_array;

typedef struct ort_graph ort_graph;

// `weights` are borrowed, not copied: they must outlive the graph. The model names them as external
// initialisers.
int ort_graph_create(ort_library library, const void *model, size_t model_size,
                     const ort_array *weights, size_t weight_count, const ort_placement *placement,
                     ort_graph **graph, char message[ORT_MESSAGE_CAPACITY]);
void ort_graph_release(ort_graph *graph);

// Copies output `name`, which must be `count` values.
int ort_graph_run(const ort_graph *graph, const ort_array *inputs, size_t input_count,
                  const char *name, float *output, size_t count, char message[ORT_MESSAGE_CAPACITY]);

// The library's providers, separated by spaces.
int ort_providers(ort_library library, char *names, size_t capacity,
                  char message[ORT_MESSAGE_CAPACITY]);
