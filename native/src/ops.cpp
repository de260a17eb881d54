#include "ops.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/custom_function.h>

#include "bilinear.h"
#include "guard.h"

namespace nc {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using LinearPointwise = Tensor(const Tensor&, const Tensor&, const std::optional<Tensor>&, c10::string_view,
                               c10::List<std::optional<at::Scalar>>, std::optional<c10::string_view>);

// oneDNN's matrix product, where this libtorch has it (x86). On processors for which MKL lacks a kernel of full
// vector width it is twice as fast as at::linear; both compute the same sums in float32.
const c10::TypedOperatorHandle<LinearPointwise>* find_onednn_linear() {
  static const auto handle = []() -> std::optional<c10::TypedOperatorHandle<LinearPointwise>> {
    const auto schema = c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""});
    if (!schema.has_value()) return std::nullopt;
    return schema->typed<LinearPointwise>();
  }();
  return handle.has_value() ? &*handle : nullptr;
}

Tensor onednn_product(const Tensor& x, const Tensor& w) {
  return find_onednn_linear()->call(x, w, std::nullopt, "none", c10::List<std::optional<at::Scalar>>(), "");
}

struct OnednnProduct : torch::autograd::Function<OnednnProduct> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& w) {
    context->save_for_backward({x, w});
    return onednn_product(x, w);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor gradient = gradients[0].contiguous();
    Tensor to_x, to_w;
    if (context->needs_input_grad(0)) to_x = onednn_product(gradient, saved[1].t());
    if (context->needs_input_grad(1)) to_w = onednn_product(gradient.t(), saved[0].t());
    return {to_x, to_w};
  }
};

// [B, C, H, W] in channels-last memory as a [rows, values] matrix, without a copy where that is possible.
Tensor rows_of(const Tensor& x, int64_t rows) {
  return x.permute({0, 2, 3, 1}).reshape({rows, -1});
}

Tensor map_of(const Tensor& rows, int64_t batch, int64_t height, int64_t width) {
  return rows.view({batch, height, width, -1}).permute({0, 3, 1, 2});
}

Tensor convolve_directly(const Op& op, Tensor x, const Tensor& weight) {
  const auto [top, left, bottom, right] = std::tie(op.padding[0], op.padding[1], op.padding[2], op.padding[3]);
  std::array<int64_t, 2> padding = {top, left};
  if (top != bottom || left != right) {
    x = at::constant_pad_nd(x, {left, right, top, bottom});
    padding = {0, 0};
  }
  const std::array<int64_t, 2> stride = {op.stride, op.stride};
  const std::array<int64_t, 2> ones = {1, 1};
  const std::array<int64_t, 2> zeros = {0, 0};
  return at::convolution(x, weight, {}, stride, padding, ones, false, zeros, 1);
}

// The kernel covers the whole map (one output position), or is 1×1 with stride 1 (every position for itself).
Tensor convolve_as_product(const Tensor& x, const Tensor& weight) {
  const bool pointwise = weight.size(2) == 1 && weight.size(3) == 1;
  const int64_t height = pointwise ? x.size(2) : 1;
  const int64_t width = pointwise ? x.size(3) : 1;
  const Tensor rows = rows_of(x, x.size(0) * height * width);
  return map_of(matrix_product(rows, rows_of(weight, weight.size(0))), x.size(0), height, width);
}

// The algorithm of a form that multiplies in slots. A GPU's library has such algorithms of its own, and reduced
// precision is computed as libtorch computes it.
std::optional<Algorithm> algorithm_of(const Op& op, const Tensor& weight) {
  if (!weight.is_cpu() || (weight.scalar_type() != at::kFloat && weight.scalar_type() != at::kDouble)) return {};
  switch (op.form) {
    case ConvForm::direct:
    case ConvForm::matmul:
      return {};
    case ConvForm::positions:
      return Algorithm::positions;
    case ConvForm::winograd:
      return Algorithm::winograd4;
    case ConvForm::karatsuba:
      return Algorithm::karatsuba2;
  }
  refuse("convolution: unknown form ", static_cast<int>(op.form));
}

ConvGeometry geometry_of(const Op& op, const Tensor& x, const Tensor& weight) {
  const auto output_size = [&](int axis, int64_t before, int64_t after) {
    return (x.size(axis) + before + after - weight.size(axis)) / op.stride + 1;
  };
  const auto [top, left, bottom, right] = op.padding;
  return {x.size(1),      x.size(2),      x.size(3), weight.size(0), output_size(2, top, bottom), output_size(3, left, right),
          weight.size(2), weight.size(3), op.stride, top,            left};
}

}  // namespace

Tensor matrix_product(const Tensor& x, const Tensor& w) {
  const bool onednn = x.is_cpu() && x.scalar_type() == at::kFloat && find_onednn_linear() != nullptr;
  return onednn ? OnednnProduct::apply(x, w) : at::linear(x, w);
}

Tensor convolution(const Op& op, const Tensor& x, const Tensor& weight) {
  if (const auto algorithm = algorithm_of(op, weight)) {
    return bilinear_convolution(x, weight, geometry_of(op, x, weight), *algorithm);
  }
  return op.form == ConvForm::matmul ? convolve_as_product(x, weight) : convolve_directly(op, x, weight);
}

Folded prepare(const Op& op, const Tensor& weight, const Tensor& bias) {
  const auto algorithm = algorithm_of(op, weight);
  return {weight, bias, algorithm.has_value() ? bilinear_weights(weight, *algorithm) : Tensor()};
}

Tensor convolution(const Op& op, const Tensor& x, const Folded& folded, const Tensor& identity) {
  const Finish last = {folded.bias, identity, op.relu};
  if (const auto algorithm = algorithm_of(op, folded.weight)) {
    return bilinear_product(x, folded.slots, geometry_of(op, x, folded.weight), *algorithm, last);
  }
  return finish(convolution(op, x, folded.weight), last);
}

}  // namespace nc
