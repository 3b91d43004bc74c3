/** How a value is held against a limit. */
export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** A number with its unit and the limit that it was held against. */
export interface Measurement {
  /** Unique inside the gate, e.g. `http_req_duration: p(95)<300`. */
  readonly id: string;
  /** `null`: it could not be measured. */
  readonly value: number | null;
  /** UCUM where there is one (`ms`, `By`, `%`, `1`), else a plain plural (`runs`, `days`). */
  readonly unit: string;
  readonly limit?: { readonly comparison: Comparison; readonly value: number };
  readonly warnLimit?: { readonly comparison: Comparison; readonly value: number };
  /** Two-sided interval at the given confidence (0..1). */
  readonly interval?: { readonly low: number; readonly high: number; readonly confidence: number };
  readonly samples?: number;
}
