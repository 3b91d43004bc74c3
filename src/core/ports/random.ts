export interface Random {
  /** Bytes fit for keys. */
  bytes(length: number): Uint8Array;
}
