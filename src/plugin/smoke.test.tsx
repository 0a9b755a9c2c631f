import { render } from '@testing-library/react';
import { Combobox } from '@grafana/ui';
import { ConfigSection as PluginUi } from '@grafana/plugin-ui';
import { plugin } from './module.ts';

test('loads', () => {
  expect(plugin.components.QueryEditor).toBeDefined();
  expect(PluginUi).toBeDefined();
  render(<Combobox options={[{ value: 'a' }]} value="a" onChange={() => undefined} />);
});
