// The CPU's inner loops of measuring: rows of features times a few directions, in float64. Results do not depend on
// the number of threads.
#pragma once

#include <ATen/ATen.h>

namespace nc {

// Directions (M × d, float64) laid out for row_products.
class Directions {
 public:
  explicit Directions(const at::Tensor& rows);

  int64_t count() const { return count_; }
  int64_t width() const { return width_; }
  // Columns that row_products writes: count rounded up to whole tiles; the surplus is zero.
  int64_t padded() const { return tiles_ * kTile; }
  const double* tile(int64_t index) const { return packed_.data() + index * width_ * kTile; }

  static constexpr int64_t kTile = 8;

 private:
  int64_t count_, width_, tiles_;
  std::vector<double> packed_;  // tile by tile: d × 8
};

// sums[labels[i]] += values[i], for values N × d (float32 or float64) and sums C × d (float64).
void add_class_sums(const at::Tensor& values, const at::Tensor& labels, at::Tensor& sums);

// (values − means[labels]) · directionsᵀ into `products` (N × padded), and each row's squared norm of
// values − means[labels] into `squares` (N). All outputs float64.
void project_centred(const at::Tensor& values, const at::Tensor& labels, const at::Tensor& means,
                     const Directions& directions, at::Tensor& products, at::Tensor& squares);

// values · directionsᵀ into `products` (N × padded).
void project(const at::Tensor& values, const Directions& directions, at::Tensor& products);

}  // namespace nc
