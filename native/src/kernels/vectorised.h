// One kernel, one source, compiled once for each instruction set, and one place where the set is chosen: as libtorch
// does for its own kernels, so that the variable ATEN_CPU_CAPABILITY (default, avx2, avx512) holds for both. The
// library itself stays portable.
//
//   template <typename T>
//   NC_INLINE void scale_each(T* values, T factor, int64_t count) { ... }   // the source: loops the compiler vectorises
//   NC_DISPATCHED(scale, scale_each)                                        // scale(...) runs the version in use
//
// A kernel whose source must know the width of the vectors is a class with `template <typename Set> static run(...)`,
// and gets its function from version_in_use. All that a source calls must be NC_INLINE, too, or it would be compiled
// for the base set. Sums keep their order whatever the set (nothing here is compiled with -ffast-math), but products may
// be fused into them: sets differ in rounding, and in nothing else.
#pragma once

#include <ATen/Version.h>

#include <string>

// For what must be compiled as part of its caller, for the caller's vectors.
#define NC_INLINE __attribute__((always_inline)) inline

#if defined(__x86_64__)
#define NC_AVX2 __attribute__((target("avx2,fma")))
#define NC_AVX512 __attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma")))
#endif

namespace nc {

// Instruction sets: bytes of a register, and how many registers there are.
struct Base {
  static constexpr int bytes = 16, registers = 16;
};
struct Avx2 {
  static constexpr int bytes = 32, registers = 16;
};
struct Avx512 {
  static constexpr int bytes = 64, registers = 32;
};

template <typename Kernel, typename Function>
struct Versions;

template <typename Kernel, typename Result, typename... Arguments>
struct Versions<Kernel, Result(Arguments...)> {
  static Result base(Arguments... arguments) { return Kernel::template run<Base>(arguments...); }
#if defined(__x86_64__)
  NC_AVX2 static Result avx2(Arguments... arguments) { return Kernel::template run<Avx2>(arguments...); }
  NC_AVX512 static Result avx512(Arguments... arguments) { return Kernel::template run<Avx512>(arguments...); }
#endif
};

// The version of Kernel::run for the instruction set that libtorch uses.
template <typename Kernel, typename Function>
Function* version_in_use() {
  using All = Versions<Kernel, Function>;
#if defined(__x86_64__)
  static const std::string capability = at::get_cpu_capability();
  if (capability == "AVX512") return &All::avx512;
  if (capability == "AVX2") return &All::avx2;
#endif
  return &All::base;
}

// Defines NAME: the function or function template SOURCE, in the version in use. Arguments go by value.
#define NC_DISPATCHED(NAME, SOURCE)                                                                        \
  struct NAME##_kernel {                                                                                   \
    template <typename Set, typename... Arguments>                                                         \
    NC_INLINE static auto run(Arguments... arguments) {                                                    \
      return SOURCE(arguments...);                                                                         \
    }                                                                                                      \
  };                                                                                                       \
  template <typename... Arguments>                                                                         \
  auto NAME(Arguments... arguments) {                                                                      \
    static const auto version =                                                                            \
        version_in_use<NAME##_kernel, decltype(SOURCE(arguments...))(Arguments...)>();                     \
    return version(arguments...);                                                                          \
  }

}  // namespace nc
