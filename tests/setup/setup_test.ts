/** Set-up from beginning to end, on machines where this or that is missing. */
import assert from "node:assert/strict";
import { setUp } from "../../src/setup/setup.ts";
import { test, withTemporaryFolder } from "../support.ts";
import {
  buildTools,
  type Command,
  fail,
  type FakeMachine,
  fakeMachine,
  pythonCommand,
  succeed,
  writeLibtorch,
  writeProject,
} from "./machine.ts";

const FILES = ["read", "write"] as const;

projectTest("set-up installs torch, builds the library and records both", async (root) => {
  const machine = machineWithPip(installs);
  const { record, changed } = await setUp(root, machine);
  assert.equal(changed, true);
  assert.equal(record.libtorch, `${root}/.libtorch/torch`);
  assert.equal(record.version, "2.13.0+cpu");
  assert.deepEqual([record.python, record.pythonPath], ["/usr/bin/python3", `${root}/.libtorch`]);
  assert.equal(await Deno.readTextFile(record.library), "library");
  assert.deepEqual(JSON.parse(await Deno.readTextFile(`${root}/native/build/setup.json`)), record);
  assert.match(machine.said.join("\n"), /libtorch 2\.13\.0\+cpu \(CPU\).*with GNU 12\.2\.0/s);
});

projectTest("a second set-up does nothing and says nothing", async (root) => {
  await setUp(root, machineWithPip(installs));
  const again = machineWithPip(installs);
  assert.equal((await setUp(root, again)).changed, false);
  assert.deepEqual(again.said, []);
  assert.deepEqual(again.ran.filter((line) => /cmake|pip/.test(line)), []);
});

projectTest(
  "set-up builds again when a source, LIBTORCH, CXX or the library itself has changed",
  async (root) => {
    const variables: Record<string, string> = {};
    const run = async () => {
      const { record, changed } = await setUp(root, machineWithPip(installs, variables));
      return changed ? record : null;
    };
    const first = await run();
    assert.ok(first);
    assert.equal(await run(), null);
    await Deno.writeTextFile(`${root}/native/src/device.cpp`, "int two;");
    assert.ok(await run());
    await Deno.writeTextFile(`${root}/native/src/new.cpp`, "int three;");
    assert.ok(await run());
    await Deno.mkdir(`${root}/native/src/kernels`);
    await Deno.writeTextFile(`${root}/native/src/kernels/panels.cpp`, "int four;");
    assert.ok(await run());
    await Deno.writeTextFile(`${root}/native/src/kernels/panels.cpp`, "int five;");
    assert.ok(await run());
    variables.CXX = "clang++";
    assert.ok(await run());
    await Deno.remove((await run() ?? first).library);
    variables.LIBTORCH = await writeLibtorch(`${root}/other`, "2.6.0");
    assert.equal((await run())?.version, "2.6.0");
    delete variables.LIBTORCH;
    delete variables.CXX;
    assert.ok(await run());
    assert.equal(await run(), null);
  },
);

projectTest(
  "the active Python's torch is used, and set-up runs again when that torch changes",
  async (root) => {
    const torch = await writeLibtorch(`${root}/site-packages/torch`, "2.6.0");
    const machine = () => fakeMachine({ commands: { ...buildTools(), python3: pythonCommand(torch) } });
    assert.equal((await setUp(root, machine())).record.libtorch, torch);
    await writeLibtorch(torch, "2.7.0");
    assert.equal((await setUp(root, machine())).record.version, "2.7.0");
  },
);

projectTest("of two set-ups at once the second waits for the first and finds its work done", async (root) => {
  const first = machineWithPip(installs);
  const second = machineWithPip(installs);
  const results = await Promise.all([setUp(root, first), setUp(root, second)]);
  assert.deepEqual(results.map(({ changed }) => changed).sort(), [false, true]);
  assert.deepEqual(results[0].record, results[1].record);
  assert.equal([...first.ran, ...second.ran].filter((line) => line.startsWith("cmake --build")).length, 1);
  assert.match([...first.said, ...second.said].join("\n"), /another set-up is under way/);
});

projectTest(
  "without an NVIDIA driver the CPU build is asked for first, then the default build",
  async (root) => {
    const machine = machineWithPip((target, requirement) => {
      return requirement.endsWith("+cpu")
        ? fail("ERROR: No matching distribution found for torch")
        : installs(target);
    });
    await setUp(root, machine);
    assert.deepEqual(requirements(machine), ["torch==2.13.0+cpu", "torch==2.13.0"]);
  },
);

projectTest("with an NVIDIA driver the default build is installed", async (root) => {
  const commands = {
    ...buildTools(),
    python3: pythonCommand(null, installs),
    "nvidia-smi": () => succeed("GPU 0"),
  };
  const machine = fakeMachine({ commands });
  await setUp(root, machine);
  assert.deepEqual(requirements(machine), ["torch==2.13.0"]);
});

projectTest("a copy that pip left unfinished, or that is not usable, is replaced", async (root) => {
  await Deno.mkdir(`${root}/.libtorch.part/torch`, { recursive: true });
  await writeLibtorch(`${root}/.libtorch/torch`, "2.1.0");
  const machine = machineWithPip(installs);
  assert.equal((await setUp(root, machine)).record.version, "2.13.0+cpu");
  assert.match(machine.said.join("\n"), /own copy: expected libtorch 2\.5 or newer, found 2\.1\.0/);
});

const FAILURES: Record<string, { machine: () => FakeMachine; message: RegExp }> = {
  "no compiler": {
    machine: () => fakeMachine({ commands: { cmake: () => succeed("cmake version 3.25.1") } }),
    message: /^no C\+\+ compiler was found.*sudo apt install g\+\+$/,
  },
  "no CMake": {
    machine: () => fakeMachine({ commands: { "c++": () => succeed() } }),
    message: /^CMake was not found.*sudo apt install cmake$/,
  },
  "an old CMake": {
    machine: () =>
      fakeMachine({ commands: { ...buildTools(), cmake: () => succeed("cmake version 3.10.2") } }),
    message: /^expected CMake 3\.18 or newer, found 3\.10/,
  },
  "no Python": {
    machine: () => fakeMachine({ commands: buildTools() }),
    message: /^no libtorch is here, and no Python to install it with.*sudo apt install python3-pip$/,
  },
  "an old Python": {
    machine: () =>
      fakeMachine({ commands: { ...buildTools(), python3: pythonCommand(null, installs, "3.8.10") } }),
    message: /^expected Python 3\.10 or newer to install torch 2\.13\.0, found 3\.8\.10/,
  },
  "no pip": {
    machine: () =>
      fakeMachine({
        commands: {
          ...buildTools(),
          python3: (args) => args[0] === "-c" ? pythonCommand(null)(args) : fail("No module named pip"),
        },
      }),
    message: /^Python is here, but its pip is not.*sudo apt install python3-pip$/,
  },
  "no network": {
    machine: () =>
      machineWithPip(
        failsHalfway("WARNING: Retrying (Retry(total=4))\nERROR: No matching distribution found"),
      ),
    message: /^pip could not reach its package index; check the network.*PIP_INDEX_URL/,
  },
  "no wheel for this Python": {
    machine: () => machineWithPip(failsHalfway("ERROR: No matching distribution found for torch==2.13.0")),
    message: /^pip's indexes have no torch 2\.13\.0 for Python 3\.11\.7/,
  },
  "a full disk": {
    machine: () => machineWithPip(failsHalfway("ERROR: [Errno 28] No space left on device")),
    message: /^the disk is full/,
  },
  "a pip that fails in another way": {
    machine: () => machineWithPip(failsHalfway("ERROR: hash mismatch")),
    message: /^pip could not install torch 2\.13\.0; its output is above$/,
  },
};

for (const [what, { machine, message }] of Object.entries(FAILURES)) {
  projectTest(`${what}: one line says what helps, and nothing is left behind`, async (root) => {
    const before = await list(root);
    await assert.rejects(setUp(root, machine()), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
    assert.deepEqual(await list(root), before);
  });
}

projectTest("a build that fails shows the compiler's output and leaves no build tree", async (root) => {
  const commands = buildTools();
  const machine = fakeMachine({
    variables: { LIBTORCH: await writeLibtorch(`${root}/torch`) },
    commands: {
      ...commands,
      cmake: (args) =>
        args[0] === "--build" ? fail("device.cpp:3: error: expected ';'") : commands.cmake!(args),
    },
  });
  await assert.rejects(setUp(root, machine), /^Error: the C\+\+ compiler could not build native\//);
  assert.match(machine.said.join("\n"), /expected ';'/);
  assert.deepEqual(await list(`${root}/native/build`), ["setup.lock"]);
});

projectTest("an interrupted installation leaves nothing behind", async (root) => {
  const interrupt = new AbortController();
  const python3 = pythonCommand(null, async (target) => {
    await Deno.mkdir(`${target}/torch`, { recursive: true });
    interrupt.abort(new Error("interrupted"));
    interrupt.signal.throwIfAborted();
    return succeed();
  });
  const machine = fakeMachine({ commands: { ...buildTools(), python3 }, signal: interrupt.signal });
  await assert.rejects(setUp(root, machine), /interrupted/);
  assert.deepEqual((await list(root)).filter((name) => name.startsWith(".libtorch")), []);
});

projectTest("a build that was killed is thrown away and built afresh", async (root) => {
  const { record } = await setUp(root, machineWithPip(installs));
  const folder = record.library.slice(0, record.library.lastIndexOf("/"));
  await Deno.writeTextFile(`${folder}/unfinished`, "");
  await Deno.writeTextFile(`${folder}/objects/half.o`, "");
  await Deno.writeTextFile(`${root}/native/src/device.cpp`, "int two;");
  await setUp(root, machineWithPip(installs));
  assert.deepEqual(await list(folder), ["libnc.so", "objects"]);
  assert.deepEqual(await list(`${folder}/objects`), ["libnc.so"]);
});

projectTest(
  "on macOS set-up takes a Python's torch, builds a .dylib, and names what is missing",
  async (root) => {
    const torch = await writeLibtorch(`${root}/python/torch`, "2.13.0", "dylib");
    const all = { ...buildTools("libnc.dylib"), python3: pythonCommand(torch) };
    const without = (name: string) => {
      const { [name]: _, ...commands } = all as Record<string, Command>;
      return setUp(root, fakeMachine({ os: "darwin", commands }));
    };
    await assert.rejects(
      without("cmake"),
      /^Error: CMake was not found[^\n]*; get it with: brew install cmake$/,
    );
    await assert.rejects(
      without("c++"),
      /^Error: no C\+\+ compiler[^\n]*; get it with: xcode-select --install$/,
    );
    await assert.rejects(
      without("python3"),
      /^Error: no libtorch is here[^\n]*; get it with: brew install python$/,
    );
    const { record } = await setUp(root, fakeMachine({ os: "darwin", commands: all }));
    assert.equal(record.libtorch, torch);
    assert.match(record.library, /\/libnc\.dylib$/);
  },
);

projectTest("a system other than Linux and macOS is refused, with what works there", async (root) => {
  for (const [os, remedy] of [["windows", /in WSL/], ["freebsd", /another machine/]] as const) {
    await assert.rejects(setUp(root, fakeMachine({ os, packageManager: null })), (error: Error) => {
      assert.match(error.message, new RegExp(`expected Linux or macOS to build native/ on, found ${os}`));
      assert.match(error.message, remedy);
      assert.match(error.message, /^[^\n]*what needs no libtorch works here[^\n]*npx neural-collapse[^\n]*$/);
      return true;
    });
  }
});

test("the command of set-up says on Windows in one line what is missing", ["read", "run"], async () => {
  const place = (path: string) => new URL(path, import.meta.url).pathname;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--preload", place("as_windows.ts"), place("../../src/cli/setup.ts")],
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 1);
  assert.match(
    new TextDecoder().decode(stderr),
    /^error: expected Linux or macOS[^\n]*, found windows[^\n]*\n$/,
  );
});

function projectTest(name: string, body: (root: string) => Promise<void>): void {
  test(
    name,
    FILES,
    () => withTemporaryFolder(async (folder) => body(await writeProject(await Deno.realPath(folder)))),
  );
}

function machineWithPip(
  install: Parameters<typeof pythonCommand>[1],
  variables: Record<string, string> = {},
): FakeMachine {
  return fakeMachine({ variables, commands: { ...buildTools(), python3: pythonCommand(null, install) } });
}

async function installs(target: string): Promise<ReturnType<typeof succeed>> {
  await writeLibtorch(`${target}/torch`);
  return succeed();
}

/** A pip that ends in an error after it wrote part of the package. */
function failsHalfway(stderr: string): (target: string) => Promise<ReturnType<typeof fail>> {
  return async (target) => {
    await Deno.mkdir(`${target}/torch`, { recursive: true });
    return fail(stderr);
  };
}

function requirements(machine: FakeMachine): string[] {
  return machine.ran.filter((line) => line.includes("--target")).map((line) => line.split(" ").at(-1) ?? "");
}

/** The names in a folder, sorted. */
async function list(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map((entry) => entry.name).sort();
}
