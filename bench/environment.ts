/**
 * What deno.json's tasks set for the commands that compute in native: one arena of memory among all threads, and a
 * workspace of cuBLAS with which it can compute deterministically on CUDA.
 */
export const TASK_ENVIRONMENT = { MALLOC_ARENA_MAX: "1", CUBLAS_WORKSPACE_CONFIG: ":4096:8" };
