/** What `POST /v1/deploy/preview` answers. Contract: src/testops-api/openapi.yaml. */
export interface PreviewDeployment {
  readonly id: string;
  readonly url: string;
  readonly commit: string;
  readonly flags: Readonly<Record<string, boolean | string>>;
  readonly startedAt: string;
}

export interface ServiceHealth {
  readonly status: 'ready' | 'degraded' | 'down';
  readonly engine: { readonly ready: boolean; readonly version: string };
  readonly runners: readonly { readonly id: string; readonly ready: boolean; readonly version?: string | undefined }[];
  readonly gateways: readonly { readonly id: string; readonly ready: boolean; readonly kind: 'sse'; readonly url?: string | undefined }[];
  readonly commit?: string | undefined;
  readonly flags?: Readonly<Record<string, boolean | string>> | undefined;
}

export interface ReportMetric {
  readonly name: string;
  readonly type: 'trend' | 'rate' | 'counter' | 'gauge';
  readonly unit: string;
  readonly count: number;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly mean?: number | undefined;
  /** Keys are percentages, `95`, `99.9`. */
  readonly percentiles?: Readonly<Record<string, number>> | undefined;
  readonly value?: number | undefined;
  readonly rate?: number | undefined;
  readonly passes?: number | undefined;
  readonly fails?: number | undefined;
}

export interface ServiceReport {
  readonly id: string;
  readonly status: 'running' | 'completed' | 'failed';
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly durationMs: number;
  readonly requests: number;
  readonly failures: number;
  readonly metrics: readonly ReportMetric[];
  readonly faults: readonly {
    readonly kind: string;
    readonly target: string;
    readonly injectedAt: string;
    readonly recoveredAt: string | null;
  }[];
}

/** Why a call gave nothing to judge; never a pass. `detail` is short and holds no body of the answer. */
export interface ServiceFailure {
  readonly kind: 'failure';
  readonly reason: 'unreachable' | 'timeout' | 'status' | 'not-json' | 'contract' | 'not-found';
  readonly status?: number;
  readonly detail: string;
}

export type ServiceResult<T> = { readonly kind: 'ok'; readonly value: T } | ServiceFailure;

/** A TestOps service at one address. */
export interface TestopsService {
  deployPreview(request: {
    readonly commit: string;
    readonly version?: string;
    readonly flags: Readonly<Record<string, boolean | string>>;
  }): Promise<ServiceResult<PreviewDeployment>>;
  health(timeoutMs: number): Promise<ServiceResult<ServiceHealth>>;
  report(id: string): Promise<ServiceResult<ServiceReport>>;
}

/** Opens a service by its base address. */
export interface TestopsServices {
  at(url: string): TestopsService;
}
