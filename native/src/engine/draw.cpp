#include "engine/draw.h"

#include <algorithm>
#include <cmath>

#include "errors.h"

namespace nc {
namespace {

using at::Tensor;

// Makes the rows orthonormal, in the order in which they come (Gram-Schmidt, each row twice: that is as exact as the
// numbers are). In plain loops, whose sums have one order on every machine, which those of a library have not.
void make_orthonormal(double* rows, int64_t count, int64_t width) {
  for (int64_t i = 0; i < count; ++i) {
    double* row = rows + i * width;
    for (int pass = 0; pass < 2; ++pass) {
      for (int64_t j = 0; j < i; ++j) {
        const double* other = rows + j * width;
        double product = 0;
        for (int64_t k = 0; k < width; ++k) product += row[k] * other[k];
        for (int64_t k = 0; k < width; ++k) row[k] -= product * other[k];
      }
      double square = 0;
      for (int64_t k = 0; k < width; ++k) square += row[k] * row[k];
      const double length = std::sqrt(square);
      for (int64_t k = 0; k < width; ++k) row[k] /= length;
    }
  }
}

// A simplex ETF in a random position: sqrt(C / (C - 1)) (I - 1/C) in C - 1 orthonormal directions of the columns' space,
// times `length`, which is that of every row. With the directions q_1, q_2, ..., row c is the sum over k of V_ck q_k,
// where the columns of V, V_k = (1, ..., 1, -k, 0, ..., 0) / sqrt(k (k + 1)), span what is orthogonal to (1, ..., 1).
Tensor simplex_etf(int64_t classes, int64_t width, double length, at::Generator& generator) {
  Tensor directions = at::empty({classes - 1, width}, at::kFloat).normal_(0, 1, generator).to(at::kDouble);
  double* q = directions.data_ptr<double>();
  make_orthonormal(q, classes - 1, width);
  Tensor rows = at::zeros({classes, width}, at::kDouble);
  double* w = rows.data_ptr<double>();
  const double scale = length * std::sqrt(static_cast<double>(classes) / static_cast<double>(classes - 1));
  for (int64_t c = 0; c < classes; ++c)
    for (int64_t k = std::max<int64_t>(c, 1); k < classes; ++k) {
      const double share = scale * static_cast<double>(c < k ? 1 : -k) / std::sqrt(static_cast<double>(k * (k + 1)));
      for (int64_t i = 0; i < width; ++i) w[c * width + i] += share * q[(k - 1) * width + i];
    }
  return rows;
}

}  // namespace

Tensor draw(const ParameterSpec& spec, at::Generator& generator) {
  // In float32 whatever the network's precision, so that the values depend on the seed alone.
  Tensor values = at::empty(spec.shape, at::kFloat);
  switch (spec.init) {
    case ParameterSpec::Init::constant:
      return values.fill_(spec.value);
    case ParameterSpec::Init::normal:
      return values.normal_(0, spec.value, generator);
    case ParameterSpec::Init::uniform:
      return values.uniform_(-spec.value, spec.value, generator);
    case ParameterSpec::Init::etf:
      return simplex_etf(spec.shape[0], spec.shape[1], spec.value, generator);
  }
  refuse("parameter ", spec.name, ": unknown initialisation");
}

}  // namespace nc
