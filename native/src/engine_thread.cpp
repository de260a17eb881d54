#include "engine_thread.h"

#include <ATen/core/grad_mode.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace nc {
namespace {

class EngineThread {
 public:
  EngineThread() {
    std::thread([this] { serve(); }).detach();
  }

  void run(const std::function<void()>& work) {
    const std::lock_guard turn(turns_);
    std::unique_lock lock(mutex_);
    work_ = &work;
    changed_.notify_all();
    changed_.wait(lock, [&] { return work_ == nullptr; });
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  }

 private:
  [[noreturn]] void serve() {
    // Code that differentiates turns gradients on for itself.
    const at::NoGradGuard no_grad;
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return work_ != nullptr; });
      lock.unlock();
      try {
        (*work_)();
      } catch (...) {
        thrown_ = std::current_exception();
      }
      lock.lock();
      work_ = nullptr;
      changed_.notify_all();
    }
  }

  std::mutex turns_, mutex_;
  std::condition_variable changed_;
  const std::function<void()>* work_ = nullptr;
  std::exception_ptr thrown_;
};

}  // namespace

void on_engine_thread(const std::function<void()>& work) {
  // Never destroyed: the thread may wait for work until the process ends.
  static EngineThread& thread = *new EngineThread;
  thread.run(work);
}

}  // namespace nc
