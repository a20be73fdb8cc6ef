import { api, take, type Schemas } from "../../api/client";
import { asProblem } from "../../api/problem";

type Created = Schemas["CreatedConnection"];

/**
 * Makes a connection. A source of this name that is left from a connection of the same kind of shop is taken again: its
 * events are there already, and the names of sources are unique.
 */
export async function createConnection(body: Schemas["CreateConnection"]): Promise<Created> {
  try {
    return await take(api.POST("/api/v1/connections", { body }));
  } catch (error) {
    if (asProblem(error).code !== "sources.name_taken") throw error;
    const source = await leftSource(body.name, body.shop);
    if (source === null) throw error;
    return take(api.POST("/api/v1/connections", { body: { ...body, source } }));
  }
}

async function leftSource(name: string, shop: string): Promise<number | null> {
  const [sources, connections] = await Promise.all([take(api.GET("/api/v1/sources", { params: { query: { limit: 200 } } })), take(api.GET("/api/v1/connections", { params: { query: { limit: 200 } } }))]);
  const found = sources.items.find((each) => each.name === name && each.kind === shop);
  return found && connections.items.every(({ source }) => source !== found.id) ? found.id : null;
}
