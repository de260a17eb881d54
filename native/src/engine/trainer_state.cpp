// The state of a trainer and its gradients, by name: what its entries are, and how each is read and written.
#include <algorithm>

#include "engine/trainer.h"

using namespace nc;

namespace {

const char* const kMap = "lazy_decay.map";
const char* const kSteps = "steps";
const std::string kLive = "live.";

}  // namespace

size_t nc_trainer::index_of(const std::string& name) const {
  const auto number = static_cast<size_t>(&network.parameter(name) - network.parameters().data());
  const auto found = std::lower_bound(trained_.begin(), trained_.end(), number);
  require(found != trained_.end() && *found == number, "trainer: '", name, "' is frozen: it has neither a gradient nor ",
          "a state of the optimizer");
  return static_cast<size_t>(found - trained_.begin());
}

Tensor nc_trainer::read_gradient(const std::string& name) const {
  const size_t i = index_of(name);
  require(!last_gradients_.empty(), "there is no gradient yet: call nc_trainer_differentiate first");
  const Parameter& parameter = network.parameters()[trained_[i]];
  if (!parameter.full.defined()) return last_gradients_[i];
  Tensor whole = at::zeros_like(parameter.full);
  parameter.place(whole, last_gradients_[i]);
  return whole;
}

std::vector<StateEntry> nc_trainer::entries() const {
  std::vector<StateEntry> entries = network.entries();
  for (size_t s = 0; s < state_.size(); ++s)
    for (size_t i = 0; i < trained_.size(); ++i) {
      if (!state_[s][i].defined()) continue;
      const ParameterSpec& parameter = network.plan.parameters[trained_[i]];
      entries.push_back({recipe_.optimizer.state[s] + "." + parameter.name, network.precision, parameter.shape});
    }
  for (const size_t number : trained_) {
    const Parameter& parameter = network.parameters()[number];
    if (parameter.live_are_entries()) continue;
    for (const std::string& state : {std::string(), recipe_.optimizer.state[0] + "."}) {
      entries.push_back({kLive + state + parameter.spec.name, network.precision, parameter.live.sizes().vec()});
    }
  }
  if (lazy_.applies()) entries.push_back({kMap, at::kDouble, {2, 2}, StateEntry::Values::finite});
  entries.push_back({kSteps, at::kLong, {}, StateEntry::Values::count});
  return entries;
}

std::optional<nc_trainer::Place> nc_trainer::place_of(const std::string& name) const {
  const auto& states = recipe_.optimizer.state;
  const auto dot = name.find('.');
  const auto state = std::find(states.begin(), states.end(), name.substr(0, dot));
  if (dot == std::string::npos || state == states.end()) return {};
  const Place place{static_cast<size_t>(state - states.begin()), index_of(name.substr(dot + 1))};
  if (!state_[place.state][place.parameter].defined()) return {};
  return place;
}

Tensor nc_trainer::live_entry(const std::string& name) const {
  if (!name.starts_with(kLive)) return {};
  const std::string whole = name.substr(kLive.size());
  const auto place = place_of(whole);
  const size_t i = place ? place->parameter : index_of(whole);
  if (network.parameters()[trained_[i]].live_are_entries()) return {};
  return place ? state_[place->state][i] : live_[i].detach();
}

Tensor nc_trainer::read(const std::string& name) const {
  if (name == kSteps) return at::scalar_tensor(steps_taken_, at::kLong);
  if (name == kMap && lazy_.applies()) return at::tensor(lazy_.map(), at::kDouble).view({2, 2});
  if (const Tensor live = live_entry(name); live.defined()) return live;
  const auto place = place_of(name);
  if (!place.has_value()) return network.read(name);
  const auto [s, i] = *place;
  const Tensor& full = lazy_.momentum()[trained_[i]];
  return s > 0 || !full.defined() ? state_[s][i] : network.parameters()[trained_[i]].kept(full, state_[s][i]);
}

void nc_trainer::write(const std::string& name, const Tensor& value) {
  if (name == kSteps) {
    require_count(name, value);
    steps_taken_ = value.item<int64_t>();
  } else if (name == kMap && lazy_.applies()) {
    require_finite(name, value);
    const double* numbers = value.data_ptr<double>();
    lazy_.set_map({numbers[0], numbers[1], numbers[2], numbers[3]});
  } else if (const Tensor live = live_entry(name); live.defined()) {
    ++network.version;
    live.copy_(value);
  } else if (const auto place = place_of(name)) {
    const auto [s, i] = *place;
    Tensor full = lazy_.momentum()[trained_[i]];
    if (s == 0 && full.defined()) full.copy_(value);
    state_[s][i].copy_(network.parameters()[trained_[i]].live_of(value));
  } else {
    network.write(name, value);
  }
}
