/** A network that lives in native: built from a plan's text, its state dict read and written by name. */
import { Handle, HandleSlot, type Precision, precisionCode, sized, text } from "./handle.ts";
import type { Library } from "./library.ts";
import { readEntries, type StateEntry } from "./state.ts";

/** A typed array over its own ArrayBuffer, as FFI needs it. */
export type Buffer = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;

export class Network extends Handle {
  private constructor(
    library: Library,
    slot: HandleSlot,
    readonly device: string,
    readonly precision: Precision,
  ) {
    super(library, slot, "nc_network_free");
  }

  /** `plan` is the text of models/encode.ts; `device` "cpu", "cuda" or "cuda:<index>". Parameters start at zero. */
  static create(
    library: Library,
    plan: string,
    { device = "cpu", precision = "float32" }: { device?: string; precision?: Precision } = {},
  ): Network {
    const slot = new HandleSlot();
    library.call("nc_network_create", ...text(plan), ...text(device), precisionCode(precision), slot.place);
    return new Network(library, slot, device, precision);
  }

  /** Draws the parameters as the plan says; the values depend on `seed` alone. */
  initialise(seed: number): void {
    this.library.call("nc_network_initialise", this.address, BigInt(seed));
  }

  /** The state dict, in the plan's order. */
  entries(): StateEntry[] {
    return readEntries((room, needed) =>
      this.library.call("nc_network_state", this.address, ...sized(room), needed)
    );
  }

  /** Copies the state-dict entry `name`, row-major, into `data`, whose length must be exact. */
  read(name: string, data: Buffer): void {
    this.library.call("nc_network_read", this.address, ...text(name), ...sized(data));
  }

  write(name: string, data: Buffer): void {
    this.library.call("nc_network_write", this.address, ...text(name), ...sized(data));
  }
}
