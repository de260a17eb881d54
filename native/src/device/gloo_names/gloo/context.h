// Stands in for Gloo's header of this name, which libtorch leaves out although its ProcessGroupGloo.hpp includes it.
#pragma once

#include <chrono>
#include <memory>

namespace gloo {

class Context {
 public:
  void setTimeout(std::chrono::milliseconds timeout);
};

}  // namespace gloo
