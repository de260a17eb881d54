// Marks a function that is compiled once for each vector width; the processor chooses when the library is loaded,
// so that the library itself stays portable. Loops inside must be inlined into the marked function.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define NC_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NC_VECTORISED
#endif

// For what must be compiled as part of its caller, for the caller's vectors.
#define NC_INLINE __attribute__((always_inline)) inline
