// Features of a split, kept or recomputed batch by batch, and the passes that reduce them to sufficient
// statistics. Every sum over samples is taken in float64.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "engine/images.h"
#include "engine/reads.h"

struct nc_features : nc::Counted {
  using Tensor = at::Tensor;

  // Given values (N × d) and labels (N, int64), on the device that shall reduce them.
  nc_features(Tensor values, Tensor labels, int64_t classes);

  // What `reads` says, by running a network over images, one for each of its values; see nc_features_extract, also for
  // `totals`, the last of which other threads may read meanwhile.
  static std::vector<std::unique_ptr<nc_features>> extract(nc_network& network, nc_images& images,
                                                           const nc::Reads& reads, int64_t batch, uint64_t keep_bytes,
                                                           std::span<double, 3> totals);

  int64_t count() const { return labels_.size(0); }
  int64_t width() const { return width_; }
  int64_t classes() const { return classes_; }
  at::ScalarType precision() const { return precision_; }

  std::pair<Tensor, Tensor> rows(int64_t first, int64_t count) const;

  struct ClassSums {
    Tensor counts, sums;
  };
  ClassSums class_sums() const;

  struct WithinClass {
    Tensor scatter, deviations;
  };
  WithinClass within_class(const Tensor& means, const Tensor& basis) const;
  Tensor scatter(const Tensor& means) const;
  std::array<int64_t, 4> decisions(const Tensor& centres, const Tensor& weight, const Tensor& bias) const;
  int64_t correct(const Tensor& weight, const Tensor& bias) const;
  Tensor predictions(const Tensor& weight, const Tensor& bias) const;

  at::Device device() const { return labels_.device(); }

 private:
  // Calls visit(features, labels) with consecutive pieces of samples first .. first + count − 1, features in
  // their own precision.
  void each_piece(int64_t first, int64_t count, int64_t piece,
                  const std::function<void(const Tensor&, const Tensor&)>& visit) const;
  // Calls visit(products, labels) piece by piece, with the products of features and `rows` (M × d) in the first M
  // columns, in float64.
  void each_product(const Tensor& rows, const std::function<void(const Tensor&, const Tensor&)>& visit) const;
  Tensor compute(int64_t first, int64_t count) const;

  // Where the features are recomputed.
  struct Origin {
    nc_network* network;
    nc_images* images;
    std::shared_ptr<const std::vector<nc::Folded>> folded;
    nc::Read read;
    int64_t batch;
    uint64_t version;  // of the network when they were first computed
  };
  explicit nc_features(Origin origin);

  std::optional<Origin> origin_;
  Tensor values_;  // N × d, undefined where recomputed
  Tensor labels_;
  int64_t width_, classes_;
  at::ScalarType precision_;
};
