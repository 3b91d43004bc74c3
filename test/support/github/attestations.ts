import type { Json } from './objects.ts';
import { type GithubWorld, invalid, type Routes } from './route.ts';

/** Attestations by the sha256 digests that their in-toto statement names. */
export function createAttestationRoutes(world: GithubWorld): Routes {
  const attestations: {
    readonly id: number;
    readonly bundle: Json;
    readonly digests: readonly string[];
    readonly predicateType: string;
  }[] = [];
  return {
    'POST /repos/{owner}/{repo}/attestations': ({ body }) => {
      const bundle = body.bundle as Json;
      let statement: Json;
      try {
        const envelope = bundle.dsseEnvelope as Json;
        statement = JSON.parse(Buffer.from(String(envelope.payload), 'base64').toString('utf8')) as Json;
      } catch {
        return invalid('Invalid bundle: the envelope holds no statement');
      }
      const subjects = (statement.subject ?? []) as readonly { readonly digest?: { readonly sha256?: string } }[];
      const digests = subjects.flatMap((subject) => (subject.digest?.sha256 === undefined ? [] : [`sha256:${subject.digest.sha256}`]));
      if (digests.length === 0) return invalid('Invalid bundle: no subject with a sha256 digest');
      const id = world.nextId();
      attestations.push({ id, bundle, digests, predicateType: String(statement.predicateType) });
      return { status: 201, body: { id } };
    },
    'GET /repos/{owner}/{repo}/attestations/{subject_digest}': ({ params, query }) => {
      const wanted = query.get('predicate_type');
      const found = attestations.filter(
        (each) => each.digests.includes(params.subject_digest ?? '') && (wanted === null || each.predicateType === wanted),
      );
      return {
        status: 200,
        body: {
          attestations: found.map(({ bundle }) => ({
            bundle,
            repository_id: world.repositoryId,
            bundle_url: `${world.baseUrl}/bundles/none`,
          })),
        },
      };
    },
  };
}
