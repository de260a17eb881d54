// Vectors of the compiler's, and the panel: the block of columns in which matrices lie that our own products multiply.
#pragma once

#include <cstdint>

#include "kernels/vectorised.h"

namespace nc {

// Columns of a panel: 128 bytes, two of the widest vectors. A rows × columns matrix is stored as columns ÷ kPanel
// blocks of rows × kPanel, each contiguous.
template <typename T>
constexpr int64_t kPanel = 128 / sizeof(T);

// Elements side by side in one register (a GCC and Clang extension).
template <typename T, int Bytes>
struct Simd {
  typedef T Vector __attribute__((vector_size(Bytes), aligned(sizeof(T)), may_alias));
  static constexpr int lanes = Bytes / sizeof(T);
};

template <typename T, int Bytes>
NC_INLINE const typename Simd<T, Bytes>::Vector& load(const T* at) {
  return *reinterpret_cast<const typename Simd<T, Bytes>::Vector*>(at);
}

}  // namespace nc
