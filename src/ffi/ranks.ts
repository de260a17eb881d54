/** Processes that train one network together, as one of them sees it. */
import { Handle, HandleSlot, sized, text } from "./handle.ts";
import type { Library } from "./library.ts";

/** Where processes meet. */
export interface Meeting {
  /** This process's, from 0 on. */
  readonly rank: number;
  /** How many there are, 2 or more. */
  readonly count: number;
  /** Where rank 0 listens, and others find it. */
  readonly host: string;
  readonly port: number;
}

/**
 * What is called here is called by every rank, in the same order. Calls fail as soon as a process has ended, and from then on.
 */
export class Ranks extends Handle {
  private constructor(library: Library, slot: HandleSlot, readonly rank: number, readonly count: number) {
    super(library, slot, "nc_ranks_free");
  }

  /** Waits until all are there, at most `patience` seconds. */
  static async meet(
    library: Library,
    { rank, count, host, port }: Meeting,
    { patience }: { patience: number },
  ): Promise<Ranks> {
    const slot = new HandleSlot();
    const milliseconds = BigInt(Math.round(1000 * patience));
    await library.callLong("nc_ranks_create", rank, count, ...text(host), port, milliseconds, slot.place);
    return new Ranks(library, slot, rank, count);
  }

  /** Each value becomes its sum over the ranks, the same bits on all of them. */
  async sum(values: Float64Array<ArrayBuffer>): Promise<void> {
    await this.callLong("nc_ranks_sum", this.address, ...sized(values));
  }

  /** What rank 0 has in `data` comes to all others, which wait as long as it takes. */
  async broadcast(data: ArrayBufferView): Promise<void> {
    await this.callLong("nc_ranks_broadcast", this.address, ...sized(data));
  }
}
