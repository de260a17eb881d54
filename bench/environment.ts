/** What deno.json's tasks set for the commands that compute in native: one arena of memory among all threads. */
export const TASK_ENVIRONMENT = { MALLOC_ARENA_MAX: "1" };
