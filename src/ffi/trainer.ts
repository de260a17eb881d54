/** Stochastic gradient descent in native: many steps a call. */
import { NativeError } from "./error.ts";
import { Handle, HandleSlot, precisionCode, sized, text } from "./handle.ts";
import type { Images } from "./images.ts";
import type { Library } from "./library.ts";
import type { Buffer, Network } from "./network.ts";

/** Sums over the samples of some steps, as the training forward pass saw them. */
export interface StepTotals {
  readonly loss: number;
  readonly correct: number;
  readonly samples: number;
}

/** What steps did to the kernel taps that never meet data and was not applied yet; see nc.h. */
export interface Pending {
  /** Row-major 2 × 2 over (value, momentum). */
  readonly map: Float64Array<ArrayBuffer>;
  readonly steps: number;
}

export interface TrainerOptions {
  readonly momentum: number;
  readonly weightDecay: number;
  /** "bfloat16", beside a float32 network: PyTorch's autocast; see nc.h. Else the network's own precision. */
  readonly activations?: "bfloat16" | undefined;
  /** On CUDA, record a step as a CUDA graph and launch it as a whole; the numbers are the same. */
  readonly graphs?: boolean;
}

export class Trainer extends Handle {
  private constructor(library: Library, slot: HandleSlot, borrowed: readonly Handle[]) {
    super(library, slot, "nc_trainer_free", borrowed);
  }

  /** Borrows `network` and `images`: free the trainer before them. */
  static create(
    library: Library,
    network: Network,
    images: Images,
    { momentum, weightDecay, activations, graphs = true }: TrainerOptions,
  ): Trainer {
    const slot = new HandleSlot();
    library.call(
      "nc_trainer_create",
      network.address,
      images.address,
      momentum,
      weightDecay,
      precisionCode(activations ?? network.precision),
      Number(graphs),
      slot.place,
    );
    return new Trainer(library, slot, [network, images]);
  }

  /**
   * Steps firstStep .. firstStep + steps − 1 of an epoch whose images come in `order`. Throws a NativeError, which says
   * how many of them were done, where one fails.
   */
  async run(
    order: BigInt64Array<ArrayBuffer>,
    { batchSize, firstStep, steps, learningRate }: {
      batchSize: number;
      firstStep: number;
      steps: number;
      learningRate: number;
    },
  ): Promise<StepTotals> {
    const totals = new Float64Array(3);
    const done = new BigUint64Array(1);
    try {
      await this.callLong(
        "nc_trainer_run",
        this.address,
        order,
        BigInt(order.length),
        batchSize,
        BigInt(firstStep),
        BigInt(steps),
        learningRate,
        ...sized(totals),
        done,
      );
    } catch (error) {
      if (!(error instanceof NativeError) || done[0] === 0n) throw error;
      throw new NativeError(error.code, `${error.message} (after ${done[0]} of ${steps} steps)`);
    }
    return { loss: totals[0], correct: totals[1], samples: totals[2] };
  }

  /** How many steps repeated a recorded one, and, where steps cannot be recorded, why. */
  recorded(): { steps: number; whyNot: string | null } {
    const steps = new BigUint64Array(1);
    const reason = new Uint8Array(1024);
    this.library.call("nc_trainer_recorded", this.address, steps, ...sized(reason));
    const whyNot = new TextDecoder().decode(reason.subarray(0, reason.indexOf(0)));
    return { steps: Number(steps[0]), whyNot: whyNot === "" ? null : whyNot };
  }

  /** One forward and backward pass without an update; returns the mean loss. */
  async differentiate(indices: BigInt64Array<ArrayBuffer>): Promise<number> {
    const loss = new Float64Array(1);
    await this.callLong(
      "nc_trainer_differentiate",
      this.address,
      indices,
      BigInt(indices.length),
      loss,
    );
    return loss[0];
  }

  /** The last differentiate call's gradient of the parameter `name`. */
  readGradient(name: string, data: Buffer): void {
    this.library.call("nc_trainer_read_gradient", this.address, ...text(name), ...sized(data));
  }

  /**
   * An entry of the network's state dict as it is, with dead taps that wait for what is pending: what an exact resume
   * needs, where `Network.read` refuses until the trainer is settled.
   */
  readUnsettled(name: string, data: Buffer): void {
    this.library.call("nc_trainer_read_unsettled", this.address, ...text(name), ...sized(data));
  }

  readMomentum(name: string, data: Buffer): void {
    this.library.call("nc_trainer_read_momentum", this.address, ...text(name), ...sized(data));
  }

  writeMomentum(name: string, data: Buffer): void {
    this.library.call("nc_trainer_write_momentum", this.address, ...text(name), ...sized(data));
  }

  /** Applies what is pending, to network and momentum: before a state dict is read. */
  settle(): void {
    this.library.call("nc_trainer_settle", this.address);
  }

  readPending(): Pending {
    const map = new Float64Array(4);
    const steps = new BigUint64Array(1);
    this.library.call("nc_trainer_read_pending", this.address, ...sized(map), steps);
    return { map, steps: Number(steps[0]) };
  }

  writePending({ map, steps }: Pending): void {
    this.library.call("nc_trainer_write_pending", this.address, ...sized(map), BigInt(steps));
  }
}
