// The processes that train one network together, as one of them sees it: c10d's process group over Gloo, and NCCL where
// their tensors are on GPUs.
#pragma once

#include <ATen/ATen.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace nc {

// Where the processes meet: rank 0 listens at host and port, and all are there before `patience` ends.
struct Meeting {
  int64_t rank, count;
  std::string host;
  uint16_t port;
  std::chrono::milliseconds patience;
};

// What is called here is called by every rank, in the same order. Each call throws as soon as another process ends, whose
// connections the system closes; after that none works any more.
class Ranks {
 public:
  Ranks(int64_t rank, int64_t count) : rank(rank), count(count) {}
  virtual ~Ranks() = default;

  // From now on tensors on `device` are summed, too; on CUDA it is this rank's alone.
  virtual void serve(const at::Device& device) = 0;
  // Values of the CPU, or of a device that is served, become their sums over the ranks, in place: the same bits on every
  // rank and each time, as Gloo's ring adds the parts of a tensor in an order that follows from its size and the number of
  // ranks alone. A device does so when its current stream comes to it: see require_all.
  virtual void sum(const at::Tensor& values) = 0;
  // Throws where another process has ended; a device's sums hold where it has not, once they have been waited for.
  virtual void require_all() = 0;
  // Those of rank 0 come to all, however long it is at work before.
  virtual void broadcast(const at::Tensor& values) = 0;

  // Calls `ended`, from a thread of its own and whatever this process is at, when another has ended. To be called once.
  virtual void watch(std::function<void()> ended) = 0;

  const int64_t rank, count;
};

// Waits for the others. Throws where they do not come, or where this libtorch was built without Gloo.
std::unique_ptr<Ranks> meet(const Meeting& meeting);

// For nc_describe: "yes", or why processes cannot meet.
std::string describe_gloo();

}  // namespace nc
