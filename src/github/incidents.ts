import type { CommentRequest, IncidentIssue, IncidentsEnd, Published, Publisher } from '../core/ports/publisher.ts';
import { type GithubClient, isNotPermitted, type RepositoryName } from './client.ts';
import { markerOf } from './comments.ts';
import { putBlock } from './marked-block.ts';

/** Label by which incidents are listed. */
export const INCIDENT_LABEL = 'testops-incident';

const NOT_PERMITTED: Published = { kind: 'not-permitted', permission: 'issues: write' };

interface Issue {
  readonly number: number;
  readonly open: boolean;
  readonly body: string;
  readonly url: string;
  readonly fingerprint: string;
  /** ISO 8601; empty when nobody knows. */
  readonly decidedAt: string;
}

/**
 * One issue per fingerprint. GitHub has no create-if-absent: after creating the incidents are listed again, the lowest number stays, and the others are closed
 * and lose their mark, so that racing runs agree. Only issues that our kind of author opened count, since anybody can write a mark.
 */
export function createIncidents(
  client: GithubClient,
  repository: RepositoryName,
  author: () => Promise<string | undefined>,
  comment: (request: CommentRequest) => Promise<Published>,
): Pick<Publisher, 'incident' | 'endIncidents'> {
  const list = async (matches: (fingerprint: string) => boolean, state: 'open' | 'all'): Promise<readonly Issue[]> => {
    const self = await author();
    const issues = await client.paginate(client.rest.issues.listForRepo, { ...repository, labels: INCIDENT_LABEL, state, per_page: 100 });
    return issues
      .filter((issue) => issue.pull_request === undefined && (self === undefined ? issue.user?.type === 'Bot' : issue.user?.login === self))
      .flatMap((issue) => {
        const [, fingerprint = '', decidedAt = ''] = /<!-- testops:incident (\S+) (\S*) -->/.exec(issue.body ?? '') ?? [];
        if (fingerprint === '' || !matches(fingerprint)) return [];
        return [
          { number: issue.number, open: issue.state === 'open', body: issue.body ?? '', url: issue.html_url, fingerprint, decidedAt },
        ];
      })
      .sort((a, b) => a.number - b.number);
  };
  const note = (issue: Issue, body: string, key: string) =>
    comment({ issue: issue.number, marker: markerOf(`incident-note ${key}`), body });
  const retire = async (issue: Issue, kept: Issue) => {
    await client.rest.issues.update({
      ...repository,
      issue_number: issue.number,
      state: 'closed',
      state_reason: 'not_planned',
      body: `The same incident as #${kept.number}, opened at the same time.`,
    });
  };
  const update = async (issue: Issue, request: IncidentIssue): Promise<Published> => {
    // What was decided later has the last word.
    if (issue.decidedAt > request.decidedAt) return { kind: 'published', url: issue.url };
    const body = bodyOf(request, issue.body);
    if (issue.open && body === issue.body) return { kind: 'published', url: issue.url };
    // The same decision once more on an incident that somebody closed: people have the last word on that.
    if (!issue.open && issue.decidedAt === request.decidedAt && body === issue.body) return { kind: 'published', url: issue.url };
    // First the entry, which is written once whatever happens; a crash before the second call leaves an issue that the next run still finds out of date.
    if (issue.decidedAt !== request.decidedAt) await note(issue, request.note, request.noteKey);
    await client.rest.issues.update({ ...repository, issue_number: issue.number, title: request.title, body, state: 'open' });
    return { kind: 'published', url: issue.url };
  };
  return {
    incident: (request) =>
      permitted(async () => {
        const matches = (fingerprint: string) => fingerprint === request.fingerprint;
        const [known, ...doubles] = await list(matches, 'all');
        for (const double of known ? doubles : []) await retire(double, known as Issue);
        if (known) return update(known, request);
        const created = await client.rest.issues.create({
          ...repository,
          title: request.title,
          body: bodyOf(request, ''),
          labels: [INCIDENT_LABEL, ...request.labels],
        });
        const [kept, ...surplus] = await list(matches, 'all');
        if (kept === undefined) return { kind: 'published', url: created.data.html_url };
        for (const issue of surplus) await retire(issue, kept);
        return kept.number === created.data.number ? { kind: 'published', url: kept.url } : update(kept, request);
      }),
    endIncidents: async (request) => {
      try {
        const results: Published[] = [];
        for (const issue of await list((fingerprint) => fingerprint.startsWith(request.fingerprintPrefix), 'open')) {
          if (issue.decidedAt <= request.decidedAt) results.push(await end(issue, request));
        }
        return results;
      } catch (error) {
        if (isNotPermitted(error)) return [NOT_PERMITTED];
        throw error;
      }
    },
  };

  async function end(issue: Issue, request: IncidentsEnd): Promise<Published> {
    await note(issue, request.note, request.noteKey);
    await client.rest.issues.update({
      ...repository,
      issue_number: issue.number,
      state: 'closed',
      state_reason: 'completed',
      // A decision from before this one that is recorded again does not open it again.
      body: issue.body.replace(markOf(issue), markOf({ ...issue, decidedAt: request.decidedAt })),
    });
    return { kind: 'published', url: issue.url };
  }
}

function bodyOf({ fingerprint, decidedAt, body }: IncidentIssue, before: string): string {
  return putBlock(before, 'incident-report', `${markOf({ fingerprint, decidedAt })}\n${body}`);
}

function markOf({ fingerprint, decidedAt }: Pick<Issue, 'fingerprint' | 'decidedAt'>): string {
  return `<!-- testops:incident ${fingerprint} ${decidedAt} -->`;
}

async function permitted(publish: () => Promise<Published>): Promise<Published> {
  try {
    return await publish();
  } catch (error) {
    if (isNotPermitted(error)) return NOT_PERMITTED;
    throw error;
  }
}
