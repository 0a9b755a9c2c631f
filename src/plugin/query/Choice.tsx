import { Combobox, MultiCombobox, useTheme2 } from '@grafana/ui';
import type { ComboboxOption } from '@grafana/ui';
import type { ComponentProps, ReactNode } from 'react';
import { useEffect, useId, useMemo, useRef } from 'react';

/** What screen readers call a list: Grafana's own take no `aria-label`, only the id of a label. */
interface Named {
  readonly name: string;
}

/** One of a list. */
export function Choice<Value extends string>({
  name,
  options,
  ...props
}: ComponentProps<typeof Combobox<Value>> & Named) {
  const stable = useStable(options);
  const once = useOnce(props.value, props.onChange as (option: ComboboxOption<Value> | null) => void);
  return (
    <WithName
      name={name}
      list={(id) => <Combobox<Value> {...props} options={stable} onChange={once} aria-labelledby={id} />}
    />
  );
}

/**
 * Tells a choice once. Where a change takes a moment to come back as the value (Explore), Grafana's list tells it again at every
 * drawing meanwhile, and each telling makes one: an endless loop, at which Explore breaks off.
 */
function useOnce<Value extends string>(
  current: ComponentProps<typeof Combobox<Value>>['value'],
  onChange: (option: ComboboxOption<Value> | null) => void,
): (option: ComboboxOption<Value> | null) => void {
  const value = (typeof current === 'object' ? current?.value : current) ?? null;
  const told = useRef<Value | null | undefined>(undefined);
  useEffect(() => {
    told.current = undefined;
  }, [value]);
  return (option) => {
    const chosen = option?.value ?? null;
    if (chosen === value || chosen === told.current) return;
    told.current = chosen;
    onChange(option);
  };
}

/** The same list for as long as it says the same: Grafana's takes a new one for a change of what is chosen. */
function useStable<List>(options: List): List {
  const text = typeof options === 'function' ? '' : JSON.stringify(options);
  // Options are plain data: what is read back is what was written.
  const read = useMemo(() => (text === '' ? undefined : (JSON.parse(text) as List)), [text]);
  return read ?? options;
}

/**
 * Several of a list. Its width, in the theme's units, is that of a box around it: told a width itself, Grafana's list takes the units
 * for pixels when it works out how many of the chosen fit, and shows one.
 */
export function MultiChoice<Value extends string>({
  name,
  width,
  options,
  ...props
}: Omit<ComponentProps<typeof MultiCombobox<Value>>, 'width' | 'minWidth' | 'maxWidth'> &
  Named & { readonly width: number }) {
  const theme = useTheme2();
  const stable = useStable(options);
  const list = (id: string) => <MultiCombobox<Value> {...props} options={stable} aria-labelledby={id} />;
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
