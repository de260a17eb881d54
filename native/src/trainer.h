// Cross-entropy and SGD with momentum and weight decay, as torch.optim.SGD computes them.
#pragma once

#include "images.h"

struct nc_trainer : nc::Counted {
  using Tensor = at::Tensor;

  nc_trainer(nc_network& network, nc_images& images, double momentum, double weight_decay);
  ~nc_trainer();

  // Runs the steps of one epoch whose images come in `order`; returns loss sum, correct predictions, samples.
  std::array<double, 3> run(const Tensor& order, int64_t batch, int64_t first_step, int64_t steps,
                            double learning_rate);
  double differentiate(const Tensor& indices);
  void settle();

  Tensor read_gradient(const std::string& name) const;
  Tensor read_momentum(const std::string& name) const;
  void write_momentum(const std::string& name, const Tensor& value);

  // Network and images outlive the trainer: see nc.h.
  nc_network& network;
  nc_images& images;

  // What the steps since the last settle did to every dead tap: (value, momentum) ← pending · (value, momentum).
  std::array<double, 4> pending = {1, 0, 0, 1};
  uint64_t steps_taken = 0;

 private:
  struct Pass {
    Tensor loss;     // batch mean
    Tensor correct;  // count
    std::vector<Tensor> gradients;
  };
  Pass differentiate_batch(const Tensor& indices);
  void update(std::vector<Tensor>& gradients, double learning_rate);
  size_t index_of(const std::string& name) const;

  const double momentum_, weight_decay_;
  std::vector<Tensor> live_;           // the network's live taps, in plan order
  std::vector<Tensor> velocity_;       // momentum buffers of the live taps
  std::vector<Tensor> full_velocity_;  // of all taps, where some are dead; undefined elsewhere
  std::vector<Tensor> last_gradients_;
};
