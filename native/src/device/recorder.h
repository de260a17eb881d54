// Work that is done again and again with other values in the same tensors: recorded once, then repeated. On CUDA a
// recording is a CUDA graph, which launches all kernels of a training step at once instead of one by one from the host.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <memory>
#include <string>

namespace nc {

class Recording {
 public:
  virtual ~Recording() = default;
  virtual void repeat() = 0;
};

class Recorder {
 public:
  virtual ~Recorder() = default;

  // Runs `body` where recording is possible, after all that the device was given before, and waits until it is done.
  virtual void run(const std::function<void()>& body) = 0;

  // Records what `work` gives the device to do, without doing it. Only inside `run`, and after `work` was done a few
  // times there by this thread: what libraries set up at first use cannot be recorded. Throws where recording fails,
  // and is then as if it had not begun.
  virtual std::unique_ptr<Recording> record(std::function<void()> work) = 0;
};

// For the CPU: remembers the work and does it again, so that both devices share all other code.
std::unique_ptr<Recorder> make_host_recorder();

// For CUDA, or null with the reason in `why_not` where this build cannot record.
std::unique_ptr<Recorder> make_cuda_recorder(const at::Device& device, std::string& why_not);

// How this build records on CUDA, for nc_describe: "yes", or why not.
std::string describe_cuda_graphs();

}  // namespace nc
