#include "engine/losses.h"

#include <limits>

namespace nc {
namespace {

using at::Tensor;

constexpr double kMost = 1e6;

Tensor reduced(const Tensor& of_samples, at::Reduction::Reduction reduction) {
  return reduction == at::Reduction::Sum ? of_samples.sum() : of_samples.mean();
}

// torch.nn.functional.cross_entropy(logits, labels, label_smoothing=...).
Loss cross_entropy(Line& line) {
  const double smoothing = line.take_number("label_smoothing", 0, 1);
  return [smoothing](const Tensor& logits, const Tensor& labels, at::Reduction::Reduction reduction) {
    return at::cross_entropy_loss(logits, labels, {}, reduction, /*ignore_index=*/-100, smoothing);
  };
}

// −(1 − p)^γ log p of the label's probability p (Lin et al. 2017, without weights of classes).
Loss focal(Line& line) {
  const double gamma = line.take_number("gamma", 0, kMost);
  return [gamma](const Tensor& logits, const Tensor& labels, at::Reduction::Reduction reduction) {
    const Tensor log_p = at::log_softmax(logits, 1).gather(1, labels.unsqueeze(1)).squeeze(1);
    // 1 − p by expm1, which is exact where p is nearly 1. Where p is 1, the gradient of a power below 1 would be ∞ · 0.
    const double least = log_p.scalar_type() == at::kDouble ? std::numeric_limits<double>::min()
                                                            : std::numeric_limits<float>::min();
    const Tensor rest = at::expm1(log_p).neg().clamp_min(least);
    return reduced(rest.pow(gamma).mul(log_p).neg(), reduction);
  };
}

// 1/C · (scale · (z_y − target)² + Σ_{c ≠ y} z_c²). With scale = target = 1 that is torch.nn.functional.mse_loss on
// one-hot targets; others are k and M of Hui & Belkin (2021), equation 2, for many classes.
Loss mse(Line& line) {
  const double scale = line.take_number("scale", 0, kMost), target = line.take_number("target", -kMost, kMost);
  return [scale, target](const Tensor& logits, const Tensor& labels, at::Reduction::Reduction reduction) {
    const Tensor of_label = at::zeros_like(logits).scatter_(1, labels.unsqueeze(1), 1);
    const Tensor squares = logits.sub(of_label, target).square();
    return reduced(squares.mul(of_label.mul(scale - 1).add(1)).mean(1), reduction);
  };
}

const std::map<std::string, Loss (*)(Line&)> kLosses = {
    {"cross_entropy", cross_entropy}, {"focal", focal}, {"mse", mse}};

}  // namespace

Loss parse_loss(Line& line) {
  return line.one_of(kLosses, line.take("kind"), "one loss")(line);
}

}  // namespace nc
