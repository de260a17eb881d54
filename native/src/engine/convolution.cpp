#include "engine/convolution.h"

#include <optional>
#include <tuple>

#include "kernels/bilinear.h"
#include "errors.h"
#include "kernels/tensors.h"

namespace nc {
namespace {

// [B, C, H, W] in channels-last memory as a [rows, values] matrix, without a copy where that is possible.
Tensor rows_of(const Tensor& x, int64_t rows) {
  return x.permute({0, 2, 3, 1}).reshape({rows, -1});
}

Tensor map_of(const Tensor& rows, int64_t batch, int64_t height, int64_t width) {
  return rows.view({batch, height, width, -1}).permute({0, 3, 1, 2});
}

Tensor convolve_directly(const Op& op, Tensor x, const Tensor& weight, const Tensor& bias) {
  const auto [top, left, bottom, right] = std::tie(op.padding[0], op.padding[1], op.padding[2], op.padding[3]);
  std::array<int64_t, 2> padding = {top, left};
  if (top != bottom || left != right) {
    x = at::constant_pad_nd(x, {left, right, top, bottom});
    padding = {0, 0};
  }
  const std::array<int64_t, 2> stride = {op.stride, op.stride};
  const std::array<int64_t, 2> ones = {1, 1};
  const std::array<int64_t, 2> zeros = {0, 0};
  const auto addend = bias.defined() ? std::optional<Tensor>(bias) : std::nullopt;
  return at::convolution(x, weight, addend, stride, padding, ones, false, zeros, 1);
}

// The algorithm of our own for a form, if it has one. A GPU's library has such algorithms itself, and reduced
// precision is computed as libtorch computes it.
std::optional<Algorithm> algorithm_of(ConvForm form, const Tensor& weight) {
  if (!weight.is_cpu() || (weight.scalar_type() != at::kFloat && weight.scalar_type() != at::kDouble)) return {};
  switch (form) {
    case ConvForm::direct:
      return {};
    case ConvForm::matmul:
    case ConvForm::positions:
      return Algorithm::positions;
    case ConvForm::winograd:
      return Algorithm::winograd4;
    case ConvForm::karatsuba:
      return Algorithm::karatsuba2;
  }
  refuse("convolution: unknown form ", static_cast<int>(form));
}

// What an algorithm of our own sees of a convolution. A matrix product is one of many 1×1 maps: the positions of a
// 1×1 kernel, or whole maps under a kernel that covers them.
Tensor seen(const Op& op, const Tensor& weight, const Tensor& map) {
  if (op.form != ConvForm::matmul) return map;
  const int64_t values = map.size(1) * weight.size(2) * weight.size(3);
  return rows_of(map, map.numel() / values).view({-1, values, 1, 1});
}

Tensor seen_kernel(const Op& op, const Tensor& weight) {
  return op.form == ConvForm::matmul ? rows_of(weight, weight.size(0)).view({weight.size(0), -1, 1, 1}) : weight;
}

int64_t output_size(const Op& op, const Tensor& x, const Tensor& weight, int axis) {
  return (x.size(axis) + op.padding[axis - 2] + op.padding[axis] - weight.size(axis)) / op.stride + 1;
}

ConvGeometry geometry_of(const Op& op, const Tensor& x, const Tensor& weight) {
  const auto [top, left, bottom, right] = op.padding;
  return {.inputs = x.size(1),
          .height = x.size(2),
          .width = x.size(3),
          .outputs = weight.size(0),
          .out_height = output_size(op, x, weight, 2),
          .out_width = output_size(op, x, weight, 3),
          .kernel_height = weight.size(2),
          .kernel_width = weight.size(3),
          .stride = op.stride,
          .top = top,
          .left = left};
}

// The output of `seen` maps as a map of the size that the convolution has.
Tensor unseen(const Op& op, const Tensor& x, const Tensor& weight, const Tensor& y) {
  if (op.form != ConvForm::matmul) return y;
  return map_of(y.view({y.size(0), y.size(1)}), x.size(0), output_size(op, x, weight, 2),
                output_size(op, x, weight, 3));
}

}  // namespace

Tensor convolution(const Op& op, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const auto algorithm = algorithm_of(op.form, weight);
  if (!algorithm.has_value()) return convolve_directly(op, x, weight, bias);
  const Tensor map = seen(op, weight, x), kernel = seen_kernel(op, weight);
  const Tensor product = bilinear_convolution(map, kernel, geometry_of(op, map, kernel), *algorithm);
  const Tensor y = unseen(op, x, weight, product);
  return bias.defined() ? y.add(bias.view({1, -1, 1, 1})) : y;
}

Folded prepare(const Op& op, const Tensor& weight, const Tensor& bias) {
  const auto algorithm = algorithm_of(op.form, weight);
  return {weight, bias, algorithm.has_value() ? bilinear_weights(seen_kernel(op, weight), *algorithm) : Tensor()};
}

Tensor convolution(const Op& op, const Tensor& x, const Folded& folded, const Tensor& identity) {
  const auto& [weight, bias, slots] = folded;
  const auto algorithm = algorithm_of(op.form, weight);
  const Tensor shortcut = identity.defined() ? channels_last(identity) : identity;
  if (!algorithm.has_value()) return apply_epilogue(convolve_directly(op, x, weight, {}), {bias, shortcut, op.relu});
  const Tensor map = seen(op, weight, x);
  const ConvGeometry geometry = geometry_of(op, map, seen_kernel(op, weight));
  return unseen(op, x, weight, bilinear_product(map, slots, geometry, *algorithm, {bias, shortcut, op.relu}));
}

}  // namespace nc
