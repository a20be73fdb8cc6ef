import type { Guide } from "../guide";

export const guide: Guide = {
  minutes: 10,
  needs: ["To be signed in to the PrestaShop back office as an administrator", "The shop’s time zone and currency: PrestaShop tells neither with its data"],
  access: {
    steps: [
      { text: "In the back office, open the webservice.", where: ["Advanced Parameters", "Webservice"] },
      { text: "Under “Configuration”, set “Enable PrestaShop’s webservice” to Yes, then “Save”. Where PHP runs as CGI, set “Enable CGI mode for PHP” too." },
      { text: "Choose “Add new webservice key”, then “Generate”. Description: Ritorno. Status: Enabled." },
      { text: "Under “Permissions”, tick “View (GET)” for these and nothing else, then “Save”.", list: ["carts", "customers", "orders", "products", "stock_availables"] },
      { text: "Look up the shop’s time zone and currency, and put them in here under “Time zone, currency, second shop”.", where: ["International", "Localization"] },
    ],
  },
  fields: {
    base_url: { label: "Address of the shop", hint: "As customers see it. Shop Parameters → Traffic & SEO → Set shop URL.", placeholder: "https://shop.example" },
    key: { label: "Key", hint: "Advanced Parameters → Webservice → your key. 32 letters and digits." },
  },
  webhooks: {
    steps: [
      { text: "PrestaShop has no webhooks of its own. Without any, Ritorno asks the webservice what changed, as often as you set it: nothing else is to be done, and you can go on." },
      { text: "A module that posts to Ritorno uses this address, and signs each body with the secret: header x-ritorno-signature, the hex HMAC-SHA256 of the body; the topic goes into x-ritorno-topic.", values: ["webhook_url", "secret"] },
    ],
    note: "The webservice tells a cart’s rows without prices and without a link that brings it back: for carts left behind, a module or our script on the shop’s pages is needed.",
  },
  coupons: "Coupons need these permissions of the key: cart_rules (GET, POST), currencies and languages (GET).",
};
