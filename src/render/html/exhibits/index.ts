import type { Exhibit } from '../../../core/index.ts';
import type { Content } from '../markup.ts';
import { drawBars } from './bars.ts';
import { drawCalendar } from './calendar.ts';
import { drawDiff } from './diff.ts';
import { drawDistribution } from './distribution.ts';
import { drawGrid } from './grid.ts';
import { drawPercentiles } from './percentiles.ts';
import { drawPictures } from './pictures.ts';
import { drawSeries } from './series.ts';
import { drawTable } from './table.ts';
import { drawTopology } from './topology.ts';

type Drawers = { readonly [Kind in Exhibit['kind']]: (exhibit: Extract<Exhibit, { kind: Kind }>) => Content };

/** One drawer per kind; a kind without one does not compile. */
const drawers: Drawers = {
  table: drawTable,
  distribution: drawDistribution,
  percentiles: drawPercentiles,
  series: drawSeries,
  bars: drawBars,
  calendar: drawCalendar,
  grid: drawGrid,
  diff: drawDiff,
  pictures: drawPictures,
  topology: drawTopology,
};

/** Draws an exhibit; nothing when there is nothing in it. */
export function drawExhibit(exhibit: Exhibit): Content {
  return (drawers[exhibit.kind] as (exhibit: Exhibit) => Content)(exhibit);
}
