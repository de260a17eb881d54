/**
 * The symbols of native/include/nc.h, as Deno.dlopen wants them. A test compares the two: names, arity, types.
 * Long calls are non-blocking, so that progress bars, signals and timers stay alive meanwhile.
 */

/** Every function that can fail ends with the caller's error buffer and returns a status. */
const ERROR = "buffer";

export const SYMBOLS = {
  nc_abi_version: { parameters: [], result: "i32" },
  nc_describe: { parameters: ["buffer", "u64", ERROR], result: "i32" },
  nc_set_threads: { parameters: ["i32", ERROR], result: "i32" },
  nc_live_handles: { parameters: ["buffer", ERROR], result: "i32" },

  nc_network_create: {
    parameters: ["buffer", "u64", "buffer", "u64", "i32", "buffer", ERROR],
    result: "i32",
  },
  nc_network_free: { parameters: ["pointer", ERROR], result: "i32" },
  nc_network_initialise: { parameters: ["pointer", "u64", ERROR], result: "i32" },
  nc_network_read: { parameters: ["pointer", "buffer", "u64", "buffer", "u64", ERROR], result: "i32" },
  nc_network_write: { parameters: ["pointer", "buffer", "u64", "buffer", "u64", ERROR], result: "i32" },

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
      "buffer",
      "buffer",
      "u64",
      "buffer",
      ERROR,
    ],
    result: "i32",
  },
  nc_images_free: { parameters: ["pointer", ERROR], result: "i32" },

  nc_trainer_create: { parameters: ["pointer", "pointer", "f64", "f64", "buffer", ERROR], result: "i32" },
  nc_trainer_free: { parameters: ["pointer", ERROR], result: "i32" },
  nc_trainer_run: {
    parameters: ["pointer", "buffer", "u64", "i32", "u64", "u64", "f64", "buffer", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_trainer_differentiate: {
    parameters: ["pointer", "buffer", "u64", "buffer", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_trainer_read_gradient: {
    parameters: ["pointer", "buffer", "u64", "buffer", "u64", ERROR],
    result: "i32",
  },
  nc_trainer_read_momentum: {
    parameters: ["pointer", "buffer", "u64", "buffer", "u64", ERROR],
    result: "i32",
  },
  nc_trainer_write_momentum: {
    parameters: ["pointer", "buffer", "u64", "buffer", "u64", ERROR],
    result: "i32",
  },
  nc_trainer_settle: { parameters: ["pointer", ERROR], result: "i32" },
  nc_trainer_read_pending: { parameters: ["pointer", "buffer", "buffer", ERROR], result: "i32" },
  nc_trainer_write_pending: { parameters: ["pointer", "buffer", "u64", ERROR], result: "i32" },

  nc_features_extract: {
    parameters: ["pointer", "pointer", "i32", "u64", "buffer", "buffer", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_create: {
    parameters: ["buffer", "u64", "i32", "buffer", "u64", "u64", "i32", "buffer", "u64", "buffer", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_free: { parameters: ["pointer", ERROR], result: "i32" },
  nc_features_shape: { parameters: ["pointer", "buffer", ERROR], result: "i32" },
  nc_features_read: {
    parameters: ["pointer", "u64", "u64", "buffer", "u64", "buffer", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_class_sums: {
    parameters: ["pointer", "buffer", "buffer", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_within_class: {
    parameters: ["pointer", "buffer", "buffer", "u64", "buffer", "buffer", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_scatter: {
    parameters: ["pointer", "buffer", "buffer", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_decisions: {
    parameters: ["pointer", "buffer", "buffer", "buffer", "buffer", ERROR],
    result: "i32",
    nonblocking: true,
  },
  nc_features_predictions: {
    parameters: ["pointer", "buffer", "buffer", "buffer", "u64", ERROR],
    result: "i32",
    nonblocking: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** NC_ABI_VERSION of the header these symbols were written for. */
export const ABI_VERSION = 1;
