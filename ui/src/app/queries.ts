import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { toProblem } from '@/api/problem';
import { sessionKey } from '@/api/session';

/** The cache of what the server said. A refusal for want of a session asks the session again, which leads to the sign-in page. */
export function createQueries(): QueryClient {
  const onError = (error: unknown) => {
    if (toProblem(error).status === 401) void queries.invalidateQueries({ queryKey: sessionKey });
  };
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        // What the server refuses it refuses again; only silence and its own failures are worth a second try.
        retry: (count, error) => {
          const { status } = toProblem(error);
          return count < 2 && (status === 0 || status >= 500);
        },
        retryDelay: (count) => 400 * 2 ** count,
      },
    },
  });
  return queries;
}
