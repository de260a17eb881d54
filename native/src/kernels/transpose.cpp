#include "kernels/transpose.h"

#include <type_traits>

namespace nc {
namespace {

// Element i of the result is element which[i] of a and, behind it, b.
template <typename T, int Bytes, typename Lanes>
NC_INLINE void shuffle(const typename Simd<T, Bytes>::Vector& a, const typename Simd<T, Bytes>::Vector& b,
                       const Lanes& which, typename Simd<T, Bytes>::Vector& result) {
#if defined(__clang__)
  constexpr int lanes = Simd<T, Bytes>::lanes;
#pragma GCC unroll 16
  for (int i = 0; i < lanes; ++i) result[i] = which[i] < lanes ? a[which[i]] : b[which[i] - lanes];
#else
  result = __builtin_shuffle(a, b, which);
#endif
}

// Swaps, in `lanes` registers that are the rows of a square, the off-diagonal blocks of every 2 × 2 blocks of
// `half` rows and columns; from half = lanes ÷ 2 down to 1 this transposes the square.
template <typename T, int Bytes, int Half>
NC_INLINE void swap_blocks(typename Simd<T, Bytes>::Vector* rows) {
  constexpr int lanes = Simd<T, Bytes>::lanes;
  typedef std::conditional_t<sizeof(T) == 4, int32_t, int64_t> Lane;
  typedef Lane Lanes __attribute__((vector_size(Bytes)));
  Lanes upper, lower;
#pragma GCC unroll 16
  for (int i = 0; i < lanes; ++i) {
    upper[i] = (i & Half) == 0 ? i : lanes + i - Half;
    lower[i] = (i & Half) == 0 ? i + Half : lanes + i;
  }
#pragma GCC unroll 16
  for (int i = 0; i < lanes; ++i) {
    if ((i & Half) != 0) continue;
    const auto above = rows[i], below = rows[i + Half];
    shuffle<T, Bytes>(above, below, upper, rows[i]);
    shuffle<T, Bytes>(above, below, lower, rows[i + Half]);
  }
  if constexpr (Half > 1) swap_blocks<T, Bytes, Half / 2>(rows);
}

template <typename T, int Bytes>
NC_INLINE void transpose_blocks(const T* from, int64_t from_row, T* to, int64_t to_row) {
  using Vector = typename Simd<T, Bytes>::Vector;
  constexpr int lanes = Simd<T, Bytes>::lanes;
  for (int64_t r = 0; r < kPanel<T>; r += lanes)
    for (int64_t c = 0; c < kPanel<T>; c += lanes) {
      Vector rows[lanes];
#pragma GCC unroll 16
      for (int i = 0; i < lanes; ++i) rows[i] = load<T, Bytes>(from + (r + i) * from_row + c);
      swap_blocks<T, Bytes, lanes / 2>(rows);
#pragma GCC unroll 16
      for (int i = 0; i < lanes; ++i) *reinterpret_cast<Vector*>(to + (c + i) * to_row + r) = rows[i];
    }
}

template <typename T>
struct TransposeSquare {
  template <typename Set>
  NC_INLINE static void run(const T* from, int64_t from_row, T* to, int64_t to_row) {
    transpose_blocks<T, Set::bytes>(from, from_row, to, to_row);
  }
};

}  // namespace

template <typename T>
void transpose_square(const T* from, int64_t from_row, T* to, int64_t to_row) {
  static const auto transpose = version_in_use<TransposeSquare<T>, void(const T*, int64_t, T*, int64_t)>();
  transpose(from, from_row, to, to_row);
}

template void transpose_square(const float*, int64_t, float*, int64_t);
template void transpose_square(const double*, int64_t, double*, int64_t);

}  // namespace nc
