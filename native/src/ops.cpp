#include "ops.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/custom_function.h>

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

// Which kernel tap joins output row p to input row q; −1 if none.
int64_t tap_between(int64_t p, int64_t q, int64_t stride, int64_t padding, int64_t kernel) {
  const int64_t tap = q - p * stride + padding;
  return 0 <= tap && tap < kernel ? tap : -1;
}

// The matrix of a convolution on a tiny map: row (p, o), column (q, i), where p and q are output and input
// positions; entries that no tap joins are 0.
struct WriteOut : torch::autograd::Function<WriteOut> {
  template <typename Visit>
  static void each_block(const std::vector<int64_t>& g, Visit&& visit) {
    const auto [in_h, in_w, out_h, out_w, stride, top, left, kh, kw] =
        std::tie(g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], g[8]);
    for (int64_t py = 0; py < out_h; ++py)
      for (int64_t px = 0; px < out_w; ++px)
        for (int64_t qy = 0; qy < in_h; ++qy)
          for (int64_t qx = 0; qx < in_w; ++qx) {
            const int64_t ty = tap_between(py, qy, stride, top, kh);
            const int64_t tx = tap_between(px, qx, stride, left, kw);
            if (ty >= 0 && tx >= 0) visit(py * out_w + px, qy * in_w + qx, ty, tx);
          }
  }

  static Tensor forward(AutogradContext* context, const Tensor& weight, std::vector<int64_t> geometry) {
    const int64_t outputs = weight.size(0), inputs = weight.size(1);
    const auto& g = geometry;
    Tensor matrix = at::zeros({g[2] * g[3], outputs, g[0] * g[1], inputs}, weight.options());
    each_block(g, [&](int64_t p, int64_t q, int64_t ty, int64_t tx) {
      matrix.select(0, p).select(1, q).copy_(weight.select(3, tx).select(2, ty));
    });
    context->saved_data["geometry"] = geometry;
    context->saved_data["outputs"] = outputs;
    context->saved_data["inputs"] = inputs;
    return matrix.view({g[2] * g[3] * outputs, g[0] * g[1] * inputs});
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto g = context->saved_data["geometry"].toIntVector();
    const int64_t outputs = context->saved_data["outputs"].toInt();
    const int64_t inputs = context->saved_data["inputs"].toInt();
    const Tensor blocks = gradients[0].contiguous().view({g[2] * g[3], outputs, g[0] * g[1], inputs});
    Tensor gradient = at::zeros({outputs, inputs, g[7], g[8]},
                                blocks.options().memory_format(at::MemoryFormat::ChannelsLast));
    each_block(g, [&](int64_t p, int64_t q, int64_t ty, int64_t tx) {
      gradient.select(3, tx).select(2, ty).add_(blocks.select(0, p).select(1, q));
    });
    return {gradient, Tensor()};
  }
};

Tensor convolve_densely(const Op& op, const Tensor& x, const Tensor& weight) {
  const auto output_size = [&](int axis, int64_t before, int64_t after) {
    return (x.size(axis) + before + after - weight.size(axis)) / op.stride + 1;
  };
  const int64_t height = output_size(2, op.padding[0], op.padding[2]);
  const int64_t width = output_size(3, op.padding[1], op.padding[3]);
  const std::vector<int64_t> geometry = {x.size(2),     x.size(3),     height,         width,         op.stride,
                                         op.padding[0], op.padding[1], weight.size(2), weight.size(3)};
  const Tensor matrix = WriteOut::apply(weight, geometry);
  return map_of(matrix_product(rows_of(x, x.size(0)), matrix), x.size(0), height, width);
}

}  // namespace

Tensor matrix_product(const Tensor& x, const Tensor& w) {
  const bool onednn = x.is_cpu() && x.scalar_type() == at::kFloat && find_onednn_linear() != nullptr;
  return onednn ? OnednnProduct::apply(x, w) : at::linear(x, w);
}

Tensor convolution(const Op& op, const Tensor& x, const Tensor& weight) {
  switch (op.form) {
    case ConvForm::direct:
      return convolve_directly(op, x, weight);
    case ConvForm::matmul:
      return convolve_as_product(x, weight);
    case ConvForm::dense:
      return convolve_densely(op, x, weight);
  }
  refuse("convolution: unknown form ", static_cast<int>(op.form));
}

}  // namespace nc
