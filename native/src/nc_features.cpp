// The border of features: see nc.h.
#include "arguments.h"
#include "engine/features.h"
#include "guard.h"

using namespace nc;

namespace {

Tensor matrix_in(const nc_features& features, const double* values, uint64_t bytes, int64_t rows, const char* what) {
  return copy_in({rows, features.width()}, at::kDouble, values, bytes, what).to(features.device());
}

Tensor bias_in(const nc_features& features, const double* values, uint64_t bytes) {
  return copy_in({features.classes()}, at::kDouble, values, bytes, "bias").to(features.device());
}

}  // namespace

int32_t nc_features_extract(nc_network* network, nc_images* images, const char* reads, uint64_t reads_bytes,
                            int32_t batch, uint64_t keep_bytes, double* totals, uint64_t totals_bytes,
                            nc_features** features, uint64_t count, nc_error* error) {
  return guarded(error, [&] {
    const auto place = room_for<double, 3>(totals, totals_bytes, "totals");
    nc_network& source = checked(network, "a network");
    const Reads wanted = parse_reads(text_of(reads, reads_bytes), source.plan);
    require(features != nullptr && count == wanted.values.size(), "expected a place for the handle of each of ",
            wanted.values.size(), " reads, found ", features == nullptr ? 0 : count);
    auto found = nc_features::extract(source, checked(images, "images"), wanted, batch, keep_bytes,
                                      std::span<double, 3>(place, 3));
    for (size_t i = 0; i < found.size(); ++i) features[i] = found[i].release();
  });
}

int32_t nc_features_create(const void* values, uint64_t bytes, int32_t precision, const int32_t* labels, uint64_t count,
                           uint64_t width, int32_t classes, const char* device, uint64_t device_bytes,
                           nc_features** features, nc_error* error) {
  return guarded(error, [&] {
    require(features != nullptr, "expected a place for the handle, found a null pointer");
    require(count > 0 && width > 0 && classes > 0, "expected at least one sample, feature and class, found ", count,
            ", ", width, ", ", classes);
    const at::Device place = device_in(device, device_bytes);
    const Tensor classes_of = labels_in(labels, count, classes);
    const Tensor rows =
        copy_in({classes_of.size(0), size_of(width, "width")}, precision_in(precision), values, bytes, "features");
    *features = new nc_features(rows.to(place), classes_of.to(place), classes);
  });
}

int32_t nc_features_free(nc_features* features, nc_error* error) {
  return guarded(error, [&] { delete features; });
}

int32_t nc_features_shape(nc_features* features, int64_t* shape, uint64_t shape_bytes, nc_error* error) {
  return guarded(error, [&] {
    const nc_features& self = checked(features, "features");
    const std::array<int64_t, 4> sizes = {self.count(), self.width(), self.classes(),
                                          self.precision() == at::kDouble ? NC_FLOAT64 : NC_FLOAT32};
    std::copy(sizes.begin(), sizes.end(), room_for<int64_t, 4>(shape, shape_bytes, "shape"));
  });
}

int32_t nc_features_read(nc_features* features, uint64_t first, uint64_t count, void* values, uint64_t bytes,
                         int32_t* labels, uint64_t labels_bytes, nc_error* error) {
  return guarded(error, [&] {
    require(count > 0, "expected at least one row to read, found 0");
    const auto [rows, classes] = checked(features, "features").rows(size_of(first, "first"), size_of(count, "count"));
    copy_out(rows.contiguous(), values, bytes, "features");
    copy_out(classes.to(at::kInt), labels, labels_bytes, "labels");
  });
}

int32_t nc_features_class_sums(nc_features* features, double* counts, uint64_t counts_bytes, double* sums,
                               uint64_t sums_bytes, nc_error* error) {
  return guarded(error, [&] {
    const auto result = checked(features, "features").class_sums();
    copy_out(result.counts, counts, counts_bytes, "counts");
    copy_out(result.sums, sums, sums_bytes, "sums");
  });
}

int32_t nc_features_within_class(nc_features* features, const double* means, uint64_t means_bytes, const double* basis,
                                 uint64_t basis_bytes, uint64_t modes, double* scatter, uint64_t scatter_bytes,
                                 double* deviations, uint64_t deviations_bytes, nc_error* error) {
  return guarded(error, [&] {
    const nc_features& self = checked(features, "features");
    const Tensor centres = matrix_in(self, means, means_bytes, self.classes(), "means");
    const auto result =
        self.within_class(centres, matrix_in(self, basis, basis_bytes, size_of(modes, "modes"), "basis"));
    copy_out(result.scatter, scatter, scatter_bytes, "scatter");
    copy_out(result.deviations, deviations, deviations_bytes, "deviations");
  });
}

int32_t nc_features_scatter(nc_features* features, const double* means, uint64_t means_bytes, double* scatter,
                            uint64_t scatter_bytes, nc_error* error) {
  return guarded(error, [&] {
    const nc_features& self = checked(features, "features");
    const Tensor centres = matrix_in(self, means, means_bytes, self.classes(), "means");
    copy_out(self.scatter(centres), scatter, scatter_bytes, "scatter");
  });
}

int32_t nc_features_decisions(nc_features* features, const double* centres, uint64_t centres_bytes,
                              const double* weight, uint64_t weight_bytes, const double* bias, uint64_t bias_bytes,
                              int64_t* counts, uint64_t counts_bytes, nc_error* error) {
  return guarded(error, [&] {
    const nc_features& self = checked(features, "features");
    const auto place = room_for<int64_t, 4>(counts, counts_bytes, "counts");
    const auto result = self.decisions(matrix_in(self, centres, centres_bytes, self.classes(), "centres"),
                                       matrix_in(self, weight, weight_bytes, self.classes(), "weight"),
                                       bias_in(self, bias, bias_bytes));
    std::copy(result.begin(), result.end(), place);
  });
}

int32_t nc_features_correct(nc_features* features, const double* weight, uint64_t weight_bytes, const double* bias,
                            uint64_t bias_bytes, int64_t* correct, nc_error* error) {
  return guarded(error, [&] {
    const nc_features& self = checked(features, "features");
    checked(correct, "a place for the count") =
        self.correct(matrix_in(self, weight, weight_bytes, self.classes(), "weight"), bias_in(self, bias, bias_bytes));
  });
}

int32_t nc_features_predictions(nc_features* features, const double* weight, uint64_t weight_bytes, const double* bias,
                                uint64_t bias_bytes, int32_t* predictions, uint64_t predictions_bytes,
                                nc_error* error) {
  return guarded(error, [&] {
    const nc_features& self = checked(features, "features");
    const Tensor result = self.predictions(matrix_in(self, weight, weight_bytes, self.classes(), "weight"),
                                           bias_in(self, bias, bias_bytes));
    copy_out(result, predictions, predictions_bytes, "predictions");
  });
}
