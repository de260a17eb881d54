// Processes that train together, as threads: sums over NCCL's functions, which a stand-in has here, and the watch over who
// is still there.
#include "device/ranks.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <barrier>
#include <future>
#include <thread>

#include "device/nccl.h"
#include "tensors.h"

namespace nc::test {
namespace {

constexpr auto kSoon = std::chrono::seconds(20);

// What `work` throws says `words`.
template <typename Work>
void expect_refused(Work&& work, const std::string& words) {
  std::string found = "nothing";
  try {
    work();
  } catch (const std::exception& error) {
    found = error.what();
  }
  expect(found.find(words) != std::string::npos, text("expected an error with '", words, "', found: ", found));
}

// Calls body(rank) in a thread for each of `count` ranks.
template <typename Body>
void on_ranks(int64_t count, Body&& body) {
  std::vector<std::thread> threads;
  for (int64_t rank = 0; rank < count; ++rank) threads.emplace_back([&body, rank] { body(rank); });
  for (std::thread& thread : threads) thread.join();
}

void nccl_sums(at::ScalarType type) {
  const auto api = NcclApi::open(NC_NCCL_STAND_IN);
  const NcclApi::Id id = api.new_id();
  std::vector<Tensor> values, wide;
  for (int64_t rank = 0; rank < 3; ++rank) {
    values.push_back(random_tensor({1000}, type));
    wide.push_back(values.back().to(at::kDouble));
  }
  const Tensor expected = wide[0] + wide[1] + wide[2];
  on_ranks(3, [&](int64_t rank) {
    Nccl nccl(api, id, rank, 3);
    nccl.sum(values[rank].data_ptr(), 1000, type, nullptr);
    nccl.require_whole();
    // The next sum begins anew.
    double one = 1;
    nccl.sum(&one, 1, at::kDouble, nullptr);
    expect(one == 3, "a second sum");
  });
  for (int64_t rank = 0; rank < 3; ++rank) compare(values[rank], expected, 8, text("rank ", rank), 3);
}

void nccl_ends() {
  const auto api = NcclApi::open(NC_NCCL_STAND_IN);
  const NcclApi::Id id = api.new_id();
  double one = 1;
  std::barrier both(2);
  on_ranks(2, [&](int64_t rank) {
    Nccl nccl(api, id, rank, 2);
    if (rank == 1) return both.arrive_and_wait();
    // Its sum waits for the other, which never comes.
    std::thread watch([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      nccl.abort("the other has ended");
    });
    expect_refused([&] { nccl.sum(&one, 1, at::kDouble, nullptr); }, "the other has ended");
    watch.join();
    both.arrive_and_wait();
    expect_refused([&] { nccl.sum(&one, 1, at::kDouble, nullptr); }, "the other has ended");
    expect_refused([&] { nccl.require_whole(); }, "the other has ended");
  });
}

void nccl_fails() {
  const auto api = NcclApi::open(NC_NCCL_STAND_IN);
  Nccl nccl(api, api.new_id(), 0, 1);
  double one = 1;
  expect_refused([&] { nccl.sum(&one, 0, at::kDouble, nullptr); }, "NCCL could not sum over the ranks (invalid argument)");
  expect_refused([&] { nccl.sum(&one, 1, at::kLong, nullptr); }, "expected float32 or float64 to sum, found Long");
  void* const library = dlopen(NC_NCCL_STAND_IN, RTLD_NOW);
  const auto fails = reinterpret_cast<void (*)(int)>(dlsym(library, "stand_in_fails"));
  fails(2);
  expect_refused([&] { nccl.require_whole(); }, "NCCL could not go on (unhandled system error)");
  fails(0);
  nccl.require_whole();
  expect_refused([] { NcclApi::open("libnone.so.2"); }, "expected NCCL, by which the GPUs of several ranks sum, found none (libnone");
  expect_refused([] { NcclApi::open("libm.so.6"); }, "expected ncclGetUniqueId in libm.so.6");
}

uint16_t free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  bind(listener, reinterpret_cast<sockaddr*>(&address), length);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  close(listener);
  return ntohs(address.sin_port);
}

// One of three ends: the two others hear of it while they do nothing, and one that leaves by itself hears of nobody.
void watch_ends() {
  if (describe_gloo() != "yes") return expect(true, "nobody can meet here");
  const uint16_t port = free_port();
  std::promise<void> ended[3];
  on_ranks(3, [&](int64_t rank) {
    auto ranks = meet({rank, 3, "127.0.0.1", port, std::chrono::seconds(60)});
    std::once_flag once;
    ranks->watch([&, rank] { std::call_once(once, [&] { ended[rank].set_value(); }); });
    // All watch before one ends, and sums go on beside it.
    const Tensor ones = at::ones({4}, at::kDouble);
    ranks->sum(ones);
    expect(ones.eq(3).all().item<bool>(), "a sum beside the watch");
    if (rank == 2) return ranks.reset();
    const bool heard = ended[rank].get_future().wait_for(kSoon) == std::future_status::ready;
    expect(heard, text("rank ", rank, " hears that one ended"));
    expect_refused([&] { ranks->sum(ones); }, "expected all 3 ranks to take part, found that one has ended");
  });
  expect(ended[2].get_future().wait_for(std::chrono::seconds(0)) == std::future_status::timeout, "who leaves hears of nobody");
}

// One of three ends before the others watch: each hears of it, at once or by its watch, and no process is ended by it.
void watch_begins_late() {
  if (describe_gloo() != "yes") return expect(true, "nobody can meet here");
  const uint16_t port = free_port();
  std::barrier left(3);
  on_ranks(3, [&](int64_t rank) {
    auto ranks = meet({rank, 3, "127.0.0.1", port, std::chrono::seconds(60)});
    const Tensor ones = at::ones({4}, at::kDouble);
    ranks->sum(ones);
    if (rank == 2) ranks.reset();
    left.arrive_and_wait();
    if (rank == 2) return;
    // The connection is known to be closed a moment later.
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const auto ended = std::make_shared<std::promise<void>>();
    const auto once = std::make_shared<std::once_flag>();
    try {
      ranks->watch([=] { std::call_once(*once, [&] { ended->set_value(); }); });
    } catch (const std::exception& error) {
      const std::string words = error.what();
      return expect(words.find("expected all 3 ranks to take part") == 0, words);
    }
    expect(ended->get_future().wait_for(kSoon) == std::future_status::ready, text("rank ", rank, " hears of it"));
  });
}

// What needs no sum on the device is no concern of it.
void serve_cpu() {
  if (describe_gloo() != "yes") return expect(true, "nobody can meet here");
  const uint16_t port = free_port();
  on_ranks(2, [&](int64_t rank) {
    const auto ranks = meet({rank, 2, "127.0.0.1", port, std::chrono::seconds(60)});
    ranks->serve(at::kCPU);
    ranks->require_all();
    expect_refused([&] { ranks->sum(at::ones({2}, at::TensorOptions(at::kMeta).dtype(at::kDouble))); },
                   "expected a device that the ranks serve, found meta");
  });
}

const Test ranks_tests[] = {
    {"NCCL's functions sum float32", [] { nccl_sums(at::kFloat); }},
    {"NCCL's functions sum float64", [] { nccl_sums(at::kDouble); }},
    {"a sum that waits for a process that has ended is ended", nccl_ends},
    {"what NCCL cannot do is said", nccl_fails},
    {"a process that ends is noticed", watch_ends},
    {"a process that has ended before the watch is noticed", watch_begins_late},
    {"ranks on the CPU need no NCCL", serve_cpu},
};

}  // namespace
}  // namespace nc::test
