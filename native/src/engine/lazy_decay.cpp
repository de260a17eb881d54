#include "engine/lazy_decay.h"

namespace nc {
namespace {

constexpr DecayMap kIdentity = {1, 0, 0, 1};

}  // namespace

LazyDecay::LazyDecay(nc_network& network, const nc_trainer* owner, const Optimizer& optimizer,
                     std::vector<double> decays)
    : network_(network), owner_(owner), decay_(optimizer.decay), deferred_(network.deferred), map_(kIdentity) {
  for (const Parameter& parameter : network.parameters()) {
    const double decay = decays[full_.size()];
    full_.push_back(parameter.full);
    momentum_.push_back(parameter.full.defined() ? at::zeros_like(parameter.full) : Tensor());
    if (!parameter.full.defined()) continue;
    require(applies(), "trainer: this optimizer moves the kernel taps of ", parameter.spec.name, " that only ever meet ",
            "padding by no linear map of their values: run the network without the rewrite that leaves them out");
    require(!has_dead_taps_ || decay == weight_decay_, "trainer: expected one weight decay for all kernels with taps ",
            "that only ever meet padding, found ", weight_decay_, " and ", decay);
    has_dead_taps_ = true;
    weight_decay_ = decay;
  }
}

LazyDecay::~LazyDecay() {
  try {
    flush();
  } catch (...) {
    // A device that does not answer any more, whose network is lost.
  }
  deferred_->erase(owner_);
}

void LazyDecay::require_alone() const {
  for (const nc_trainer* other : *deferred_) {
    require(other == owner_, "another trainer of this network took steps that are not yet applied to the kernel taps ",
            "that never meet data; flush it first");
  }
}

void LazyDecay::put_off(double rate) {
  if (!has_dead_taps_) return;
  const auto [e, f, g, h] = decay_(rate, weight_decay_);
  const auto [a, b, c, d] = map_;
  set_map({e * a + f * c, e * b + f * d, g * a + h * c, g * b + h * d});
}

void LazyDecay::set_map(const DecayMap& map) {
  map_ = map;
  if (has_dead_taps_ && map != kIdentity) {
    deferred_->insert(owner_);
  } else {
    deferred_->erase(owner_);
  }
}

void LazyDecay::flush() {
  if (map_ == kIdentity) return;
  const auto [a, b, c, d] = map_;
  for (size_t i = 0; i < full_.size(); ++i) {
    if (!full_[i].defined()) continue;
    Tensor value = full_[i], momentum = momentum_[i];
    const Tensor moved = value.mul(a).add_(momentum, b);
    momentum.mul_(d).add_(value, c);
    value.copy_(moved);
  }
  set_map(kIdentity);
}

}  // namespace nc
