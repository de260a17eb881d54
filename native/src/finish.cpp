#include "finish.h"

#include <ATen/Parallel.h>

#include <limits>

#include "tensors.h"
#include "vectorised.h"

namespace nc {
namespace {

using at::Tensor;

// Rows a task.
constexpr int64_t kTask = 256;

template <typename T>
NC_INLINE void finish_each(T* __restrict y, const T* __restrict bias, const T* __restrict identity, bool relu,
                           int64_t rows, int64_t channels) {
  const T floor = relu ? T(0) : -std::numeric_limits<T>::infinity();
  for (int64_t r = 0; r < rows; ++r, y += channels) {
    if (identity != nullptr) {
      for (int64_t c = 0; c < channels; ++c) {
        const T value = y[c] + bias[c] + identity[c];
        y[c] = value < floor ? floor : value;
      }
      identity += channels;
    } else {
      for (int64_t c = 0; c < channels; ++c) {
        const T value = y[c] + bias[c];
        y[c] = value < floor ? floor : value;
      }
    }
  }
}

NC_DISPATCHED(finish_in_use, finish_each)

template <typename T>
void finish_map(const Tensor& y, const Finish& last) {
  const int64_t channels = y.size(1), rows = y.numel() / channels;
  T* values = y.data_ptr<T>();
  const T* bias = last.bias.data_ptr<T>();
  const T* identity = last.identity.defined() ? last.identity.data_ptr<T>() : nullptr;
  at::parallel_for(0, rows, kTask, [&](int64_t begin, int64_t end) {
    finish_rows(values + begin * channels, bias, identity == nullptr ? nullptr : identity + begin * channels, last.relu,
                end - begin, channels);
  });
}

}  // namespace

void finish_rows(float* y, const float* bias, const float* identity, bool relu, int64_t rows,
                               int64_t channels) {
  finish_in_use(y, bias, identity, relu, rows, channels);
}
void finish_rows(double* y, const double* bias, const double* identity, bool relu, int64_t rows,
                               int64_t channels) {
  finish_in_use(y, bias, identity, relu, rows, channels);
}

Tensor finish(Tensor y, const Finish& last) {
  if (!y.is_cpu()) {
    y.add_(last.bias.view({1, -1, 1, 1}));
    if (last.identity.defined()) y.add_(last.identity);
    return last.relu ? y.relu_() : y;
  }
  y = channels_last(y);
  for_type(y.scalar_type(), [&](auto zero) { finish_map<decltype(zero)>(y, last); });
  return y;
}

}  // namespace nc
