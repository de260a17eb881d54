#include <cstdlib>
#include <initializer_list>

#ifdef __GLIBC__
#include <malloc.h>

#include "device/memory.h"

namespace nc {

bool keep_freed_memory(int (*set)(int parameter, int value)) {
  // Up to 2.34, glibc refuses a threshold above half of an arena's heap, 32 MiB where a pointer has 64 bits. Setting
  // another parameter ends its own adapting of the threshold, which would then stay at 128 KiB: worse than nothing set.
  for (const int threshold : {1 << 30, 32 << 20}) {
    if (set(M_MMAP_THRESHOLD, threshold) == 0) continue;
    set(M_TRIM_THRESHOLD, 1 << 30);
    set(M_TOP_PAD, 64 << 20);
    return true;
  }
  return false;
}

}  // namespace nc

#endif
