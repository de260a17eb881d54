// The trainer's text: loss, optimizer, groups of parameters, and the type of activations.
//
//   compute activations=float32 graphs=1
//   augment kind=crop_flip padding=4
//   loss kind=cross_entropy label_smoothing=0
//   optimizer kind=sgd momentum=0.9 nesterov=0
//   group parameters=all weight_decay=0.0005
//   penalty features=0.001
//
// Lines in any order; one of each but of the groups, which hold every trained parameter once, and of what augments and
// the penalty, which may be left out.
#pragma once

#include <string_view>
#include <vector>

#include "engine/augmentation.h"
#include "engine/losses.h"
#include "engine/optimizers.h"
#include "engine/plan.h"

namespace nc {

struct Group {
  // all; weights (kernels and matrices); others (of one dimension: biases and norms)
  enum class Of { all, weights, others };
  Of of;
  double weight_decay;

  bool holds(const ParameterSpec& parameter) const {
    return of == Of::all || (of == Of::weights) == (parameter.shape.size() > 1);
  }
};

struct Recipe {
  at::ScalarType activations;
  bool graphs;  // steps are recorded and repeated where possible
  Augmentation augmentation;
  Loss loss;
  Optimizer optimizer;
  std::vector<Group> groups;
  double feature_decay = 0;  // half of it times the batch mean of |h|^2 is added to the loss before it is differentiated
};

// Throws where a line, or what is missing or twice, makes no trainer.
Recipe parse_recipe(std::string_view text);

}  // namespace nc
