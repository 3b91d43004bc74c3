/**
 * What the default branch says about the workflows that a certificate names; `not-asked` where only the certificate was read, which a forge or a clone has to
 * make up for.
 */
export type SignerReview =
  | 'not-asked'
  | {
      /** Whether the workflow file of the run is one that the default branch has or had. */
      readonly build: boolean;
      /** Whether the default branch calls, or called, the workflow that signed at that commit. */
      readonly signer: 'held' | 'never-held' | 'distrusted';
      /** Whether it believes signatures of self-hosted runners. */
      readonly selfHosted: boolean;
    };

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
      /** .10: commit of the workflow that signed. */
      readonly workflowCommit: string | undefined;
      /** .11: `github-hosted` or `self-hosted`. */
      readonly runnerEnvironment: string | undefined;
      /** .18 and .19: workflow file of the run, with the server and a ref, and the commit that it was read at. */
      readonly buildConfig: { readonly workflow: string; readonly commit: string } | undefined;
      /** .21: address of the attempt of the run. */
      readonly runAttempt: string | undefined;
      readonly review: SignerReview;
    }
  | { readonly kind: 'key'; readonly file: string; readonly payload: Uint8Array; readonly keyId: string };

/** Checks signatures offline. */
export interface SignatureReader {
  /** Ids of the public keys that were given: whom a demand may name. */
  readonly keyIds: readonly string[];
  /** One fact for each signature file of a bundle. */
  read(files: ReadonlyMap<string, Uint8Array>): Promise<readonly SignatureFact[]>;
}
