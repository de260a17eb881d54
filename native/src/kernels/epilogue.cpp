#include "kernels/epilogue.h"

#include <ATen/Parallel.h>

#include <limits>

#include "kernels/tensors.h"
#include "kernels/vectorised.h"

namespace nc {
namespace {

using at::Tensor;

// Rows a task.
constexpr int64_t kTask = 256;

template <typename T>
NC_INLINE void epilogue_each(T* __restrict y, const T* __restrict bias, const T* __restrict identity, bool relu,
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

NC_DISPATCHED(epilogue_in_use, epilogue_each)

template <typename T>
void epilogue_map(const Tensor& y, const Epilogue& epilogue) {
  const int64_t channels = y.size(1), rows = y.numel() / channels;
  T* values = y.data_ptr<T>();
  const T* bias = epilogue.bias.data_ptr<T>();
  const T* identity = epilogue.identity.defined() ? epilogue.identity.data_ptr<T>() : nullptr;
  at::parallel_for(0, rows, kTask, [&](int64_t begin, int64_t end) {
    const T* more = identity == nullptr ? nullptr : identity + begin * channels;
    epilogue_rows(values + begin * channels, bias, more, epilogue.relu, end - begin, channels);
  });
}

}  // namespace

void epilogue_rows(float* y, const float* bias, const float* identity, bool relu, int64_t rows, int64_t channels) {
  epilogue_in_use(y, bias, identity, relu, rows, channels);
}
void epilogue_rows(double* y, const double* bias, const double* identity, bool relu, int64_t rows, int64_t channels) {
  epilogue_in_use(y, bias, identity, relu, rows, channels);
}

Tensor apply_epilogue(Tensor y, const Epilogue& epilogue) {
  if (!y.is_cpu()) {
    y.add_(epilogue.bias.view({1, -1, 1, 1}));
    if (epilogue.identity.defined()) y.add_(epilogue.identity);
    return epilogue.relu ? y.relu_() : y;
  }
  y = channels_last(y);
  for_type(y.scalar_type(), [&](auto zero) { epilogue_map<decltype(zero)>(y, epilogue); });
  return y;
}

}  // namespace nc
