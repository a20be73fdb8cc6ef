import type { Guide } from "../guide";
import { SHOPIFY_APP } from "../guide-code";

export const guide: Guide = {
  minutes: 15,
  needs: ["To be signed in to the Shopify admin as the owner, or with the permission to develop apps", "A Shopify plan that lets an app of one’s own see names and addresses: on Starter and Basic, apps made in the admin may not", "Two windows side by side: this one and Shopify’s"],
  access: {
    steps: [
      { text: "In the Shopify admin, open the page of the apps that are made for this shop alone.", where: ["Settings", "Apps and sales channels", "Develop apps"] },
      { text: "Open the app that reads for Ritorno, or make one with “Create an app”. Where Shopify does not offer this any more, it leads to the Dev Dashboard: see the note below." },
      {
        text: "Choose “Configure Admin API scopes” and tick these; reading is enough.",
        where: ["Configuration", "Admin API integration"],
        list: ["read_customers", "read_products", "read_inventory", "read_locations", "read_orders", "read_all_orders", "read_checkouts"],
      },
      { text: "Choose “Install app”. Then reveal the token under “Admin API access token”: Shopify shows it once.", where: ["API credentials"] },
      { text: "On the same page, copy “API secret key” into the field on this page." },
    ],
    note: "Without read_all_orders Shopify gives only the orders of the last 60 days. Since 2026 new apps are made in the Dev Dashboard, whose tokens end after 24 hours: they read what was before, but for comparing day after day a token of an app made here is needed. Without one, webhooks still work: tick “Without the API”.",
  },
  fields: {
    base_url: { label: "Address of the shop", hint: "Its Shopify address, not the one that customers see. It stands in Settings → Domains.", placeholder: "https://my-shop.myshopify.com" },
    access_token: { label: "Admin API access token", hint: "Develop apps → your app → API credentials → Admin API access token. It begins with shpat_." },
    secret: { label: "API secret key", hint: "Develop apps → your app → API credentials → API secret key. With it Shopify signs what it tells the app itself." },
  },
  webhooks: {
    steps: [
      { text: "In the Shopify admin, open the webhooks.", where: ["Settings", "Notifications", "Webhooks"] },
      {
        text: "Choose “Create webhook” once for each of these events. Format: JSON. API version: the newest that is not marked as a release candidate. URL: the address below, always the same.",
        values: ["webhook_url"],
        list: ["Cart creation", "Cart update", "Checkout creation", "Checkout update", "Order creation", "Order update", "Order cancellation", "Refund create", "Fulfillment creation", "Customer creation", "Customer update", "Product update", "Inventory level update"],
      },
      { text: "Below the list Shopify says “Your webhooks will be signed with” and a long key. Put that key in below: it is another one than the API secret key, and both are believed." },
      { text: "Not a must: an app of the Dev Dashboard is also told when it is uninstalled, and when a customer asks at Shopify for their data or for being erased. Put this into its shopify.app.toml, with the address from above, then run “shopify app deploy”. They are signed with the API secret key of that app: put it in below too.", code: SHOPIFY_APP },
    ],
    note: "“Send test notification” beside a webhook sends an example: it shows up here within seconds.",
  },
  ownKey: { label: "Your webhooks will be signed with", hint: "The key under the list of webhooks in Settings → Notifications → Webhooks. It is believed beside the API secret key.", isAdded: true },
};
