// Stands in for Gloo's header of this name, which libtorch leaves out although its ProcessGroupGloo.hpp includes it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace gloo::rendezvous {

// Only what the overrides of c10d's GlooStore need to compile: the table of virtual functions is not Gloo's, so that
// nothing of this type may ever be made here. ProcessGroupGloo makes its own, inside libtorch.
class Store {
 public:
  virtual ~Store();
  virtual void set(const std::string& key, const std::vector<char>& value) = 0;
  virtual std::vector<char> get(const std::string& key) = 0;
  virtual void wait(const std::vector<std::string>& keys) = 0;
  virtual void wait(const std::vector<std::string>& keys, const std::chrono::milliseconds& timeout) = 0;
};

}  // namespace gloo::rendezvous
