/**
 * The symbols of native/include/nc.h, as Deno.dlopen wants them. A test compares the two: names, arity, types.
 * Long calls are non-blocking, so that progress bars, signals and timers stay alive meanwhile.
 */

/** Every function that can fail ends with the caller's error buffer and returns a status. */
const ERROR = "buffer";
/** A native object's address. As a number, not as a pointer: it needs no permission to make pointers. */
const HANDLE = "u64";

export const SYMBOLS = {
  nc_abi_version: { parameters: [], result: "i32" },
  nc_leave: { parameters: ["i32"], result: "i32" },
  nc_describe: { parameters: ["buffer", "u64", ERROR], result: "i32" },
  nc_set_threads: { parameters: ["i32", ERROR], result: "i32" },
  nc_set_deterministic: { parameters: ["i32", ERROR], result: "i32" },
  nc_live_handles: { parameters: ["buffer", ERROR], result: "i32" },

  nc_network_create: {
    parameters: ["buffer", "u64", "buffer", "u64", "i32", "buffer", ERROR],
    result: "i32",
  },
  nc_network_free: { parameters: [HANDLE, ERROR], result: "i32" },
  nc_network_initialise: { parameters: [HANDLE, "u64", ERROR], result: "i32" },
  nc_network_state: { parameters: [HANDLE, "buffer", "u64", "buffer", ERROR], result: "i32" },
  nc_network_read: { parameters: [HANDLE, "buffer", "u64", "buffer", "u64", ERROR], result: "i32" },
  nc_network_write: { parameters: [HANDLE, "buffer", "u64", "buffer", "u64", ERROR], result: "i32" },

  nc_images_create: {
    parameters: [
      "buffer",
      "u64",
      "buffer",
      "u64",
      "i32",
      "i32",
      "i32",
      "i32",
      "buffer",
      "u64",
      "buffer",
      "u64",
      "buffer",
      "u64",
      "buffer",
      ERROR,
    ],
    result: "i32",
  },
  nc_images_map: {
    parameters: [
      "buffer",
      "u64",
      "u64",
      "buffer",
      "u64",
      "buffer",
      "u64",
      "i32",
      "i32",
      "i32",
      "i32",
      "buffer",
      "u64",
      "buffer",
      "u64",
      "buffer",
      "u64",
      "buffer",
      ERROR,
    ],
    result: "i32",
  },
  nc_images_free: { parameters: [HANDLE, ERROR], result: "i32" },

  nc_trainer_create: {
    parameters: [HANDLE, HANDLE, "buffer", "u64", "buffer", ERROR],
    result: "i32",
  },
  nc_trainer_free: { parameters: [HANDLE, ERROR], result: "i32" },
  nc_trainer_run: {
    parameters: [
      HANDLE,
      "buffer",
      "u64",
      "buffer",
      "u64",
      "i32",
      "u64",
      "u64",
      "f64",
      "buffer",
      "u64",
      "buffer",
      ERROR,
    ],
    result: "i32",
    nonblocking: true,
  },
  nc_trainer_recorded: { parameters: [HANDLE, "buffer", "buffer", "u64", ERROR], result: "i32" },
  nc_trainer_differentiate: {
    parameters: [HANDLE, "buffer", "u64", "buffer", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_trainer_read_gradient: {
    parameters: [HANDLE, "buffer", "u64", "buffer", "u64", ERROR],
    result: "i32",
  },
  nc_trainer_flush: { parameters: [HANDLE, ERROR], result: "i32" },
  nc_trainer_state: { parameters: [HANDLE, "buffer", "u64", "buffer", ERROR], result: "i32" },
  nc_trainer_read: { parameters: [HANDLE, "buffer", "u64", "buffer", "u64", ERROR], result: "i32" },
  nc_trainer_write: { parameters: [HANDLE, "buffer", "u64", "buffer", "u64", ERROR], result: "i32" },

  nc_ranks_create: {
    parameters: ["i32", "i32", "buffer", "u64", "i32", "u64", "buffer", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_ranks_free: { parameters: [HANDLE, ERROR], result: "i32" },
  nc_ranks_sum: { parameters: [HANDLE, "buffer", "u64", ERROR], result: "i32", nonblocking: true },
  nc_ranks_broadcast: { parameters: [HANDLE, "buffer", "u64", ERROR], result: "i32", nonblocking: true },
  nc_trainer_share: { parameters: [HANDLE, HANDLE, "i32", ERROR], result: "i32" },

  nc_features_extract: {
    parameters: [HANDLE, HANDLE, "buffer", "u64", "i32", "u64", "buffer", "u64", "buffer", "u64", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_create: {
    parameters: ["buffer", "u64", "i32", "buffer", "u64", "u64", "i32", "buffer", "u64", "buffer", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_free: { parameters: [HANDLE, ERROR], result: "i32" },
  nc_features_shape: { parameters: [HANDLE, "buffer", "u64", ERROR], result: "i32" },
  nc_features_read: {
    parameters: [HANDLE, "u64", "u64", "buffer", "u64", "buffer", "u64", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_class_sums: {
    parameters: [HANDLE, "buffer", "u64", "buffer", "u64", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_within_class: {
    parameters: [
      HANDLE,
      "buffer",
      "u64",
      "buffer",
      "u64",
      "u64",
      "buffer",
      "u64",
      "buffer",
      "u64",
      ERROR,
    ],
    result: "i32",
    nonblocking: true,
  },
  nc_features_scatter: {
    parameters: [HANDLE, "buffer", "u64", "buffer", "u64", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_decisions: {
    parameters: [HANDLE, "buffer", "u64", "buffer", "u64", "buffer", "u64", "buffer", "u64", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_correct: {
    parameters: [HANDLE, "buffer", "u64", "buffer", "u64", "buffer", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_predictions: {
    parameters: [HANDLE, "buffer", "u64", "buffer", "u64", "buffer", "u64", ERROR],
    result: "i32",
    nonblocking: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** NC_ABI_VERSION of the header these symbols were written for. */
export const ABI_VERSION = 5;
