#include "device/capability.h"

#include <string>

#include "errors.h"

namespace nc {

void require_capability([[maybe_unused]] const char* asked) {
#if defined(__x86_64__)
  if (asked == nullptr || *asked == '\0') return;
  // What libtorch asks of a processor before it takes a set by itself.
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  const std::string word = asked;
  if (word == "default" || (word == "avx2" && avx2) || (word == "avx512" && avx512)) return;
  const char* widest = avx512 ? "default, avx2 or avx512" : avx2 ? "default or avx2" : "default";
  refuse("ATEN_CPU_CAPABILITY: expected ", widest, ", which this processor has, found \"", word,
         "\"; choose one of them, or unset it: libtorch takes the widest by itself");
#endif
}

}  // namespace nc
