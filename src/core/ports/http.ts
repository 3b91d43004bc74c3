export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** For the whole exchange, body included. */
  readonly timeoutMs: number;
  /** Default 16 MiB. */
  readonly maxBytes?: number;
}

/** An exchange that took place, whatever its status, or the reason why there was none. Redirects are not followed to another origin. */
export type HttpResult =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array }
  | {
      readonly kind: 'unreachable';
      readonly reason: 'refused' | 'timeout' | 'name' | 'closed' | 'tls' | 'too-large' | 'redirect' | 'address';
      readonly detail: string;
    };

export interface Http {
  request(request: HttpRequest): Promise<HttpResult>;
}
