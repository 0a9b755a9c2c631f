import { Combobox, MultiCombobox, useTheme2 } from '@grafana/ui';
import type { ComponentProps, ReactNode } from 'react';
import { useId } from 'react';

/** What screen readers call a list: Grafana's own take no `aria-label`, only the id of a label. */
interface Named {
  readonly name: string;
}

/** One of a list. */
export function Choice<Value extends string>({ name, ...props }: ComponentProps<typeof Combobox<Value>> & Named) {
  return <WithName name={name} list={(id) => <Combobox<Value> {...props} aria-labelledby={id} />} />;
}

/**
 * Several of a list. Its width, in the theme's units, is that of a box around it: told a width itself, Grafana's list takes the units
 * for pixels when it works out how many of the chosen fit, and shows one.
 */
export function MultiChoice<Value extends string>({
  name,
  width,
  ...props
}: Omit<ComponentProps<typeof MultiCombobox<Value>>, 'width' | 'minWidth' | 'maxWidth'> &
  Named & { readonly width: number }) {
  const theme = useTheme2();
  const list = (id: string) => <MultiCombobox<Value> {...props} aria-labelledby={id} />;
  return (
    <div style={{ width: theme.spacing(width), maxWidth: '100%' }}>
      <WithName name={name} list={list} />
    </div>
  );
}

function WithName({ name, list }: { readonly name: string; readonly list: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <>
      <span id={id} hidden>
        {name}
      </span>
      {list(id)}
    </>
  );
}
