// A network: the parameters and buffers of a plan, and its execution. Differentiation is libtorch's autograd.
#pragma once

#include <map>

#include "handle.h"
#include "norm.h"
#include "ops.h"

namespace nc {

// `live` is what the plan computes with. Where only some taps of a kernel can meet data, `full` keeps all of
// them: its live part is stale while the network trains, the rest waits for Trainer::settle.
struct Parameter {
  ParameterSpec spec;
  Tensor live;
  Tensor full;

  // The window of `whole` (of the full shape) that the live taps are.
  Tensor window(const Tensor& whole) const;
};

struct Outputs {
  Tensor feature;  // B × d
  Tensor logits;   // B × C
};

}  // namespace nc

struct nc_network : nc::Counted {
  using Tensor = at::Tensor;

  nc_network(std::string_view plan, const std::string& device, at::ScalarType precision);

  void initialise(uint64_t seed);

  // The state-dict entry `name` in its full shape, in memory of the network's device.
  Tensor read(const std::string& name) const;
  void write(const std::string& name, const Tensor& value);

  nc::Parameter& parameter(const std::string& name);
  std::vector<nc::Parameter>& parameters() { return parameters_; }

  // In the type of `images`; one that is narrower than `precision` is PyTorch's autocast, see nc_trainer_create.
  nc::Outputs train_forward(const Tensor& images);
  // Counts a training forward pass in every num_batches_tracked: apart, because a recorded pass runs without this code.
  void count_batch();

  // Folds every batch norm that follows its convolution; valid until a parameter changes.
  std::vector<nc::Folded> fold() const;
  nc::Outputs evaluate(const Tensor& images, const std::vector<nc::Folded>& folded) const;

  const nc::Plan plan;
  const at::Device device;
  const at::ScalarType precision;

 private:
  const Tensor& live(const std::string& name) const;
  nc::NormState norm(const std::string& scope) const;
  template <typename Convolve>
  nc::Outputs execute(const Tensor& images, bool training, Convolve&& convolve) const;

  std::vector<nc::Parameter> parameters_;
  std::map<std::string, size_t> parameter_index_;
  std::map<std::string, Tensor> buffers_;
};

namespace nc {

// "cpu", "cuda" or "cuda:1", checked against what this machine has.
at::Device parse_device(const std::string& text);

at::ScalarType parse_precision(int32_t precision);

// Copies a tensor's values, row-major, to and from the caller's memory; `what` names it in errors.
void copy_out(const Tensor& tensor, void* data, uint64_t bytes, const std::string& what);
Tensor copy_in(at::IntArrayRef shape, at::ScalarType type, const void* data, uint64_t bytes, const std::string& what);

}  // namespace nc
