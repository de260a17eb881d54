#include "engine/nearest_etf.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>

namespace nc {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// How much the last frame holds the next, and the least share of a batch in the averages.
constexpr double kProximity = 1e-3, kLeastShare = 1e-4;

// The orthonormal rows nearest to those of a matrix (C × d, C ≤ d, of full rank): Q of its decomposition H Q, H symmetric
// and positive definite. Libtorch differentiates a singular value decomposition by quotients of differences of singular
// values; those of the polar factor have sums, so that equal ones do no harm.
class PolarFactor : public torch::autograd::Function<PolarFactor> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& matrix) {
    // What has diverged ends in a loss that is no number, as elsewhere.
    if (!matrix.isfinite().all().item<bool>()) {
      context->save_for_backward({});
      return at::full_like(matrix, NAN);
    }
    const auto [left, singular, right] = at::linalg_svd(matrix.to(at::kDouble), /*full_matrices=*/false);
    const Tensor factor = left.matmul(right);
    context->save_for_backward({left, singular, factor});
    return factor.to(matrix.scalar_type());
  }

  // dL/dA = −X Q + H⁻¹ (G − G Qᵀ Q), where H X + X H = Q Gᵀ − G Qᵀ.
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    if (saved.empty()) return {gradients[0]};
    const Tensor &left = saved[0], &factor = saved[2];
    const Tensor singular = saved[1].clamp_min(saved[1].max().mul(1e-14));
    const Tensor gradient = gradients[0].to(at::kDouble);
    const Tensor along = gradient.matmul(factor.t());
    const Tensor turned = left.t().matmul(along.t() - along).matmul(left).div(singular.unsqueeze(1) + singular);
    const Tensor x = left.matmul(turned).matmul(left.t());
    const Tensor across = left.t().matmul(gradient - along.matmul(factor)).div(singular.unsqueeze(1));
    return {(left.matmul(across) - x.matmul(factor)).to(gradients[0].scalar_type())};
  }
};

// (I − 11ᵀ/C) of the rows.
Tensor centred(const Tensor& rows) {
  return rows - rows.mean(0, /*keepdim=*/true);
}

}  // namespace

Tensor nearest_etf(const Tensor& features, const Tensor& labels, const NearestETF& state) {
  const int64_t classes = state.weight.size(0);
  const auto c = static_cast<double>(classes);
  const Tensor of_class = labels.unsqueeze(0).eq(at::arange(classes, labels.options()).unsqueeze(1));
  const Tensor counts = of_class.sum(1, /*keepdim=*/true);
  const Tensor global_mean = features.mean(0);
  const Tensor means = of_class.to(features.scalar_type()).matmul(features).div(counts.clamp_min(1)) - global_mean;
  const double share = std::max(2.0 / static_cast<double>(state.steps + 2), kLeastShare);
  const Tensor average = at::where(counts > 0, means, state.means).mul(share).add(state.means, 1 - share);
  const Tensor unit = average.div(average.norm().clamp_min(1e-12));
  const Tensor before = state.steps > 0 ? state.frame : at::eye(classes, features.size(1), features.options());
  const Tensor frame = PolarFactor::apply(centred(unit).mul(2 / std::sqrt(c - 1)).add(before, kProximity));
  const Tensor weight = centred(frame).mul(std::sqrt(c / (c - 1)));
  const Tensor bias = weight.matmul(global_mean).neg();
  {
    const at::NoGradGuard no_gradient;
    state.means.copy_(average);
    state.frame.copy_(frame);
    state.weight.copy_(weight);
    state.bias.copy_(bias);
  }
  return at::linear(features, weight, bias);
}

}  // namespace nc
