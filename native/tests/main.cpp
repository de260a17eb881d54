// Runs native's own tests with the instruction set that libtorch uses (ATEN_CPU_CAPABILITY chooses a narrower one),
// and says with which: "AVX2: 1234 comparisons", or what differs, with exit code 1.
#include <ATen/Version.h>

#include <iostream>

#include "check.h"

namespace nc::test {
namespace {

struct Listed {
  const char* name;
  void (*run)();
};

std::vector<Listed>& tests() {
  static std::vector<Listed> all;
  return all;
}

const char* current = "";
int64_t comparisons = 0, failures = 0;
uint64_t state = 7;

}  // namespace

Test::Test(const char* name, void (*run)()) {
  tests().push_back({name, run});
}

void expect(bool holds, const std::string& where) {
  ++comparisons;
  if (holds) return;
  if (++failures <= 20) std::cout << current << ": " << where << "\n";
}

// SplitMix64 (Steele, Lea and Flood, 2014).
double random_number() {
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1;
}

}  // namespace nc::test

int main() {
  using namespace nc::test;
  for (const auto& [name, run] : tests()) {
    current = name;
    const int64_t before = comparisons;
    run();
    expect(comparisons > before, "compared nothing");
  }
  std::cout << at::get_cpu_capability() << ": " << comparisons << " comparisons, " << failures << " differ\n";
  return failures == 0 ? 0 : 1;
}
