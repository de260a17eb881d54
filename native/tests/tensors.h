// What tests of kernels that walk maps share: random tensors, their shapes, and comparison element by element.
#pragma once

#include <ATen/ATen.h>

#include <sstream>

#include "check.h"

namespace nc::test {

using at::Tensor;

template <typename... Parts>
std::string text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

inline Tensor random_tensor(at::IntArrayRef shape, at::ScalarType type) {
  const Tensor result = at::empty(shape, at::kDouble);
  double* values = result.data_ptr<double>();
  for (int64_t i = 0; i < result.numel(); ++i) values[i] = random_number();
  const Tensor typed = result.to(type);
  return shape.size() == 4 ? typed.contiguous(at::MemoryFormat::ChannelsLast) : typed;
}

// Every element within `rounding` units of `scale` (of the largest element where there is none); NaN where NaN is.
inline void compare(const Tensor& found_in, const Tensor& expected_in, double rounding, const std::string& where,
             double scale = 0) {
  const Tensor found = found_in.detach().to(at::kDouble).contiguous(), expected = expected_in.detach().contiguous();
  const double unit = found_in.scalar_type() == at::kFloat ? 0x1p-24 : 0x1p-53;
  expect(found.sizes() == expected.sizes(), where + ": another shape");
  const Tensor finite = expected.masked_select(expected.isfinite());
  if (scale == 0 && finite.numel() > 0) scale = finite.abs().max().item<double>();
  for (int64_t i = 0; i < expected.numel(); ++i) {
    const double f = found.data_ptr<double>()[i], e = expected.data_ptr<double>()[i];
    const bool same = std::isnan(e) ? std::isnan(f) : f == e;
    expect(same || std::abs(f - e) <= rounding * unit * scale, text(where, ", element ", i, ": found ", f, ", expected ", e));
  }
}

struct Shape {
  int64_t images, channels, height, width;
};
// Rows around the blocks of 32 and the tasks of 256 and 1,024; channels around the widths of registers.
inline const Shape kShapes[] = {{2, 1, 1, 1}, {1, 3, 1, 2}, {3, 7, 5, 2}, {2, 16, 4, 4}, {1, 17, 16, 16}, {5, 33, 15, 14}};

}  // namespace nc::test
