// What the library says of itself, and the settings that hold for the whole process.
#include <ATen/Version.h>
#include <torch/version.h>

#include "network.h"

using namespace nc;

int32_t nc_abi_version(void) {
  return NC_ABI_VERSION;
}

int32_t nc_describe(char* text, uint64_t capacity, nc_error* error) {
  return guarded(error, [&] {
    std::ostringstream out;
    out << "libtorch=" << TORCH_VERSION << "\n"
        << "cuda=" << (at::getNumGPUs()) << "\n"
        << "cpu_capability=" << at::get_cpu_capability() << "\n"
        << "threads=" << at::get_num_threads() << "\n";
    const std::string description = out.str();
    require(description.size() < capacity, "expected room for ", description.size() + 1, " bytes, found ", capacity);
    std::memcpy(text, description.c_str(), description.size() + 1);
  });
}

int32_t nc_set_threads(int32_t threads, nc_error* error) {
  return guarded(error, [&] {
    require(threads >= 1, "expected at least 1 thread, found ", threads);
    thread_limit = threads;
  });
}

int32_t nc_live_handles(int64_t* count, nc_error* error) {
  return guarded(error, [&] { *count = live_handles.load(); });
}
