#include "panels.h"

#include <algorithm>
#include <type_traits>

#include "guard.h"
#include "vectorised.h"

namespace nc {
namespace {

// Elements side by side in one register (a GCC and Clang extension).
template <typename T, int Bytes>
struct Simd {
  typedef T Vector __attribute__((vector_size(Bytes), aligned(sizeof(T)), may_alias));
  static constexpr int lanes = Bytes / sizeof(T);
};

template <typename T, int Bytes>
NC_INLINE const typename Simd<T, Bytes>::Vector& load(const T* at) {
  return *reinterpret_cast<const typename Simd<T, Bytes>::Vector*>(at);
}

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

// sum = row `r` of M times the vectors x, without the products with 0 and 1.
template <typename T, int Bytes, auto M>
NC_INLINE void combine(int r, const typename Simd<T, Bytes>::Vector* x, typename Simd<T, Bytes>::Vector& sum) {
  bool started = false;
#pragma GCC unroll 8
  for (int i = 0; i < M.columns; ++i) {
    const T factor = static_cast<T>(M.at[r][i]);
    if (factor == 0) continue;
    if (factor == 1) {
      sum = started ? sum + x[i] : x[i];
    } else {
      sum = started ? sum + factor * x[i] : factor * x[i];
    }
    started = true;
  }
}

template <typename T, int Bytes, auto M, bool Add>
NC_INLINE void transform_square(const Square<const T>& from, const Square<T>& to, int64_t channels) {
  using Vector = typename Simd<T, Bytes>::Vector;
  constexpr int lanes = Simd<T, Bytes>::lanes;
  for (int64_t first = 0; first < channels; first += lanes) {
    const int64_t panel = first / kPanel<T>, lane = first % kPanel<T>;
    const T* source = from.base + panel * from.panel + lane;
    T* target = to.base + panel * to.panel + lane;
    Vector half[M.rows][M.columns];
#pragma GCC unroll 8
    for (int c = 0; c < M.columns; ++c) {
      const bool column_there = from.first_column <= c && c < from.last_column;
      Vector x[M.columns];
#pragma GCC unroll 8
      for (int r = 0; r < M.columns; ++r) {
        const bool there = column_there && from.first_row <= r && r < from.last_row;
        x[r] = there ? load<T, Bytes>(source + r * from.row + c * from.column) : Vector{};
      }
#pragma GCC unroll 8
      for (int r = 0; r < M.rows; ++r) combine<T, Bytes, M>(r, x, half[r][c]);
    }
#pragma GCC unroll 8
    for (int r = 0; r < M.rows; ++r) {
      if (r < to.first_row || r >= to.last_row) continue;
#pragma GCC unroll 8
      for (int c = 0; c < M.rows; ++c) {
        if (c < to.first_column || c >= to.last_column) continue;
        Vector& place = *reinterpret_cast<Vector*>(target + r * to.row + c * to.column);
        Vector value;
        combine<T, Bytes, M>(c, half[r], value);
        place = Add ? place + value : value;
      }
    }
  }
}

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

// --- what is compiled for each instruction set
// ----------------------------------------------------------------------------

template <typename T>
struct MultiplyPanel {
  // Two registers of columns a row: with 12 rows they, the columns and one factor fill 27 of 32 registers, with 6 rows
  // 15 of 16.
  template <typename Set>
  NC_INLINE static void run(const Factors<T>* factors, int64_t count, int64_t rows, int64_t a_row, int64_t a_depth,
                            bool add, T* out, int64_t out_row) {
    multiply_rows<T, Set::bytes, Set::registers == 32 ? 12 : 6, 2>(factors, count, rows, a_row, a_depth, add, out,
                                                                   out_row);
  }
};

template <typename T>
struct TransposeSquare {
  template <typename Set>
  NC_INLINE static void run(const T* from, int64_t from_row, T* to, int64_t to_row) {
    transpose_blocks<T, Set::bytes>(from, from_row, to, to_row);
  }
};

template <typename T, auto M, bool Add>
struct TransformSquare {
  template <typename Set>
  NC_INLINE static void run(const Square<const T>& from, const Square<T>& to, int64_t channels) {
    transform_square<T, Set::bytes, M, Add>(from, to, channels);
  }
};

template <typename T, auto M, bool Add>
Transform<T> transform_in_use() {
  return version_in_use<TransformSquare<T, M, Add>, std::remove_pointer_t<Transform<T>>>();
}

constexpr Coefficients<1, 1> kOne = {{{1}}};

constexpr Coefficients<6, 6> kWinogradIn = {{
    {1, 0, -97. / 36, 0, 1, 0},
    {0, 243. / 260, 729. / 520, -27. / 65, -81. / 130, 0},
    {0, -243. / 260, 729. / 520, 27. / 65, -81. / 130, 0},
    {0, -16. / 195, -32. / 585, 12. / 65, 8. / 65, 0},
    {0, 16. / 195, -32. / 585, -12. / 65, 8. / 65, 0},
    {0, 1, 0, -97. / 36, 0, 1},
}};
constexpr Coefficients<6, 3> kWinogradWeight = {{
    {1, 0, 0},
    {1, 2. / 3, 4. / 9},
    {1, -2. / 3, 4. / 9},
    {1, 3. / 2, 9. / 4},
    {1, -3. / 2, 9. / 4},
    {0, 0, 1},
}};
constexpr Coefficients<4, 6> kWinogradOut = {{
    {1, 1, 1, 1, 1, 0},
    {0, 2. / 3, -2. / 3, 3. / 2, -3. / 2, 0},
    {0, 4. / 9, 4. / 9, 9. / 4, 9. / 4, 0},
    {0, 8. / 27, -8. / 27, 27. / 8, -27. / 8, 1},
}};

// y₀ = w₁x₀ + w₂x₁ and y₁ = w₀x₀ + w₁x₁ from w₁(x₀ + x₁), (w₂ − w₁)x₁ and (w₀ − w₁)x₀.
constexpr Coefficients<3, 2> kKaratsubaIn = {{{1, 1}, {0, 1}, {1, 0}}};
constexpr Coefficients<3, 3> kKaratsubaWeight = {{{0, 1, 0}, {0, -1, 1}, {1, -1, 0}}};
constexpr Coefficients<2, 3> kKaratsubaOut = {{{1, 1, 0}, {1, 0, 1}}};

// Input tiles overlap where a window is wider than the step, so their gradients add up.
template <typename T, auto In, auto Weight, auto Out>
Transforms<T> make_transforms() {
  return {
      transform_in_use<T, In, false>(),     transform_in_use<T, In.transposed(), true>(),
      transform_in_use<T, Weight, false>(), transform_in_use<T, Weight.transposed(), false>(),
      transform_in_use<T, Out, false>(),    transform_in_use<T, Out.transposed(), false>(),
  };
}

}  // namespace

template <typename T>
void multiply_panel(const Factors<T>* factors, int64_t count, int64_t rows, int64_t a_row, int64_t a_depth, bool add,
                    T* out, int64_t out_row) {
  static const auto multiply =
      version_in_use<MultiplyPanel<T>,
                     void(const Factors<T>*, int64_t, int64_t, int64_t, int64_t, bool, T*, int64_t)>();
  multiply(factors, count, rows, a_row, a_depth, add, out, out_row);
}

template <typename T>
void transpose_square(const T* from, int64_t from_row, T* to, int64_t to_row) {
  static const auto transpose = version_in_use<TransposeSquare<T>, void(const T*, int64_t, T*, int64_t)>();
  transpose(from, from_row, to, to_row);
}

template <typename T>
const Transforms<T>& transforms_of(Algorithm algorithm) {
  static const Transforms<T> positions = make_transforms<T, kOne, kOne, kOne>();
  static const Transforms<T> winograd = make_transforms<T, kWinogradIn, kWinogradWeight, kWinogradOut>();
  static const Transforms<T> karatsuba = make_transforms<T, kKaratsubaIn, kKaratsubaWeight, kKaratsubaOut>();
  switch (algorithm) {
    case Algorithm::positions:
      return positions;
    case Algorithm::winograd4:
      return winograd;
    case Algorithm::karatsuba2:
      return karatsuba;
  }
  refuse("expected an algorithm, found ", static_cast<int>(algorithm));
}

template void multiply_panel(const Factors<float>*, int64_t, int64_t, int64_t, int64_t, bool, float*, int64_t);
template void multiply_panel(const Factors<double>*, int64_t, int64_t, int64_t, int64_t, bool, double*, int64_t);
template void transpose_square(const float*, int64_t, float*, int64_t);
template void transpose_square(const double*, int64_t, double*, int64_t);
template const Transforms<float>& transforms_of(Algorithm);
template const Transforms<double>& transforms_of(Algorithm);

}  // namespace nc
