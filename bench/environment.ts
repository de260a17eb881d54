/**
 * What deno.json's tasks set for the commands that compute in native: one arena of memory among all threads, and
 * OpenMP threads that wait for each other in a loop for some 10 µs before they go to sleep.
 */
export const TASK_ENVIRONMENT = { MALLOC_ARENA_MAX: "1", GOMP_SPINCOUNT: "1000" };
