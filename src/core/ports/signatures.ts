/** What a signature file of a bundle says, once its cryptography was checked; whom to believe is judged elsewhere. */
export type SignatureFact =
  | { readonly kind: 'invalid'; readonly file: string; readonly reason: string }
  | {
      readonly kind: 'sigstore';
      readonly file: string;
      /** The signed bytes: payload of the DSSE envelope. */
      readonly payload: Uint8Array;
      /** Extensions of the certificate: 1.3.6.1.4.1.57264.1.8, the SAN, .12 without the server, .20. */
      readonly issuer: string;
      readonly workflow: string;
      readonly repository: string | undefined;
      readonly event: string | undefined;
    }
  | { readonly kind: 'key'; readonly file: string; readonly payload: Uint8Array; readonly keyId: string };

/** Checks signatures offline. */
export interface SignatureReader {
  /** Ids of the public keys that were given: whom a demand may name. */
  readonly keyIds: readonly string[];
  /** One fact for each signature file of a bundle. */
  read(files: ReadonlyMap<string, Uint8Array>): Promise<readonly SignatureFact[]>;
}
