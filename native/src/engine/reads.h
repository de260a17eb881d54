// The text that says what leaves a network in evaluation: which values, in which form, and by which loss it is judged.
//
//   loss kind=cross_entropy label_smoothing=0
//   read value=feature form=flattened
//   read value=12 form=pooled
//
// Values are `feature`, `logits`, or a number of the plan; one loss, and one or more values.
#pragma once

#include <string_view>
#include <vector>

#include "engine/losses.h"
#include "engine/plan.h"

namespace nc {

struct Read {
  // A map of C × H × W as C means over positions, or as C·H·W values in that order. A vector is as it is.
  enum class Form { pooled, flattened };
  int value;
  Form form;
};

struct Reads {
  Loss loss;
  std::vector<Read> values;
};

// Throws where a line does not fit the plan.
Reads parse_reads(std::string_view text, const Plan& plan);

// Length of what a read gives for an image.
int64_t width_of(const Read& read, const Plan& plan);

// B × width, from the value as the network has it.
at::Tensor formed(const at::Tensor& value, Read::Form form);

}  // namespace nc
