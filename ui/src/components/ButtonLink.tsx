import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

interface Props extends ButtonProps {
  href: string;
  children: ReactNode;
}

/** A link that looks like a button: it goes somewhere, so it is a link to the browser and to a screen reader. */
export function ButtonLink({ href, children, ...rest }: Props) {
  return (
    <Button component={Link} href={href} {...rest}>
      {children}
    </Button>
  );
}
