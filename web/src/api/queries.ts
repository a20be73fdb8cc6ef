/** How long what was read stays fresh, when reading is tried again, and how lists are read page by page. */

import { QueryClient, keepPreviousData, useInfiniteQuery, type QueryKey } from "@tanstack/react-query";
import { asProblem, type Problem } from "./problem";

const RETRIES_MAX = 2;

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        gcTime: 10 * 60_000,
        retry: (count, error) => asProblem(error).isPassing && count < RETRIES_MAX,
        refetchOnWindowFocus: true,
        // A page that cannot reach the server says so itself; the browser's word for “offline” means another thing.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}

/** Everything read from below this address, as `invalidateQueries` wants it. */
export function below(...paths: string[]): { predicate: (query: { queryKey: QueryKey }) => boolean } {
  return {
    predicate: ({ queryKey }) => {
      const path = queryKey[1];
      return typeof path === "string" && paths.some((each) => path === each || path.startsWith(`${each}/`));
    },
  };
}

export interface PageOf<T> {
  items: T[];
  next?: string | null;
}

/** A list, page by page, as `DataList` wants it. */
export interface Paged<T> {
  items: T[];
  isLoading: boolean;
  problem: Problem | null;
  retry: () => void;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
}

/**
 * Reads a list of the API a page at a time.
 *
 *     const carts = usePages("/api/v1/carts", { state }, (query) => take(api.GET("/api/v1/carts", { params: { query } })));
 *
 * `filters` are part of the key; while others are read, the rows of before stay in view.
 */
export function usePages<T, F extends object>(path: string, filters: F, read: (query: F & { limit: number; cursor?: string }) => Promise<PageOf<T>>, options: { limit?: number; enabled?: boolean } = {}): Paged<T> {
  const limit = options.limit ?? 50;
  const query = useInfiniteQuery({
    queryKey: ["get", path, filters, limit, "pages"],
    queryFn: ({ pageParam }) => read({ ...filters, limit, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
  });
  return {
    items: query.data?.pages.flatMap((page) => page.items) ?? [],
    isLoading: query.isPending,
    problem: query.error ? asProblem(query.error) : null,
    retry: () => void query.refetch(),
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
  };
}
