// Steps that several processes take together: each its part of the batch, and the sum of their gradients.
#include "engine/trainer.h"

using namespace nc;

void nc_trainer::share(Ranks& ranks, bool synchronised) {
  require(!network.plan.reads_labels(), "expected a classifier that needs no class means of the whole batch, found one that ",
          "follows them, which several ranks do not compute");
  require(ranks_ == nullptr, "expected a trainer that shares its steps once, found it does already");
  ranks.serve(network.device);
  ranks_ = &ranks;
  // NCCL's sums can be recorded, but recordings that wait for another process were never tried here.
  if (network.device.is_cuda()) why_not_recorded = "several ranks take them together";
  if (synchronised) spread_ = Spread{ranks.rank, ranks.count, [&ranks](const Tensor& values) { ranks.sum(values); }};
}

nc_trainer::Part nc_trainer::part_of(int64_t size) const {
  if (ranks_ == nullptr) return {0, size};
  return {size * ranks_->rank / ranks_->count, size * (ranks_->rank + 1) / ranks_->count};
}

void nc_trainer::require_parts(int64_t size) const {
  if (ranks_ == nullptr) return network.require_variance(size);
  const int64_t least = size / ranks_->count;
  require(least > 0, "expected an image of each batch for each of ", ranks_->count, " ranks, found a batch of ", size);
  network.require_variance(spread_ ? size : least);
}

std::vector<Tensor> nc_trainer::over_ranks(std::vector<Tensor> gradients) const {
  if (ranks_ == nullptr) return gradients;
  // One tensor: what a sum costs beside its bytes is paid once.
  std::vector<Tensor> parts;
  for (size_t i = 0; i < gradients.size(); ++i) {
    // In the order in which the parameter lies, whose strides say where each entry is.
    parts.push_back(at::empty_like(live_[i]).copy_(gradients[i]).as_strided({live_[i].numel()}, {1}));
  }
  const Tensor all = at::cat(parts);
  ranks_->sum(all);
  int64_t begin = 0;
  for (size_t i = 0; i < gradients.size(); ++i) {
    gradients[i] = all.as_strided(live_[i].sizes(), live_[i].strides(), begin);
    begin += live_[i].numel();
  }
  return gradients;
}
