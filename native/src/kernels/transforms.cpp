#include "kernels/transforms.h"

#include <type_traits>

#include "errors.h"

namespace nc {
namespace {

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

// Tiles of the input overlap where one is wider than the step, so their gradients add up.
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

template const Transforms<float>& transforms_of(Algorithm);
template const Transforms<double>& transforms_of(Algorithm);

}  // namespace nc
