// What all handles share: they are counted while alive, so that a test can show that none leaks.
#pragma once

#include <atomic>
#include <cstdint>

#include "errors.h"
#include "nc.h"

namespace nc {

inline std::atomic<int64_t> live_handles{0};

struct Counted {
  Counted() { ++live_handles; }
  ~Counted() { --live_handles; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
};

template <typename T>
T& checked(T* pointer, const char* what) {
  require(pointer != nullptr, "expected ", what, ", found a null pointer");
  return *pointer;
}

}  // namespace nc
