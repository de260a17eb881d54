// The GEMM micro-kernel: sums of products of small matrices, of which the right one is a panel (see simd.h).
#pragma once

#include "kernels/simd.h"

namespace nc {

// A rows × depth matrix (elements where the caller's strides say) and the depth × kPanel panel it meets.
template <typename T>
struct Factors {
  const T* a;
  const T* b;
  int64_t depth;
};

// out (rows × kPanel) = Σ a · b over `count` pairs, or += where `add`. Element (r, k) of an `a` is
// a[r · a_row + k · a_depth]; rows of `out` are `out_row` elements apart.
template <typename T>
void gemm_panel(const Factors<T>* factors, int64_t count, int64_t rows, int64_t a_row, int64_t a_depth, bool add,
                T* out, int64_t out_row);

}  // namespace nc
