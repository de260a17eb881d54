#include "kernels/norm.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <optional>
#include <vector>

#include "kernels/norm_loops.h"
#include "kernels/norm_spread.h"
#include "kernels/tensors.h"

namespace nc {
namespace {

using at::Tensor;
using norm_loops::Rows;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Rows a task. Partial sums are per task and added in order, so that the result does not depend on the threads.
constexpr int64_t kTask = 1024;

int64_t tasks_for(int64_t rows) {
  return (rows + kTask - 1) / kTask;
}

template <typename Body>
void each_task(int64_t rows, Body&& body) {
  at::parallel_for(0, tasks_for(rows), 1, [&](int64_t first, int64_t last) {
    for (int64_t task = first; task < last; ++task) body(task, task * kTask, std::min(rows, (task + 1) * kTask));
  });
}

template <typename T>
Rows<T> rows_of(const Tensor& x) {
  return {x.data_ptr<T>(), x.numel() / x.size(1), x.size(1)};
}

// Of some rows, a channel: mean and sum of squared deviations.
struct Moments {
  // Those of more rows, `count` of them: the update of Chan, Golub and LeVeque (1983).
  void join(const double* more_mean, const double* more_deviations, double more_count) {
    const double share = more_count / (count + more_count);
    for (size_t c = 0; c < mean.size(); ++c) {
      const double step = more_mean[c] - mean[c];
      mean[c] += step * share;
      deviations[c] += more_deviations[c] + step * step * count * share;
    }
    count += more_count;
  }

  std::vector<double> mean, deviations;
  double count;
};

// Over all tasks.
template <typename T>
Moments moments_in(const Rows<T>& x) {
  const int64_t channels = x.channels;
  const int64_t tasks = tasks_for(x.rows);
  std::vector<double> means(tasks * channels), deviations(tasks * channels);
  each_task(x.rows, [&](int64_t task, int64_t begin, int64_t end) {
    std::vector<T> scratch(2 * channels);
    norm_loops::moments_of(x, begin, end, &means[task * channels], &deviations[task * channels], scratch.data());
  });
  Moments all{{means.begin(), means.begin() + channels},
              {deviations.begin(), deviations.begin() + channels},
              static_cast<double>(std::min(x.rows, kTask))};
  for (int64_t task = 1; task < tasks; ++task) {
    all.join(&means[task * channels], &deviations[task * channels],
             static_cast<double>(std::min(x.rows - task * kTask, kTask)));
  }
  return all;
}

Tensor as_tensor(std::vector<double>& values) {
  return at::from_blob(values.data(), {static_cast<int64_t>(values.size())}, at::kDouble);
}

// Of the rows of all processes: each fills its own part of what is summed, and all join the parts in the ranks' order.
Moments over_all(const Moments& own, const Spread& spread) {
  const size_t channels = own.mean.size(), width = 2 * channels + 1;
  std::vector<double> parts(spread.ranks * width);
  double* const part = &parts[spread.rank * width];
  std::copy(own.mean.begin(), own.mean.end(), part);
  std::copy(own.deviations.begin(), own.deviations.end(), part + channels);
  part[2 * channels] = own.count;
  spread.sum(as_tensor(parts));
  Moments all{{parts.begin(), parts.begin() + channels},
              {parts.begin() + channels, parts.begin() + 2 * channels},
              parts[2 * channels]};
  for (int64_t rank = 1; rank < spread.ranks; ++rank) {
    const double* const more = &parts[rank * width];
    all.join(more, more + channels, more[2 * channels]);
  }
  return all;
}

template <typename T>
void update_running(const Tensor& running, const std::vector<double>& batch, double factor, double momentum) {
  T* values = running.data_ptr<T>();
  for (size_t c = 0; c < batch.size(); ++c) {
    values[c] = static_cast<T>((1 - momentum) * values[c] + momentum * factor * batch[c]);
  }
}

template <typename T>
Tensor forward_rows(const Tensor& x, const NormState& norm, const Tensor& identity, bool relu, double eps,
                    double momentum, const Spread* spread, Tensor& mean_out, Tensor& inverse_out, double& count) {
  const Rows<T> rows = rows_of<T>(x);
  Moments moments = moments_in(rows);
  if (spread != nullptr) moments = over_all(moments, *spread);
  count = moments.count;
  const std::vector<double>& mean = moments.mean;
  std::vector<double>& variance = moments.deviations;
  for (double& value : variance) value /= count;
  update_running<T>(norm.running_mean, mean, 1, momentum);
  update_running<T>(norm.running_var, variance, count / (count - 1), momentum);
  mean_out = at::empty({rows.channels}, x.options().memory_format(at::MemoryFormat::Contiguous));
  inverse_out = at::empty_like(mean_out);
  std::vector<T> scale(rows.channels), shift(rows.channels);
  for (int64_t c = 0; c < rows.channels; ++c) {
    const double inverse = 1 / std::sqrt(variance[c] + eps);
    const double gain = norm.weight.data_ptr<T>()[c] * inverse;
    mean_out.data_ptr<T>()[c] = static_cast<T>(mean[c]);
    inverse_out.data_ptr<T>()[c] = static_cast<T>(inverse);
    scale[c] = static_cast<T>(gain);
    shift[c] = static_cast<T>(norm.bias.data_ptr<T>()[c] - mean[c] * gain);
  }
  Tensor y = at::empty_like(x);
  const T* more = identity.defined() ? identity.data_ptr<T>() : nullptr;
  each_task(rows.rows, [&](int64_t, int64_t begin, int64_t end) {
    norm_loops::apply_to(rows, more, relu, scale.data(), shift.data(), begin, end, y.data_ptr<T>());
  });
  return y;
}

struct NormGradients {
  Tensor x, weight, bias, passed;
};

template <typename T>
NormGradients backward_rows(const Tensor& gradient, const Tensor& x, const Tensor& weight, const Tensor& mean,
                            const Tensor& inverse, const Tensor& y, double count, const Spread* spread) {
  const Rows<T> rows = rows_of<T>(x);
  const int64_t channels = rows.channels;
  const int64_t tasks = tasks_for(rows.rows);
  std::vector<double> sums(tasks * channels), products(tasks * channels);
  NormGradients result{Tensor(), at::empty_like(mean), at::empty_like(mean), at::empty_like(x)};
  T* passed = result.passed.data_ptr<T>();
  each_task(rows.rows, [&](int64_t task, int64_t begin, int64_t end) {
    std::vector<T> scratch(2 * channels);
    const T* passes = y.defined() ? y.data_ptr<T>() : nullptr;
    norm_loops::gradients_of(rows, gradient.data_ptr<T>(), passes, mean.data_ptr<T>(), begin, end, passed,
                             &sums[task * channels], &products[task * channels], scratch.data());
  });
  for (int64_t task = 1; task < tasks; ++task)
    for (int64_t c = 0; c < channels; ++c) {
      sums[c] += sums[task * channels + c];
      products[c] += products[task * channels + c];
    }
  sums.resize(channels);
  products.resize(channels);
  for (int64_t c = 0; c < channels; ++c) {
    result.weight.data_ptr<T>()[c] = static_cast<T>(products[c] * static_cast<double>(inverse.data_ptr<T>()[c]));
    result.bias.data_ptr<T>()[c] = static_cast<T>(sums[c]);
  }
  if (spread != nullptr) {
    // Each row's gradient depends on the sums over all rows, wherever they are.
    sums.insert(sums.end(), products.begin(), products.end());
    spread->sum(as_tensor(sums));
    std::copy(sums.begin() + channels, sums.end(), products.begin());
  }
  std::vector<T> scale(channels), offset(channels), slope(channels);
  for (int64_t c = 0; c < channels; ++c) {
    const double inv = inverse.data_ptr<T>()[c];
    const double gain = weight.data_ptr<T>()[c] * inv;
    scale[c] = static_cast<T>(gain);
    offset[c] = static_cast<T>(gain * sums[c] / count);
    slope[c] = static_cast<T>(gain * inv * inv * products[c] / count);
  }
  result.x = at::empty_like(x);
  T* out = result.x.data_ptr<T>();
  each_task(rows.rows, [&](int64_t, int64_t begin, int64_t end) {
    norm_loops::spread_to(rows, passed, scale.data(), offset.data(), slope.data(), mean.data_ptr<T>(), begin, end, out);
  });
  return result;
}

// The CPU's op: two passes over memory forward and two backward, where single ops take five and six.
struct NormAddRelu : torch::autograd::Function<NormAddRelu> {
  static Tensor forward(AutogradContext* context, const Tensor& x_in, const Tensor& weight, const Tensor& bias,
                        const std::optional<Tensor>& identity_in, const Tensor& running_mean, const Tensor& running_var,
                        bool relu, double eps, double momentum, const Spread* spread) {
    const Tensor x = channels_last(x_in);
    const Tensor identity = identity_in.has_value() ? channels_last(*identity_in) : Tensor();
    const NormState norm{weight, bias, running_mean, running_var};
    Tensor mean, inverse;
    double count = 0;
    const auto forward = x.scalar_type() == at::kDouble ? forward_rows<double> : forward_rows<float>;
    const Tensor y = forward(x, norm, identity, relu, eps, momentum, spread, mean, inverse, count);
    context->save_for_backward({x, weight, mean, inverse, relu ? y : Tensor()});
    context->saved_data["identity"] = identity.defined();
    context->saved_data["count"] = count;
    context->saved_data["spread"] = reinterpret_cast<int64_t>(spread);
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor gradient = channels_last(gradients[0]);
    const auto* const spread = reinterpret_cast<const Spread*>(context->saved_data["spread"].toInt());
    const auto backward = gradient.scalar_type() == at::kDouble ? backward_rows<double> : backward_rows<float>;
    const auto result = backward(gradient, saved[0], saved[1], saved[2], saved[3], saved[4],
                                 context->saved_data["count"].toDouble(), spread);
    const Tensor to_identity = context->saved_data["identity"].toBool() ? result.passed : Tensor();
    return {result.x, result.weight, result.bias, to_identity, {}, {}, {}, {}, {}, {}};
  }
};

}  // namespace

Tensor norm_add_relu(const Tensor& x, const NormState& norm, const Tensor& identity, bool relu, double eps,
                     double momentum, const Spread* spread) {
  // In bfloat16, activations and parameters differ in type: libtorch has kernels for that, we have not.
  if (x.is_cpu() && x.scalar_type() == norm.weight.scalar_type()) {
    const auto shortcut = identity.defined() ? std::optional<Tensor>(identity) : std::nullopt;
    return NormAddRelu::apply(x, norm.weight, norm.bias, shortcut, norm.running_mean, norm.running_var, relu, eps,
                              momentum, spread);
  }
  Tensor y = spread != nullptr
                 ? norm_spread(x, norm, eps, momentum, *spread)
                 : at::batch_norm(x, norm.weight, norm.bias, norm.running_mean, norm.running_var, /*training=*/true,
                                  momentum, eps, /*cudnn_enabled=*/true);
  if (identity.defined()) y = y.add_(identity);
  return relu ? y.relu_() : y;
}

}  // namespace nc
