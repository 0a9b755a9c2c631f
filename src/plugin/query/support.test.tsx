import type {
  AnnotationQuery,
  DataSourceInstanceSettings,
  QueryEditorHelpProps,
  QueryEditorProps,
} from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { parseQuestion } from '../../query/question.ts';
import { annotationSupport } from '../annotations.ts';
import { DataSource } from '../datasource.ts';
import type { LicenseQuery, Options } from '../types.ts';
import { VariableSupport } from '../variables.ts';
import { AnnotationEditor } from './AnnotationEditor.tsx';
import { QueryHelp } from './QueryHelp.tsx';
import { VariableEditor } from './VariableEditor.tsx';

const datasource = {
  dimensionValues: () => Promise.resolve({ values: [{ value: 'acme', text: 'acme' }], truncated: false }),
  variableNames: () => ['$account'],
} as unknown as DataSource;
type Props = QueryEditorProps<DataSource, LicenseQuery, Options>;
const asProps = (props: Partial<Props>): Props => ({ datasource, onRunQuery: () => undefined, ...props }) as Props;

test('a variable: the features of the account that another variable is set to', async () => {
  const user = userEvent.setup();
  const saved = jest.fn<undefined, [LicenseQuery]>();
  function Settings() {
    const [query, setQuery] = useState<LicenseQuery>({ refId: 'v' });
    const onChange = (next: LicenseQuery) => {
      setQuery(next);
      saved(next);
    };
    return <VariableEditor {...asProps({ query, onChange })} />;
  }
  render(<Settings />);
  await user.type(screen.getByRole('combobox', { name: 'Values of' }), 'Feature{Enter}');
  await user.click(screen.getByRole('button', { name: 'Add filter' }));
  await user.type(screen.getByRole('combobox', { name: 'Filter 1: values' }), '$account');
  // Grafana's list waits a moment before it asks for options.
  await act(() => new Promise((resolve) => setTimeout(resolve, 500)));
  await user.keyboard('{ArrowDown}{Enter}');
  const question = saved.mock.lastCall?.[0];
  expect(question).toMatchObject({
    measure: 'dimensionValues',
    groupBy: ['feature'],
    filters: [{ dimension: 'account', operator: '=', values: ['$account'] }],
  });
  expect(() => parseQuestion(question)).not.toThrow();
});

test('a variable is asked by the path of every question', () => {
  const asked = jest.fn();
  new VariableSupport({ query: asked } as unknown as DataSource).query({
    targets: [{ refId: '', groupBy: ['server'] }],
  } as never);
  expect(asked).toHaveBeenCalledWith({
    targets: [expect.objectContaining({ refId: 'variable', measure: 'dimensionValues', groupBy: ['server'] })],
  });
});

test('an annotation: what is marked, and for whom', async () => {
  const user = userEvent.setup();
  const saved = jest.fn<undefined, [AnnotationQuery<LicenseQuery>]>();
  const fresh = { name: 'New', enable: true, iconColor: 'red' };
  const annotation = annotationSupport.prepareAnnotation?.(fresh) as AnnotationQuery<LicenseQuery>;
  expect(annotation.target).toMatchObject({ refId: 'Anno', measure: 'serverRestarts' });
  // Grafana's editor saves and prepares again whatever is not the same object.
  const prepare = (one: AnnotationQuery<LicenseQuery>) =>
    annotationSupport.prepareAnnotation?.(one) as AnnotationQuery<LicenseQuery>;
  for (const target of [undefined, { refId: '' }, { refId: 'A' }, { refId: '', measure: 'denialBursts' as const }]) {
    const prepared = prepare({ ...fresh, ...(target !== undefined && { target }) });
    expect(prepare(prepared)).toBe(prepared);
  }
  render(
    <AnnotationEditor
      {...asProps({ query: { refId: 'Anno' } })}
      annotation={annotation}
      onAnnotationChange={(next) => saved(next)}
    />,
  );
  await user.type(screen.getByRole('combobox', { name: 'Mark' }), 'Denial bursts{Enter}');
  const question = saved.mock.lastCall?.[0].target;
  expect(question).toMatchObject({ refId: 'Anno', measure: 'denialBursts', shape: 'table' });
  expect(() => parseQuestion(question)).not.toThrow();
});

test('help: a click on a question asks it, on the clocks of the data source', async () => {
  const user = userEvent.setup();
  const asked = jest.fn();
  const settings = { uid: 'la', type: 'x', jsonData: { timezone: 'Europe/Berlin' } };
  const berlin = new DataSource(settings as DataSourceInstanceSettings<Options>, {} as TemplateSrv);
  const props = { datasource: berlin, onClickExample: asked } as unknown as QueryEditorHelpProps<LicenseQuery>;
  render(<QueryHelp {...props} />);
  await user.click(screen.getByRole('button', { name: /use 80 % or more/ }));
  expect(asked).toHaveBeenCalledWith(
    expect.objectContaining({
      measure: 'usagePercentage',
      having: { operator: '>=', value: 80 },
      timezone: 'Europe/Berlin',
    }),
  );
});
