const names = ['port', 'host', 'sample'];

/** The environment without them: another npm would complain of options that it does not know. */
export const withoutNpmOptions = (env) =>
  Object.fromEntries(Object.entries(env).filter(([key]) => !names.some((name) => key === `npm_config_${name}`)));

/**
 * `npm start --port 9000`, without `--`: npm takes options for its own and hands them on in the environment, `--port=9000` as they are,
 * `--port 9000` as `true` and a bare argument.
 */
export function withNpmOptions(args, env) {
  const own = names.filter((name) => (env[`npm_config_${name}`] ?? '') !== '' && !args.includes(`--${name}`));
  const first = args.findIndex((arg) => arg.startsWith('-'));
  const bare = first < 0 ? [...args] : args.slice(0, first);
  const rest = args.slice(bare.length);
  const options = own.map((name) => {
    const value = env[`npm_config_${name}`];
    const at = name === 'port' ? bare.findIndex((arg) => /^\d+$/.test(arg)) : 0;
    const found = value === 'true' ? bare.splice(Math.max(0, at), 1)[0] : value;
    return found === undefined ? [`--${name}`] : [`--${name}`, found];
  });
  return [...options.flat(), ...bare, ...rest];
}
