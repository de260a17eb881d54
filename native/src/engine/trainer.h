// Cross-entropy and SGD with momentum and weight decay, as torch.optim.SGD computes them.
#pragma once

#include "engine/images.h"
#include "device/recorder.h"

struct nc_trainer : nc::Counted {
  using Tensor = at::Tensor;

  // `activations` is the network's precision, or bfloat16 beside float32. `record`: repeat recorded steps where
  // possible.
  nc_trainer(nc_network& network, nc_images& images, double momentum, double weight_decay, at::ScalarType activations,
             bool record);
  ~nc_trainer();

  // Runs the steps of one epoch whose images come in `order`, counting them in `done`; returns loss sum, correct
  // predictions, samples.
  std::array<double, 3> run(const Tensor& order, int64_t batch, int64_t first_step, int64_t steps, double learning_rate,
                            uint64_t& done);
  double differentiate(const Tensor& indices);
  void settle();

  Tensor read_gradient(const std::string& name) const;
  Tensor read_momentum(const std::string& name) const;
  void write_momentum(const std::string& name, const Tensor& value);

  // What the steps since the last settle did to every dead tap: (value, momentum) ← pending · (value, momentum).
  const std::array<double, 4>& pending() const { return pending_; }
  uint64_t steps_taken() const { return steps_taken_; }
  void write_pending(const std::array<double, 4>& map, uint64_t steps);

  // Network and images outlive the trainer: see nc.h.
  nc_network& network;
  nc_images& images;

  // Steps that were repeated from a recording, and why no more are recorded; empty where nothing went wrong.
  uint64_t steps_repeated = 0;
  std::string why_not_recorded;

 private:
  struct Pass {
    Tensor loss;     // batch mean
    Tensor correct;  // count
    std::vector<Tensor> gradients;
  };
  Pass differentiate_batch(const Tensor& indices) const;

  // All that a step reads and changes besides network and momentum. Tensors on the device, so that steps wait for no
  // host and a recorded step can be repeated.
  struct Feed {
    Tensor order;   // the epoch's image indices, and room for longer epochs
    Tensor cursor;  // where in `order` the next batch begins; each step moves it on
    Tensor places;  // 0, 1, 2, … as many as `order` has room for
    Tensor rate;    // learning rate
    Tensor totals;  // sum of the loss over samples, correct predictions; float64
  };
  void feed(const Tensor& order, int64_t first, double learning_rate);

  // The next `size` images of the feed: one training step, all on the device.
  void step(int64_t size);
  // The same, recorded or repeated where possible.
  void take_step(int64_t size);
  std::unique_ptr<nc::Recording> record(int64_t size);
  // What the host keeps of a step.
  void account(double learning_rate);

  size_t index_of(const std::string& name) const;
  void set_pending(const std::array<double, 4>& map);

  const double momentum_, weight_decay_;
  const at::ScalarType activations_;
  std::array<double, 4> pending_ = {1, 0, 0, 1};
  uint64_t steps_taken_ = 0;
  const std::shared_ptr<nc::Unsettled> unsettled_;  // the network's
  std::vector<Tensor> live_;                        // the network's live taps, in plan order
  std::vector<Tensor> full_;                        // the network's kernels of which taps are dead; undefined elsewhere
  std::vector<Tensor> velocity_;                    // momentum buffers of the live taps
  std::vector<Tensor> full_velocity_;               // of all taps, where some are dead; undefined elsewhere
  std::vector<Tensor> last_gradients_;
  Feed feed_;

  // Steps of one batch size: taken one by one a few times, then recorded.
  struct Repeated {
    int warm_up = 0;
    std::unique_ptr<nc::Recording> recording;
  };
  std::unique_ptr<nc::Recorder> recorder_;  // null where every step is taken by itself
  std::map<int64_t, Repeated> repeated_;    // by batch size; valid for feed_ and for one mode
  bool deterministic_ = false;              // the mode they were recorded in
};
