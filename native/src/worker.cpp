#include "worker.h"

#include <ATen/core/grad_mode.h>

namespace nc {

Worker::Worker() : thread_([this] { loop(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

std::shared_ptr<Worker> Worker::shared() {
  static std::mutex mutex;
  static std::weak_ptr<Worker> current;
  const std::lock_guard lock(mutex);
  std::shared_ptr<Worker> worker = current.lock();
  if (worker == nullptr) current = worker = std::make_shared<Worker>();
  return worker;
}

void Worker::run(const std::function<void()>& task) {
  const std::lock_guard caller(callers_);
  std::future<void> done;
  {
    const std::lock_guard lock(mutex_);
    task_ = std::packaged_task<void()>(task);
    done = task_.get_future();
  }
  changed_.notify_one();
  done.get();
}

void Worker::loop() {
  const at::NoGradGuard no_grad;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || task_.valid(); });
    if (!task_.valid()) return;
    std::packaged_task<void()> task = std::move(task_);
    lock.unlock();
    task();
    lock.lock();
  }
}

}  // namespace nc
