import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type * as common from '@grafana/grafana-foundation-sdk/common';
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { dimensionTitles } from '../../../src/query/dimensions.ts';
import type { Onward } from '../links.ts';
import { panelLink } from '../links.ts';
import type { Page } from '../page.ts';
import { datasourceOf } from '../page.ts';
import type { Asked } from '../question.ts';
import { ask, notNarrowed } from '../question.ts';

/** What every panel has, whatever it is drawn as. */
export interface About {
  readonly title: string;
  readonly description: string;
  readonly questions: readonly [Asked, ...Asked[]];
  /** Shown instead of an empty panel: what it means that there is nothing. */
  readonly empty: string;
  readonly onward: Onward;
}

/** The methods that all of the SDK's panel builders share. */
interface AnyPanel {
  title(title: string): this;
  description(description: string): this;
  noValue(text: string): this;
  datasource(ref: common.DataSourceRef): this;
  targets(targets: Builder<Dataquery>[]): this;
  links(links: Builder<dashboard.DashboardLink>[]): this;
}

/** A panel of a dashboard in the making: the grid gives it its place. */
export interface Panel extends Builder<dashboard.Panel> {
  gridPos(position: dashboard.GridPos): this;
  id(id: number): this;
}

export function about<Built extends AnyPanel>(
  panel: Built,
  page: Page,
  { title, description, questions, empty, onward }: About,
): Built {
  const whole = notNarrowed(page, questions).map((dimension) => dimensionTitles[dimension].toLowerCase());
  return panel
    .title(title)
    .description(whole.length === 0 ? description : `${description} Not narrowed by ${whole.join(', ')}.`)
    .noValue(empty)
    .datasource(datasourceOf(page))
    .targets(questions.map((question, i) => ask(page, question, String.fromCharCode(65 + i))))
    .links(page.linked ? [panelLink(page, onward)] : []);
}
