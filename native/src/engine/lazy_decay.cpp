#include "engine/lazy_decay.h"

namespace nc {
namespace {

constexpr DecayMap kIdentity = {1, 0, 0, 1};

}  // namespace

LazyDecay::LazyDecay(nc_network& network, const nc_trainer* owner, const Optimizer& optimizer,
                     std::vector<double> decays)
    : network_(network), owner_(owner), decay_(optimizer.decay), deferred_(network.deferred), map_(kIdentity) {
  live_momentum_.resize(network.parameters().size());
  for (const Parameter& parameter : network.parameters()) {
    const double decay = decays[parameters_.size()];
    parameters_.push_back(parameter);
    momentum_.push_back(parameter.full.defined() ? at::zeros_like(parameter.full) : Tensor());
    if (!parameter.full.defined()) continue;
    require(applies(), "trainer: this optimizer moves what gets no gradient of ", parameter.spec.name, " by no linear map ",
            "of its values: run the network without the rewrite that leaves it out");
    require(!is_needed_ || decay == weight_decay_, "trainer: expected one weight decay for all parameters of which some ",
            "gets no gradient, found ", weight_decay_, " and ", decay);
    is_needed_ = true;
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
    require(other == owner_, "another trainer of this network took steps that are not yet applied to what gets ",
            "no gradient; flush it first");
  }
}

void LazyDecay::put_off(double rate) {
  if (!is_needed_) return;
  const auto [e, f, g, h] = decay_(rate, weight_decay_);
  const auto [a, b, c, d] = map_;
  set_map({e * a + f * c, e * b + f * d, g * a + h * c, g * b + h * d});
}

void LazyDecay::set_map(const DecayMap& map) {
  map_ = map;
  if (is_needed_ && map != kIdentity) {
    deferred_->insert(owner_);
  } else {
    deferred_->erase(owner_);
  }
}

void LazyDecay::flush() {
  if (map_ == kIdentity) return;
  const auto [a, b, c, d] = map_;
  // All is computed before any of it is put in place: without memory for the last, the first would be moved twice.
  std::vector<std::pair<Tensor, Tensor>> moves;  // to, from
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    if (!parameter.full.defined()) continue;
    const Tensor &value = parameter.full, &momentum = momentum_[i];
    moves.emplace_back(value, value.mul(a).add_(momentum, b));
    parameter.place(moves.back().second, parameter.live.detach());
    moves.emplace_back(momentum, momentum.mul(d).add_(value, c));
    parameter.place(moves.back().second, live_momentum_[i]);
  }
  for (auto& [to, from] : moves) to.copy_(from);
  set_map(kIdentity);
}

}  // namespace nc
