// What the forms of a convolution are made for.
#pragma once

#include "engine/plan.h"

namespace nc {

// Throws, naming the line, where the form of `op` cannot compute it with such a kernel (live taps only) from x to y:
// what bilinear.h requires; src/models/rewrites/forms.ts says when each form is chosen.
void check_form(const Op& op, const Shape& x, const Shape& y, int64_t kernel_height, int64_t kernel_width);

}  // namespace nc
