// What glibc's allocator does with memory that was freed.
#pragma once

// Defines __GLIBC__ where that is the C library.
#include <cstdlib>

namespace nc {

#ifdef __GLIBC__
// Has large blocks that were freed kept for those that come, where glibc lets it. `set` is mallopt, which returns 1 where
// it took the value, else 0. Returns whether it did; else nothing is changed.
bool keep_freed_memory(int (*set)(int parameter, int value));
#endif

}  // namespace nc
