#include "kernels/norm_spread.h"

#include <torch/csrc/autograd/custom_function.h>

namespace nc {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// All but the channels.
constexpr int64_t kRows[] = {0, 2, 3};

// A value a channel, in the type of `like`, as it meets a map.
Tensor beside(const Tensor& values, const Tensor& like) {
  return values.to(like.scalar_type()).view({1, -1, 1, 1});
}

struct Moments {
  Tensor mean, variance, count;
};

// Of the rows of all processes: each fills its own row of what is summed, and all join the rows in the ranks' order. In
// float64, on the device: nothing waits for the host.
Moments moments_over_all(const Tensor& x, const Spread& spread) {
  const int64_t channels = x.size(1);
  const auto [variance, mean] = at::var_mean(x, at::OptionalIntArrayRef(kRows), /*correction=*/0);
  const Tensor parts = at::zeros({spread.ranks, 2 * channels + 1}, mean.options().dtype(at::kDouble));
  const auto columns = [&](int64_t from, int64_t to) { return parts.slice(1, from, to); };
  const Tensor means = columns(0, channels), variances = columns(channels, 2 * channels);
  const Tensor counts = columns(2 * channels, 2 * channels + 1);
  means[spread.rank].copy_(mean);
  variances[spread.rank].copy_(variance);
  counts[spread.rank].fill_(x.numel() / channels);
  spread.sum(parts);
  const Tensor count = counts.sum(), shares = counts / count;
  const Tensor all = (shares * means).sum(0);
  return {all, (shares * (variances + (means - all).square())).sum(0), count};
}

void update_running(const Tensor& running, const Tensor& batch, double momentum) {
  running.copy_(running.to(at::kDouble).mul(1 - momentum).add(batch, momentum));
}

struct NormSpread : torch::autograd::Function<NormSpread> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const Tensor& running_mean, const Tensor& running_var, double eps, double momentum,
                        const Spread* spread) {
    const Tensor wide = x.to(weight.scalar_type());
    const auto [mean, variance, count] = moments_over_all(wide, *spread);
    update_running(running_mean, mean, momentum);
    update_running(running_var, variance * count / (count - 1), momentum);
    const Tensor inverse = at::rsqrt(variance + eps);
    context->save_for_backward({x, weight, mean, inverse, count});
    context->saved_data["spread"] = reinterpret_cast<int64_t>(spread);
    return (wide - beside(mean, wide)).mul_(beside(inverse * weight, wide)).add_(beside(bias, wide)).to(x.scalar_type());
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], &mean = saved[2], &inverse = saved[3], &count = saved[4];
    const auto* const spread = reinterpret_cast<const Spread*>(context->saved_data["spread"].toInt());
    const Tensor gradient = gradients[0].to(weight.scalar_type());
    const Tensor centred = x.to(weight.scalar_type()).sub(beside(mean, weight));
    const Tensor sums = gradient.sum(kRows).to(at::kDouble), products = (gradient * centred).sum(kRows).to(at::kDouble);
    // Each row's gradient depends on the sums over all rows, wherever they are.
    const Tensor all = at::cat({sums, products});
    spread->sum(all);
    const Tensor offset = all.slice(0, 0, sums.numel()) / count;
    const Tensor slope = all.slice(0, sums.numel()) / count * inverse.square();
    const Tensor to_x = (gradient - beside(offset, gradient))
                            .sub_(centred.mul(beside(slope, gradient)))
                            .mul_(beside(inverse * weight, gradient));
    const auto of_parameter = [&](const Tensor& values) { return values.to(weight.scalar_type()); };
    return {to_x.to(x.scalar_type()), of_parameter(products * inverse), of_parameter(sums), {}, {}, {}, {}, {}};
  }
};

}  // namespace

Tensor norm_spread(const Tensor& x, const NormState& norm, double eps, double momentum, const Spread& spread) {
  return NormSpread::apply(x, norm.weight, norm.bias, norm.running_mean, norm.running_var, eps, momentum, &spread);
}

}  // namespace nc
