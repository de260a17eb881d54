// The instruction sets that libtorch's kernels, and with them ours, are told to use.
#pragma once

namespace nc {

// Throws where `asked`, the value of ATEN_CPU_CAPABILITY, is no instruction set that libtorch knows, or one that this
// processor lacks: libtorch takes the variable at its word (aten/src/ATen/native/DispatchStub.cpp), and the first such
// instruction would end the process. Null or empty where none is asked for.
void require_capability(const char* asked);

}  // namespace nc
