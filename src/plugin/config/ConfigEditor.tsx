import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Auth, AuthMethod, ConfigSection, convertLegacyAuthProps, DataSourceDescription } from '@grafana/plugin-ui';
import { config as grafana } from '@grafana/runtime';
import { Divider, Field, Input, SecretInput, SecureSocksProxySettings, TagsInput } from '@grafana/ui';
import { useId } from 'react';
import { TimeZoneField } from '../query/TimeZoneField.tsx';
import type { Options, SecureOptions } from '../types.ts';
import { addressProblem, defaultAddress } from './address.ts';

type Props = DataSourcePluginOptionsEditorProps<Options, SecureOptions>;

/** Where the server is, who we are to it, and what the data source limits itself to. */
export function ConfigEditor({ options, onOptionsChange }: Props) {
  const id = useId();
  const { jsonData, secureJsonData, secureJsonFields, url, readOnly } = options;
  const problem = addressProblem(url);
  const setJson = (changed: Partial<Options>): void =>
    onOptionsChange({ ...options, jsonData: { ...jsonData, ...changed } });
  return (
    <>
      <DataSourceDescription
        dataSourceName="License Analytics"
        docsLink="https://github.com/licenseanalytics/license-analytics#readme"
        hasRequiredFields={false}
      />
      <Divider />
      <ConfigSection title={t('config.server', 'Server')}>
        <Field
          htmlFor={`${id}-url`}
          label={t('config.address.label', 'Address')}
          description={t(
            'config.address.help',
            "Where the License Analytics server listens, as Grafana's server reaches it. Empty: {{address}}",
            { address: defaultAddress, interpolation: { escapeValue: false } },
          )}
          invalid={problem !== undefined}
          error={problem}
        >
          <Input
            id={`${id}-url`}
            width={60}
            disabled={readOnly}
            placeholder={defaultAddress}
            value={url}
            onChange={({ currentTarget }) => onOptionsChange({ ...options, url: currentTarget.value.trim() })}
          />
        </Field>
        <Field
          htmlFor={`${id}-token`}
          label={t('config.token.label', 'Token')}
          description={t(
            'config.token.help',
            'Made with: license-analytics token create --name grafana --scope read. Limited to accounts, it shows only theirs. A server on this machine needs none.',
          )}
        >
          <SecretInput
            id={`${id}-token`}
            width={60}
            disabled={readOnly}
            isConfigured={secureJsonFields['token'] === true}
            value={secureJsonData?.token ?? ''}
            onReset={() =>
              onOptionsChange({
                ...options,
                secureJsonFields: { ...secureJsonFields, token: false },
                secureJsonData: { ...secureJsonData, token: '' },
              })
            }
            onChange={({ currentTarget }) =>
              onOptionsChange({ ...options, secureJsonData: { ...secureJsonData, token: currentTarget.value } })
            }
          />
        </Field>
      </ConfigSection>
      <Divider />
      <ConfigSection title={t('config.shows', 'What it shows')} isCollapsible isInitiallyOpen>
        <Field
          htmlFor={`${id}-accounts`}
          label={t('config.accounts.label', 'Only these accounts')}
          description={t(
            'config.accounts.help',
            'Narrows what the token allows, for everybody who uses this data source. Empty: all that the token may see.',
          )}
        >
          <TagsInput
            id={`${id}-accounts`}
            width={60}
            disabled={readOnly}
            placeholder={t('config.accounts.placeholder', 'Name of an account, then Enter')}
            tags={jsonData.accounts ?? []}
            onChange={(accounts) => setJson({ accounts })}
          />
        </Field>
        <Field
          htmlFor={`${id}-timezone`}
          label={t('config.timezone.label', 'Time zone of new questions')}
          description={t('config.timezone.help', 'Where days, weeks and months begin. Each question keeps its own.')}
        >
          <TimeZoneField
            id={`${id}-timezone`}
            timezone={jsonData.timezone}
            onChange={(timezone) => setJson({ timezone })}
          />
        </Field>
      </ConfigSection>
      <Divider />
      <Auth
        {...convertLegacyAuthProps({ config: options, onChange: onOptionsChange })}
        visibleMethods={[AuthMethod.NoAuth, AuthMethod.BasicAuth]}
      />
      <Divider />
      <ConfigSection title={t('config.connection', 'Connection')} isCollapsible isInitiallyOpen={false}>
        <Field
          htmlFor={`${id}-timeout`}
          label={t('config.timeout.label', 'Timeout')}
          description={t('config.timeout.help', 'Seconds that an answer may take. Empty: 30.')}
        >
          <Input
            id={`${id}-timeout`}
            type="number"
            min={1}
            width={20}
            disabled={readOnly}
            value={jsonData.timeout ?? ''}
            onChange={({ currentTarget }) =>
              setJson({ timeout: currentTarget.value === '' ? undefined : Number(currentTarget.value) })
            }
          />
        </Field>
        {grafana.secureSocksDSProxyEnabled && (
          <SecureSocksProxySettings options={options} onOptionsChange={onOptionsChange} />
        )}
      </ConfigSection>
    </>
  );
}
