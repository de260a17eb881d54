// Stands in for Gloo's header of this name, which libtorch leaves out although its ProcessGroupGloo.hpp includes it.
#pragma once

namespace gloo::transport {

class Device;
class UnboundBuffer;

}  // namespace gloo::transport
