// Training as the trainer's text says: loss, optimizer, groups of parameters.
#pragma once

#include "device/ranks.h"
#include "device/recorder.h"
#include "engine/images.h"
#include "engine/lazy_decay.h"
#include "engine/recipe.h"

struct nc_trainer : nc::Counted {
  using Tensor = at::Tensor;

  nc_trainer(nc_network& network, nc_images& images, nc::Recipe recipe);

  // Runs the steps of one epoch whose images come in `order`, each changed as `changes` says (undefined where images
  // stay as they are), counting them in `done`; returns loss sum, correct predictions, samples.
  std::array<double, 3> run(const Tensor& order, const Tensor& changes, int64_t batch, int64_t first_step,
                            int64_t steps, double learning_rate, uint64_t& done);
  // From now on a step is this rank's part of one that all `ranks` take: of each batch the images at places of its own,
  // and the gradient of the mean over the whole batch. `synchronised`: batch norm's statistics are those of the batch, else
  // of each rank's part. The ranks outlive the trainer.
  void share(nc::Ranks& ranks, bool synchronised);
  // Of images as they are, by this process alone.
  double differentiate(const Tensor& indices);
  int64_t ways_to_change() const { return recipe_.augmentation.ways; }
  // Applies lazy decay to network and momentum.
  void flush() { lazy_.flush(); }
  // Throws where another trainer's steps are put off on the network.
  void require_alone() const { lazy_.require_alone(); }

  Tensor read_gradient(const std::string& name) const;

  // All that training goes on from: the network's entries, the optimizer's for each trained parameter, live coordinates
  // that are no entries of these, the map of lazy decay, and the count of steps. All is as it is, without what is put off.
  std::vector<nc::StateEntry> entries() const;
  Tensor read(const std::string& name) const;
  void write(const std::string& name, const Tensor& value);

  // Network and images outlive the trainer: see nc.h.
  nc_network& network;
  nc_images& images;

  // Steps that were repeated from a recording, and why no more are recorded; empty where nothing went wrong.
  uint64_t steps_repeated = 0;
  std::string why_not_recorded;

 private:
  struct Pass {
    Tensor loss;     // batch mean, without the penalty on features
    Tensor correct;  // count
    std::vector<Tensor> gradients;
  };
  // Of images changed in the ways `changes`, or as they are where that is undefined; a `share` of a batch of ranks, or
  // all of it.
  Pass differentiate_batch(const Tensor& indices, const Tensor& changes, const nc::Spread* spread, double share) const;

  // All that a step reads and changes besides network and state. Tensors on the device, so that steps wait for no
  // host and a recorded step can be repeated.
  struct Feed {
    Tensor order;   // the epoch's image indices, and room for longer epochs
    Tensor changes; // of the images of `order`; undefined where images stay as they are
    Tensor cursor;  // where in `order` the next batch begins; each step moves it on
    Tensor places;  // 0, 1, 2, … as many as `order` has room for
    Tensor rate;    // learning rate
    Tensor count;   // steps so far; float32
    Tensor totals;  // sum of the loss over samples, correct predictions; float64
  };
  void feed(const Tensor& order, const Tensor& changes, int64_t first, double learning_rate);

  // Of `size` images, those that this rank takes: from a place to another.
  struct Part {
    int64_t from, to;
  };
  Part part_of(int64_t size) const;
  // Throws, on all ranks alike, where a part of a batch of `size` images is too small.
  void require_parts(int64_t size) const;
  // Gradients become their sums over the ranks, laid out as their parameters; without ranks they stay as they are.
  std::vector<Tensor> over_ranks(std::vector<Tensor> gradients) const;

  // The next `size` images of the feed: one training step, all on the device.
  void step(int64_t size);
  // The same, recorded or repeated where possible.
  void take_step(int64_t size);
  std::unique_ptr<nc::Recording> record(int64_t size);

  // The place of a trained parameter in live_; throws for a frozen one.
  size_t index_of(const std::string& name) const;
  // What the optimizer keeps of a parameter: which of its state, and which parameter; none for other names.
  struct Place {
    size_t state, parameter;
  };
  std::optional<Place> place_of(const std::string& name) const;
  // The live coordinates in the state `live.NAME`; undefined for other names.
  Tensor live_entry(const std::string& name) const;

  const nc::Recipe recipe_;
  // The parameters of one group, and what belongs to them.
  struct Members {
    double weight_decay;
    std::vector<size_t> indices;
    std::vector<Tensor> live;
    std::vector<std::vector<Tensor>> state;
  };
  std::vector<Members> members_;
  std::vector<size_t> trained_;             // the network's parameters that are not frozen, by their numbers
  std::vector<Tensor> live_;                // their live coordinates, in plan order
  // The optimizer's, of live coordinates: a list for each of its names; undefined where it keeps none.
  std::vector<std::vector<Tensor>> state_;
  nc::LazyDecay lazy_;
  int64_t steps_taken_ = 0;
  std::vector<Tensor> last_gradients_;
  Feed feed_;

  // Steps of one batch size: taken one by one a few times, then recorded.
  struct Repeated {
    int warm_up = 0;
    std::unique_ptr<nc::Recording> recording;
  };
  nc::Ranks* ranks_ = nullptr;        // null where a process trains alone
  std::optional<nc::Spread> spread_;  // where batch norm is synchronised

  std::unique_ptr<nc::Recorder> recorder_;  // null where every step is taken by itself
  std::map<int64_t, Repeated> repeated_;    // by batch size; valid for feed_ and for one mode
  bool deterministic_ = false;              // the mode they were recorded in
};
