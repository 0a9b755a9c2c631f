import { Input } from '@grafana/ui';
import type { ComponentProps } from 'react';
import { useState } from 'react';

type Props = Omit<ComponentProps<typeof Input>, 'value' | 'defaultValue' | 'onChange' | 'onBlur' | 'ref'> & {
  /** What is saved. When it changes from outside (an example, undo), the field shows it. */
  readonly value: string;
  /** Called once for what was typed, when it differs: on Enter, or when the field is left. */
  readonly onCommit: (value: string) => void;
};

/** A text that counts when it is finished: leaving the field without a change asks nothing again. */
export function Committed({ value, onCommit, ...props }: Props) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const commit = (): void => {
    setTyped(undefined);
    if (typed !== undefined && typed !== value) onCommit(typed);
  };
  return (
    <Input
      {...props}
      value={typed ?? value}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={commit}
      onKeyDown={({ key }) => {
        if (key === 'Enter') commit();
        if (key === 'Escape') setTyped(undefined);
      }}
    />
  );
}
