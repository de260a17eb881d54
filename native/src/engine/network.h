// A network: the parameters and buffers of a plan, and its execution. Differentiation is libtorch's autograd.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "handle.h"
#include "kernels/norm.h"
#include "engine/convolution.h"
#include "engine/parameter.h"
#include "engine/state.h"

namespace nc {

// Trainers whose steps are not yet applied to all of a network's parameters: see lazy_decay.h.
using DeferredSteps = std::set<const nc_trainer*>;

}  // namespace nc

struct nc_network : nc::Counted {
  using Tensor = at::Tensor;

  nc_network(std::string_view plan, at::Device device, at::ScalarType precision);

  void initialise(uint64_t seed);

  // The state dict, in the order of the plan.
  std::vector<nc::StateEntry> entries() const;

  // The state-dict entry `name` in its full shape, in memory of the network's device; as it is, where steps are put off.
  Tensor read(const std::string& name) const;
  void write(const std::string& name, const Tensor& value);
  // Throws where a trainer's steps are not yet applied to all of `name`.
  void require_flushed(const std::string& name) const;
  // Throws where a batch norm would see a single value a channel in a batch of `images`: that has no variance.
  void require_variance(int64_t images) const;

  nc::Parameter& parameter(const std::string& name);
  std::vector<nc::Parameter>& parameters() { return parameters_; }

  // The values asked for, by their numbers in the plan, in the type of `images`; one that is narrower than `precision` is
  // PyTorch's autocast, see nc_trainer_create. `labels` are looked at where the plan reads_labels(). `spread`: batch norm is
  // that of all processes (kernels/norm.h), whose images together were held against require_variance.
  std::vector<Tensor> train_forward(const Tensor& images, const Tensor& labels, const std::vector<int>& values,
                                    const nc::Spread* spread = nullptr);
  // Counts a training forward pass in every num_batches_tracked: apart, because a recorded pass runs without this code.
  void count_batch();

  // Folds every batch norm that follows its convolution; valid until a parameter changes.
  std::vector<nc::Folded> fold() const;
  // The values asked for, by their numbers in the plan.
  std::vector<Tensor> evaluate(const Tensor& images, const std::vector<nc::Folded>& folded,
                               const std::vector<int>& values) const;

  const nc::Plan plan;
  const at::Device device;
  const at::ScalarType precision;
  // Rises whenever a parameter or buffer may have changed.
  uint64_t version = 0;
  // Shared with the trainers, which may be freed later.
  const std::shared_ptr<nc::DeferredSteps> deferred = std::make_shared<nc::DeferredSteps>();

 private:
  const nc::Parameter& parameter_of(const std::string& name) const { return parameters_[parameter_index_.at(name)]; }
  const Tensor& live(const std::string& name) const { return parameter_of(name).live; }
  // In the type of `x`; undefined where the op has none.
  Tensor bias_of(const nc::Op& op, const Tensor& x) const;
  Tensor linear(const nc::Op& op, const Tensor& x) const;
  // The training step of a classifier that follows the class means.
  Tensor follow(const nc::Op& op, const Tensor& x, const Tensor& labels) const;
  nc::NormState norm(const std::string& scope) const;
  template <typename Convolve, typename Normalise, typename Project>
  std::vector<Tensor> execute(const Tensor& images, const std::vector<int>& wanted, Convolve&& convolve,
                              Normalise&& normalise, Project&& project) const;

  std::vector<nc::Parameter> parameters_;
  std::map<std::string, size_t> parameter_index_;
  std::map<std::string, Tensor> buffers_;
};
