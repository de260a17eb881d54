// How fresh parameters are drawn.
#pragma once

#include <ATen/ATen.h>

#include "engine/plan.h"

namespace nc {

// The values of a parameter as its line says, on the CPU: they depend on the generator alone, not on device or threads.
at::Tensor draw(const ParameterSpec& spec, at::Generator& generator);

}  // namespace nc
