import { NativeSelect, TextInput, type NativeSelectProps, type TextInputProps } from '@mantine/core';

/** The browser's own date picker: it speaks the person's language and reads aloud, which the fancy ones do not. */
export function DateField(props: TextInputProps) {
  return <TextInput type="date" {...props} />;
}

export interface Choice {
  value: string;
  label: string;
}

interface ChoiceProps extends Omit<NativeSelectProps, 'data' | 'onChange' | 'value'> {
  choices: Choice[];
  value: string;
  onChoose: (value: string) => void;
}

export function ChoiceField({ choices, value, onChoose, ...rest }: ChoiceProps) {
  return <NativeSelect data={choices} value={value} onChange={(event) => onChoose(event.currentTarget.value)} {...rest} />;
}

