/** Loaded before a program: it then finds itself on Windows, as far as Deno says. */

const listen = Deno.addSignalListener;
Object.defineProperty(Deno, "build", { value: { ...Deno.build, os: "windows" } });
Object.defineProperty(Deno, "addSignalListener", {
  value: (name: Deno.Signal, handler: () => void) => {
    if (!["SIGINT", "SIGBREAK", "SIGHUP"].includes(name)) {
      throw new TypeError(`Windows only supports ctrl-c (SIGINT), ctrl-break and ctrl-close, found ${name}`);
    }
    listen(name, handler);
  },
});
