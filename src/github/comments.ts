import type { CommentRequest, Published } from '../core/ports/publisher.ts';
import { type GithubClient, isNotPermitted, type RepositoryName, statusOf } from './client.ts';

/** Marker at the start of the body, invisible when rendered. */
export function markerOf(name: string): string {
  return `<!-- testops:${name} -->`;
}

/**
 * Writes the one comment of a marker: found again (whatever the number of comments) it is updated, else it is created. GitHub has no
 * create-if-absent, so after creating the comments are listed again and of several the oldest stays: racing writers agree on it.
 * Only comments by the token's own kind of author count, since anybody can write a marker.
 */
export function createComments(
  client: GithubClient,
  repository: RepositoryName,
  author: () => Promise<string | undefined>,
): (request: CommentRequest) => Promise<Published> {
  const listOurs = async (request: CommentRequest, self: string | undefined) => {
    const comments = await client.paginate(client.rest.issues.listComments, { ...repository, issue_number: request.issue, per_page: 100 });
    return comments
      .filter(
        (comment) =>
          comment.body?.startsWith(request.marker) && (self === undefined ? comment.user?.type === 'Bot' : comment.user?.login === self),
      )
      .sort((a, b) => a.id - b.id);
  };
  return async (request) => {
    const bodyAfter = (previous: string | undefined): string =>
      `${request.marker}\n${typeof request.body === 'string' ? request.body : request.body(previous)}`;
    try {
      const self = await author();
      const [known] = await listOurs(request, self);
      const body = bodyAfter(known?.body);
      if (known) {
        if (known.body === body) return { kind: 'published', url: known.html_url };
        const updated = await client.rest.issues.updateComment({ ...repository, comment_id: known.id, body });
        return { kind: 'published', url: updated.data.html_url };
      }
      const created = await client.rest.issues.createComment({ ...repository, issue_number: request.issue, body });
      const [kept, ...surplus] = await listOurs(request, self);
      for (const comment of surplus) await removeComment(client, repository, comment.id);
      if (kept && kept.id !== created.data.id) await client.rest.issues.updateComment({ ...repository, comment_id: kept.id, body });
      return { kind: 'published', url: kept?.html_url ?? created.data.html_url };
    } catch (error) {
      if (isNotPermitted(error)) return { kind: 'not-permitted', permission: 'pull-requests: write' };
      throw error;
    }
  };
}

/** Another racing run may have removed it already. */
async function removeComment(client: GithubClient, repository: RepositoryName, id: number): Promise<void> {
  try {
    await client.rest.issues.deleteComment({ ...repository, comment_id: id });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}
