#include "engine/features.h"

#include <atomic>

#include "kernels/reductions.h"
#include "device/settings.h"

using namespace nc;

namespace {

// Samples reduced at a time: what a piece needs beside the features stays small.
constexpr int64_t kPiece = 4096;

at::TensorOptions float64_on(at::Device device) {
  return at::TensorOptions(at::kDouble).device(device);
}

}  // namespace

std::vector<std::unique_ptr<nc_features>> nc_features::extract(nc_network& network, nc_images& images,
                                                               const Reads& reads, int64_t batch, uint64_t keep_bytes,
                                                               std::span<double, 3> totals) {
  images.check_fits(network);
  require(batch > 0, "expected a batch of at least 1, found ", batch);
  const auto folded = std::make_shared<const std::vector<Folded>>(network.fold());
  const int64_t count = images.count();
  uint64_t width = 0;
  std::vector<int> wanted = {network.plan.logits};
  for (const Read& read : reads.values) {
    width += static_cast<uint64_t>(width_of(read, network.plan));
    wanted.push_back(read.value);
  }
  uint64_t bytes = c10::elementSize(network.precision);
  const bool countable = !__builtin_mul_overflow(bytes, static_cast<uint64_t>(count), &bytes) &&
                         !__builtin_mul_overflow(bytes, width, &bytes);
  const bool keep = countable && bytes <= keep_bytes;
  std::vector<std::unique_ptr<nc_features>> found;
  for (const Read& read : reads.values) {
    found.emplace_back(new nc_features(Origin{&network, &images, folded, read, batch, network.version}));
    if (!keep) continue;
    found.back()->values_ = at::empty({count, found.back()->width_}, images.labels.options().dtype(network.precision));
    found.back()->origin_.reset();
  }
  Tensor sums = at::zeros({2}, float64_on(network.device));
  // The caller's thread looks at it meanwhile.
  const std::atomic_ref<double> done(totals[2]);
  done.store(0, std::memory_order_relaxed);
  const auto settings = CudaSettings::measuring(network.device);
  for (int64_t first = 0; first < count; first += batch) {
    const int64_t size = std::min(batch, count - first);
    const Tensor indices = at::arange(first, first + size, at::TensorOptions(at::kLong).device(network.device));
    const auto [x, labels] = images.batch(indices, network.precision);
    const std::vector<Tensor> outputs = network.evaluate(x, *folded, wanted);
    const Tensor& logits = outputs[0];
    sums[0].add_(reads.loss(logits.to(at::kDouble), labels, at::Reduction::Sum));
    sums[1].add_(logits.argmax(1).eq(labels).sum());
    for (size_t i = 0; keep && i < found.size(); ++i) {
      found[i]->values_.slice(0, first, first + size).copy_(formed(outputs[i + 1], reads.values[i].form));
    }
    done.store(static_cast<double>(first + size), std::memory_order_relaxed);
  }
  const Tensor results = sums.cpu();
  totals[0] = results[0].item<double>();
  totals[1] = results[1].item<double>();
  return found;
}

nc_features::nc_features(Origin origin)
    : origin_(std::move(origin)),
      labels_(origin_->images->labels),
      width_(width_of(origin_->read, origin_->network->plan)),
      classes_(origin_->network->plan.classes),
      precision_(origin_->network->precision) {}

nc_features::nc_features(Tensor values, Tensor labels, int64_t classes)
    : values_(std::move(values)),
      labels_(std::move(labels)),
      width_(values_.size(1)),
      classes_(classes),
      precision_(values_.scalar_type()) {}

Tensor nc_features::compute(int64_t first, int64_t count) const {
  require(origin_->network->version == origin_->version, "these features are computed again from a network that has ",
          "changed since they were extracted: extract them again");
  const Tensor indices = at::arange(first, first + count, labels_.options());
  const auto settings = CudaSettings::measuring(device());
  const Tensor x = origin_->images->batch(indices, precision_).first;
  const auto [value, form] = origin_->read;
  return formed(origin_->network->evaluate(x, *origin_->folded, {value})[0], form);
}

void nc_features::each_piece(int64_t first, int64_t count, int64_t piece,
                             const std::function<void(const Tensor&, const Tensor&)>& visit) const {
  require(first <= this->count() && count <= this->count() - first, "expected samples within 0 to ", this->count() - 1,
          ", found ", count, " from ", first, " on");
  const int64_t step = origin_ ? origin_->batch : piece;
  for (int64_t at = first; at < first + count; at += step) {
    const int64_t end = std::min(first + count, at + step);
    visit(origin_ ? compute(at, end - at) : values_.slice(0, at, end), labels_.slice(0, at, end));
  }
}

std::pair<nc_features::Tensor, nc_features::Tensor> nc_features::rows(int64_t first, int64_t count) const {
  std::vector<Tensor> pieces;
  each_piece(first, count, count, [&](const Tensor& values, const Tensor&) { pieces.push_back(values); });
  return {pieces.size() == 1 ? pieces[0] : at::cat(pieces, 0), labels_.slice(0, first, first + count)};
}

nc_features::ClassSums nc_features::class_sums() const {
  ClassSums result{at::zeros({classes_}, float64_on(device())), at::zeros({classes_, width_}, float64_on(device()))};
  each_piece(0, count(), kPiece, [&](const Tensor& values, const Tensor& labels) {
    result.counts.index_add_(0, labels, at::ones({labels.size(0)}, float64_on(device())));
    if (values.is_cpu()) {
      add_class_sums(values, labels, result.sums);
    } else {
      result.sums.index_add_(0, labels, values.to(at::kDouble));
    }
  });
  return result;
}

nc_features::WithinClass nc_features::within_class(const Tensor& means, const Tensor& basis) const {
  const int64_t modes = basis.size(0);
  WithinClass result{at::zeros({modes, modes}, float64_on(device())), at::zeros({classes_}, float64_on(device()))};
  const std::optional<Directions> directions = device().is_cpu() ? std::optional<Directions>(basis) : std::nullopt;
  each_piece(0, count(), kPiece, [&](const Tensor& values, const Tensor& labels) {
    Tensor projected, squares;
    if (directions.has_value()) {
      projected = at::empty({values.size(0), directions->padded()}, float64_on(device()));
      squares = at::empty({values.size(0)}, float64_on(device()));
      project_centred(values, labels, means, *directions, projected, squares);
      projected = projected.slice(1, 0, modes);
    } else {
      const Tensor centred = values.to(at::kDouble).sub(means.index_select(0, labels));
      squares = centred.square().sum(1);
      projected = at::mm(centred, basis.t());
    }
    result.deviations.index_add_(0, labels, squares);
    result.scatter.addmm_(projected.t(), projected);
  });
  return result;
}

nc_features::Tensor nc_features::scatter(const Tensor& means) const {
  Tensor result = at::zeros({width_, width_}, float64_on(device()));
  each_piece(0, count(), kPiece, [&](const Tensor& values, const Tensor& labels) {
    // Not in place: features that are float64 already are not copied by `to`.
    const Tensor centred = values.to(at::kDouble).sub(means.index_select(0, labels));
    result.addmm_(centred.t(), centred);
  });
  return result;
}

std::array<int64_t, 4> nc_features::decisions(const Tensor& centres, const Tensor& weight, const Tensor& bias) const {
  // argmin ‖h − μ‖² = argmax h·μ − ‖μ‖²/2, taken around the mean of the centres, which changes no distance and keeps
  // the terms as small as the distances themselves.
  const Tensor origin = centres.mean(0);
  const Tensor directions = centres.sub(origin);
  const Tensor offsets = directions.square().sum(1).mul(-0.5).sub(at::mv(directions, origin));
  Tensor counts = at::zeros({4}, at::TensorOptions(at::kLong).device(device()));
  each_product(at::cat({weight, directions}), [&](const Tensor& products, const Tensor& labels) {
    const Tensor logits = products.slice(1, 0, classes_);
    const Tensor unbiased = logits.argmax(1);
    const Tensor classified = logits.add(bias).argmax(1);
    const Tensor nearest = products.slice(1, classes_, 2 * classes_).add(offsets).argmax(1);
    counts.add_(at::stack({classified.eq(labels).sum(), nearest.eq(labels).sum(), classified.eq(nearest).sum(),
                           unbiased.eq(nearest).sum()}));
  });
  const Tensor host = counts.cpu();
  return {host[0].item<int64_t>(), host[1].item<int64_t>(), host[2].item<int64_t>(), host[3].item<int64_t>()};
}

int64_t nc_features::correct(const Tensor& weight, const Tensor& bias) const {
  Tensor count = at::zeros({}, at::TensorOptions(at::kLong).device(device()));
  each_product(weight, [&](const Tensor& products, const Tensor& labels) {
    count.add_(products.slice(1, 0, classes_).add(bias).argmax(1).eq(labels).sum());
  });
  return count.item<int64_t>();
}

nc_features::Tensor nc_features::predictions(const Tensor& weight, const Tensor& bias) const {
  std::vector<Tensor> pieces;
  each_product(weight, [&](const Tensor& products, const Tensor&) {
    pieces.push_back(products.slice(1, 0, classes_).add(bias).argmax(1).to(at::kInt));
  });
  return at::cat(pieces);
}

void nc_features::each_product(const Tensor& rows,
                               const std::function<void(const Tensor&, const Tensor&)>& visit) const {
  const std::optional<Directions> directions = device().is_cpu() ? std::optional<Directions>(rows) : std::nullopt;
  each_piece(0, count(), kPiece, [&](const Tensor& values, const Tensor& labels) {
    if (directions.has_value()) {
      Tensor products = at::empty({values.size(0), directions->padded()}, float64_on(device()));
      project(values, *directions, products);
      visit(products, labels);
    } else {
      visit(at::mm(values.to(at::kDouble), rows.t()), labels);
    }
  });
}
