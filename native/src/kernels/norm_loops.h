// The inner loops of batch norm: what is done to a range of rows, with the vectors of the processor.
#pragma once

#include <algorithm>
#include <limits>

#include "kernels/vectorised.h"

namespace nc::norm_loops {

// Rows summed in the activations' own precision, few enough to stay in the first-level cache between two passes.
constexpr int64_t kBlock = 32;
// An activation map in channels-last memory: one row a position, one column a channel.
template <typename T>
struct Rows {
  const T* data;
  int64_t rows, channels;
};

// Adds the block's sums over rows to `sums` and returns nothing else: kept apart so that it vectorises.
template <typename T>
NC_INLINE void add_rows(const T* x, int64_t rows, int64_t channels, T* __restrict sums) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < channels; ++c) sums[c] += x[r * channels + c];
}

template <typename T>
NC_INLINE void add_squares(const T* x, int64_t rows, int64_t channels, const T* __restrict mean,
                           T* __restrict squares) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < channels; ++c) {
      const T centred = x[r * channels + c] - mean[c];
      squares[c] += centred * centred;
    }
}

// Mean and sum of squared deviations of rows [begin, end), a channel: block by block, each in two passes, joined
// by the update of Chan, Golub and LeVeque (1983). No difference of large sums occurs.
template <typename T>
NC_INLINE void collect_moments(const Rows<T>& x, int64_t begin, int64_t end, double* mean, double* deviations,
                               T* scratch) {
  const int64_t channels = x.channels;
  T* block_mean = scratch;
  T* block_squares = scratch + channels;
  std::fill(mean, mean + channels, 0.0);
  std::fill(deviations, deviations + channels, 0.0);
  for (int64_t first = begin; first < end; first += kBlock) {
    const int64_t count = std::min(kBlock, end - first);
    const T* block = x.data + first * channels;
    std::fill(scratch, scratch + 2 * channels, T(0));
    add_rows(block, count, channels, block_mean);
    const T inverse = T(1) / static_cast<T>(count);
    for (int64_t c = 0; c < channels; ++c) block_mean[c] *= inverse;
    add_squares(block, count, channels, block_mean, block_squares);
    const double before = static_cast<double>(first - begin);
    const double share = count / (before + count);
    for (int64_t c = 0; c < channels; ++c) {
      const double step = block_mean[c] - mean[c];
      mean[c] += step * share;
      deviations[c] += block_squares[c] + step * step * before * share;
    }
  }
}

NC_DISPATCHED(moments_of, collect_moments)

template <typename T>
NC_INLINE void apply(const Rows<T>& x, const T* identity, bool relu, const T* __restrict scale,
                     const T* __restrict shift, int64_t begin, int64_t end, T* __restrict y) {
  const int64_t channels = x.channels;
  const T floor = relu ? T(0) : -std::numeric_limits<T>::infinity();
  for (int64_t r = begin; r < end; ++r) {
    const T* in = x.data + r * channels;
    T* out = y + r * channels;
    if (identity != nullptr) {
      const T* more = identity + r * channels;
      for (int64_t c = 0; c < channels; ++c) {
        const T value = in[c] * scale[c] + shift[c] + more[c];
        out[c] = value < floor ? floor : value;
      }
    } else {
      for (int64_t c = 0; c < channels; ++c) {
        const T value = in[c] * scale[c] + shift[c];
        out[c] = value < floor ? floor : value;
      }
    }
  }
}

NC_DISPATCHED(apply_to, apply)

// Writes the gradient that passed ReLU (y > 0) to `passed` and sums it, and its product with x − mean, a channel.
template <typename T>
NC_INLINE void collect_gradients(const Rows<T>& x, const T* gradient, const T* y, const T* __restrict mean,
                                 int64_t begin, int64_t end, T* __restrict passed, double* sums, double* products,
                                 T* scratch) {
  const int64_t channels = x.channels;
  T* __restrict block_sums = scratch;
  T* __restrict block_products = scratch + channels;
  std::fill(sums, sums + channels, 0.0);
  std::fill(products, products + channels, 0.0);
  for (int64_t first = begin; first < end; first += kBlock) {
    std::fill(scratch, scratch + 2 * channels, T(0));
    for (int64_t r = first; r < std::min(first + kBlock, end); ++r) {
      const int64_t row = r * channels;
      for (int64_t c = 0; c < channels; ++c) {
        const T g = y == nullptr || y[row + c] > T(0) ? gradient[row + c] : T(0);
        passed[row + c] = g;
        block_sums[c] += g;
        block_products[c] += g * (x.data[row + c] - mean[c]);
      }
    }
    for (int64_t c = 0; c < channels; ++c) {
      sums[c] += block_sums[c];
      products[c] += block_products[c];
    }
  }
}

NC_DISPATCHED(gradients_of, collect_gradients)

// out = scale · g − offset − slope · (x − mean), a channel.
template <typename T>
NC_INLINE void spread(const Rows<T>& x, const T* g, const T* __restrict scale, const T* __restrict offset,
                      const T* __restrict slope, const T* __restrict mean, int64_t begin, int64_t end, T* out) {
  const int64_t channels = x.channels;
  for (int64_t r = begin; r < end; ++r) {
    const int64_t row = r * channels;
    for (int64_t c = 0; c < channels; ++c) {
      out[row + c] = scale[c] * g[row + c] - offset[c] - slope[c] * (x.data[row + c] - mean[c]);
    }
  }
}

NC_DISPATCHED(spread_to, spread)

}  // namespace nc::norm_loops
