// Transposes squares of a panel's width in registers.
#pragma once

#include "kernels/simd.h"

namespace nc {

// The transpose of kPanel × kPanel elements, whose rows are `from_row` and `to_row` elements apart.
template <typename T>
void transpose_square(const T* from, int64_t from_row, T* to, int64_t to_row);

}  // namespace nc
