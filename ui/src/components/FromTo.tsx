import { useTranslation } from 'react-i18next';
import { Bdi } from './Bdi';

/** A level and the one it goes to, in the order in which the page is read. */
export function FromTo({ from, to }: { from: string; to: string }) {
  const { i18n } = useTranslation();
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      <Bdi>{from}</Bdi> {i18n.dir() === 'rtl' ? '←' : '→'} <Bdi>{to}</Bdi>
    </span>
  );
}
