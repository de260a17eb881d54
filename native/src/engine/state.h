// What a network or trainer is made of, entry by entry: the one list that checkpoints and resuming go by.
#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

namespace nc {

struct StateEntry {
  // Values an entry can have: any, finite ones, or counts from 0 to 2⁶².
  enum class Values { any, finite, count };
  std::string name;
  at::ScalarType type;
  std::vector<int64_t> shape;
  Values values = Values::any;
};

// Steps, in all, that a trainer and num_batches_tracked count: one more each step never overflows.
constexpr int64_t kMostSteps = int64_t{1} << 62;

// A line each, as nc.h has it.
std::string text_of(const std::vector<StateEntry>& entries);

// Throw where an entry would get values that it cannot have.
void require_count(const std::string& name, const at::Tensor& value);
void require_finite(const std::string& name, const at::Tensor& value);

}  // namespace nc
