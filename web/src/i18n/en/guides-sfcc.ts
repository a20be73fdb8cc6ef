import type { Guide } from "../guide";
import { OCAPI_DATA, OCAPI_SHOP } from "../guide-code";

export const guide: Guide = {
  minutes: 25,
  needs: ["Account Manager: the right to make API clients", "Business Manager: administrator of the instance", "The ID of the site, such as RefArch"],
  access: {
    steps: [
      { text: "In Account Manager, choose “Add API Client”. Display name: Ritorno. Give it a password, which is the client secret, and add your organization.", where: ["Account Manager", "API Client", "Add API Client"] },
      { text: "Set “Token Endpoint Auth Method” to client_secret_basic and “Access Token Format” to JWT. Do not give it the role “Salesforce Commerce API”: OCAPI needs a client of its own." },
      { text: "In Business Manager, open the settings of OCAPI.", where: ["Administration", "Site Development", "Open Commerce API Settings"] },
      { text: "Type “Data”, context “Global”: put this in, with your client ID, then “Save”.", code: OCAPI_DATA },
      { text: "Type “Shop”, context: your site. Put this in, with your client ID, then “Save”.", code: OCAPI_SHOP },
    ],
    note: "Settings that are there already stay: add the new client to the list “clients” in place of writing over them.",
  },
  fields: {
    base_url: { label: "Host of the instance", hint: "The beginning of Business Manager’s address.", placeholder: "https://production-eu01-brand.demandware.net" },
    client_id: { label: "API client ID", hint: "Account Manager → API Client → the line of your client." },
    client_secret: { label: "Password of the API client", hint: "As you set it in Account Manager. It is not shown again there." },
    site_id: { label: "Site ID", hint: "Administration → Sites → Manage Sites, column “ID”." },
    customer_list: { label: "Customer list (optional)", hint: "Merchant Tools → Customers → Customer Lists. If empty: the one named like the site." },
    inventory_list: { label: "Inventory list (optional)", hint: "Merchant Tools → Products and Catalogs → Inventory. If empty: inventory." },
    auth_url: { label: "Account Manager (optional)", hint: "Where it gives tokens. If empty: https://account.demandware.com/dwsso/oauth2/access_token." },
  },
  webhooks: {
    steps: [
      { text: "Commerce Cloud has no webhooks of its own. Without any, Ritorno asks OCAPI what changed, as often as you set it: nothing else is to be done, and you can go on. OCAPI lists no baskets." },
      { text: "A cartridge or job that posts baskets and orders to Ritorno uses this address, and signs each body with the secret: header x-ritorno-signature, the hex HMAC-SHA256 of the body; the topic, such as basket.updated, goes into x-ritorno-topic.", values: ["webhook_url", "secret"] },
    ],
    note: "Carts also come in without a cartridge: by our script on the shop’s pages.",
  },
};
