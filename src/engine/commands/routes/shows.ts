/** Makes schemas of answers, which the compiler compares with the types that are answered. */
import * as z from 'zod';

export const text = z.string();
export const num = z.number();
export const bool = z.boolean();
export const list = <S extends z.ZodType>(item: S) => z.array(item).readonly();

/** Of each member of a union. */
type KeysOf<O> = O extends unknown ? keyof O : never;

/** A schema that takes every `T`: a field of `T` that it does not have, or has otherwise, is an error of the compiler. */
export const shows =
  <T>() =>
  <S extends z.ZodType>(
    schema: S & (T extends z.output<S> ? (keyof T extends KeysOf<z.output<S>> ? unknown : never) : never),
  ): S =>
    schema;
