/** What an operation may carry: JSON, and nothing that cannot be written down and read back. */
export type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | { readonly [name: string]: Value };
