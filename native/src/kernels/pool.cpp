#include "kernels/pool.h"

#include <torch/csrc/autograd/custom_function.h>

namespace nc {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct DeterministicMaxPool : torch::autograd::Function<DeterministicMaxPool> {
  static Tensor forward(AutogradContext* context, const Tensor& x, int64_t kernel, int64_t stride, int64_t padding) {
    const auto [y, winners] = at::max_pool2d_with_indices(x, kernel, stride, padding);
    context->save_for_backward({winners});
    context->saved_data["kernel"] = kernel;
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    context->saved_data["height"] = x.size(2);
    context->saved_data["width"] = x.size(3);
    return y;
  }

  // Tap by tap: a tap joins each output position to another input position, so that no two additions meet.
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const Tensor gradient = gradients[0];
    const Tensor winners = context->get_saved_variables()[0];
    const auto number = [&](const char* key) { return context->saved_data[key].toInt(); };
    const int64_t kernel = number("kernel"), stride = number("stride"), padding = number("padding");
    const int64_t height = number("height"), width = number("width");
    const int64_t out_height = gradient.size(2), out_width = gradient.size(3);
    const int64_t reach_h = (out_height - 1) * stride + kernel, reach_w = (out_width - 1) * stride + kernel;
    // Rows and columns of the padding are there, too, and never win.
    Tensor sums = at::zeros(
        {gradient.size(0), gradient.size(1), std::max(reach_h, height + padding), std::max(reach_w, width + padding)},
        gradient.options().memory_format(gradient.suggest_memory_format()));
    const auto positions = [&](int64_t out, int64_t tap) {
      return at::arange(out, winners.options()).mul_(stride).add_(tap - padding);
    };
    for (int64_t ty = 0; ty < kernel; ++ty)
      for (int64_t tx = 0; tx < kernel; ++tx) {
        const Tensor place = positions(out_height, ty).mul_(width).unsqueeze(1) + positions(out_width, tx);
        sums.slice(2, ty, ty + (out_height - 1) * stride + 1, stride)
            .slice(3, tx, tx + (out_width - 1) * stride + 1, stride)
            .add_(gradient.mul(winners.eq(place)));
      }
    return {sums.slice(2, padding, padding + height).slice(3, padding, padding + width), {}, {}, {}};
  }
};

}  // namespace

Tensor max_pool(const Tensor& x, int64_t kernel, int64_t stride, int64_t padding) {
  const bool differentiates = at::GradMode::is_enabled() && x.requires_grad();
  if (differentiates && at::globalContext().deterministicAlgorithms()) {
    return DeterministicMaxPool::apply(x, kernel, stride, padding);
  }
  return at::max_pool2d(x, kernel, stride, padding);
}

}  // namespace nc
