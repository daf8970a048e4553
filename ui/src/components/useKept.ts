import { useSearchParams } from 'wouter';

/** Something a person chose on a page. It stands in the address, so that a copied link shows the same; what is chosen at first does not. */
export function useKept(name: string, first = ''): [string, (value: string) => void] {
  const [search, setSearch] = useSearchParams();
  const set = (value: string) =>
    setSearch(
      (now) => {
        const next = new URLSearchParams(now);
        if (value === first) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return [search.get(name) ?? first, set];
}
