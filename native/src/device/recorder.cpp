#include "device/recorder.h"

namespace nc {
namespace {

class HostRecording : public Recording {
 public:
  explicit HostRecording(std::function<void()> work) : work_(std::move(work)) {}
  void repeat() override { work_(); }

 private:
  const std::function<void()> work_;
};

class HostRecorder : public Recorder {
 public:
  void run(const std::function<void()>& body) override { body(); }
  std::unique_ptr<Recording> record(std::function<void()> work) override {
    return std::make_unique<HostRecording>(std::move(work));
  }
};

}  // namespace

std::unique_ptr<Recorder> make_host_recorder() {
  return std::make_unique<HostRecorder>();
}

}  // namespace nc
