#include "recorder.h"

// Set by CMake where it found the headers of the CUDA runtime, which libtorch's own headers include.
#ifdef NC_CUDA_GRAPHS

// CUDA_VERSION must be known below: the size of at::cuda::CUDAGraph depends on it.
#include <ATen/cuda/CUDAGraph.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/cuda/CUDAGuard.h>
#include <cuda.h>

#include <sstream>

namespace nc {
namespace {

class CudaRecording : public Recording {
 public:
  void repeat() override { graph.replay(); }

  at::cuda::CUDAGraph graph;
};

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
      wait_in_vain();
      throw;
    }
    stream_.synchronize();
  }

  std::unique_ptr<Recording> record(std::function<void()> work) override {
    auto recording = std::make_unique<CudaRecording>();
    stream_.synchronize();
    // The memory of what is allocated meanwhile stays the recording's own until it is freed.
    recording->graph.capture_begin();
    try {
      work();
    } catch (...) {
      end_in_vain(recording->graph);
      throw;
    }
    recording->graph.capture_end();
    return recording;
  }

 private:
  // After a failure, whose own error is the one to report.
  void wait_in_vain() {
    try {
      stream_.synchronize();
    } catch (const std::exception&) {
    }
  }

  static void end_in_vain(at::cuda::CUDAGraph& graph) {
    try {
      graph.capture_end();
    } catch (const std::exception&) {
    }
  }

  const c10::cuda::CUDAStream stream_;
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
