#include "engine/trainer.h"

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "device/settings.h"

using namespace nc;

namespace {

// Steps of one batch size before one is recorded: libraries choose algorithms and make workspaces meanwhile.
constexpr int kWarmUp = 3;

// Differentiation of the network's parameters during one pass: two trainers of a network do not disturb each other.
class Differentiated {
 public:
  explicit Differentiated(const std::vector<Tensor>& leaves) : leaves_(leaves) { set(true); }
  ~Differentiated() { set(false); }
  Differentiated(const Differentiated&) = delete;
  Differentiated& operator=(const Differentiated&) = delete;

 private:
  void set(bool on) const {
    for (const Tensor& leaf : leaves_) leaf.requires_grad_(on);
  }

  const std::vector<Tensor>& leaves_;
};

// The group of each parameter, by its place in the recipe; none of those that are frozen. Every other one is in exactly
// one.
std::vector<std::optional<size_t>> groups_of(const nc_network& network, const std::vector<Group>& groups) {
  std::vector<std::optional<size_t>> result;
  for (const ParameterSpec& parameter : network.plan.parameters) {
    if (parameter.frozen) {
      result.emplace_back();
      continue;
    }
    std::vector<size_t> found;
    for (size_t i = 0; i < groups.size(); ++i) {
      if (groups[i].holds(parameter)) found.push_back(i);
    }
    require(found.size() == 1, "trainer: expected every parameter in one group, found ", parameter.name, " in ",
            found.size());
    result.push_back(found[0]);
  }
  return result;
}

std::vector<double> decays_of(const nc_network& network, const std::vector<Group>& groups) {
  std::vector<double> result;
  for (const auto& group : groups_of(network, groups)) result.push_back(group ? groups[*group].weight_decay : 0);
  return result;
}

}  // namespace

nc_trainer::nc_trainer(nc_network& network_in, nc_images& images_in, Recipe recipe)
    : network(network_in),
      images(images_in),
      recipe_(std::move(recipe)),
      lazy_(network_in, this, recipe_.optimizer, decays_of(network_in, recipe_.groups)) {
  const bool narrow = recipe_.activations == at::kBFloat16 && network.precision == at::kFloat;
  require(recipe_.activations == network.precision || narrow,
          "expected activations in the network's precision, or bfloat16 beside float32, found ",
          c10::toString(recipe_.activations), " beside ", c10::toString(network.precision));
  images.check_fits(network);
  std::vector<size_t> groups;
  for (size_t i = 0; const auto& group : groups_of(network, recipe_.groups)) {
    if (group) {
      groups.push_back(*group);
      trained_.push_back(i);
      live_.push_back(network.parameters()[i].live);
    }
    ++i;
  }
  for (size_t s = 0; s < recipe_.optimizer.state.size(); ++s) {
    state_.emplace_back();
    for (size_t i = 0; i < live_.size(); ++i) {
      const ParameterSpec& parameter = network.plan.parameters[trained_[i]];
      const bool kept = recipe_.optimizer.keeps(s, parameter, parameter.name == network.plan.classifier().weight);
      state_[s].push_back(kept ? at::zeros_like(live_[i]) : Tensor());
      if (s == 0) lazy_.set_live_momentum(trained_[i], state_[s][i]);
    }
  }
  for (size_t g = 0; g < recipe_.groups.size(); ++g) {
    Members members{recipe_.groups[g].weight_decay, {}, {}, std::vector<std::vector<Tensor>>(state_.size())};
    for (size_t i = 0; i < live_.size(); ++i) {
      if (groups[i] != g) continue;
      members.indices.push_back(i);
      members.live.push_back(live_[i]);
      for (size_t s = 0; s < state_.size(); ++s) members.state[s].push_back(state_[s][i]);
    }
    if (!members.live.empty()) members_.push_back(std::move(members));
  }
  const auto options = at::TensorOptions().device(network.device);
  // An order is rarely longer than there are images, and no batch is longer than its order.
  feed_.order = at::empty({images.count()}, options.dtype(at::kLong));
  if (ways_to_change() > 1) feed_.changes = at::empty_like(feed_.order);
  feed_.cursor = at::zeros({}, options.dtype(at::kLong));
  feed_.places = at::arange(images.count(), feed_.order.options());
  feed_.rate = make_rate(live_.front());
  feed_.count = at::zeros({}, options.dtype(at::kFloat));
  feed_.totals = at::zeros({2}, options.dtype(at::kDouble));
  if (recipe_.graphs && !network.plan.reads_labels()) {
    recorder_ = network.device.is_cpu() ? make_host_recorder() : make_cuda_recorder(network.device, why_not_recorded);
  }
}

nc_trainer::Pass nc_trainer::differentiate_batch(const Tensor& indices, const Tensor& changes, const Spread* spread,
                                                 double share) const {
  nc_images::Change change;
  if (changes.defined()) change = [&](const Tensor& pixels) { return recipe_.augmentation.apply(pixels, changes); };
  const auto [x, labels] = images.batch(indices, recipe_.activations, change);
  const Differentiated parameters(live_);
  at::AutoGradMode differentiate(true);
  const bool penalised = recipe_.feature_decay > 0;
  std::vector<int> wanted = {network.plan.logits};
  if (penalised) wanted.push_back(network.plan.feature);
  const std::vector<Tensor> outputs = network.train_forward(x, labels, wanted, spread);
  const Tensor& logits = outputs[0];
  const Tensor loss = recipe_.loss(logits.to(network.precision), labels, at::Reduction::Mean);
  const Tensor correct = logits.detach().argmax(1).eq(labels).sum();
  Tensor objective = loss;
  if (penalised) {
    const Tensor squares = outputs[1].to(network.precision).square().sum(1);
    objective = loss.add(squares.mean(), recipe_.feature_decay / 2);
  }
  if (share != 1) objective = objective.mul(share);
  return {loss.detach(), correct, torch::autograd::grad({objective}, live_)};
}

void nc_trainer::feed(const Tensor& order, const Tensor& changes, int64_t first, double learning_rate) {
  const bool deterministic = at::globalContext().deterministicAlgorithms();
  const int64_t count = order.size(0);
  const bool fits = count <= feed_.order.size(0);
  // Recordings know tensors by their address, and kernels as they were chosen.
  if (!fits || deterministic != deterministic_) repeated_.clear();
  deterministic_ = deterministic;
  if (!fits) {
    feed_.order = at::empty({count}, feed_.order.options());
    feed_.places = at::arange(count, feed_.order.options());
    if (changes.defined()) feed_.changes = at::empty_like(feed_.order);
  }
  feed_.order.slice(0, 0, count).copy_(order);
  if (changes.defined()) feed_.changes.slice(0, 0, count).copy_(changes);
  feed_.cursor.fill_(first);
  feed_.rate.fill_(learning_rate);
  feed_.count.fill_(steps_taken_);
  feed_.totals.zero_();
}

void nc_trainer::step(int64_t size) {
  const Part part = part_of(size);
  const int64_t own = part.to - part.from;
  const Tensor places = feed_.places.slice(0, part.from, part.to).add(feed_.cursor);
  const Tensor changes = feed_.changes.defined() ? feed_.changes.index_select(0, places) : Tensor();
  const Pass pass = differentiate_batch(feed_.order.index_select(0, places), changes, spread_ ? &*spread_ : nullptr,
                                        static_cast<double>(own) / static_cast<double>(size));
  const std::vector<Tensor> summed = over_ranks(pass.gradients);
  feed_.count.add_(1);
  for (const Members& group : members_) {
    std::vector<Tensor> gradients;
    for (const size_t i : group.indices) gradients.push_back(summed[i]);
    recipe_.optimizer.step({group.live, gradients, group.state, feed_.rate, feed_.count, group.weight_decay});
  }
  feed_.totals[0].add_(pass.loss.to(at::kDouble), own);
  feed_.totals[1].add_(pass.correct);
  feed_.cursor.add_(size);
}

void nc_trainer::take_step(int64_t size) {
  if (recorder_ == nullptr || !why_not_recorded.empty()) return step(size);
  Repeated& steps = repeated_[size];
  if (steps.recording == nullptr && steps.warm_up == kWarmUp) steps.recording = record(size);
  if (steps.recording == nullptr) {
    ++steps.warm_up;
    return step(size);
  }
  steps.recording->repeat();
  ++steps_repeated;
}

std::unique_ptr<Recording> nc_trainer::record(int64_t size) {
  try {
    return recorder_->record([this, size] { step(size); });
  } catch (const c10::Error& e) {
    why_not_recorded = e.what_without_backtrace();
  }
  // Recording does nothing to any tensor: the steps can go on one by one if the device still answers, else this throws.
  feed_.totals.cpu();
  return nullptr;
}

std::array<double, 3> nc_trainer::run(const Tensor& order, const Tensor& changes, int64_t batch, int64_t first_step,
                                      int64_t steps, double learning_rate, uint64_t& done) {
  const int64_t count = order.size(0);
  const int64_t epoch_steps = (count + batch - 1) / batch;
  require(0 < steps && first_step < epoch_steps && steps <= epoch_steps - first_step, "expected steps within 0 to ",
          epoch_steps - 1, ", found ", steps, " from ", first_step, " on");
  require(std::isfinite(learning_rate), "expected a finite learning rate, found ", learning_rate);
  require(steps <= kMostSteps - steps_taken_, "expected at most ", kMostSteps, " steps, found ", steps_taken_, " and ",
          steps, " more");
  lazy_.require_alone();
  // The last batch is the smallest.
  require_parts(std::min(batch, count - (first_step + steps - 1) * batch));
  ++network.version;
  const auto settings = CudaSettings::training(network.device);
  int64_t samples = 0;
  const auto all_steps = [&] {
    feed(order, changes, first_step * batch, learning_rate);
    for (int64_t step = first_step; step < first_step + steps; ++step) {
      const int64_t size = std::min(batch, count - step * batch);
      take_step(size);
      // What the host keeps of a step.
      lazy_.put_off(learning_rate);
      ++steps_taken_;
      network.count_batch();
      samples += size;
      ++done;
    }
  };
  if (recorder_ != nullptr) {
    recorder_->run(all_steps);
  } else {
    all_steps();
  }
  if (ranks_ != nullptr) ranks_->sum(feed_.totals);
  const Tensor sums = feed_.totals.cpu();
  if (ranks_ != nullptr) ranks_->require_all();
  return {sums[0].item<double>(), sums[1].item<double>(), static_cast<double>(samples)};
}

double nc_trainer::differentiate(const Tensor& indices) {
  const auto settings = CudaSettings::training(network.device);
  network.require_variance(indices.size(0));
  ++network.version;
  Pass pass = differentiate_batch(indices.to(network.device), {}, nullptr, 1);
  network.count_batch();
  last_gradients_ = std::move(pass.gradients);
  return pass.loss.item<double>();
}
