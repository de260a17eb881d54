/*
 * nc.h: the C ABI of the native engine.
 *
 * Rules that hold for every function unless its comment says otherwise:
 *
 *  - The status is 0 on success. On failure it is not 0, nothing the caller owns has changed except `error`,
 *    and `error` holds a code and a UTF-8 message that ends in a NUL byte. Each call brings its own error buffer,
 *    because a non-blocking call runs on another thread than its caller.
 *  - Results leave through out-pointers. No return value doubles as a result.
 *  - No function throws, exits or prints.
 *  - A handle has one owner, who calls the matching `_free` once. Handles are not thread-safe: one call at a
 *    time on a network and everything made from it.
 *  - Buffers belong to the caller and are read or written only during the call. Each comes with its size, in bytes or
 * in entries, which must be exactly what the call needs; only a place for one handle or one number comes without.
 *  - Matrices are dense and row-major. N samples, C classes, d features.
 *  - Random numbers, and therefore initial parameters, depend only on the seed, not on device or threads.
 */
#ifndef NC_H
#define NC_H

#include <stdint.h>

#if defined(__GNUC__)
#define NC_API __attribute__((visibility("default")))
#else
#define NC_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Rises with every change of this header that an older caller cannot bear. */
#define NC_ABI_VERSION 5

/* nc_error.code */
#define NC_ERROR_ARGUMENT 1 /* a length, shape, name or value is not what the function needs */
#define NC_ERROR_TORCH 2    /* libtorch refused; the message is its own */
#define NC_ERROR_MEMORY 3   /* out of memory, on the host or on the device */
#define NC_ERROR_INTERNAL 4 /* anything else */

typedef struct nc_error {
  int32_t code;
  char message[1020];
} nc_error;

/* Type of parameters, activations and features. */
#define NC_FLOAT32 0
#define NC_FLOAT64 1

typedef struct nc_network nc_network;
typedef struct nc_images nc_images;
typedef struct nc_trainer nc_trainer;
typedef struct nc_features nc_features;
typedef struct nc_ranks nc_ranks;

/* ---- the library ---- */

/* Returns NC_ABI_VERSION; cannot fail. */
NC_API int32_t nc_abi_version(void);

/*
 * Ends the process at once with this exit code, also while other threads are in calls: nothing is run that was
 * registered for its end (atexit, destructors), which would take from those threads what they work with. Does not return.
 */
NC_API int32_t nc_leave(int32_t exit_code);

/*
 * Writes a text of `key=value` lines with its closing NUL into `text`, which has room for `capacity` bytes:
 * libtorch, cuda (how many devices), cuda_graphs ("yes", or why training steps cannot be recorded), cpu_capability,
 * threads, deterministic ("yes" or "no"), gloo ("yes", or why ranks cannot meet).
 */
NC_API int32_t nc_describe(char* text, uint64_t capacity, nc_error* error);

/* Threads that every later call may use, at least 1. Until then libtorch's own default holds. */
NC_API int32_t nc_set_threads(int32_t threads, nc_error* error);

/*
 * Whether every later call, of all handles, computes the same bits from the same input on the same machine: PyTorch's
 * deterministic algorithms, cuDNN's deterministic convolutions, and a fixed workspace of cuBLAS (the environment
 * variable CUBLAS_WORKSPACE_CONFIG, without which calls on CUDA then fail). An op that has no such algorithm fails.
 * Off until then: training takes whatever cuDNN finds fastest.
 */
NC_API int32_t nc_set_deterministic(int32_t on, nc_error* error);

/* How many handles (of all kinds) are alive. */
NC_API int32_t nc_live_handles(int64_t* count, nc_error* error);

/* ---- a network: a plan, its parameters and its buffers ---- */

/*
 * Builds the network that `plan` describes (src/models/encode.ts writes the text and documents it), with all
 * parameters and buffers zero. The shape of every value is inferred here, and a plan in which anything does not fit is
 * refused with the line. `device` is "cpu", "cuda" or "cuda:<index>".
 */
NC_API int32_t nc_network_create(const char* plan, uint64_t plan_bytes, const char* device, uint64_t device_bytes,
                                 int32_t precision, nc_network** network, nc_error* error);
NC_API int32_t nc_network_free(nc_network* network, nc_error* error);

/*
 * Draws every parameter as its plan line says, and sets the buffers to their first values. Refused while steps of a
 * trainer on this network are put off (nc_trainer_flush).
 */
NC_API int32_t nc_network_initialise(nc_network* network, uint64_t seed, nc_error* error);

/*
 * The entries of the state dict in the plan's order, a line each, `entry name=... type=... values=... shape=...`: type
 * float32, float64 or int64; values any, finite (no NaN or infinity) or count (0 to 2^62); shape with commas, left out
 * for a single number. *needed: bytes of the text with its closing NUL; where that is more than `capacity`, nothing is
 * written into `text`.
 */
NC_API int32_t nc_network_state(nc_network* network, char* text, uint64_t capacity, uint64_t* needed, nc_error* error);

/*
 * Copies one entry of the state dict, by its name, in its full shape, row-major. `bytes` must be exact. Of parameters with
 * taps= or repeat= in the plan it is refused while steps of a trainer on this network are put off: flush it first, or read
 * them by nc_trainer_read.
 */
NC_API int32_t nc_network_read(nc_network* network, const char* name, uint64_t name_bytes, void* data, uint64_t bytes,
                               nc_error* error);
NC_API int32_t nc_network_write(nc_network* network, const char* name, uint64_t name_bytes, const void* data,
                                uint64_t bytes, nc_error* error);

/* ---- images: a labelled split, held as uint8 where the network computes ---- */

/*
 * `pixels` is count × channels × height × width, `labels` has `count` entries in 0..classes−1. A batch is
 * (pixel / 255 − mean) / std, with `mean` and `std` given a channel.
 */
NC_API int32_t nc_images_create(const uint8_t* pixels, uint64_t pixel_bytes, const int32_t* labels, uint64_t count,
                                int32_t channels, int32_t height, int32_t width, int32_t classes, const double* mean,
                                uint64_t mean_bytes, const double* std, uint64_t std_bytes, const char* device,
                                uint64_t device_bytes, nc_images** images, nc_error* error);

/*
 * The same of pixels that lie in a file, `file_images` images one after the other and nothing else: of these, the ones at
 * `rows` (`rows_count` places, as many as labels), in this order, or all of them where that is null. On the CPU the file is
 * mapped into memory and not copied, so that it may be larger than that; it must stay as it is until the images are freed.
 */
NC_API int32_t nc_images_map(const char* path, uint64_t path_bytes, uint64_t file_images, const int64_t* rows,
                             uint64_t rows_count, const int32_t* labels, uint64_t count, int32_t channels,
                             int32_t height, int32_t width, int32_t classes, const double* mean, uint64_t mean_bytes,
                             const double* std, uint64_t std_bytes, const char* device, uint64_t device_bytes,
                             nc_images** images, nc_error* error);
NC_API int32_t nc_images_free(nc_images* images, nc_error* error);

/* ---- a trainer: loss, optimizer, groups of parameters ---- */

/*
 * Borrows the network and the images: free the trainer before them. `recipe` is a text; lines in any order, one of each
 * but of the groups, and none or one that augments:
 *
 *   compute activations=float32 graphs=1
 *   augment kind=crop_flip padding=4
 *   loss kind=cross_entropy label_smoothing=0 | kind=focal gamma=2 | kind=mse scale=1 target=1
 *   optimizer kind=sgd momentum=0.9 nesterov=0 | kind=sgdw (the same) | kind=adam beta1=0.9 beta2=0.999 eps=1e-8
 *             | kind=adamw (the same) | kind=muon momentum=0.95 nesterov=1 adjust=original|match_rms_adamw
 *             on=hidden|weights others_rate=0.015 beta1=0.9 beta2=0.999 eps=1e-8
 *   group parameters=all|weights|others weight_decay=0.0005
 *   penalty features=0.001                          (may be left out)
 *
 * activations: the network's precision, or bfloat16 for a float32 network: what PyTorch's autocast to bfloat16 does.
 * Convolutions and matrix products, and all activations between them, are bfloat16, from kernels rounded for the
 * occasion; parameters and their gradients, batch norm's parameters and statistics, the loss, the optimizer's state and
 * the update stay float32.
 *
 * graphs (0 or 1): on CUDA, a step is taken kernel by kernel a few times and then recorded as a CUDA graph, which
 * later steps of the same batch size launch as a whole. The numbers are the same.
 *
 * augment: what becomes of images in nc_trainer_run, before they are normalised; without it, they stay as they are.
 * crop_flip: around the H x W image stand `padding` (P) rows and columns of pixels of 0; change k cuts H x W out of it
 * from row t and column l on, counted from 0, and then mirrors it from left to right where f = 1, for
 * k = (t (2 P + 1) + l) 2 + f: torchvision's RandomCrop(size, padding) and RandomHorizontalFlip.
 *
 * loss: as torch.nn.functional.cross_entropy; -(1 - p)^gamma log p; or 1/C (scale (z_y - target)^2 + sum of the other
 * z^2), which for 1 and 1 is torch.nn.functional.mse_loss on one-hot targets. Means over the batch.
 *
 * penalty: half of the number times the batch mean of |h|^2, h being the feature, is added to the loss before it is
 * differentiated. The losses that nc_trainer_run and nc_trainer_differentiate report are without it, as they are without
 * weight decay.
 *
 * optimizer: as torch.optim.SGD, Adam and AdamW; sgdw is SGD on (1 - rate * weight_decay) p; muon is torch.optim.Muon on
 * weights (kernels and matrices, a kernel as the matrix O x (I * height * width)), or on hidden ones (all but the matrix
 * that gives logits), and torch.optim.AdamW with others_rate times the rate on what is left. Parameters that the plan
 * calls frozen stay as they are; every other one is in one group: all of them; weights (kernels and matrices); others
 * (of one dimension: biases and norms). An optimizer whose step is no linear map of what has no gradient (adam, adamw,
 * muon) is refused on a plan with taps= or repeat= (lazy decay, below).
 */
NC_API int32_t nc_trainer_create(nc_network* network, nc_images* images, const char* recipe, uint64_t recipe_bytes,
                                 nc_trainer** trainer, nc_error* error);
NC_API int32_t nc_trainer_free(nc_trainer* trainer, nc_error* error);

/*
 * Runs steps first_step .. first_step + steps − 1 of an epoch whose images come in the order `order`
 * (`count` indices), each changed as `changes` (one for each of `order`; null and 0 where the recipe has no augment
 * line) says; step s takes order[s·batch .. (s+1)·batch), the last step what is left.
 * totals[0] += sum over samples of the loss, totals[1] += correct predictions, totals[2] += samples, each as
 * the training forward pass saw them. *done: the steps that were taken, all of them or, where the call fails on its
 * way, those before; where arguments are refused, 0. Of two trainers on a network, one is refused until the other is
 * flushed.
 */
NC_API int32_t nc_trainer_run(nc_trainer* trainer, const int64_t* order, uint64_t count, const int64_t* changes,
                              uint64_t changes_count, int32_t batch, uint64_t first_step, uint64_t steps,
                              double learning_rate, double* totals, uint64_t totals_bytes, uint64_t* done,
                              nc_error* error);

/*
 * steps: how many steps so far repeated a recorded one (on the CPU, which takes part for the sake of one code, that is
 * the same work done again). `reason`, with room for `capacity` bytes: why steps are not recorded any more, as a text
 * that ends in a NUL byte; empty where nothing hinders it. Longer texts are cut.
 */
NC_API int32_t nc_trainer_recorded(nc_trainer* trainer, uint64_t* steps, char* reason, uint64_t capacity,
                                   nc_error* error);

/* One training forward and backward pass on the given images as they are, no update: *loss is the batch mean. */
NC_API int32_t nc_trainer_differentiate(nc_trainer* trainer, const int64_t* indices, uint64_t count, double* loss,
                                        nc_error* error);

/* The gradient of the last differentiate call, in the parameter's full shape. A frozen parameter has none. */
NC_API int32_t nc_trainer_read_gradient(nc_trainer* trainer, const char* name, uint64_t name_bytes, void* data,
                                        uint64_t bytes, nc_error* error);

/*
 * Lazy decay: kernel taps that only ever meet padding get no gradient, nor do the differences between columns of a matrix
 * that read the same number (repeat=); weight decay and momentum still move them, all by one linear map of (value,
 * momentum), which the trainer multiplies up and applies here, to network and momentum. Call it before reading a state
 * dict. nc_trainer_free does it, too.
 */
NC_API int32_t nc_trainer_flush(nc_trainer* trainer, nc_error* error);

/*
 * All that training goes on from, in lines as nc_network_state has them: the network's entries; the optimizer's for each
 * trained parameter, in its full shape (`momentum.NAME`; `exp_avg.NAME`, `exp_avg_sq.NAME`; of muon one or the others);
 * of each matrix with repeat=n `live.NAME` and `live.momentum.NAME`, O x I / n: the sums of the n columns that read one
 * input over the root of n, which steps change; `lazy_decay.map`, row-major 2 x 2, where the optimizer has one; `steps`, how
 * many were taken. Reading and writing copy an entry as it is: dead taps and their momentum without what the map puts off,
 * a matrix with repeat= and its momentum as they were when last flushed or written. That is what an exact resume needs.
 * Writing such a matrix or its momentum sets its live. entry, too: write that one after it. Writing is refused while another
 * trainer of the network puts steps off. `bytes` must be exact.
 */
NC_API int32_t nc_trainer_state(nc_trainer* trainer, char* text, uint64_t capacity, uint64_t* needed, nc_error* error);
NC_API int32_t nc_trainer_read(nc_trainer* trainer, const char* name, uint64_t name_bytes, void* data, uint64_t bytes,
                               nc_error* error);
NC_API int32_t nc_trainer_write(nc_trainer* trainer, const char* name, uint64_t name_bytes, const void* data,
                                uint64_t bytes, nc_error* error);

/* ---- ranks: processes that train one network together, on the CPU or on GPUs, one a process ---- */

/*
 * Meets `count` processes, at least 2, each of which calls this with its own rank from 0 on: rank 0 listens at `host` and
 * `port`, where the others find it. Waits until all are there, `patience_ms` at most. What is called on ranks, or on a
 * trainer that shares its steps among them, is called by all of them in the same order; it fails on each as soon as a
 * process has ended, and after that fails always.
 */
NC_API int32_t nc_ranks_create(int32_t rank, int32_t count, const char* host, uint64_t host_bytes, int32_t port,
                               uint64_t patience_ms, nc_ranks** ranks, nc_error* error);
NC_API int32_t nc_ranks_free(nc_ranks* ranks, nc_error* error);

/* Each of `values` becomes its sum over the ranks: the same bits on all of them, and each time. */
NC_API int32_t nc_ranks_sum(nc_ranks* ranks, double* values, uint64_t bytes, nc_error* error);

/* `data` of rank 0 comes to all others; these wait as long as it takes. */
NC_API int32_t nc_ranks_broadcast(nc_ranks* ranks, void* data, uint64_t bytes, nc_error* error);

/*
 * From now on the steps of nc_trainer_run are taken by all ranks together: each is given the same arguments, takes the
 * images at places B r / R to B (r + 1) / R - 1 (rounded down) of a batch of B, and all update alike, by the gradient of the
 * mean over the whole batch. `totals` are those of all ranks. synchronised (0 or 1): batch norm's statistics are those
 * of the whole batch, as torch.nn.SyncBatchNorm has them, so that a step is that of one process up to rounding; else each
 * rank has those of its own images, and rank 0's running statistics are the network's. All ranks begin with the same
 * state: see nc_trainer_read. nc_trainer_differentiate stays a process's own. Borrows the ranks: free the trainer before
 * them. On CUDA, NCCL sums (libnccl.so.2 is looked up), and steps are not recorded.
 */
NC_API int32_t nc_trainer_share(nc_trainer* trainer, nc_ranks* ranks, int32_t synchronised, nc_error* error);

/* ---- features of a split, and their sufficient statistics (all sums in float64) ---- */

/*
 * Runs the network in evaluation mode over all images. `reads` is a text that says what leaves:
 *
 *   loss kind=cross_entropy label_smoothing=0      as in nc_trainer_create; one
 *   read value=feature form=flattened              one or more
 *
 * value: feature, logits or a number of the plan; form: flattened (C*H*W values of a map) or pooled (C means over
 * positions), of vectors the same. Each becomes features of its own, in that order: `features` has room for `count`
 * handles, one for each. Where N times all their widths values fit into `keep_bytes` they stay on the device; otherwise
 * each later call computes them again, batch by batch, and is refused once the network has changed. totals: sum of the
 * loss, correct predictions, samples; the last rises while the call works, and may be looked at from another thread.
 * Borrows network and images.
 */
NC_API int32_t nc_features_extract(nc_network* network, nc_images* images, const char* reads, uint64_t reads_bytes,
                                   int32_t batch, uint64_t keep_bytes, double* totals, uint64_t totals_bytes,
                                   nc_features** features, uint64_t count, nc_error* error);

/* Given features: `values` is N × d of the given precision (copied), `labels` N entries in 0..classes−1. */
NC_API int32_t nc_features_create(const void* values, uint64_t bytes, int32_t precision, const int32_t* labels,
                                  uint64_t count, uint64_t width, int32_t classes, const char* device,
                                  uint64_t device_bytes, nc_features** features, nc_error* error);
NC_API int32_t nc_features_free(nc_features* features, nc_error* error);

/* N, d, C and precision, into shape[4]. */
NC_API int32_t nc_features_shape(nc_features* features, int64_t* shape, uint64_t shape_bytes, nc_error* error);

/* Rows first .. first + count − 1 in the features' precision, and their labels. */
NC_API int32_t nc_features_read(nc_features* features, uint64_t first, uint64_t count, void* values, uint64_t bytes,
                                int32_t* labels, uint64_t labels_bytes, nc_error* error);

/* counts[c] = n_c; sums (C × d): the sum of the features of class c. */
NC_API int32_t nc_features_class_sums(nc_features* features, double* counts, uint64_t counts_bytes, double* sums,
                                      uint64_t sums_bytes, nc_error* error);

/*
 * Around `means` (C × d): scatter (K × K) = Σ_i (U e_i)(U e_i)ᵀ with e_i = h_i − means[y_i] and U = basis
 * (K × d); deviations[c] = Σ_{y_i = c} ‖e_i‖².
 */
NC_API int32_t nc_features_within_class(nc_features* features, const double* means, uint64_t means_bytes,
                                        const double* basis, uint64_t basis_bytes, uint64_t modes, double* scatter,
                                        uint64_t scatter_bytes, double* deviations, uint64_t deviations_bytes,
                                        nc_error* error);

/* scatter (d × d) = Σ_i e_i e_iᵀ. */
NC_API int32_t nc_features_scatter(nc_features* features, const double* means, uint64_t means_bytes, double* scatter,
                                   uint64_t scatter_bytes, nc_error* error);

/*
 * With p = argmax(Wh + b), q = argmax(Wh), r = argmin_c ‖h − centres[c]‖ (lowest index on ties):
 * counts = #(p = label), #(r = label), #(p = r), #(q = r).
 */
NC_API int32_t nc_features_decisions(nc_features* features, const double* centres, uint64_t centres_bytes,
                                     const double* weight, uint64_t weight_bytes, const double* bias,
                                     uint64_t bias_bytes, int64_t* counts, uint64_t counts_bytes, nc_error* error);

/* How often argmax(Wh + b) = label. */
NC_API int32_t nc_features_correct(nc_features* features, const double* weight, uint64_t weight_bytes,
                                   const double* bias, uint64_t bias_bytes, int64_t* correct, nc_error* error);

/* argmax(Wh + b) for every sample: N entries. */
NC_API int32_t nc_features_predictions(nc_features* features, const double* weight, uint64_t weight_bytes,
                                       const double* bias, uint64_t bias_bytes, int32_t* predictions,
                                       uint64_t predictions_bytes, nc_error* error);

#ifdef __cplusplus
}
#endif
#endif
