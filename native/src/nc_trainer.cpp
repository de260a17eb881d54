// The border of trainers: see nc.h.
#include "arguments.h"
#include "engine/trainer.h"
#include "guard.h"

using namespace nc;

namespace {

Tensor index_tensor(const nc_trainer& trainer, const int64_t* indices, uint64_t count) {
  require(indices != nullptr && count > 0, "expected at least one image index");
  const int64_t images = trainer.images.count();
  for (uint64_t i = 0; i < count; ++i) {
    require(0 <= indices[i] && indices[i] < images, "image index ", i, ": expected 0 to ", images - 1, ", found ",
            indices[i]);
  }
  return copy_in({static_cast<int64_t>(count)}, at::kLong, indices, count * sizeof(int64_t), "order");
}

// One for each of `count` images, where the trainer augments; none elsewhere.
Tensor changes_tensor(const nc_trainer& trainer, const int64_t* changes, uint64_t changes_count, uint64_t count) {
  const int64_t ways = trainer.ways_to_change();
  const uint64_t expected = ways == 1 ? 0 : count;
  require(changes_count == expected && (changes != nullptr || expected == 0), "expected ", expected,
          " changes of images, found ", changes_count);
  if (expected == 0) return {};
  for (uint64_t i = 0; i < count; ++i) {
    require(0 <= changes[i] && changes[i] < ways, "change ", i, ": expected 0 to ", ways - 1, ", found ", changes[i]);
  }
  return copy_in({static_cast<int64_t>(count)}, at::kLong, changes, count * sizeof(int64_t), "changes");
}

}  // namespace

int32_t nc_trainer_create(nc_network* network, nc_images* images, const char* recipe, uint64_t recipe_bytes,
                          nc_trainer** trainer, nc_error* error) {
  return guarded(error, [&] {
    require(trainer != nullptr, "expected a place for the handle, found a null pointer");
    *trainer = new nc_trainer(checked(network, "a network"), checked(images, "images"),
                              parse_recipe(text_of(recipe, recipe_bytes)));
  });
}

int32_t nc_trainer_free(nc_trainer* trainer, nc_error* error) {
  return guarded(error, [&] { delete trainer; });
}

int32_t nc_trainer_run(nc_trainer* trainer, const int64_t* order, uint64_t count, const int64_t* changes,
                       uint64_t changes_count, int32_t batch, uint64_t first_step, uint64_t steps, double learning_rate,
                       double* totals, uint64_t totals_bytes, uint64_t* done, nc_error* error) {
  return guarded(error, [&] {
    nc_trainer& self = checked(trainer, "a trainer");
    checked(done, "a place for the steps that were done") = 0;
    const auto place = room_for<double, 3>(totals, totals_bytes, "totals");
    require(batch > 0, "expected a batch of at least 1, found ", batch);
    const auto sums = self.run(index_tensor(self, order, count), changes_tensor(self, changes, changes_count, count), batch,
                               size_of(first_step, "first step"), size_of(steps, "steps"), learning_rate, *done);
    for (size_t i = 0; i < sums.size(); ++i) place[i] += sums[i];
  });
}

int32_t nc_trainer_differentiate(nc_trainer* trainer, const int64_t* indices, uint64_t count, double* loss,
                                 nc_error* error) {
  return guarded(error, [&] {
    nc_trainer& self = checked(trainer, "a trainer");
    checked(loss, "a place for the loss") = self.differentiate(index_tensor(self, indices, count));
  });
}

int32_t nc_trainer_read_gradient(nc_trainer* trainer, const char* name, uint64_t name_bytes, void* data, uint64_t bytes,
                                 nc_error* error) {
  return guarded(error, [&] {
    const std::string key = text_of(name, name_bytes);
    copy_out(checked(trainer, "a trainer").read_gradient(key), data, bytes, "gradient of " + key);
  });
}

int32_t nc_trainer_flush(nc_trainer* trainer, nc_error* error) {
  return guarded(error, [&] { checked(trainer, "a trainer").flush(); });
}

int32_t nc_trainer_state(nc_trainer* trainer, char* text, uint64_t capacity, uint64_t* needed, nc_error* error) {
  return guarded(error, [&] { text_out(text_of(checked(trainer, "a trainer").entries()), text, capacity, needed); });
}

int32_t nc_trainer_read(nc_trainer* trainer, const char* name, uint64_t name_bytes, void* data, uint64_t bytes,
                        nc_error* error) {
  return guarded(error, [&] {
    const std::string key = text_of(name, name_bytes);
    copy_out(checked(trainer, "a trainer").read(key), data, bytes, key);
  });
}

int32_t nc_trainer_write(nc_trainer* trainer, const char* name, uint64_t name_bytes, const void* data, uint64_t bytes,
                         nc_error* error) {
  return guarded(error, [&] {
    const std::string key = text_of(name, name_bytes);
    nc_trainer& self = checked(trainer, "a trainer");
    self.require_alone();
    const Tensor current = self.read(key);
    self.write(key, copy_in(current.sizes(), current.scalar_type(), data, bytes, key));
  });
}

int32_t nc_trainer_recorded(nc_trainer* trainer, uint64_t* steps, char* reason, uint64_t capacity, nc_error* error) {
  return guarded(error, [&] {
    const nc_trainer& self = checked(trainer, "a trainer");
    require(steps != nullptr && reason != nullptr && capacity > 0, "expected room for the results, found none");
    *steps = self.steps_repeated;
    const size_t length = std::min<size_t>(self.why_not_recorded.size(), capacity - 1);
    std::memcpy(reason, self.why_not_recorded.data(), length);
    reason[length] = '\0';
  });
}
