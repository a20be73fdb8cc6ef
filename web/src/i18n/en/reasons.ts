/** Why something did not go on, by the code that the server gives it. The server's own words stand below, so these may be plain. */
import type { Schemas } from "../../api/client";

type Texts<C extends string> = Record<C | "other", string>;

const quarantine: Texts<Schemas["Said_QuarantineReason"]["code"]> = {
  not_a_call: "This is not an event: it cannot be read as JSON of a call.",
  unknown_type: "The type {{kind}} is none of track, identify, page, screen, group and alias.",
  unknown_kind: "{{kind}} is not a kind of call.",
  no_type: "The event does not say its type.",
  no_name: "The event has no name.",
  no_previous: "The call says that two customers are one, and not who the earlier one is (previousId).",
  nobody: "The event does not say whom it is about: neither userId nor anonymousId.",
  no_agent_email: "The agent is named without an e-mail address.",
  wrong_consent: "The consent is not written as purposes with channels.",
  no_stage: "The deal was moved, and it does not say to which stage.",
  no_order: "“{{event}}” does not say which order it is about (order_id).",
  no_product: "A product has neither product_id nor sku.",
  wrong_products: "The list of products cannot be read.",
  too_many_products: "{{count}} products in one event: a cart has at most {{max}}.",
  unknown_currency: "{{currency}} is not a currency.",
  negative_quantity: "The quantity of product {{product}} is negative: {{quantity}}.",
  quantity_too_large: "The quantity of product {{product}} is too large: {{quantity}}, at most {{max}}.",
  broken_quantity: "The quantity of product {{product}} is not a whole number: {{quantity}}.",
  not_a_text: "“{{name}}” should be a text.",
  not_a_number: "“{{name}}” should be a number.",
  not_an_object: "“{{name}}” should be an object { … }.",
  unreadable_number: "{{name}} cannot be read as a number.",
  has_nul: "“{{name}}” holds a character that no text may have (NUL).",
  too_large: "The event is too large: {{size}} KB, at most {{max}} KB go in.",
  wrong_properties: "The properties of the event cannot be read.",
  panicked: "Ritorno failed at this event: an error of ours. After an update it can be tried again as it is.",
  too_many_cells: "The event concerns too many customers at once.",
  unreadable: "“{{name}}” cannot be read.",
  other: "The event could not be understood.",
};

const incident: Texts<Schemas["Said_Incident"]["code"]> = {
  no_way_out: "None of the conditions holds, and the flow has no way for the rest. What it looked at: {{values}}.",
  no_weights: "The shares of this split add up to nothing.",
  no_correlation: "What the wait for “{{message}}” should be told apart by ({{key}}) has no value.",
  no_time: "The wait {{timer}} says no time.",
  wrong_time: "The wait {{timer}} gives {{value}}, which is no time to wait for.",
  waits_for_nothing: "The split leads to an element that waits for nothing.",
  too_many_steps: "The journey passed {{count}} elements without waiting: the flow probably goes in a circle.",
  stuck_join: "The branches wait for one that cannot come any more: they should end at one gateway.",
  unknown_task: "The flow asks for the task {{task}}, which does not exist here.",
  other: "The journey cannot go on from here.",
};

const mail: Texts<Schemas["Said_MailReason"]["code"]> = {
  mailbox_unknown: "The address does not exist.",
  mailbox_full: "The customer’s mailbox is full.",
  too_large: "The message is too large for the customer’s mail server.",
  not_wanted: "The mail server does not want this message: it may take it for spam, or not trust the sender.",
  refused_for_now: "The mail server does not take it now; it is tried again.",
  refused_for_good: "The mail server refused it for good.",
  sender_stopped: "The server stopped while it was sending, before it could note what became of it.",
  grant_ran_out: "Sending began too late; it is asked for again.",
  send_again: "A person said: send it again.",
  leave_it: "A person said: leave it.",
  no_template: "The template {{name}} does not exist.",
  doubt_after_end: "The whole message was handed over, and the mail server did not say whether it took it.",
  connection_closed: "The mail server closed the connection.",
  connection_lost: "The connection to the mail server was lost.",
  no_answer: "The mail server did not answer in time.",
  not_smtp: "What answered is not a mail server.",
  server_said: "The mail server does not let us send.",
  other: "The message could not be sent.",
};

export const reasons = { quarantine, incident, mail };
