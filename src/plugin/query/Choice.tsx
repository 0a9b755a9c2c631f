import { Combobox, MultiCombobox } from '@grafana/ui';
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

/** Several of a list. */
export function MultiChoice<Value extends string>({
  name,
  ...props
}: ComponentProps<typeof MultiCombobox<Value>> & Named) {
  return <WithName name={name} list={(id) => <MultiCombobox<Value> {...props} aria-labelledby={id} />} />;
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
