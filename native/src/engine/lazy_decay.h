// Lazy decay: what steps do to the coordinates of parameters that get no gradient (parameter.h): kernel taps that only ever
// meet padding, differences between columns that read the same number. Weight decay and momentum still move them, all by
// one linear map of (value, momentum), which is multiplied up here step by step and applied once it is asked for.
#pragma once

#include "engine/network.h"
#include "engine/optimizers.h"

namespace nc {

class LazyDecay {
 public:
  // Of the network's parameters that are not all live, which must decay alike: `decays` has a weight decay for each
  // parameter. Refuses an optimizer whose step is no such map, where there are any.
  LazyDecay(nc_network& network, const nc_trainer* owner, const Optimizer& optimizer, std::vector<double> decays);
  ~LazyDecay();
  LazyDecay(const LazyDecay&) = delete;
  LazyDecay& operator=(const LazyDecay&) = delete;

  // Whether the optimizer's step is a linear map of what has no gradient.
  bool applies() const { return static_cast<bool>(decay_); }

  // Throws where another trainer's steps are put off on this network.
  void require_alone() const;
  // The momentum of the live coordinates of the parameter with this number, which steps change.
  void set_live_momentum(size_t number, const at::Tensor& momentum) { live_momentum_[number] = momentum; }

  // One step more is put off, where not all is live.
  void put_off(double rate);
  // Applies what was put off, to the network's parameters and to their momentum, and puts the live coordinates in place.
  void flush();

  const DecayMap& map() const { return map_; }
  void set_map(const DecayMap& map);

  // The momentum of whole parameters, where not all is live, as `full` is of the value; undefined elsewhere. In plan order.
  const std::vector<at::Tensor>& momentum() const { return momentum_; }

 private:
  nc_network& network_;
  const nc_trainer* const owner_;
  const std::function<DecayMap(double, double)> decay_;
  const std::shared_ptr<DeferredSteps> deferred_;  // the network's
  std::vector<Parameter> parameters_;
  std::vector<at::Tensor> momentum_, live_momentum_;
  double weight_decay_ = 0;
  bool is_needed_ = false;
  DecayMap map_;
};

}  // namespace nc
