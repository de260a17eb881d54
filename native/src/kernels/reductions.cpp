#include "kernels/reductions.h"

#include <ATen/Parallel.h>

#include <vector>

#include "kernels/simd.h"

namespace nc {
namespace {

using at::Tensor;

constexpr int64_t kTile = Directions::kTile;
// Rows multiplied together.
constexpr int64_t kGroup = 8;
// Columns at a time: a group of rows and a tile of directions of this depth fit the first-level cache.
constexpr int64_t kDepth = 256;
// Columns of class sums that one task adds up.
constexpr int64_t kColumns = 64;

// products (8 × padded) = group (8 × d) · directionsᵀ. Each sum runs over the columns in their order, whatever the set.
struct GroupProducts {
  template <typename Set>
  NC_INLINE static void run(const double* group, int64_t width, const double* packed, int64_t tiles,
                            double* products) {
    const int64_t stride = tiles * kTile;
    for (int64_t i = 0; i < kGroup * stride; ++i) products[i] = 0;
    for (int64_t first = 0; first < width; first += kDepth) {
      const int64_t depth = std::min(kDepth, width - first);
      for (int64_t t = 0; t < tiles; ++t) {
        multiply_tile<Set>(group + first, width, packed + (t * width + first) * kTile, depth, products + t * kTile,
                           stride);
      }
    }
  }

 private:
  // out (8 × 8, row stride `stride`) += x (8 × depth, row stride `width`) · tile (depth × 8), as many rows at a time
  // as half of the registers hold the sums of.
  template <typename Set>
  NC_INLINE static void multiply_tile(const double* x, int64_t width, const double* tile, int64_t depth, double* out,
                                      int64_t stride) {
    using Vector = typename Simd<double, Set::bytes>::Vector;
    constexpr int64_t kLanes = Simd<double, Set::bytes>::lanes;
    constexpr int64_t kParts = kTile / kLanes;
    constexpr int64_t kRows = std::min<int64_t>(kGroup, Set::registers / (2 * kParts));
    for (int64_t first = 0; first < kGroup; first += kRows) {
      Vector sums[kRows][kParts];
#pragma GCC unroll 8
      for (int64_t r = 0; r < kRows; ++r)
#pragma GCC unroll 4
        for (int64_t p = 0; p < kParts; ++p) sums[r][p] = load<double, Set::bytes>(out + (first + r) * stride + p * kLanes);
      for (int64_t k = 0; k < depth; ++k) {
#pragma GCC unroll 8
        for (int64_t r = 0; r < kRows; ++r)
#pragma GCC unroll 4
          for (int64_t p = 0; p < kParts; ++p)
            sums[r][p] += x[(first + r) * width + k] * load<double, Set::bytes>(tile + k * kTile + p * kLanes);
      }
#pragma GCC unroll 8
      for (int64_t r = 0; r < kRows; ++r)
#pragma GCC unroll 4
        for (int64_t p = 0; p < kParts; ++p)
          *reinterpret_cast<Vector*>(out + (first + r) * stride + p * kLanes) = sums[r][p];
    }
  }
};

using MultiplyGroup = void(const double*, int64_t, const double*, int64_t, double*);

template <typename T>
NC_INLINE double centre(const T* __restrict value, const double* __restrict mean, int64_t width,
                        double* __restrict out) {
  // Eight sums, so that the additions do not wait for each other.
  double squares[8] = {};
  const int64_t whole = width - width % 8;
  for (int64_t k = 0; k < whole; k += 8)
    for (int64_t lane = 0; lane < 8; ++lane) {
      const double centred = static_cast<double>(value[k + lane]) - mean[k + lane];
      out[k + lane] = centred;
      squares[lane] += centred * centred;
    }
  double total =
      ((squares[0] + squares[1]) + (squares[2] + squares[3])) + ((squares[4] + squares[5]) + (squares[6] + squares[7]));
  for (int64_t k = whole; k < width; ++k) {
    const double centred = static_cast<double>(value[k]) - mean[k];
    out[k] = centred;
    total += centred * centred;
  }
  return total;
}

NC_DISPATCHED(centre_row, centre)

template <typename T>
NC_INLINE void add_columns(const T* values, const int64_t* labels, int64_t rows, int64_t width, int64_t first,
                           int64_t last, double* sums) {
  for (int64_t i = 0; i < rows; ++i) {
    const T* __restrict value = values + i * width;
    double* __restrict sum = sums + labels[i] * width;
    for (int64_t k = first; k < last; ++k) sum[k] += static_cast<double>(value[k]);
  }
}

NC_DISPATCHED(add_columns_of, add_columns)

// Groups of rows, converted by `load(row index, out)`, times the directions; the last group is filled with zeros.
template <typename Load>
void multiply_rows(int64_t rows, const Directions& directions, Tensor& products, Load&& load) {
  const int64_t width = directions.width();
  const int64_t padded = directions.padded();
  double* out = products.data_ptr<double>();
  static MultiplyGroup* const multiply_group = version_in_use<GroupProducts, MultiplyGroup>();
  at::parallel_for(0, (rows + kGroup - 1) / kGroup, 4, [&](int64_t begin, int64_t end) {
    std::vector<double> group(kGroup * width), last(kGroup * padded);
    for (int64_t g = begin; g < end; ++g) {
      const int64_t first = g * kGroup;
      const int64_t count = std::min(kGroup, rows - first);
      for (int64_t r = 0; r < count; ++r) load(first + r, group.data() + r * width);
      if (padded == 0) continue;
      if (count == kGroup) {
        multiply_group(group.data(), width, directions.tile(0), padded / kTile, out + first * padded);
      } else {
        std::fill(group.begin() + count * width, group.end(), 0.0);
        multiply_group(group.data(), width, directions.tile(0), padded / kTile, last.data());
        std::copy(last.begin(), last.begin() + count * padded, out + first * padded);
      }
    }
  });
}

}  // namespace

Directions::Directions(const Tensor& rows)
    : count_(rows.size(0)), width_(rows.size(1)), tiles_((count_ + kTile - 1) / kTile) {
  const Tensor dense = rows.contiguous();
  packed_.assign(static_cast<size_t>(tiles_ * width_ * kTile), 0.0);
  const double* source = dense.data_ptr<double>();
  for (int64_t m = 0; m < count_; ++m)
    for (int64_t k = 0; k < width_; ++k)
      packed_[((m / kTile) * width_ + k) * kTile + m % kTile] = source[m * width_ + k];
}

void add_class_sums(const Tensor& values, const Tensor& labels, Tensor& sums) {
  const int64_t width = values.size(1);
  const int64_t* classes = labels.data_ptr<int64_t>();
  double* out = sums.data_ptr<double>();
  // A task owns its columns, so that every sum is added up in the order of the samples.
  at::parallel_for(0, (width + kColumns - 1) / kColumns, 1, [&](int64_t begin, int64_t end) {
    const int64_t first = begin * kColumns;
    const int64_t last = std::min(width, end * kColumns);
    AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "class_sums", [&] {
      add_columns_of(values.data_ptr<scalar_t>(), classes, values.size(0), width, first, last, out);
    });
  });
}

void project_centred(const Tensor& values, const Tensor& labels, const Tensor& means, const Directions& directions,
                     Tensor& products, Tensor& squares) {
  const int64_t width = values.size(1);
  const int64_t* classes = labels.data_ptr<int64_t>();
  const double* centres = means.data_ptr<double>();
  double* norms = squares.data_ptr<double>();
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "project_centred", [&] {
    const scalar_t* data = values.data_ptr<scalar_t>();
    multiply_rows(values.size(0), directions, products, [&](int64_t row, double* out) {
      norms[row] = centre_row(data + row * width, centres + classes[row] * width, width, out);
    });
  });
}

void project(const Tensor& values, const Directions& directions, Tensor& products) {
  const int64_t width = values.size(1);
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "project", [&] {
    const scalar_t* data = values.data_ptr<scalar_t>();
    multiply_rows(values.size(0), directions, products,
                  [&](int64_t row, double* out) { std::copy(data + row * width, data + (row + 1) * width, out); });
  });
}

}  // namespace nc
