import type { Published, Publisher, StatusRequest } from '../core/ports/publisher.ts';
import { createCheckRuns } from './check-runs.ts';
import { type GithubClient, isNotPermitted, type RepositoryName } from './client.ts';
import { createComments } from './comments.ts';
import { createIncidents } from './incidents.ts';
import { writeReleaseNotes } from './release-notes.ts';

const MAX_DESCRIPTION_CHARACTERS = 140;

/** Publishes through GitHub's REST API. `token` only tells whose comments are ours; it is never printed. */
export function createPublisher(client: GithubClient, repository: RepositoryName, token: string): Publisher {
  let self: Promise<string | undefined> | undefined;
  const author = () => {
    self ??= findAuthor(client, token);
    return self;
  };
  const comment = createComments(client, repository, author);
  return {
    checkRun: createCheckRuns(client, repository),
    status: (request) => publishStatus(client, repository, request),
    comment,
    ...createIncidents(client, repository, author, comment),
    releaseNotes: (request) => writeReleaseNotes(client, repository, request),
  };
}

/** A person's token writes as that person; an app's token (the workflow's own is one) cannot ask who it is, but writes as a bot. */
async function findAuthor(client: GithubClient, token: string): Promise<string | undefined> {
  if (!/^(ghp_|github_pat_|gho_)/.test(token)) return undefined;
  return (await client.rest.users.getAuthenticated()).data.login;
}

async function publishStatus(client: GithubClient, repository: RepositoryName, request: StatusRequest): Promise<Published> {
  try {
    const created = await client.rest.repos.createCommitStatus({
      ...repository,
      sha: request.commit,
      context: request.context,
      state: request.state,
      description: request.description.slice(0, MAX_DESCRIPTION_CHARACTERS),
      ...(request.url === undefined ? {} : { target_url: request.url }),
    });
    return { kind: 'published', url: created.data.url };
  } catch (error) {
    if (isNotPermitted(error)) return { kind: 'not-permitted', permission: 'statuses: write' };
    throw error;
  }
}
