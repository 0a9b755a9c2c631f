import * as common from '@grafana/grafana-foundation-sdk/common';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import type { Steps } from '../colors.ts';
import { plain, unknownIsGrey } from '../colors.ts';
import { dataLink } from '../links.ts';
import type { Page } from '../page.ts';
import { about, type About } from './about.ts';

interface Figure extends About {
  /** Grafana unit id. */
  readonly unit: string;
  readonly steps?: Steps;
  /** `count`: how many rows there are, instead of the figure itself. */
  readonly of?: 'value' | 'count';
}

/** One figure, coloured by what it means. */
export function figure(page: Page, { unit, steps = plain(), of = 'value', ...given }: Figure): stat.PanelBuilder {
  return (
    about(new stat.PanelBuilder(), page, given)
      .unit(unit)
      // Units of the frame go before those of the panel; how many rows there are has another.
      .overrideByFieldType('number', [
        { id: 'unit', value: unit },
        ...(of === 'count' ? [{ id: 'decimals', value: 0 }] : []),
      ])
      .thresholds(steps)
      .mappings([unknownIsGrey])
      .dataLinks(page.linked ? [dataLink(page, given.onward)] : [])
      .colorMode(common.BigValueColorMode.Value)
      .graphMode(common.BigValueGraphMode.None)
      .justifyMode(common.BigValueJustifyMode.Auto)
      .textMode(common.BigValueTextMode.Value)
      .reduceOptions(
        new common.ReduceDataOptionsBuilder().calcs([of === 'count' ? 'count' : 'lastNotNull']).values(false),
      )
  );
}
