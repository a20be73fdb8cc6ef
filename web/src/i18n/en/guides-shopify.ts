import type { Guide } from "../guide";
import { SHOPIFY_APP } from "../guide-code";

export const guide: Guide = {
  minutes: 15,
  needs: ["To be signed in to Shopify as the owner, or with the permission to develop apps", "A Shopify plan that lets an app of one’s own see names and addresses: on Starter and Basic it may not", "Two windows side by side: this one and Shopify’s"],
  access: {
    steps: [
      { text: "Open dev.shopify.com with the account of the shop: this is the Dev Dashboard, where new apps are made.", where: ["Dev Dashboard", "Apps", "Create app"] },
      { text: "Choose “Start from Dev Dashboard”, give the app a name, such as Ritorno, and choose “Create”." },
      {
        text: "In the app’s version, write these under “Scopes”; reading is enough. Then choose “Release”.",
        where: ["Versions", "Access", "Scopes"],
        list: ["read_customers", "read_products", "read_inventory", "read_locations", "read_orders", "read_all_orders", "read_checkouts"],
      },
      { text: "Install the app in the shop.", where: ["Home", "Install app"] },
      { text: "Copy “Client ID” and “Secret”.", where: ["Settings", "Credentials"] },
    ],
    note: "App and shop must belong to the same organisation: Shopify lets in only such an app by its id and secret. Without read_all_orders it gives only the orders of the last 60 days. An app made in the shop’s admin before 2026 has a token that stays (shpat_…): put that in below instead of the client ID, and its “API secret key” as the secret.",
  },
  fields: {
    base_url: { label: "Address of the shop", hint: "Its Shopify address, not the one that customers see. It stands in Settings → Domains.", placeholder: "https://my-shop.myshopify.com" },
    client_id: { label: "Client ID", hint: "Dev Dashboard → your app → Settings → Client ID." },
    client_secret: { label: "Client secret", hint: "Dev Dashboard → your app → Settings → Secret. An older app calls it “API secret key”. The app signs its webhooks with it." },
    access_token: { label: "Admin API access token (older apps only)", hint: "Only for an app made in the shop’s admin before 2026. It begins with shpat_. Leave it empty otherwise." },
    secret: { label: "Client secret", hint: "Dev Dashboard → your app → Settings → Secret. Or, without an app, the key under the list of webhooks in Settings → Notifications → Webhooks." },
  },
  webhooks: {
    steps: [
      { text: "In the Shopify admin, open the webhooks.", where: ["Settings", "Notifications", "Webhooks"] },
      {
        text: "Choose “Create webhook” once for each of these events. Format: JSON. API version: the newest that is not marked as a release candidate. URL: the address below, always the same.",
        values: ["webhook_url"],
        list: ["Cart creation", "Cart update", "Checkout creation", "Checkout update", "Order creation", "Order update", "Order cancellation", "Refund create", "Fulfillment creation", "Customer creation", "Customer update", "Product update", "Inventory level update"],
      },
      { text: "Below the list Shopify says “Your webhooks will be signed with” and a long key. Put that key in below: it is another one than the app’s secret, and both are believed." },
      { text: "Not a must: the app is also told when it is uninstalled, and when a customer asks at Shopify for their data or for being erased. Put this into its shopify.app.toml, with the address from above, then run “shopify app deploy”. These are signed with the app’s own secret, which is known already.", code: SHOPIFY_APP },
    ],
    note: "“Send test notification” beside a webhook sends an example: it shows up here within seconds.",
  },
  ownKey: { label: "Your webhooks will be signed with", hint: "The key under the list of webhooks in Settings → Notifications → Webhooks. It is believed beside the app’s secret.", credential: "webhook_key" },
  cartLink: { label: "Address that fills the cart", hint: "For carts of which no checkout is known: Shopify’s cart permalink. {products} stands for what was in it, {coupon} for its discount code.", placeholder: "https://shop.example/cart/{products}?discount={coupon}" },
  coupons: "Coupons need the scope write_discounts in the app.",
  tags: "They become tags of the customer in Shopify. The app needs the scope write_customers.",
};
