// The epilogue of a convolution into which a batch norm was folded: bias, shortcut and ReLU, in one pass in place.
#pragma once

#include <ATen/ATen.h>

namespace nc {

struct Epilogue {
  at::Tensor bias;      // a value a channel
  at::Tensor identity;  // in the memory format of what it is added to; undefined where there is none
  bool relu;
};

// y ← relu(y + bias + identity) for `rows` rows of `channels` values; `identity` may be null.
void epilogue_rows(float* y, const float* bias, const float* identity, bool relu, int64_t rows, int64_t channels);
void epilogue_rows(double* y, const double* bias, const double* identity, bool relu, int64_t rows, int64_t channels);

// The same for a map y, B × C × H × W.
at::Tensor apply_epilogue(at::Tensor y, const Epilogue& epilogue);

}  // namespace nc
