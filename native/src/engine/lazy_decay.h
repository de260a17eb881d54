// Lazy decay: what steps do to the kernel taps that only ever meet padding (dead taps). They have no gradient; weight
// decay and momentum still move them, all by one linear map of (value, momentum), which is multiplied up here step by
// step and applied once it is asked for.
#pragma once

#include "engine/network.h"
#include "engine/optimizers.h"

namespace nc {

class LazyDecay {
 public:
  // Of the network's parameters with dead taps, which must all decay alike: `decays` has a weight decay for each
  // parameter. Refuses an optimizer whose step is no such map, where there are dead taps.
  LazyDecay(nc_network& network, const nc_trainer* owner, const Optimizer& optimizer, std::vector<double> decays);
  ~LazyDecay();
  LazyDecay(const LazyDecay&) = delete;
  LazyDecay& operator=(const LazyDecay&) = delete;

  // Whether the optimizer's step is a linear map of what has no gradient.
  bool applies() const { return static_cast<bool>(decay_); }

  // Throws where another trainer's steps are put off on this network.
  void require_alone() const;
  // One step more is put off, where there are dead taps.
  void put_off(double rate);
  // Applies what was put off, to the network's dead taps and to their momentum.
  void flush();

  const DecayMap& map() const { return map_; }
  void set_map(const DecayMap& map);

  // The momentum of all taps, where some of a parameter's are dead; undefined elsewhere. In plan order.
  const std::vector<at::Tensor>& momentum() const { return momentum_; }

 private:
  nc_network& network_;
  const nc_trainer* const owner_;
  const std::function<DecayMap(double, double)> decay_;
  const std::shared_ptr<DeferredSteps> deferred_;  // the network's
  std::vector<at::Tensor> full_, momentum_;
  double weight_decay_ = 0;
  bool has_dead_taps_ = false;
  DecayMap map_;
};

}  // namespace nc
