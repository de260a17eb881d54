/** Training in native: many steps a call. */
import { NativeError } from "./error.ts";
import { Handle, HandleSlot, sized, text } from "./handle.ts";
import type { Images } from "./images.ts";
import type { Library } from "./library.ts";
import type { Buffer, Network } from "./network.ts";
import type { Ranks } from "./ranks.ts";
import { readEntries, type StateEntry } from "./state.ts";

/** Sums over the samples of some steps, as the training forward pass saw them. */
export interface StepTotals {
  readonly loss: number;
  readonly correct: number;
  readonly samples: number;
}

export class Trainer extends Handle {
  private constructor(library: Library, slot: HandleSlot, borrowed: readonly Handle[]) {
    super(library, slot, "nc_trainer_free", borrowed);
  }

  /**
   * Trains as the text `recipe` says (nc.h, nc_trainer_create). Borrows `network` and `images`: free the trainer before
   * them.
   */
  static create(library: Library, network: Network, images: Images, recipe: string): Trainer {
    const slot = new HandleSlot();
    library.call("nc_trainer_create", network.address, images.address, ...text(recipe), slot.place);
    return new Trainer(library, slot, [network, images]);
  }

  /**
   * Steps firstStep .. firstStep + steps − 1 of an epoch whose images come in `order`, each changed as its entry of
   * `changes` says where the recipe augments (nc.h, nc_trainer_create). Throws a NativeError, which says
   * how many of them were done, where one fails.
   */
  async run(
    order: BigInt64Array<ArrayBuffer>,
    { batchSize, firstStep, steps, learningRate, changes = null }: {
      batchSize: number;
      firstStep: number;
      steps: number;
      learningRate: number;
      changes?: BigInt64Array<ArrayBuffer> | null;
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
        changes,
        BigInt(changes?.length ?? 0),
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

  /**
   * From now on {@link run} takes steps together with the other ranks, each of which is given the same arguments; see nc.h.
   * Borrows `ranks`: free the trainer before them.
   */
  share(ranks: Ranks, { synchronised }: { synchronised: boolean }): void {
    this.library.call("nc_trainer_share", this.address, ranks.address, Number(synchronised));
    this.borrow(ranks);
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

  /** Applies lazy decay, to network and momentum: before a state dict is read. */
  flush(): void {
    this.library.call("nc_trainer_flush", this.address);
  }

  /** All that training goes on from: the network's state dict, the optimizer's state, what is put off, steps taken. */
  entries(): StateEntry[] {
    return readEntries((room, needed) =>
      this.library.call("nc_trainer_state", this.address, ...sized(room), needed)
    );
  }

  /** Copies an entry as it is, without what {@link flush} would do, into `data`, whose length must be exact. */
  read(name: string, data: Buffer): void {
    this.library.call("nc_trainer_read", this.address, ...text(name), ...sized(data));
  }

  write(name: string, data: Buffer): void {
    this.library.call("nc_trainer_write", this.address, ...text(name), ...sized(data));
  }
}
