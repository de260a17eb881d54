// The border of the library as a whole: what it says of itself, and the settings that hold for the whole process.
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>
#include <unistd.h>

#include "device/memory.h"
#include "device/ranks.h"
#include "device/recorder.h"
#include "guard.h"
#include "handle.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace nc;

namespace {

// Every training step frees what the next one allocates again. Left to itself, glibc hands large blocks back to
// the system each time, and the next step pays for fresh, zeroed pages (a tenth of a ResNet-18's step).
#ifdef __GLIBC__
[[maybe_unused]] const bool keeps_freed_memory = keep_freed_memory(mallopt);
#endif

}  // namespace

int32_t nc_abi_version(void) {
  return NC_ABI_VERSION;
}

int32_t nc_leave(int32_t exit_code) {
  _exit(exit_code);
}

int32_t nc_describe(char* text, uint64_t capacity, nc_error* error) {
  return guarded(error, [&] {
    std::ostringstream out;
    out << "libtorch=" << TORCH_VERSION << "\n"
        << "cuda=" << (at::getNumGPUs()) << "\n"
        << "cuda_graphs=" << describe_cuda_graphs() << "\n"
        << "cpu_capability=" << at::get_cpu_capability() << "\n"
        << "threads=" << at::get_num_threads() << "\n"
        << "deterministic=" << (at::globalContext().deterministicAlgorithms() ? "yes" : "no") << "\n"
        << "gloo=" << describe_gloo() << "\n";
    const std::string description = out.str();
    require(text != nullptr && description.size() < capacity, "expected room for ", description.size() + 1,
            " bytes, found ", capacity);
    std::memcpy(text, description.c_str(), description.size() + 1);
  });
}

int32_t nc_set_threads(int32_t threads, nc_error* error) {
  return guarded(error, [&] {
    require(threads >= 1, "expected at least 1 thread, found ", threads);
    at::set_num_threads(threads);
  });
}

int32_t nc_set_deterministic(int32_t on, nc_error* error) {
  return guarded(error, [&] {
    at::Context& context = at::globalContext();
    context.setDeterministicAlgorithms(on != 0, /*warn_only=*/false);
    context.setDeterministicCuDNN(on != 0);
    // Nothing here reads memory before it is written.
    context.setDeterministicFillUninitializedMemory(false);
  });
}

int32_t nc_live_handles(int64_t* count, nc_error* error) {
  return guarded(error, [&] { checked(count, "a place for the count") = live_handles.load(); });
}
