// Where glibc refuses what keep_freed_memory asks for.
#include "device/memory.h"

#include "check.h"

#ifdef __GLIBC__
#include <malloc.h>

#include <map>

namespace nc::test {
namespace {

std::map<int, int> taken;
int limit;

// As mallopt of glibc up to 2.34, whose limit is 32 MiB.
int set(int parameter, int value) {
  if (parameter == M_MMAP_THRESHOLD && value > limit) return 0;
  taken[parameter] = value;
  return 1;
}

void keep() {
  const auto with_limit = [](int value) {
    taken.clear();
    limit = value;
    return keep_freed_memory(set);
  };
  expect(with_limit(1 << 30) && taken[M_MMAP_THRESHOLD] == 1 << 30, "a threshold of 1 GiB is taken");
  expect(with_limit(32 << 20) && taken[M_MMAP_THRESHOLD] == 32 << 20, "where 32 MiB is the limit, 32 MiB");
  expect(taken[M_TRIM_THRESHOLD] == 1 << 30 && taken[M_TOP_PAD] == 64 << 20, "what is kept beside it");
  expect(!with_limit(0) && taken.empty(), "where no threshold is taken, nothing is set");
}

const Test test("keep_freed_memory", keep);

}  // namespace
}  // namespace nc::test
#endif
