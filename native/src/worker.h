// A thread for what libtorch keeps a thread: cuDNN's chosen algorithms and the handles of NVIDIA's libraries. Calls of the C
// interface may each come on another thread, and would choose and make them anew.
#pragma once

#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

namespace nc {

class Worker {
 public:
  Worker();
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // The one worker of the process, which lives while anyone holds it. One for all, so that settings of the whole
  // process (TF32, cuDNN's choice of algorithms) change only between its tasks.
  static std::shared_ptr<Worker> shared();

  // Runs `task` on the thread, without gradients, and waits; throws what it throws.
  void run(const std::function<void()>& task);

 private:
  void loop();

  std::mutex callers_;  // one task at a time
  std::mutex mutex_;
  std::condition_variable changed_;
  std::packaged_task<void()> task_;
  bool ending_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace nc
