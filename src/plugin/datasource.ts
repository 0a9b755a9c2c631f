import type {
  AdHocVariableFilter,
  DataFrame,
  DataQueryRequest,
  DataQueryResponse,
  DataSourceGetTagValuesOptions,
  DataSourceInstanceSettings,
  MetricFindValue,
  ScopedVars,
  TimeRange,
} from '@grafana/data';
import { CoreApp } from '@grafana/data';
import { config, DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import type { TemplateSrv } from '@grafana/runtime';
import { t } from '@grafana/i18n';
import type { Observable } from 'rxjs';
import { map, of } from 'rxjs';
import type { Dimension } from '../query/dimensions.ts';
import { dimensions, dimensionTitles } from '../query/dimensions.ts';
import { annotationSupport } from './annotations.ts';
import { filterValues, ignoredFilters, interpolated, questionFilter } from './interpolate.ts';
import { withLinks } from './links.ts';
import { forwarded } from './migrate.ts';
import { PageNotices, withNotices } from './notices.ts';
import { sharedRange } from './range.ts';
import { unchosenIn, valuesIn } from './templates.ts';
import type { LicenseQuery, Options, QueryFilter } from './types.ts';
import { VariableSupport } from './variables.ts';

/** What the server knows of a dimension: the first values that filters and range leave. */
export interface DimensionValues {
  readonly values: readonly { readonly value: string; readonly text: string }[];
  readonly truncated: boolean;
}

export class DataSource extends DataSourceWithBackend<LicenseQuery, Options> {
  readonly timezone: string | undefined;
  private readonly templates: TemplateSrv;
  private readonly pageNotices = new PageNotices();

  constructor(settings: DataSourceInstanceSettings<Options>, templates: TemplateSrv = getTemplateSrv()) {
    super(settings);
    this.templates = templates;
    this.timezone = settings.jsonData.timezone;
    this.annotations = annotationSupport;
    // Grafana's type of `variables` names one of its kinds of support; it takes them all.
    Object.assign(this, { variables: new VariableSupport(this) });
  }

  /**
   * What Grafana gives a new query. Nothing in an alert rule: its form shows defaults without taking them over, so the rule
   * would be saved empty; the editor puts the first question in (`query/first-question.ts`).
   */
  override getDefaultQuery(app: CoreApp): Partial<LicenseQuery> {
    return app === CoreApp.UnifiedAlerting ? {} : this.firstQuestion();
  }

  /** A useful first panel: who is close to what was bought. */
  firstQuestion(): Partial<LicenseQuery> {
    return {
      schemaVersion: 1,
      measure: 'usagePercentage',
      groupBy: ['account', 'feature'],
      shape: 'timeSeries',
      limit: 20,
      ...(this.timezone !== undefined && this.timezone !== '' && { timezone: this.timezone }),
    };
  }

  /** Hidden queries, and those that ask nothing yet, are not sent. */
  override filterQuery(query: LicenseQuery): boolean {
    return query.hide !== true && query.measure !== undefined;
  }

  override applyTemplateVariables(
    query: LicenseQuery,
    scopedVars: ScopedVars,
    filters?: AdHocVariableFilter[],
  ): LicenseQuery {
    return interpolated(forwarded(query), valuesIn(this.templates, scopedVars), filters);
  }

  override interpolateVariablesInQueries(
    queries: LicenseQuery[],
    scopedVars: ScopedVars,
    filters?: AdHocVariableFilter[],
  ): LicenseQuery[] {
    return queries.map((query) => this.applyTemplateVariables(query, scopedVars, filters));
  }

  override query(request: DataQueryRequest<LicenseQuery>): Observable<DataQueryResponse> {
    const unchosen = this.unchosen(request);
    if (unchosen !== undefined) return of({ data: [], errors: [{ message: chooseOne(unchosen) }] });
    const notices = ignoredFilters(request.filters);
    const timezone = this.timezone === undefined || this.timezone === '' ? zoneOf(request.timezone) : this.timezone;
    const targets = request.targets.map((target) => ({ timezone, ...target }));
    const variables = this.templates.getVariables().map(({ name }) => name);
    return super.query({ ...request, range: sharedRange(request.range), targets }).pipe(
      map((response) => ({
        ...response,
        data: withNotices(
          // Whoever looks at a public dashboard has no way to the others.
          this.said(
            request,
            isPublic()
              ? (response.data as DataFrame[])
              : response.data.map((frame: DataFrame) => withLinks(frame, variables)),
          ),
          notices,
        ),
      })),
    );
  }

  /** Figures of all of something, on a dashboard that is about one, would be read as those of one. Choices for variables are no figures. */
  private unchosen({ targets, scopedVars, panelId }: DataQueryRequest<LicenseQuery>): string | undefined {
    if (panelId === undefined) return undefined;
    const texts = targets.flatMap(({ filters = [] }) => filters.flatMap((filter) => [...filterValues(filter)]));
    return unchosenIn(this.templates, texts, scopedVars);
  }

  /** On a dashboard, what concerns all of it is said once. */
  private said({ app, dashboardUID, panelId }: DataQueryRequest<LicenseQuery>, frames: DataFrame[]): DataFrame[] {
    const dashboard: string = CoreApp.Dashboard;
    return app === dashboard && dashboardUID !== undefined && panelId !== undefined
      ? this.pageNotices.once(frames, { dashboard: dashboardUID, panel: panelId })
      : frames;
  }

  /** The values of a dimension for completion: in the time range, as far as the other filters leave them. */
  async dimensionValues(
    dimension: Dimension,
    {
      search = '',
      filters = [],
      range,
    }: { readonly search?: string; readonly filters?: readonly QueryFilter[]; readonly range?: TimeRange | undefined },
  ): Promise<DimensionValues> {
    const others = interpolated({ refId: 'values', filters: [...filters] }, valuesIn(this.templates, {})).filters;
    return this.getResource<DimensionValues>(`dimensions/${dimension}/values`, {
      ...(search !== '' && { search }),
      filters: JSON.stringify(others ?? []),
      ...(range !== undefined && { from: range.from.valueOf(), to: range.to.valueOf() }),
      limit: 200,
    });
  }

  override getTagKeys(): Promise<MetricFindValue[]> {
    return Promise.resolve(dimensions.map((value) => ({ value, text: dimensionTitles[value] })));
  }

  override async getTagValues({
    key,
    filters,
    timeRange,
  }: DataSourceGetTagValuesOptions<LicenseQuery>): Promise<MetricFindValue[]> {
    const dimension = dimensions.find((one) => one === key);
    if (dimension === undefined) return [];
    const others = filters.filter((filter) => filter.key !== key).flatMap(questionFilter);
    const { values } = await this.dimensionValues(dimension, { filters: others, range: timeRange });
    return values.map(({ value, text }) => ({ value, text }));
  }

  /** Names of the dashboard's variables as they are written in a filter; ad-hoc filters have no value to put there. */
  variableNames(): readonly string[] {
    return this.templates
      .getVariables()
      .filter(({ type }) => type !== 'adhoc')
      .map(({ name }) => `$${name}`);
  }
}

const chooseOne = (title: string): string =>
  t('variable.choose', 'Choose one for "{{title}}" above: this dashboard is not about all of them.', {
    title,
    interpolation: { escapeValue: false },
  });

/** The time zone that a dashboard shows its times in: days, weeks and hours are cut there, where neither query nor data source says. */
const zoneOf = (timezone: string): string =>
  timezone === 'utc' ? 'UTC' : timezone === '' || timezone === 'browser' ? browserZone() : timezone;
const browserZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

const isPublic = (): boolean => (config.publicDashboardAccessToken ?? '') !== '';
