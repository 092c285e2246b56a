/** Keeps the last result of what painting asks for again and again. */

/** The last result is kept: a state is painted row by row, and most changes leave a list alone. */
export function lastOf<A extends readonly unknown[], R>(compute: (...inputs: A) => R): (...inputs: A) => R {
  let last: { readonly inputs: A; readonly result: R } | undefined;
  return (...inputs) => {
    if (last === undefined || inputs.some((input, index) => input !== last?.inputs[index])) {
      last = { inputs, result: compute(...inputs) };
    }
    return last.result;
  };
}
