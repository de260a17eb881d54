/** The processes that train one run together: what rank 0 tells the others, and what all agree on. */
import { Library } from "../ffi/library.ts";
import type { Buffer } from "../ffi/network.ts";
import { type Meeting, Ranks } from "../ffi/ranks.ts";
import type { Trainer } from "../ffi/trainer.ts";
import { readState } from "./checkpoint.ts";
import { deviceOfRank } from "./library.ts";

/** A process's place among the others, and on its machine. */
export interface RankPlace extends Meeting {
  /** Its number among those of its machine, from 0 on. */
  readonly local: number;
}

/** Seconds in which all ranks are to be started. */
const PATIENCE = 300;

/** What a rank would do next. */
export interface Next {
  /** Whether it was asked to stop. */
  readonly stop: boolean;
  readonly steps: number;
}

/**
 * One of several processes, each of which calls the same methods in the same order. A call fails, on all of them, as soon
 * as a process has ended.
 */
export class Together implements Disposable {
  readonly #library: Library;
  readonly #ranks: Ranks;
  readonly #local: number;

  private constructor(library: Library, ranks: Ranks, local: number) {
    this.#library = library;
    this.#ranks = ranks;
    this.#local = local;
  }

  /** Waits for the others. Throws where they are not there in time. */
  static async meet(
    { local, ...meeting }: RankPlace,
    { patience = PATIENCE }: { patience?: number } = {},
  ): Promise<Together> {
    const library = Library.open();
    try {
      return new Together(library, await Ranks.meet(library, meeting, { patience }), local);
    } catch (error) {
      library.close();
      throw error;
    }
  }

  get count(): number {
    return this.#ranks.count;
  }

  /** This process's own device where `device` was asked for. Throws where there is none. */
  deviceOf(device: string): string {
    return deviceOfRank(device, { local: this.#local, cuda: this.#library.describe().cuda });
  }

  /** Rank 0 tells the others, which wait for it as long as it takes. */
  async tell(said: unknown): Promise<void> {
    const bytes = new TextEncoder().encode(JSON.stringify(said));
    await this.#ranks.broadcast(Float64Array.of(bytes.length));
    await this.#ranks.broadcast(bytes);
  }

  /** What rank 0 tells, at the other ranks. */
  async hear(): Promise<unknown> {
    const length = new Float64Array(1);
    await this.#ranks.broadcast(length);
    const bytes = new Uint8Array(length[0]!);
    await this.#ranks.broadcast(bytes);
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  /** What all do next: they stop where one of them was asked to, and else take as many steps as rank 0 would. */
  async agree({ stop, steps }: Next): Promise<Next> {
    const votes = Float64Array.of(Number(stop), this.#ranks.rank === 0 ? steps : 0);
    await this.sum(votes);
    return { stop: votes[0]! > 0, steps: votes[1]! };
  }

  /** Each value becomes its sum over the ranks. */
  async sum(values: Float64Array<ArrayBuffer>): Promise<void> {
    await this.#ranks.sum(values);
  }

  /** All go on from rank 0's state, and take their steps together from now on. */
  async share(
    trainer: Trainer,
    { batchNorm }: { readonly batchNorm: "synchronised" | "rank" },
  ): Promise<void> {
    for (const [name, { data }] of readState(trainer)) {
      await this.#ranks.broadcast(data);
      if (this.#ranks.rank > 0) trainer.write(name, data as Buffer);
    }
    trainer.share(this.#ranks, { synchronised: batchNorm === "synchronised" });
  }

  [Symbol.dispose](): void {
    this.#ranks.free();
    this.#library.close();
  }
}
