import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { ChoiceMenu } from './ChoiceMenu';

function drawn() {
  const chosen = vi.fn();
  render(
    <>
      <ChoiceMenu
        face="Files"
        choices={[
          { name: 'a', text: 'One', onChoose: () => chosen('a') },
          { name: 'b', text: 'Two', stays: true, onChoose: () => chosen('b') },
          { name: 'c', text: 'Three', apart: true, current: true, onChoose: () => chosen('c') },
        ]}
      />
      <button>After</button>
    </>,
  );
  return { chosen, user: userEvent.setup(), button: screen.getByRole('button', { name: 'Files' }) };
}

it('opens at its first choice, goes round with the arrows, and gives the focus back', async () => {
  const { user, button } = drawn();
  button.focus();
  await user.keyboard('{ArrowDown}');
  expect(screen.getByRole('menuitem', { name: 'One' })).toHaveFocus();
  await user.keyboard('{ArrowUp}');
  expect(screen.getByRole('menuitem', { name: 'Three' })).toHaveFocus();
  await user.keyboard('{ArrowDown}{ArrowDown}');
  expect(screen.getByRole('menuitem', { name: 'Two' })).toHaveFocus();
  await user.keyboard('{Home}{End}');
  expect(screen.getByRole('menuitem', { name: 'Three' })).toHaveFocus();
  expect(button).toHaveAttribute('aria-expanded', 'true');
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('menu')).toBeNull();
  expect(button).toHaveFocus();
  expect(button).toHaveAttribute('aria-expanded', 'false');
});

it('does what is chosen and shuts, but for a choice that has something to say', async () => {
  const { user, button, chosen } = drawn();
  await user.click(button);
  await user.click(screen.getByRole('menuitem', { name: 'Two' }));
  expect(screen.getByRole('menu')).toHaveAccessibleName('Files');
  await user.click(screen.getByRole('menuitem', { name: 'One' }));
  expect(screen.queryByRole('menu')).toBeNull();
  expect(chosen.mock.calls.flat()).toEqual(['b', 'a']);
});

it('shuts when its button is pressed again and when the focus goes elsewhere', async () => {
  const { user, button } = drawn();
  await user.click(button);
  await user.click(button);
  expect(screen.queryByRole('menu')).toBeNull();
  await user.click(button);
  await user.click(screen.getByRole('button', { name: 'After' }));
  expect(screen.queryByRole('menu')).toBeNull();
});
