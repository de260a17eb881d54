// The shape of every value of a plan, inferred once: no kernel that runs it meets a map, kernel, statistic or form that
// it was not made for.
#pragma once

#include "engine/plan.h"

namespace nc {

// Fills plan.shapes, of which the input's is there, and plan.single. Throws, naming the line, where an op does not fit
// what it reads, a form cannot compute its convolution, or parameters, ops and output do not make one network.
void infer_shapes(Plan& plan);

}  // namespace nc
