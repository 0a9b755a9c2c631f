import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { config } from '@grafana/runtime';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import type { Options, SecureOptions } from '../types.ts';
import { ConfigEditor } from './ConfigEditor.tsx';

type Props = DataSourcePluginOptionsEditorProps<Options, SecureOptions>;

function Settings({ saved }: { readonly saved: (options: Props['options']) => void }) {
  const [options, setOptions] = useState({ url: '', jsonData: {}, secureJsonFields: {} } as Props['options']);
  const onOptionsChange = (next: Props['options']) => {
    setOptions(next);
    saved(next);
  };
  return <ConfigEditor options={options} onOptionsChange={onOptionsChange} />;
}

test('a timeout and the proxy are saved where the SDK reads them, and cookies cannot be let through', async () => {
  const user = userEvent.setup();
  const saved = jest.fn<undefined, [Props['options']]>();
  jest.replaceProperty(config, 'secureSocksDSProxyEnabled', true);
  render(<Settings saved={saved} />);
  await user.click(screen.getByRole('button', { name: /Connection/ }));
  await user.type(screen.getByLabelText(/^Timeout/), '45');
  await user.click(screen.getByRole('switch', { name: /Enabled/ }));
  expect(saved.mock.lastCall?.[0].jsonData).toEqual({ timeout: 45, enableSecureSocksProxy: true });
  expect(screen.queryByText(/cookies/i)).not.toBeInTheDocument();
});

test('address, token, accounts and time zone are saved where the backend reads them', async () => {
  const user = userEvent.setup();
  const saved = jest.fn<undefined, [Props['options']]>();
  render(<Settings saved={saved} />);
  await user.type(screen.getByLabelText(/^Address/), 'lic.example');
  expect(screen.getByText(/Begin with http/)).toHaveTextContent('http://127.0.0.1:8686');
  await user.clear(screen.getByLabelText(/^Address/));
  await user.type(screen.getByLabelText(/^Address/), 'https://lic.example:8686');
  expect(screen.queryByText(/Begin with http/)).not.toBeInTheDocument();
  await user.type(screen.getByLabelText(/^Token/), 'la_secret');
  await user.type(screen.getByLabelText(/^Only these accounts/), 'acme{Enter}');
  await user.type(screen.getByRole('combobox', { name: 'Time zone' }), 'Europe/Berlin{Enter}');
  expect(saved.mock.lastCall?.[0]).toMatchObject({
    url: 'https://lic.example:8686',
    jsonData: { accounts: ['acme'], timezone: 'Europe/Berlin' },
    secureJsonData: { token: 'la_secret' },
  });
  expect(JSON.stringify(saved.mock.lastCall?.[0].jsonData)).not.toContain('la_secret');
});
