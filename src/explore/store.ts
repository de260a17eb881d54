/** What is chosen, in one place: who changes it and who shows it do not know each other. */
/// <reference lib="dom" />
import { fromFragment, type State, toFragment } from "./state.ts";

export interface Store {
  readonly state: State;
  /** Changes some of the state, writes the address and tells all listeners. */
  change(part: Partial<State>): void;
  onChange(listener: () => void): void;
}

/** Listens to the address until `signal`. */
export function storeFromAddress(signal: AbortSignal): Store {
  let state = fromFragment(location.hash);
  const listeners: (() => void)[] = [];
  const tell = () => listeners.forEach((listener) => listener());
  addEventListener("hashchange", () => {
    state = fromFragment(location.hash);
    tell();
  }, { signal });
  return {
    get state() {
      return state;
    },
    change(part) {
      state = { ...state, ...part };
      history.replaceState(null, "", `#${toFragment(state)}`);
      tell();
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
