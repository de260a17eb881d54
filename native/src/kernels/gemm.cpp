#include "kernels/gemm.h"

#include <algorithm>

namespace nc {
namespace {

// Products that are summed one after another before the sum is put aside and the next begins at 0. The rounding of
// one chain grows with its length: over a batch of 128 images a weight gradient sums 512 products on a map of 8×8, and
// 8,192 on one of 32×32. Putting aside a tile costs what two of its 256 products do.
constexpr int64_t kChain = 256;

// `Rows` × (`Vectors` registers) of the result stay in registers over a chain.
template <typename T, int Bytes, int Rows, int Vectors>
NC_INLINE void multiply_tile(const Factors<T>* factors, int64_t count, int64_t first_row, int64_t first_column,
                             int64_t a_row, int64_t a_depth, bool add, T* out, int64_t out_row) {
  using Vector = typename Simd<T, Bytes>::Vector;
  constexpr int lanes = Simd<T, Bytes>::lanes;
  int64_t f = 0, k = 0;
  do {
    Vector sums[Rows][Vectors];
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
      for (int v = 0; v < Vectors; ++v) sums[r][v] = Vector{};
    for (int64_t left = kChain; left > 0 && f < count;) {
      const T* a = factors[f].a + first_row * a_row + k * a_depth;
      const T* b = factors[f].b + first_column + k * kPanel<T>;
      const int64_t end = std::min(factors[f].depth, k + left);
      left -= end - k;
      for (; k < end; ++k) {
        Vector columns[Vectors];
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) columns[v] = load<T, Bytes>(b + v * lanes);
#pragma GCC unroll 16
        for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
          for (int v = 0; v < Vectors; ++v) sums[r][v] += a[r * a_row] * columns[v];
        a += a_depth;
        b += kPanel<T>;
      }
      if (k < factors[f].depth) continue;
      ++f;
      k = 0;
    }
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
      for (int v = 0; v < Vectors; ++v) {
        T* start = out + (first_row + r) * out_row + first_column + v * lanes;
        *reinterpret_cast<Vector*>(start) = add ? load<T, Bytes>(start) + sums[r][v] : sums[r][v];
      }
    add = true;
  } while (f < count);
}

template <typename T, int Bytes, int Rows, int Vectors>
NC_INLINE void multiply_rows(const Factors<T>* factors, int64_t count, int64_t rows, int64_t a_row, int64_t a_depth,
                             bool add, T* out, int64_t out_row) {
  constexpr int columns = Vectors * Simd<T, Bytes>::lanes;
  for (int64_t column = 0; column < kPanel<T>; column += columns) {
    int64_t row = 0;
    for (; row + Rows <= rows; row += Rows) {
      multiply_tile<T, Bytes, Rows, Vectors>(factors, count, row, column, a_row, a_depth, add, out, out_row);
    }
    for (; row + 4 <= rows; row += 4) {
      multiply_tile<T, Bytes, 4, Vectors>(factors, count, row, column, a_row, a_depth, add, out, out_row);
    }
    for (; row < rows; ++row) {
      multiply_tile<T, Bytes, 1, Vectors>(factors, count, row, column, a_row, a_depth, add, out, out_row);
    }
  }
}

template <typename T>
struct GemmPanel {
  // Two registers of columns a row: with 12 rows they, the columns and one factor fill 27 of 32 registers, with 6 rows
  // 15 of 16.
  template <typename Set>
  NC_INLINE static void run(const Factors<T>* factors, int64_t count, int64_t rows, int64_t a_row, int64_t a_depth,
                            bool add, T* out, int64_t out_row) {
    multiply_rows<T, Set::bytes, Set::registers == 32 ? 12 : 6, 2>(factors, count, rows, a_row, a_depth, add, out,
                                                                   out_row);
  }
};

}  // namespace

template <typename T>
void gemm_panel(const Factors<T>* factors, int64_t count, int64_t rows, int64_t a_row, int64_t a_depth, bool add,
                T* out, int64_t out_row) {
  static const auto multiply =
      version_in_use<GemmPanel<T>,
                     void(const Factors<T>*, int64_t, int64_t, int64_t, int64_t, bool, T*, int64_t)>();
  multiply(factors, count, rows, a_row, a_depth, add, out, out_row);
}

template void gemm_panel(const Factors<float>*, int64_t, int64_t, int64_t, int64_t, bool, float*, int64_t);
template void gemm_panel(const Factors<double>*, int64_t, int64_t, int64_t, int64_t, bool, double*, int64_t);

}  // namespace nc
