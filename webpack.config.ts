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
      { from: 'plugin/dashboards', to: 'dashboards', noErrorOnMissing: true },
    ],
  });
  return {
    ...base,
    context,
    entry: { module: './plugin/module.ts' },
    plugins: [...(base.plugins ?? []).filter((plugin) => !(plugin instanceof CopyWebpackPlugin)), copied],
  };
}
