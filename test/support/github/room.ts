import { createAttestationRoutes } from './attestations.ts';
import { createCacheRoutes } from './caches.ts';
import { type Corrections, createCorrections } from './corrections.ts';
import { createDeploymentRoutes } from './deployments.ts';
import { ACTIONS_APP_ID } from './objects.ts';
import { createPeople, type People } from './people.ts';
import { createRepositoryFactRoutes } from './repository-facts.ts';
import type { GithubWorld, Routes } from './route.ts';
import { createRulesetRoutes } from './rulesets.ts';
import { createRuns, type Dispatch } from './runs.ts';
import { createSarifRoutes, type SarifUpload } from './sarifs.ts';
import { createStatusRoutes } from './statuses.ts';

/** What is served for one repository beside the emulator. */
export interface Room {
  readonly world: GithubWorld;
  readonly routes: Routes;
  readonly corrections: Corrections;
  readonly runs: ReturnType<typeof createRuns>;
  readonly people: People;
}

/** One line per kind of thing that the emulator lacks. */
export function createRoom(world: GithubWorld, dispatches: Dispatch[], sarifUploads: SarifUpload[]): Room {
  const runs = createRuns(world, dispatches);
  const people = createPeople(world);
  const routes = {
    ...createStatusRoutes(world),
    ...createRulesetRoutes(world, ACTIONS_APP_ID),
    ...createAttestationRoutes(world),
    ...createDeploymentRoutes(world),
    ...createCacheRoutes(world),
    ...createRepositoryFactRoutes(world),
    ...createSarifRoutes(world, sarifUploads),
    ...people.routes,
    ...runs.routes,
  };
  return { world, routes, runs, people, corrections: createCorrections(world, people) };
}
