#include "device/recorder.h"

// Set by CMake where it found the headers of the CUDA runtime, which libtorch's own headers include.
#ifdef NC_CUDA_GRAPHS

// CUDA_VERSION must be known below: the size of at::cuda::CUDAGraph depends on it.
#include <ATen/core/CachingHostAllocator.h>
#include <ATen/cuda/CUDAGraph.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#include <cuda.h>
#include <torch/version.h>

#include <sstream>

#define NC_PINNED_POOLS (TORCH_VERSION_MAJOR > 2 || TORCH_VERSION_MINOR >= 8)

namespace nc {
namespace {

namespace allocator = c10::cuda::CUDACachingAllocator;

// What follows was held against PyTorch's sources: aten/src/ATen/cuda/CUDAGraph.cpp at commit 00cbb1f, parts of
// c10/cuda/CUDACachingAllocator.cpp, and the headers of 2.13.
//
// - capture_begin() gives the allocators of device and pinned memory a filter that points to the graph, then begins the
//   capture. capture_end() throws where the capture was invalidated, before it takes the filters back; the graph's
//   destructor does not, either, nor does it release the pool. Later releases take the filters back first.
// - Graphs may share a pool where they are never replayed at once and no tensor of one lives on into another: a step's
//   tensors all die in it. The pool of an id that no graph holds any more must not be used again (the allocator
//   asserts that its count is above 0).
// - Blocks that the warm-up left in the cache are of no use to the pool, so the cache is emptied before a capture.

using PoolId = decltype(at::cuda::graph_pool_handle());
// A pool of memory that the recordings of one recorder share, and that none outlives.
using Pool = std::shared_ptr<const PoolId>;

class CudaRecording : public Recording {
 public:
  explicit CudaRecording(Pool pool) : pool(std::move(pool)) {}
  void repeat() override { graph.replay(); }

  const Pool pool;
  at::cuda::CUDAGraph graph;
};

template <typename Work>
void ignoring_errors(Work&& work) {
  try {
    work();
  } catch (const std::exception&) {
  }
}

// The allocator of pinned memory has had an interface since 2.8 and pools since a later version.
template <typename Host>
void end_pinned(Host* host, const PoolId& pool) {
  if constexpr (requires { host->end_allocate_to_pool(pool); }) host->end_allocate_to_pool(pool);
}
template <typename Host>
void release_pinned(Host* host, const PoolId& pool) {
  if constexpr (requires { host->release_pool(pool); }) host->release_pool(pool);
}

// Graphs that hold the pool; more than are alive where one left it behind. Without that function none gives it back.
template <typename Device>
bool is_left_behind(Device* device_allocator, c10::DeviceIndex device, const PoolId& pool, long alive) {
  if constexpr (requires { device_allocator->getPoolUseCount(device, pool); }) {
    return device_allocator->getPoolUseCount(device, pool) > alive;
  } else {
    return true;
  }
}

class CudaRecorder : public Recorder {
 public:
  // The default stream cannot be recorded.
  explicit CudaRecorder(const at::Device& device)
      : stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device.index())) {}

  void run(const std::function<void()>& body) override {
    c10::cuda::getCurrentCUDAStream(stream_.device_index()).synchronize();
    try {
      const c10::cuda::CUDAStreamGuard guard(stream_);
      body();
    } catch (...) {
      // After a failure, whose own error is the one to report.
      ignoring_errors([&] { stream_.synchronize(); });
      throw;
    }
    stream_.synchronize();
  }

  std::unique_ptr<Recording> record(std::function<void()> work) override {
    Pool pool = pool_.lock();
    if (pool == nullptr) pool = std::make_shared<const PoolId>(at::cuda::graph_pool_handle());
    pool_ = pool;
    auto recording = std::make_unique<CudaRecording>(pool);
    stream_.synchronize();
    allocator::emptyCache();
    try {
      // The memory of what is allocated meanwhile stays the recordings' own until it is freed.
      recording->graph.capture_begin(*pool);
      work();
      recording->graph.capture_end();
    } catch (...) {
      give_up(std::move(recording), pool);
      throw;
    }
    return recording;
  }

 private:
  // Leaves stream, allocators and pool as if the recording had never begun, wherever it failed.
  void give_up(std::unique_ptr<CudaRecording> recording, const Pool& pool) const {
    const c10::DeviceIndex device = stream_.device_index();
    // Where it ended already, each of these throws.
    ignoring_errors([&] { recording->graph.capture_end(); });
    ignoring_errors([&] { allocator::endAllocateToPool(device, *pool); });
#if NC_PINNED_POOLS
    ignoring_errors([&] { end_pinned(at::getHostAllocator(at::kCUDA), *pool); });
#endif
    recording.reset();
    const long alive = pool.use_count() - 1;
    ignoring_errors([&] {
      if (!is_left_behind(allocator::get(), device, *pool, alive)) return;
      allocator::releasePool(device, *pool);
#if NC_PINNED_POOLS
      release_pinned(at::getHostAllocator(at::kCUDA), *pool);
#endif
    });
  }

  const c10::cuda::CUDAStream stream_;
  std::weak_ptr<const PoolId> pool_;
};

// From CUDA 12.4 on, at::cuda::CUDAGraph has more members: the headers here must be on the same side as libtorch's.
bool same_layout(long ours, long theirs) {
  constexpr long kMoreMembers = 12040;
  return ours / 1000 == theirs / 1000 && (ours >= kMoreMembers) == (theirs >= kMoreMembers);
}

std::string why_not_recorded() {
  if (at::getNumGPUs() == 0) return "no CUDA device";
  const long libtorchs = at::detail::getCUDAHooks().versionCUDART();
  if (same_layout(CUDA_VERSION, libtorchs)) return "";
  std::ostringstream text;
  text << "built with the headers of CUDA " << CUDA_VERSION << ", libtorch with those of CUDA " << libtorchs;
  return text.str();
}

}  // namespace

std::unique_ptr<Recorder> make_cuda_recorder(const at::Device& device, std::string& why_not) {
  why_not = why_not_recorded();
  return why_not.empty() ? std::make_unique<CudaRecorder>(device) : nullptr;
}

std::string describe_cuda_graphs() {
  const std::string why_not = why_not_recorded();
  return why_not.empty() ? "yes" : why_not;
}

}  // namespace nc

#else

namespace nc {

std::string describe_cuda_graphs() {
  return at::getNumGPUs() == 0 ? "no CUDA device" : "built without the headers of the CUDA runtime";
}

std::unique_ptr<Recorder> make_cuda_recorder(const at::Device&, std::string& why_not) {
  why_not = describe_cuda_graphs();
  return nullptr;
}

}  // namespace nc

#endif
