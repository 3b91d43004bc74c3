import { archiveOrder } from './archive-order.ts';
import { archiveTimes } from './archive-times.ts';
import { buildPath } from './build-path.ts';
import type { Cause } from './cause.ts';
import { digestOfOutput } from './digest-of-output.ts';
import { embeddedTime } from './embedded-time.ts';
import { environment } from './environment.ts';
import { fileOrder } from './file-order.ts';
import { floatNoise } from './float-noise.ts';
import { gzipHeader } from './gzip-header.ts';
import { hashOrder } from './hash-order.ts';
import { home } from './home.ts';
import { host } from './host.ts';
import { kernel } from './kernel.ts';
import { lineEnds } from './line-ends.ts';
import { localeFormat } from './locale-format.ts';
import { localeOrder } from './locale-order.ts';
import { measuredDuration } from './measured-duration.ts';
import { memoryAddress } from './memory-address.ts';
import { permissionBits } from './permission-bits.ts';
import { processId } from './process-id.ts';
import { processorCount } from './processor-count.ts';
import { randomId } from './random-id.ts';
import { searchPath } from './search-path.ts';
import { temporaryName } from './temporary-name.ts';
import { terminal } from './terminal.ts';
import { threadInterleaving } from './thread-interleaving.ts';
import { timeZone } from './time-zone.ts';
import { user } from './user.ts';
import { uuid } from './uuid.ts';

/** One line per cause. */
export const CAUSES: readonly Cause[] = [
  archiveOrder,
  archiveTimes,
  buildPath,
  digestOfOutput,
  embeddedTime,
  environment,
  fileOrder,
  floatNoise,
  gzipHeader,
  hashOrder,
  home,
  host,
  kernel,
  lineEnds,
  localeFormat,
  localeOrder,
  measuredDuration,
  memoryAddress,
  permissionBits,
  processId,
  processorCount,
  randomId,
  searchPath,
  temporaryName,
  terminal,
  threadInterleaving,
  timeZone,
  user,
  uuid,
];
