// A parameter: the coordinates of it that get a gradient, which a plan computes with and training moves step by step, and
// all others, which wait for lazy decay (lazy_decay.h).
#pragma once

#include <ATen/ATen.h>

#include "engine/plan.h"

namespace nc {

// Each `live` is a tensor of live coordinates, each `whole` one of the full shape. Live are all entries of a parameter;
// or those of its taps that can meet data; or, where each input is repeated n times, one coordinate of its n columns: their
// sum over √n. The axes of all coordinates are orthonormal, so that a step of SGD, which does the same to every entry
// beside its gradient, does the same to every coordinate.
struct Parameter {
  ParameterSpec spec;
  at::Tensor live;
  // Where not all is live: the value, whose live coordinates are stale while the network trains. Undefined elsewhere.
  at::Tensor full;

  // Whether live coordinates are entries, so that a tensor of the full shape holds them to the bit.
  bool live_are_entries() const { return spec.repeat == 1; }
  // The live coordinates of `whole`; of taps, a view.
  at::Tensor live_of(const at::Tensor& whole) const;
  // Sets the live coordinates of `whole`, and leaves all others.
  void place(const at::Tensor& whole, const at::Tensor& live) const;
  // The full shape of something kept for live and all coordinates: as it is, with the live ones in place where they are
  // entries.
  at::Tensor kept(const at::Tensor& whole, const at::Tensor& live) const;
};

}  // namespace nc
