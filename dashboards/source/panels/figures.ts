import * as common from '@grafana/grafana-foundation-sdk/common';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import { measureOf } from '../../../src/query/measures/registry.ts';
import type { Steps } from '../colors.ts';
import { plain, unknownIsGrey } from '../colors.ts';
import { dataLink } from '../links.ts';
import type { Page } from '../page.ts';
import type { Asked } from '../question.ts';
import { about, type About } from './about.ts';

interface Figure extends Omit<About, 'questions'> {
  readonly question: Asked;
  readonly steps?: Steps;
}

interface Value extends Figure {
  /** Grafana unit id. */
  readonly unit: string;
}

/** How many time ranges before the one that is shown a figure is compared with: enough for a trend. */
const before = 7;

/** One figure, coloured by what it means, beside what it was in the time ranges before. */
export const figure = (page: Page, { unit, ...given }: Value): stat.PanelBuilder =>
  // Units of the frame go before those of the panel.
  tile(page, given)
    .unit(unit)
    .overrideByFieldType('number', [{ id: 'unit', value: unit }])
    .mappings([unknownIsGrey]);

/** How many rows a question has, of how many without its threshold: "27 of 84", as the frame writes it. */
export const count = (page: Page, given: Figure): stat.PanelBuilder =>
  tile(page, { ...given, question: { ...given.question, tally: true } }).reduceOptions(lastOf('/^Count$/'));

function tile(page: Page, { steps = plain(), question, ...given }: Figure): stat.PanelBuilder {
  const compared = measureOf(question.measure).kind === 'series+table';
  const questions = [compared ? { ...question, shape: 'timeSeries' as const, before } : question] as const;
  const built = about(new stat.PanelBuilder(), page, { ...given, questions })
    .thresholds(steps)
    .dataLinks(page.linked ? [dataLink(page, given.onward)] : [])
    .colorMode(common.BigValueColorMode.Value)
    .graphMode(compared ? common.BigValueGraphMode.Area : common.BigValueGraphMode.None)
    .justifyMode(common.BigValueJustifyMode.Auto)
    .textMode(common.BigValueTextMode.Value)
    .reduceOptions(lastOf(''));
  return compared ? built.withTransformation(timeAsText) : built;
}

/** Grafana draws a line over the time range alone, and times before it beyond the edge; without times it draws all there are. */
const timeAsText = {
  id: 'convertFieldType',
  options: { fields: {}, conversions: [{ targetField: 'time', destinationType: 'string' }] },
};

/** The last one even where it is unknown: that of an earlier time is another figure. */
const lastOf = (fields: string) => new common.ReduceDataOptionsBuilder().calcs(['last']).fields(fields).values(false);
