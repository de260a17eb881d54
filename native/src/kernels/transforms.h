// The transforms of the bilinear algorithms, each channel for itself: to and from the transform domain.
#pragma once

#include "kernels/simd.h"

namespace nc {

// A small matrix known to the compiler, which leaves out the products with 0 and 1.
template <int R, int C>
struct Coefficients {
  static constexpr int rows = R, columns = C;
  double at[R][C];

  constexpr Coefficients<C, R> transposed() const {
    Coefficients<C, R> result{};
    for (int r = 0; r < R; ++r)
      for (int c = 0; c < C; ++c) result.at[c][r] = at[r][c];
    return result;
  }
};

// A square of vectors over channels: vector (r, c) starts at base + r · row + c · column, and goes on every
// `panel` elements with the next kPanel channels. Outside first ≤ r, c < last there is nothing: reads give 0.
template <typename T>
struct Square {
  T* base;
  int64_t row, column, panel;
  int64_t first_row, last_row, first_column, last_column;
};

// to = M · from · Mᵀ, each channel for itself. `to` is overwritten, or added to.
template <typename T>
using Transform = void (*)(const Square<const T>& from, const Square<T>& to, int64_t channels);

// What a convolution of one axis becomes: out · ((weight · w) ⊙ (in · x)), and what the gradients need of it.
template <typename T>
struct Transforms {
  Transform<T> in, in_transposed, weight, weight_transposed, out, out_transposed;
};

enum class Algorithm {
  // Slots are positions and taps as they are; the terms say which meet.
  positions,
  // Four outputs of three taps from six inputs and six products: F(4, 3) of Winograd (1980), by interpolation in
  // 0, ±2/3, ±3/2 and ∞. With these points float32 loses half a digit; with the usual 0, ±1, ±2, a whole one.
  winograd4,
  // Both outputs of three taps on a padded map of two, from three products instead of four (Karatsuba).
  karatsuba2,
};

template <typename T>
const Transforms<T>& transforms_of(Algorithm algorithm);

}  // namespace nc
