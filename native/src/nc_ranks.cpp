// The border of ranks: see nc.h.
#include "arguments.h"
#include "device/ranks.h"
#include "engine/trainer.h"
#include "guard.h"
#include "handle.h"

using namespace nc;

namespace {

// A day.
constexpr uint64_t kMostPatience = 24ull * 60 * 60 * 1000;

}  // namespace

struct nc_ranks : Counted {
  explicit nc_ranks(const Meeting& meeting) : group(meet(meeting)) {}

  const std::unique_ptr<Ranks> group;
};

int32_t nc_ranks_create(int32_t rank, int32_t count, const char* host, uint64_t host_bytes, int32_t port,
                        uint64_t patience_ms, nc_ranks** ranks, nc_error* error) {
  return guarded(error, [&] {
    nc_ranks*& place = checked(ranks, "a place for the handle");
    require(count >= 2, "expected at least 2 ranks, found ", count);
    require(0 <= rank && rank < count, "expected a rank from 0 to ", count - 1, ", found ", rank);
    require(0 < port && port < 65536, "expected a port from 1 to 65535, found ", port);
    require(0 < patience_ms && patience_ms <= kMostPatience, "expected a patience from 1 to ", kMostPatience,
            " ms, found ", patience_ms);
    const std::string where = text_of(host, host_bytes);
    require(!where.empty() && where.find('\0') == std::string::npos, "expected a host, found '", where, "'");
    place = new nc_ranks({rank, count, where, static_cast<uint16_t>(port),
                          std::chrono::milliseconds(static_cast<int64_t>(patience_ms))});
  });
}

int32_t nc_ranks_free(nc_ranks* ranks, nc_error* error) {
  return guarded(error, [&] { delete ranks; });
}

int32_t nc_ranks_sum(nc_ranks* ranks, double* values, uint64_t bytes, nc_error* error) {
  return guarded(error, [&] {
    const nc_ranks& self = checked(ranks, "ranks");
    const int64_t size = size_of(bytes, "values");
    require(values != nullptr && bytes > 0 && bytes % sizeof(double) == 0, "values: expected bytes in multiples of ",
            sizeof(double), ", found ", values == nullptr ? 0 : bytes);
    self.group->sum(at::from_blob(values, {size / static_cast<int64_t>(sizeof(double))}, at::kDouble));
  });
}

int32_t nc_ranks_broadcast(nc_ranks* ranks, void* data, uint64_t bytes, nc_error* error) {
  return guarded(error, [&] {
    const nc_ranks& self = checked(ranks, "ranks");
    const int64_t size = size_of(bytes, "data");
    require(data != nullptr && bytes > 0, "expected data, found none");
    self.group->broadcast(at::from_blob(data, {size}, at::kByte));
  });
}

int32_t nc_trainer_share(nc_trainer* trainer, nc_ranks* ranks, int32_t synchronised, nc_error* error) {
  return guarded(error, [&] {
    checked(trainer, "a trainer").share(*checked(ranks, "ranks").group, synchronised != 0);
  });
}
