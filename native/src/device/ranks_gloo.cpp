#include "device/ranks.h"

#include "errors.h"

// Set by CMake where libtorch holds Gloo; libtorch's header wants to be told, too (USE_C10D_GLOO).
#ifdef NC_GLOO

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <c10/util/Flags.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/version.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "device/nccl.h"
#include "device/native_stream.h"

// Libtorch's least severity of what it prints: 3 is fatal.
C10_DECLARE_int(caffe2_log_level);

namespace nc {
namespace {

using std::chrono::milliseconds;

// A rank that ends closes its connections, which the others notice at once. These are for a machine that is lost without
// a word: no step takes half an hour, while rank 0 may well measure for days.
constexpr milliseconds kLongestStep = std::chrono::minutes(30);
constexpr milliseconds kLongestWait = std::chrono::hours(24 * 365);

// How long a group waits where an operation says nothing else: for the others to connect. Libtorch's Gloo heeds what an
// operation says from 2.9 on (pytorch/pytorch#158128); before, all wait as long as the longest does.
milliseconds group_timeout(milliseconds patience) {
  constexpr bool kHeedsOperations = TORCH_VERSION_MAJOR > 2 || TORCH_VERSION_MINOR >= 9;
  return kHeedsOperations ? patience : kLongestWait;
}

// The first line of what libtorch says, without the place in its sources that may stand before it in brackets.
std::string reason_in(const std::exception& error) {
  const std::string text = error.what();
  const std::string line = text.substr(0, text.find('\n'));
  const size_t place = line.rfind('[', 0) == 0 ? line.find("] ") : std::string::npos;
  return place == std::string::npos ? line : line.substr(place + 2);
}

// The numeric address of this machine from which `host` is reached: the one that others reach it by. Connecting a socket
// of datagrams sends nothing, it only asks for the route.
std::string address_towards(const std::string& host, uint16_t port) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_DGRAM;
  const int status = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  require(status == 0, "expected the address of rank 0, found that '", host, "' has none (", gai_strerror(status), ")");
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(found, freeaddrinfo);
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
    const int descriptor = socket(one->ai_family, one->ai_socktype, one->ai_protocol);
    if (descriptor < 0) continue;
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    char text[NI_MAXHOST] = "";
    const bool known = connect(descriptor, one->ai_addr, one->ai_addrlen) == 0 &&
                       getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &length) == 0 &&
                       getnameinfo(reinterpret_cast<sockaddr*>(&own), length, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0;
    close(descriptor);
    if (known) return text;
  }
  refuse("expected a network that leads to rank 0 at '", host, "', found none");
}

std::string ended_words(int64_t count, const std::string& reason) {
  return c10::str("expected all ", count, " ranks to take part, found that one has ended or is out of reach (", reason,
                  "); see what it said; a run that was begun goes on with --resume at every rank");
}

// Waits for a byte of each other process that it never sends: its connection closes when it ends.
class Watch {
 public:
  // Throws where one has ended already. Whole before it begins: then the destructor ends what waits for the others.
  Watch(c10d::ProcessGroupGloo& group, int64_t rank, int64_t count, std::function<void()> ended) : Watch(std::move(ended)) {
    for (int other = 0; other < count; ++other) {
      if (other == rank) continue;
      std::vector<at::Tensor> byte = {at::empty({1}, at::kByte)};
      receipts_.push_back(group.recv(byte, other, kTag));
      threads_.emplace_back([this, receipt = receipts_.back()] { wait_for(*receipt); });
    }
  }
  ~Watch() {
    leaving_ = true;
    for (const auto& receipt : receipts_) receipt->abort();
    for (std::thread& thread : threads_) thread.join();
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  static constexpr int kTag = 1;

  explicit Watch(std::function<void()> ended) : ended_(std::move(ended)) {}

  void wait_for(c10d::Work& receipt) {
    try {
      receipt.wait(kLongestWait);
    } catch (const std::exception&) {
      if (!leaving_) ended_();
    }
  }

  const std::function<void()> ended_;
  std::atomic<bool> leaving_ = false;
  std::vector<c10::intrusive_ptr<c10d::Work>> receipts_;
  std::vector<std::thread> threads_;
};

class GlooRanks : public Ranks {
 public:
  GlooRanks(int64_t rank, int64_t count, c10::intrusive_ptr<c10d::Store> store,
            c10::intrusive_ptr<c10d::ProcessGroupGloo> group)
      : Ranks(rank, count), store_(std::move(store)), group_(std::move(group)) {}

  void serve(const at::Device& device) override {
    if (device.is_cpu() || nccl_ != nullptr) return;
    const auto api = NcclApi::open();
    native_stream(device);
    // All have come so far: NCCL waits for each of them without end.
    sum(at::zeros({1}, at::kDouble));
    const c10::DeviceGuard guard(device);
    nccl_ = std::make_unique<Nccl>(api, shared_id(api), rank, count);
    try {
      watch([this] { nccl_->abort(ended_words(count, "its connection was closed")); });
      // NCCL connects when it first sums: now, while all are known to be there.
      const at::Tensor nothing = at::zeros({1}, at::TensorOptions(device).dtype(at::kDouble));
      sum(nothing);
      nothing.cpu();
      require_all();
    } catch (...) {
      // Nothing is served without a watch.
      watch_.reset();
      nccl_.reset();
      throw;
    }
  }

  void sum(const at::Tensor& values) override {
    if (!values.is_cpu()) {
      require(nccl_ != nullptr, "expected a device that the ranks serve, found ", values.device().str());
      require(values.is_contiguous(), "expected values side by side, found others");
      nccl_->sum(values.data_ptr(), values.numel(), values.scalar_type(), native_stream(values.device()));
      return;
    }
    c10d::AllreduceOptions options;
    options.timeout = kLongestStep;
    complete([&](std::vector<at::Tensor>& tensors) { return group_->allreduce(tensors, options); }, values);
  }

  void require_all() override {
    if (nccl_ != nullptr) nccl_->require_whole();
  }

  void broadcast(const at::Tensor& values) override {
    c10d::BroadcastOptions options;
    options.timeout = kLongestWait;
    complete([&](std::vector<at::Tensor>& tensors) { return group_->broadcast(tensors, options); }, values);
  }

  void watch(std::function<void()> ended) override {
    try {
      watch_ = std::make_unique<Watch>(*group_, rank, count, std::move(ended));
    } catch (const std::exception& error) {
      throw std::runtime_error(ended_words(count, reason_in(error)));
    }
  }

 private:
  NcclApi::Id shared_id(const NcclApi& api) const {
    NcclApi::Id id;
    const char* const key = "nccl";
    if (rank == 0) {
      id = api.new_id();
      store_->set(key, std::vector<uint8_t>(std::begin(id.bytes), std::end(id.bytes)));
    } else {
      const std::vector<uint8_t> found = store_->get(key);
      require(found.size() == sizeof id.bytes, "expected an id of ", sizeof id.bytes, " bytes, found ", found.size());
      std::copy(found.begin(), found.end(), id.bytes);
    }
    return id;
  }

  template <typename Begin>
  void complete(Begin&& begin, const at::Tensor& values) const {
    std::vector<at::Tensor> tensors = {values};
    try {
      begin(tensors)->wait();
    } catch (const std::exception& error) {
      // What follows the first sentence is advice of Gloo's.
      const std::string reason = reason_in(error);
      throw std::runtime_error(ended_words(count, reason.substr(0, reason.find(". "))));
    }
  }

  const c10::intrusive_ptr<c10d::Store> store_;
  const c10::intrusive_ptr<c10d::ProcessGroupGloo> group_;
  std::unique_ptr<Nccl> nccl_;
  // Uses the others.
  std::unique_ptr<Watch> watch_;
};

}  // namespace

std::unique_ptr<Ranks> meet(const Meeting& meeting) {
  // What goes wrong is thrown, too.
  FLAGS_caffe2_log_level = 3;
  c10d::TCPStoreOptions options;
  options.port = meeting.port;
  options.isServer = meeting.rank == 0;
  options.numWorkers = static_cast<size_t>(meeting.count);
  options.timeout = meeting.patience;
  // Deno exports functions under libuv's names, which libtorch would call instead of its own.
  options.useLibUV = false;
  const std::string own = address_towards(meeting.host, meeting.port);
  try {
    const auto store = c10::make_intrusive<c10d::TCPStore>(meeting.host, options);
    const auto choices = c10d::ProcessGroupGloo::Options::create(group_timeout(meeting.patience));
    choices->devices = {c10d::ProcessGroupGloo::createDeviceForHostname(own)};
    // One collective at a time.
    choices->threads = 1;
    return std::make_unique<GlooRanks>(
        meeting.rank, meeting.count, store,
        c10::make_intrusive<c10d::ProcessGroupGloo>(store, static_cast<int>(meeting.rank),
                                                    static_cast<int>(meeting.count), choices));
  } catch (const std::exception& error) {
    throw std::runtime_error(c10::str("expected ", meeting.count, " ranks to meet at ", meeting.host, ":", meeting.port, " within ",
                                      meeting.patience.count() / 1000, " s, found that they did not (", reason_in(error), ")"));
  }
}

std::string describe_gloo() {
  return "yes";
}

}  // namespace nc

#else

namespace nc {

std::string describe_gloo() {
  return "this libtorch was built without Gloo";
}

std::unique_ptr<Ranks> meet(const Meeting&) {
  refuse("expected a libtorch with Gloo, by which ranks meet, found one without");
}

}  // namespace nc

#endif
