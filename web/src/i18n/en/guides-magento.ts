import type { Guide } from "../guide";

export const guide: Guide = {
  minutes: 15,
  needs: ["To be signed in to the Magento admin with the right to make integrations", "Magento 2.4 or Adobe Commerce"],
  access: {
    steps: [
      { text: "In the Magento admin, open the integrations.", where: ["System", "Extensions", "Integrations"] },
      { text: "Choose “Add New Integration”. Name: Ritorno. Your own password goes into “Current User Identity Verification”." },
      { text: "In the tab “API”, set “Resource Access” to “Custom” and tick these, each with all that is below it.", list: ["Sales → Operations → Orders", "Carts → Manage carts", "Catalog → Inventory → Products", "Customers → All Customers", "Stores → Inventory → Sources"] },
      { text: "Choose “Save”, then “Activate” beside it in the list, then “Allow”. Copy the “Access Token”." },
      { text: "From Magento 2.4.4 on, allow such tokens by themselves: set “Allow OAuth Access Tokens to be used as standalone Bearer tokens” to “Yes”.", where: ["Stores", "Configuration", "Services", "OAuth", "Consumer Settings"] },
    ],
  },
  fields: {
    base_url: { label: "Base URL", hint: "Stores → Configuration → General → Web → Base URLs, without a language at the end.", placeholder: "https://shop.example" },
    access_token: { label: "Access Token", hint: "System → Integrations → Activate → Allow. Four values are shown: it is the third one." },
  },
  webhooks: {
    steps: [
      { text: "Magento Open Source has no webhooks of its own. Without any, Ritorno asks the shop’s API what changed, as often as you set it: nothing else is to be done, and you can go on." },
      { text: "A module or middleware that posts to Ritorno uses this address, and signs each body with the secret: header x-ritorno-signature, the hex HMAC-SHA256 of the body.", values: ["webhook_url", "secret"] },
      { text: "Adobe Commerce with I/O Events: register this address for the events of orders, carts, customers and products. Ritorno answers Adobe’s challenge by itself. Then put Adobe’s public key (PEM) in below: it takes the place of the secret.", where: ["Adobe Developer Console", "Events", "Event registration", "Webhook"] },
    ],
    note: "Choose a short time between comparisons in the last step where there are no webhooks: every 5 minutes at the least.",
  },
  ownKey: { label: "Public key (PEM) of Adobe I/O", hint: "Only with Adobe I/O Events. It begins with -----BEGIN PUBLIC KEY-----." },
  coupons: "Coupons need the resource Cart Price Rules in the integration.",
};
