/** What is read and written about one customer. Writes show at once and are taken back where the server refuses. */

import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { api, queries, take, type Schemas } from "../../api/client";
import { useSession } from "../../app/session";
import { below, usePages, type Paged } from "../../api/queries";
import { serverNow } from "../../format/clock";

export type CustomerData = Schemas["CustomerPage"];
export type Decision = Schemas["Decision"];
export type TimelineEvent = Schemas["TimelineEvent"];

export type JourneyPlace = Schemas["JourneyPlace"];

function customerQuery(id: string) {
  return queries.queryOptions("get", "/api/v1/customers/{id}", { params: { path: { id } } });
}

export function useCustomer(id: string, isEnabled = true) {
  return queries.useQuery("get", "/api/v1/customers/{id}", { params: { path: { id } } }, { enabled: isEnabled });
}

export function useDecisions(id: string, isEnabled = true): Paged<Decision> {
  return usePages(`/api/v1/customers/${id}/decisions`, {}, (query) => take(api.GET("/api/v1/customers/{id}/decisions", { params: { path: { id }, query } })), { limit: 100, enabled: isEnabled });
}

export function useTimeline(id: string, all: boolean): Paged<TimelineEvent> {
  return usePages(`/api/v1/customers/${id}/timeline`, all ? { all } : {}, (query) => take(api.GET("/api/v1/customers/{id}/timeline", { params: { path: { id }, query } })), { limit: 100 });
}

/** Reads anew what a write to a customer can have changed. */
export function refreshPeople(client: QueryClient): void {
  void client.invalidateQueries(below("/api/v1/customers", "/api/v1/carts", "/api/v1/deals", "/api/v1/journeys", "/api/v1/messages", "/api/v1/notices"));
}

export interface ConsentWord {
  channel: string;
  purpose: string;
  is_granted: boolean;
  source: string;
}

export interface CustomerWrites {
  setAgent: (agent: Schemas["Agent"] | null) => Promise<void>;
  setConsent: (word: ConsentWord) => Promise<void>;
  addNote: (text: string) => Promise<void>;
  addContact: (contact: Schemas["ContactBody"]) => Promise<void>;
  setTraits: (traits: Schemas["TraitsBody"]) => Promise<void>;
  changeTags: (change: { add: string[]; remove: string[] }) => Promise<void>;
}

export async function putAgent(customer: string, agent: string | null): Promise<void> {
  await api.PUT("/api/v1/customers/{id}/agent", { params: { path: { id: customer } }, body: { agent } });
}

/** Tags of the workspace that begin with a text, by name. */
export function useTagsInUse(q: string, isEnabled = true): string[] {
  const { data } = queries.useQuery("get", "/api/v1/tags", { params: { query: { ...(q ? { q } : {}), limit: 30 } } }, { enabled: isEnabled, placeholderData: (before) => before });
  return (data?.items ?? []).map(({ name }) => name);
}

export function useCustomerWrites(id: string): CustomerWrites {
  const client = useQueryClient();
  const { session } = useSession();
  const by = `person:${session.person.id}`;
  const write = async (change: ((page: CustomerData) => CustomerData) | null, send: () => Promise<unknown>): Promise<void> => {
    const { queryKey } = customerQuery(id);
    await client.cancelQueries({ queryKey });
    const before = client.getQueryData<CustomerData>(queryKey);
    if (before && change) client.setQueryData(queryKey, change(before));
    try {
      await send();
    } catch (error) {
      if (before) client.setQueryData(queryKey, before);
      throw error;
    } finally {
      refreshPeople(client);
    }
  };
  const path = { params: { path: { id } } };
  return {
    // Who speaks instead of an agent of their own is the server's to say: until it has, there is nobody.
    setAgent: (agent) => write((page) => ({ ...page, agent: agent ? { id: agent.id, name: agent.name, email: agent.email, is_own: true } : null }), () => putAgent(id, agent?.id ?? null)),
    setConsent: (word) => write((page) => ({ ...page, consent: withWord(page.consent, word) }), () => api.PUT("/api/v1/customers/{id}/consent", { ...path, body: said(word) })),
    addNote: (text) => write(null, () => api.POST("/api/v1/customers/{id}/notes", { ...path, body: { text } })),
    addContact: (contact) => write(null, () => api.POST("/api/v1/customers/{id}/contacts", { ...path, body: contact })),
    setTraits: (traits) => write((page) => ({ ...page, profile: { ...page.profile, ...traits } }), () => api.PUT("/api/v1/customers/{id}/traits", { ...path, body: traits })),
    changeTags: (change) => write((page) => ({ ...page, tags: withTags(page.tags, change, by) }), () => api.PUT("/api/v1/customers/{id}/tags", { ...path, body: change })).finally(() => void client.invalidateQueries(below("/api/v1/tags"))),
  };
}

function withTags(tags: CustomerData["tags"], { add, remove }: { add: string[]; remove: string[] }, by: string): CustomerData["tags"] {
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  const left = tags.filter(({ name }) => !remove.some((gone) => same(gone, name)));
  const came = add.filter((name) => !left.some((tag) => same(tag.name, name))).map((name) => ({ name, by, at: new Date().toISOString() }));
  return [...left, ...came].sort((one, other) => one.name.toLowerCase().localeCompare(other.name.toLowerCase()));
}

/** Who wrote it down stands for a proof that nobody gave. */
function said({ source, ...word }: ConsentWord): Schemas["ConsentBody"] {
  return source.trim() === "" ? word : { ...word, source };
}

function withWord(words: CustomerData["consent"], word: ConsentWord): CustomerData["consent"] {
  const isOther = (each: CustomerData["consent"][number]) => each.channel !== word.channel || each.purpose !== word.purpose;
  return [...words.filter(isOther), { ...word, at: new Date(serverNow()).toISOString() }];
}
