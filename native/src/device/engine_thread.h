// The one thread on which libtorch runs.
#pragma once

#include <functional>

namespace nc {

// Runs `work` on the engine's thread and returns when it is done, or throws what it threw; callers take turns.
// `work` must not come back here.
//
// OpenMP keeps a pool of threads for every thread that starts parallel work, and puts them to sleep after each loop
// as soon as all pools together have more threads than the machine has cores. Calls come on whichever thread
// Deno has free; were they executed there, every loop would have to wake its threads first (a tenth of a training
// step, and more). What libtorch keeps for each thread (grad mode, number of threads; on CUDA cuDNN's chosen algorithms
// and the handles of libraries, which a CUDA graph needs to be there) is set once, too.
void on_engine_thread(const std::function<void()>& work);

}  // namespace nc
