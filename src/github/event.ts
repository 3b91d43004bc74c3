import { z } from 'zod';
import { UserError } from '../core/index.ts';

const user = z.object({ login: z.string(), type: z.string() });

const event = z.object({
  action: z.string().optional(),
  comment: z.object({ body: z.string(), created_at: z.iso.datetime(), html_url: z.string(), user: user.nullable() }).optional(),
  issue: z.object({ number: z.number().int().positive(), pull_request: z.object({}).optional() }).optional(),
  label: z.object({ name: z.string() }).optional(),
  sender: user.optional(),
  pull_request: z
    .object({
      number: z.number(),
      updated_at: z.iso.datetime().optional(),
      head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
      base: z.object({ repo: z.object({ full_name: z.string() }) }),
    })
    .optional(),
  repository: z.object({ full_name: z.string(), default_branch: z.string().optional() }).optional(),
  before: z.string().optional(),
  workflow_run: z.object({ id: z.number().int().positive(), head_branch: z.string().nullish() }).optional(),
});

/** What somebody asked for on a pull request, by a comment or a label. What the person may do is not said here. */
export interface Ask {
  readonly pull: number;
  readonly by: string;
  readonly isPerson: boolean;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly comment?: string;
  readonly label?: string;
  /** Head of the pull request at that time, where the event tells it. */
  readonly headSha?: string;
  readonly url?: string;
}

/** What a run on GitHub is about, read from the runner's variables and the event's payload. */
export interface GithubRun {
  /** `owner/name`. */
  readonly repository: string;
  readonly runId: string;
  readonly attempt: number;
  readonly event: string;
  /** Commit that the event is about: the head of a pull request, never its merge commit. */
  readonly commit: string;
  readonly pullRequest: number | undefined;
  /** Login of whoever started the run, or its newest attempt. */
  readonly actor: string;
  /** The pull request comes from another repository: the token is read-only. */
  readonly fromFork: boolean;
  /** Name of the pushed tag. */
  readonly tag: string | undefined;
  /** Object that the pushed ref led to before; undefined when it is new. */
  readonly before: string | undefined;
  readonly defaultBranch: string | undefined;
  /** Run whose end started this one (`workflow_run`). */
  readonly triggeringRunId: number | undefined;
  /** Branch or tag of that run. */
  readonly triggeringRef: string | undefined;
  /** A comment that was written, or a label that was put, on a pull request. */
  readonly ask: Ask | undefined;
  readonly workflow: string | undefined;
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** Page of the run. */
  readonly url: string;
}

/** Reads the facts of a run. `payload` is the text of GITHUB_EVENT_PATH. @throws UserError outside a runner. */
export function readGithubRun(environment: Readonly<Record<string, string | undefined>>, payload: string | undefined): GithubRun {
  const need = (name: string): string => {
    const value = environment[name];
    if (value) return value;
    throw new UserError({
      where: `environment variable ${name}`,
      found: 'nothing',
      expected: 'what a GitHub Actions runner sets',
      todo: 'run this action in a workflow; in a terminal use the command `testops`',
    });
  };
  const parsed = event.safeParse(payload === undefined ? {} : parse(payload));
  const { pull_request: pull, repository: details, before, workflow_run: triggering } = parsed.success ? parsed.data : {};
  const repository = need('GITHUB_REPOSITORY');
  const serverUrl = environment.GITHUB_SERVER_URL || 'https://github.com';
  const runId = need('GITHUB_RUN_ID');
  return {
    repository,
    runId,
    attempt: Number(environment.GITHUB_RUN_ATTEMPT || 1),
    event: need('GITHUB_EVENT_NAME'),
    commit: pull?.head.sha ?? need('GITHUB_SHA'),
    pullRequest: pull?.number,
    actor: environment.GITHUB_TRIGGERING_ACTOR || environment.GITHUB_ACTOR || 'unknown',
    fromFork: pull !== undefined && pull.head.repo?.full_name !== pull.base.repo.full_name,
    tag: environment.GITHUB_REF_TYPE === 'tag' ? environment.GITHUB_REF_NAME : undefined,
    before: before !== undefined && /^[0-9a-f]{40,64}$/.test(before) && !/^0+$/.test(before) ? before : undefined,
    defaultBranch: details?.default_branch,
    triggeringRunId: triggering?.id,
    triggeringRef: triggering?.head_branch ?? undefined,
    ask: parsed.success ? readAsk(parsed.data) : undefined,
    workflow: environment.GITHUB_WORKFLOW_REF || undefined,
    apiUrl: environment.GITHUB_API_URL || 'https://api.github.com',
    serverUrl,
    url: `${serverUrl}/${repository}/actions/runs/${runId}`,
  };
}

function readAsk({ action, comment, issue, label, sender, pull_request: pull }: z.infer<typeof event>): Ask | undefined {
  if (action === 'created' && comment?.user && issue?.pull_request !== undefined) {
    const { login, type } = comment.user;
    const at = { atMs: Date.parse(comment.created_at), url: comment.html_url };
    return { pull: issue.number, by: login, isPerson: type === 'User', comment: comment.body, ...at };
  }
  if (action === 'labeled' && label !== undefined && sender !== undefined && pull?.updated_at !== undefined) {
    const { login, type } = sender;
    const at = { atMs: Date.parse(pull.updated_at), headSha: pull.head.sha };
    return { pull: pull.number, by: login, isPerson: type === 'User', label: label.name, ...at };
  }
  return undefined;
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return {};
  }
}
