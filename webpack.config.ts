import path from 'node:path';
import CopyWebpackPlugin from 'copy-webpack-plugin';
import type { Configuration } from 'webpack';
import scaffold, { type Env } from './.config/webpack/webpack.config.ts';

/**
 * The scaffold's configuration with what differs here: the frontend is one folder of `src` (`src/plugin`), and what goes
 * into `dist/` is named file by file (the scaffold would take every JSON file under `src` along).
 * The context stays `src`, so that the source maps name files as the plugin validator looks for them.
 */
export default async function config(env: Env): Promise<Configuration> {
  const base = await scaffold(env);
  const context = path.resolve('src');
  const copied = new CopyWebpackPlugin({
    patterns: [
      { from: '../plugin.json', to: '.' },
      { from: 'README.md', to: '.' },
      { from: '../CHANGELOG.md', to: '.' },
      { from: '../LICENSE', to: '.' },
      { from: 'plugin/img', to: 'img' },
      { from: 'plugin/locales', to: 'locales', noErrorOnMissing: true },
      { from: '../dashboards/*.json', to: 'dashboards/[name][ext]' },
    ],
  });
  return {
    ...base,
    module: { ...base.module, rules: (base.module?.rules ?? []).map(withJsxRuntime) },
    context,
    entry: { module: './plugin/module.ts' },
    plugins: [...(base.plugins ?? []).filter((plugin) => !(plugin instanceof CopyWebpackPlugin)), copied],
  };
}

type Rule = NonNullable<NonNullable<Configuration['module']>['rules']>[number];

/** React's automatic runtime, which Grafana 12.3 and newer provide: components need not import React. */
function withJsxRuntime(rule: Rule): Rule {
  if (typeof rule !== 'object' || rule === null || typeof rule.use !== 'object' || !('loader' in rule.use)) return rule;
  const { loader, options } = rule.use;
  if (loader !== 'swc-loader' || typeof options !== 'object') return rule;
  const { jsc } = options as { jsc?: object };
  return {
    ...rule,
    use: { loader, options: { ...options, jsc: { ...jsc, transform: { react: { runtime: 'automatic' } } } } },
  };
}
