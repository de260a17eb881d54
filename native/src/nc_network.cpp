// The border of networks: see nc.h.
#include "arguments.h"
#include "engine/network.h"
#include "guard.h"

using namespace nc;

int32_t nc_network_create(const char* plan, uint64_t plan_bytes, const char* device, uint64_t device_bytes,
                          int32_t precision, nc_network** network, nc_error* error) {
  return guarded(error, [&] {
    require(network != nullptr, "expected a place for the handle, found a null pointer");
    *network = new nc_network(text_of(plan, plan_bytes), device_in(device, device_bytes), precision_in(precision));
  });
}

int32_t nc_network_free(nc_network* network, nc_error* error) {
  return guarded(error, [&] { delete network; });
}

int32_t nc_network_initialise(nc_network* network, uint64_t seed, nc_error* error) {
  return guarded(error, [&] { checked(network, "a network").initialise(seed); });
}

int32_t nc_network_state(nc_network* network, char* text, uint64_t capacity, uint64_t* needed, nc_error* error) {
  return guarded(error, [&] { text_out(text_of(checked(network, "a network").entries()), text, capacity, needed); });
}

int32_t nc_network_read(nc_network* network, const char* name, uint64_t name_bytes, void* data, uint64_t bytes,
                        nc_error* error) {
  return guarded(error, [&] {
    const std::string key = text_of(name, name_bytes);
    const nc_network& source = checked(network, "a network");
    source.require_flushed(key);
    copy_out(source.read(key), data, bytes, key);
  });
}

int32_t nc_network_write(nc_network* network, const char* name, uint64_t name_bytes, const void* data, uint64_t bytes,
                         nc_error* error) {
  return guarded(error, [&] {
    const std::string key = text_of(name, name_bytes);
    nc_network& target = checked(network, "a network");
    target.require_flushed(key);
    const Tensor current = target.read(key);
    target.write(key, copy_in(current.sizes(), current.scalar_type(), data, bytes, key));
  });
}
