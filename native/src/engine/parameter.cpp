#include "engine/parameter.h"

#include <cmath>

namespace nc {
namespace {

// Outputs × inputs × the columns that read one input.
at::Tensor by_input(const at::Tensor& whole, int64_t repeat) {
  return whole.view({whole.size(0), whole.size(1) / repeat, repeat});
}

}  // namespace

at::Tensor Parameter::live_of(const at::Tensor& whole) const {
  if (spec.repeat > 1) return by_input(whole, spec.repeat).sum(2).div_(std::sqrt(static_cast<double>(spec.repeat)));
  if (!spec.has_taps) return whole;
  const Taps& taps = spec.taps;
  return whole.slice(2, taps.r0, taps.r1).slice(3, taps.c0, taps.c1);
}

void Parameter::place(const at::Tensor& whole, const at::Tensor& live) const {
  if (live_are_entries()) {
    live_of(whole).copy_(live);
    return;
  }
  const at::Tensor moved = live.sub(live_of(whole)).div_(std::sqrt(static_cast<double>(spec.repeat)));
  by_input(whole, spec.repeat).add_(moved.unsqueeze(2));
}

at::Tensor Parameter::kept(const at::Tensor& whole, const at::Tensor& live) const {
  if (!live_are_entries()) return whole;
  const at::Tensor result = whole.clone();
  place(result, live);
  return result;
}

}  // namespace nc
