import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Committed } from './Committed.tsx';

const field = () => screen.getByRole('textbox', { name: 'Most' });

test('what is typed counts once, when the field is left or on Enter; leaving it unchanged asks nothing', async () => {
  const user = userEvent.setup();
  const committed = jest.fn<undefined, [string]>();
  render(<Committed aria-label="Most" value="10" onCommit={committed} />);
  await user.click(field());
  await user.tab();
  expect(committed).not.toHaveBeenCalled();
  await user.type(field(), '0{Enter}');
  await user.tab();
  expect(committed.mock.calls).toEqual([['100']]);
});

test('Escape takes back what was typed, and a value changed from outside is shown', async () => {
  const user = userEvent.setup();
  const committed = jest.fn<undefined, [string]>();
  const { rerender } = render(<Committed aria-label="Most" value="10" onCommit={committed} />);
  await user.type(field(), '99{Escape}');
  expect(field()).toHaveValue('10');
  rerender(<Committed aria-label="Most" value="25" onCommit={committed} />);
  expect(field()).toHaveValue('25');
  await user.tab();
  expect(committed).not.toHaveBeenCalled();
});
