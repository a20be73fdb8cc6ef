// Generated from docs/openapi.gen.json by `npm run gen`. Do not edit.

export interface paths {
    "/api/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Those who sell, by name. All of them: a workspace has at most 2,000. */
        get: operations["list_agents"];
        put?: never;
        /** Makes an agent. */
        post: operations["create_agent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes an agent. */
        put: operations["set_agent"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what at the desk, newest first. */
        get: operations["audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/carts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Carts, newest first. */
        get: operations["list_carts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/carts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One cart, by its id or the shop's. */
        get: operations["find_cart"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/feeds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Feeds that are fetched from an address. */
        get: operations["list_product_feeds"];
        put?: never;
        /** Have a feed fetched from an address, now and by a schedule. */
        post: operations["create_product_feed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/feeds/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Fetch a feed no more. What it brought stays. */
        delete: operations["delete_product_feed"];
        options?: never;
        head?: never;
        /** Change a feed: it is fetched anew. */
        patch: operations["change_product_feed"];
        trace?: never;
    };
    "/api/v1/catalogue/feeds/{id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fetch a feed now, even if it is the file that was read last. */
        post: operations["run_product_feed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Feeds that were taken in, newest first. */
        get: operations["list_imports"];
        put?: never;
        /**
         * Take in a product feed: the file is the body. It is read as it arrives, in bounded memory; a row that is wrong is named with
         *     its line and reason, and the others go in.
         */
        post: operations["import_feed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The categories in use, by name. */
        get: operations["list_categories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Collections, the first known first. */
        get: operations["list_collections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The shops that are connected. */
        get: operations["list_connections"];
        put?: never;
        /** Connect a shop. */
        post: operations["create_connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One connection. */
        get: operations["find_connection"];
        put?: never;
        post?: never;
        /** Remove a connection. Its webhooks are refused from now on; what came in stays. */
        delete: operations["delete_connection"];
        options?: never;
        head?: never;
        /** Change a connection; what is not said stays. */
        patch: operations["change_connection"];
        trace?: never;
    };
    "/api/v1/connections/{source}/backfill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring in what the shop has from before, as history: one job for each kind. Nobody is written to because of it. */
        post: operations["start_backfill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask the shop's API once, to see whether address and credentials are right. */
        post: operations["check_connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A connection's backfills and reconciliations, newest first. */
        get: operations["list_connection_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them: how far it is, and what it found. */
        get: operations["find_connection_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a job; what it brought in stays. */
        post: operations["cancel_connection_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/jobs/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause a job after the page that it is at. */
        post: operations["pause_connection_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/jobs/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on where a job stopped, at once. */
        post: operations["resume_connection_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause a connection: its webhooks are kept aside, its API is not asked. */
        post: operations["pause_connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/reconcile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compare what changed lately at the shop with what is known here, and bring in what is missing. */
        post: operations["start_reconciliation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/rejected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the shop said and was not understood, newest first. */
        get: operations["list_rejected_bodies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/rejected/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them, whole. */
        get: operations["find_rejected_body"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/rejected/{id}/drop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a body go for good. */
        post: operations["drop_rejected_body"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/rejected/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read a body again, after a fix of the server, the mapping or the connection. */
        post: operations["replay_rejected_body"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a connection to work again, be it paused or uninstalled. */
        post: operations["resume_connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{source}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the secret that the shop signs with. */
        post: operations["rotate_connection_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers, newest first. */
        get: operations["list_customers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One customer, with carts, orders, deals, journeys and messages. */
        get: operations["find_customer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/agent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives the customer an agent, or takes theirs away. */
        put: operations["set_customer_agent"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/consent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Writes down what the customer said on being written to. A yes lifts an earlier unsubscription of the address. */
        put: operations["set_customer_consent"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An agent spoke with the customer. The order that follows is the agent's. */
        post: operations["add_customer_contact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every decision about a customer, newest first, each with its reason in words. */
        get: operations["list_customer_decisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/lineage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which event of which source said what a customer's or a cart's field holds now. */
        get: operations["find_lineage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Writes a note about the customer; it stands among the decisions. */
        post: operations["add_customer_note"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A customer's orders, newest first: all of them, for ever. */
        get: operations["list_customer_orders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a customer ever bought, by product id. Cancelled orders do not count. */
        get: operations["list_customer_products"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives the customer tags and takes tags away. Others stay. A customer has at most 50. */
        put: operations["change_customer_tags"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that happened to a customer, newest first, those joined to them included. */
        get: operations["list_customer_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/traits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes what a person may correct by hand. What is not said stays as it is; an empty text takes the value away. */
        put: operations["set_customer_traits"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/data-health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How well each source speaks: when it was last heard, how much, how late, how often twice or not understood, and whether its
         *     events have changed their shape.
         */
        get: operations["data_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/data-health/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sources that are silent for longer than they ever were, and shops whose API is not read any more: cheap enough to be asked often. */
        get: operations["data_alarms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deal_stages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The stages of a pipeline in order, with how many deals are in each and what they are worth: the head of a board. Stages that
         *     the pipeline does not know, and deals are in, come last.
         */
        get: operations["list_deal_stages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Deals, newest first. */
        get: operations["list_deals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deals/{id}/stage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Moves a deal to another stage, and to another pipeline if wanted. It stays where a person put it, until it is won. */
        put: operations["move_deal"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decision_models/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks a decision model without keeping it: each cell whose text is not understood is named. */
        post: operations["check_model"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decision_models/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decides with a model that need not be kept, over values given by hand. */
        post: operations["try_model"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/destination_kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The kinds of destinations, with their settings. */
        get: operations["list_destination_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/destinations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The other CRMs that flows hand over to. All of them: a workspace has at most 50. */
        get: operations["list_destinations"];
        put?: never;
        /** Make a destination. Check it next: that makes what is missing there, where it can. */
        post: operations["create_destination"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/destinations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One destination. */
        get: operations["find_destination"];
        put?: never;
        post?: never;
        /** Remove a destination. Journeys that are to hand over to it stop and wait for a person; what is there stays there. */
        delete: operations["delete_destination"];
        options?: never;
        head?: never;
        /** Change a destination; what is not said stays. It is checked anew before the next hand-over. */
        patch: operations["change_destination"];
        trace?: never;
    };
    "/api/v1/destinations/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look whether it lets us in and has what we need. In HubSpot the missing properties and the object for carts are made; in
         *     Salesforce an administrator makes what is listed.
         */
        post: operations["check_destination"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events of the workspace as they stand in the log, those not applied yet included. */
        get: operations["list_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/first-run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether nobody has an account yet. */
        get: operations["first_run_state"];
        put?: never;
        /** Make the first person, who owns the workspace, and sign them in. Only while nobody has an account. */
        post: operations["first_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workspace's flows, by name. */
        get: operations["list_flows"];
        put?: never;
        /**
         * Takes in a flow, or a further version of one; the same file again makes no other version. It is not switched on by this,
         *     and may hold what keeps it from being switched on.
         */
        post: operations["import_flow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One flow. */
        get: operations["find_flow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks a flow, or a draft of it, without changing anything. A draft may be of a flow that is not there yet. */
        post: operations["check_flow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switches a flow off: no journey starts any more, those under way go on. */
        post: operations["disable_flow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switches the newest version on. Carts that already stand idle are looked at again in the background. */
        post: operations["enable_flow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the journeys of a flow have stopped, and why. Behind the log by at most a few seconds. */
        get: operations["list_incidents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/incidents/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tries the journeys again that stopped on a flow for the same reason, a slice at a time: ask with `next` until there is none.
         *     What stopped again is not tried twice.
         */
        post: operations["retry_incidents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/preview-of-enabling": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What would happen now if the flow were switched on with its newest version. */
        get: operations["preview_enabling"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begins a journey for a customer at the flow's start without an event. Re-entry holds unless the caller says otherwise; why
         *     it did not begin is the problem's code, such as `flows.once_per_cart`. Send an `Idempotency-Key` to be able to ask twice.
         */
        post: operations["start_journey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/versions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version of a flow: what journeys on it follow. */
        get: operations["find_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether sending is paused, as it is after a restore or a long stop, and how much waits. */
        get: operations["find_hold"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hold/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets sending go on. What was held goes to the outbox, where every gate is asked again: what is too late by now is dropped,
         *     with its reason.
         */
        post: operations["release_hold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Journeys, newest first. Behind the log by at most a few seconds. */
        get: operations["list_journeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One journey, with its path. */
        get: operations["find_journey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journeys/{id}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives the task that a journey waits for to somebody. */
        post: operations["assign_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journeys/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Calls a journey off, with everything that it waits for and the journeys that it called. */
        post: operations["cancel_journey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journeys/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that the task a journey waits for is done. */
        post: operations["complete_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journeys/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Goes on behind what stopped, as if it had been done. */
        post: operations["resolve_incident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journeys/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tries again what stopped, after a person has mended what was wrong. */
        post: operations["retry_journey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journeys/{id}/variables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Corrects what a journey keeps; what is not named stays. */
        post: operations["set_variables"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workspace's keys, revoked ones too. Their texts are not kept. */
        get: operations["list_keys"];
        put?: never;
        /** Make a key. Nobody gives a key more than they may themselves. */
        post: operations["create_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a key. It stops working everywhere within a second. */
        delete: operations["revoke_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens in the workspace, as server-sent events: `status` (at the start and every few seconds), and announcements named
         *     by their `kind`, such as `cart_state` and `agent_notice`. `missed` says how many announcements a slow reader did not get. The
         *     stream ends after ten minutes; open it again.
         */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mappings/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** See what a mapping makes of a body. Nothing is kept. */
        post: operations["try_mapping"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages, newest first. */
        get: operations["list_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One message. Its links lead nowhere here, so that looking at it is no click and no unsubscription. */
        get: operations["find_message"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A person's word on a message of which nobody knows whether it arrived. */
        post: operations["resolve_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a template, filled with made-up data, to the person who is signed in or to an agent. */
        post: operations["send_test_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Notices, newest first. */
        get: operations["list_notices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notices/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Marks a notice as read; doing it again changes nothing. */
        post: operations["read_notice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Orders, newest first. */
        get: operations["list_orders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for a link to set a new password. The answer is the same whether or not there is such a person. */
        post: operations["ask_password_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password-reset/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set a new password by a link, once. All sessions of the person end. */
        post: operations["reset_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The people of the workspace. */
        get: operations["list_people"];
        put?: never;
        /** Let a person into the workspace. They choose their password themselves, by the link. Only an owner makes owners. */
        post: operations["create_person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Shut a person out of the workspace; their sessions in it end at once. The last owner stays. */
        post: operations["disable_person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a person in again. */
        post: operations["enable_person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{id}/role": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give a person another role. It holds at once, in their open sessions too. Only an owner makes owners or changes one; the last
         *     owner stays one.
         */
        put: operations["set_person_role"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The pipelines that deals go through, with their stages in order. All of them: a workspace has at most 20. */
        get: operations["list_pipelines"];
        put?: never;
        /** Makes a pipeline. */
        post: operations["create_pipeline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Changes a pipeline: its name, and its stages with their names, order and meaning. A stage that is not named any more goes;
         *     while deals are in it, it cannot.
         */
        put: operations["set_pipeline"];
        post?: never;
        /** Takes a pipeline away; while it has deals, it cannot. */
        delete: operations["remove_pipeline"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Products, the newest first; with `q` in the order of the words found. */
        get: operations["list_products"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One product: its variants with prices and what they were before, and what is in stock where. */
        get: operations["find_product"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events that were not understood, newest first. */
        get: operations["list_quarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One event in quarantine, with its whole body. */
        get: operations["find_quarantined"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine/{id}/drop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let an event go for good. */
        post: operations["drop_quarantined"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put an event into the log after all, under the time it came at, as it is or put right. */
        post: operations["replay_quarantined"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ready_made_flows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The flows that come with Ritorno, the one to begin with first. */
        get: operations["list_ready_made"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/credits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shares of recovered orders in a period, newest order first. As a table: all of them, up to 100,000 rows. */
        get: operations["list_credits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the recovery of carts did and earned in a period.
         * @description Sums are exact: the linear credits of an order add up to its value, to the cent.
         */
        get: operations["recovery_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in. */
        get: operations["session"];
        put?: never;
        /** Sign in. The session is a cookie; each try on an account with a wrong password makes the next ones wait longer. */
        post: operations["sign_in"];
        /** Sign out. */
        delete: operations["sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/revoke-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign out on all devices. */
        post: operations["sign_out_everywhere"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/workspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Work in another workspace from now on. */
        post: operations["change_workspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workspace's settings. */
        get: operations["find_settings"];
        /**
         * Changes settings: those that the body names. What is not said stays as it is. With If-Match only while the settings are those
         *     that had this ETag; else `settings.changed`.
         */
        put: operations["set_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/shops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The kinds of shops that can be connected. */
        get: operations["list_shop_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where events come from. */
        get: operations["list_sources"];
        put?: never;
        /** Make a source. */
        post: operations["create_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stores, the first known first. */
        get: operations["list_stores"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tags in use, by name, with how many customers have each. */
        get: operations["list_tags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tasks: open ones by when they are due, those without a date last; what is over, newest first. Behind the log by at most a
         *     few seconds.
         */
        get: operations["list_tasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One task. */
        get: operations["find_task"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a task to somebody, whoever has it. */
        post: operations["give_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a task that nobody else has; taking it again changes nothing. */
        post: operations["claim_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that a task is done; its journey goes on. Saying it again changes nothing; somebody else's word stands. */
        post: operations["finish_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a task of one's own back, for somebody else to take. */
        post: operations["release_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that may begin a flow. An event of any other name does too; what it holds is not known here. */
        get: operations["list_triggers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Someone who sells. */
        Agent: {
            email: string;
            id: string;
            is_active: boolean;
            name: string;
        };
        AgentBody: {
            /** @description No two agents have the same. */
            email: string;
            /** @description One who is not active signs nothing and is told nothing; their customers go to the default agent. */
            is_active?: boolean;
            name: string;
        };
        /** @description The agent who speaks for the shop to this customer. */
        AgentOf: {
            email: string;
            id: string;
            /** @description The customer's own; else the workspace's default one. */
            is_own: boolean;
            name: string;
        };
        /** @description One source that somebody should look at. */
        Alarm: {
            /**
             * Format: int64
             * @description Of a silence: whole hours since the last event.
             */
            hours?: number | null;
            name: string;
            /** @description Why it stopped, in the server's words. */
            reason?: string | null;
            /** Format: int64 */
            source: number;
            trouble: components["schemas"]["Trouble"];
            /**
             * Format: int64
             * @description Of a silence: the longest of the 14 days before it.
             */
            usual_hours?: number | null;
        };
        /** @description An amount: integer minor units (cents for EUR, yen for JPY) and the currency they are of. */
        Amount: {
            /** @example EUR */
            currency: string;
            /** Format: int64 */
            minor: number;
        };
        AskLink: {
            email: string;
        };
        AssignBody: {
            /** @description Who gets the task; `null` gives it back. */
            assignee?: string | null;
            /** @description Only where nobody else has it. */
            claim?: boolean;
            /** Format: int32 */
            token: number;
        };
        /** @description One line of the audit log. */
        AuditEntry: {
            /** @description What was done, in the past tense: `key.revoked`. */
            action: string;
            /** @description `person:ID`, `key:ID`, or `command line`. */
            actor: string;
            /** Format: date-time */
            at: string;
            detail: Record<string, never>;
            id: string;
            /** @description The id of what it was done to. */
            object: string;
        };
        /** @description A product that a customer bought. */
        BoughtProduct: {
            /** Format: date-time */
            first_bought_at: string;
            /** Format: date-time */
            last_bought_at: string;
            name?: string | null;
            /**
             * Format: int64
             * @description In how many orders.
             */
            orders: number;
            /** Format: int64 */
            pieces: number;
            product_id: string;
        };
        /** @description A cart in a list. */
        CartItem: {
            /** Format: date-time */
            abandoned_at?: string | null;
            /** Format: date-time */
            closed_at?: string | null;
            customer: components["schemas"]["Owner"];
            id: string;
            /** Format: date-time */
            last_activity_at: string;
            /** Format: date-time */
            opened_at: string;
            /** @description The order that closed it. */
            order?: string | null;
            /** Format: int64 */
            pieces: number;
            /** @description The shop's own id. */
            shop_id?: string | null;
            /** @description `active`, `abandoned`, `recovered`, `converted` or `expired`. */
            state: string;
            total?: components["schemas"]["Amount"] | null;
        };
        /** @description One cart, whose it is, and its deal. */
        CartPage: {
            cart: components["schemas"]["CartView"];
            /** @description What the catalogue says now of the products in it, by `product_id`; those that it does not know are not here. */
            catalogue: {
                [key: string]: components["schemas"]["CatalogueLine"];
            };
            customer: components["schemas"]["Owner"];
            deal?: components["schemas"]["DealView"] | null;
        };
        /** @description A cart with what is in it, as it stands now. */
        CartView: {
            /** Format: date-time */
            abandoned_at?: string | null;
            checkout_url?: string | null;
            /** Format: date-time */
            closed_at?: string | null;
            coupon?: string | null;
            id: string;
            /** Format: date-time */
            last_activity_at: string;
            lines: components["schemas"]["LineView"][];
            /** Format: date-time */
            opened_at: string;
            /** @description The order that closed it. */
            order?: string | null;
            /** @description The shop's own id. */
            shop_id?: string | null;
            /** @description `active`, `abandoned`, `recovered`, `converted` or `expired`. */
            state: string;
            /**
             * Format: int64
             * @description The checkout step reached.
             */
            step?: number | null;
            total?: components["schemas"]["Amount"] | null;
        };
        /** @description What the catalogue says of a line's product. */
        CatalogueLine: {
            image_url?: string | null;
            /** @description The shop took it away. */
            is_deleted: boolean;
            name: string;
            price?: components["schemas"]["PriceRange"] | null;
            /** @description Its page: `/products/{id}`. */
            product: string;
            state: components["schemas"]["StockState"];
            url?: string | null;
        };
        /** @description A category in use. */
        CategoryInUse: {
            name: string;
            /**
             * Format: int64
             * @description How many products are in it.
             */
            products: number;
        };
        /**
         * @description What became of a property.
         * @enum {string}
         */
        Change: "new" | "vanished" | "retyped";
        ChangeConnection: {
            api_version?: string | null;
            base_url?: string | null;
            /**
             * @description Where the storefront shows a cart that is brought back, with the places `{cart}`, `{token}`, `{products}`, `{coupon}` and
             *     `{cart_id}`; an empty text: none.
             */
            cart_link?: string | null;
            /** @description Those named here; an empty text takes one away. */
            credentials?: {
                [key: string]: string;
            };
            /** @description An empty text: none. */
            currency?: string | null;
            mapping?: string | null;
            /** @description An empty text: none. */
            namespace?: string | null;
            /** Format: int64 */
            reconcile_minutes?: number | null;
            /** @description Tags that people and flows give are written to the shop. */
            writes_tags?: boolean | null;
            zone?: string | null;
        };
        ChangeDestination: {
            base_url?: string | null;
            /** @description Those named here; an empty text takes one away. */
            credentials?: {
                [key: string]: string;
            };
            name?: string | null;
            /** @description Those named here; null goes back to the default. */
            settings?: {
                [key: string]: string | null;
            };
        };
        ChangeProductFeed: {
            /**
             * Format: int64
             * @description 60, 360 or 1440.
             */
            every_minutes?: number | null;
            /** @description `csv`, `xml`, `json`, or empty: recognised from the content. */
            format?: string | null;
            is_complete?: boolean | null;
            is_paused?: boolean | null;
            url?: string | null;
        };
        ChangeWorkspace: {
            /** Format: int64 */
            workspace: number;
        };
        /** @description A draft to be checked; what is not said is taken from the newest version. */
        CheckBody: {
            decisions?: {
                [key: string]: string;
            } | null;
            parameters?: {
                [key: string]: unknown;
            };
            templates?: {
                [key: string]: string;
            } | null;
            xml?: string | null;
        };
        /** @description What one call to the shop's API showed. */
        CheckedConnection: {
            is_ok: boolean;
            /**
             * Format: int64
             * @description How many orders the shop has, where it says it.
             */
            orders?: number | null;
            /** @description Why not, and what to do. */
            reason?: string | null;
        };
        /** @description What a check showed. */
        CheckedDestination: {
            is_ok: boolean;
            /** @description What was made there now. */
            made: string[];
            /** @description What a person has to make there. */
            missing: string[];
            /** @description Why not, and what to do. */
            reason?: string | null;
        };
        CheckedFlow: {
            /** @description None that is fatal: it may be switched on. */
            problems: components["schemas"]["FlowProblem"][];
        };
        CheckedModel: {
            /** @description None where the text is no DMN file. */
            decisions: components["schemas"]["DecisionOf"][];
            /** @description In the order of the file; none: it can be used. */
            problems: components["schemas"]["ModelProblem"][];
        };
        CheckModelBody: {
            /** @description The DMN file. */
            xml: string;
        };
        /** @description A collection or category, as the shop tells of it. */
        CollectionItem: {
            collection_id: string;
            handle?: string | null;
            id: string;
            image_url?: string | null;
            name: string;
            /** @description The shop's id of the collection that this one is in. */
            parent_id?: string | null;
            shop: string;
        };
        CompleteBody: {
            /** Format: int32 */
            token: number;
            /** @description What came of it. */
            variables?: {
                [key: string]: unknown;
            };
        };
        /**
         * @description Whether a connection is at work.
         * @enum {string}
         */
        ConnectionState: "active" | "paused" | "uninstalled";
        /** @description A source joined to a shop. */
        ConnectionView: {
            /** @description The version of the shop's API that is asked for. */
            api_version: string;
            /**
             * Format: date-time
             * @description Until when the shop serves this version, where it says so.
             */
            api_version_ends_at?: string | null;
            /** @description Where the shop's API is; empty: it is not asked. */
            base_url: string;
            /** @description Where the storefront shows a cart that is brought back, with its places; empty: Ritorno lists the cart itself. */
            cart_link: string;
            /** Format: date-time */
            created_at: string;
            /** @description The names of the credentials that are set. */
            credentials: string[];
            /** @description The names of those that the shop's API needs. */
            credentials_needed: string[];
            currency?: string | null;
            /** @description What the shop's API lists. */
            kinds: string[];
            last_error?: string | null;
            /** Format: date-time */
            last_error_at?: string | null;
            /**
             * Format: date-time
             * @description When the shop last told something, to the ten seconds.
             */
            last_event_at?: string | null;
            mapping?: string | null;
            name: string;
            /** @description Put before the ids of customers, carts and orders. */
            namespace?: string | null;
            /**
             * Format: date-time
             * @description Until when the secret before the last change is believed.
             */
            old_secret_until?: string | null;
            /**
             * Format: int64
             * @description Minutes between two reconciliations; 0: only by hand.
             */
            reconcile_minutes: number;
            /**
             * Format: date-time
             * @description Everything before it was compared with the shop.
             */
            reconciled_at: string;
            /** @description `shopify`, `woocommerce`, …, `generic`. */
            shop: string;
            /** Format: int64 */
            source: number;
            state: components["schemas"]["ConnectionState"];
            /** @description What is typed in at the shop as the address of its webhooks. */
            webhook_url: string;
            /** @description Tags that people and flows give are written to the shop. */
            writes_tags: boolean;
            /**
             * Format: int64
             * @description Webhooks whose signature was wrong; of many within ten seconds one counts.
             */
            wrong_signatures: number;
            zone: string;
        };
        ConsentBody: {
            /** @description `email`, `sms`, … */
            channel: string;
            is_granted: boolean;
            /** @description `marketing`, `tracking`, … */
            purpose: string;
            /** @description The proof: where and how it was said, such as `paper form 2026-11-20`. Who wrote it down where nothing is said. */
            source?: string | null;
        };
        /** @description A word on one purpose and channel. */
        ConsentView: {
            /** Format: date-time */
            at: string;
            channel: string;
            is_granted: boolean;
            purpose: string;
            /** @description Where it was said: `trait`, `unsubscribe`, or who wrote it down. */
            source: string;
        };
        ContactBody: {
            /** @description Who spoke, by id; the customer's agent where nothing is said. */
            agent?: string | null;
            /** @description The cart spoken about; the newest open one where nothing is said. */
            cart?: string | null;
            /** @description What came of it, in a few words. */
            outcome?: string | null;
        };
        CreateConnection: {
            api_version?: string | null;
            /** @description Where the shop is, such as `https://my-shop.example`; none: webhooks only. */
            base_url?: string;
            /**
             * @description Where the storefront shows a cart that is brought back, with the places `{cart}`, `{token}`, `{products}`, `{coupon}` and
             *     `{cart_id}`; none: Ritorno lists the cart itself.
             */
            cart_link?: string | null;
            /** @description What the shop's API needs, by name. */
            credentials?: {
                [key: string]: string;
            };
            /** @description The currency of amounts that name none. */
            currency?: string | null;
            /** @description The mapping document of a generic shop. */
            mapping?: string | null;
            /** @description The name of its source, which is made where there is none. */
            name: string;
            /** @description Put before the ids of customers, carts and orders, for the second of two shops of one kind. */
            namespace?: string | null;
            /**
             * Format: int64
             * @description Minutes between two reconciliations, 60 if not said; 0: only by hand.
             */
            reconcile_minutes?: number | null;
            /** @description What the shop signs with; none: one is made up and shown this once. */
            secret?: string | null;
            /** @description One of those that `/shops` lists. */
            shop: string;
            /**
             * Format: int64
             * @description The id of a source that is there already, in the place of a name.
             */
            source?: number | null;
            /** @description Tags that people and flows give are written to the shop; not, if not said. */
            writes_tags?: boolean | null;
            /** @description The IANA zone of times that name none; UTC if not said. */
            zone?: string | null;
        };
        /** @description A connection just made. */
        CreatedConnection: components["schemas"]["ConnectionView"] & {
            /** @description The secret, where it was made up here. Shown once, to be typed in at the shop. */
            secret?: string | null;
        };
        CreateDestination: {
            /** @description Where it is, such as `https://my-domain.my.salesforce.com`; none: where everybody's is. */
            base_url?: string;
            /** @description What it lets us in by, each by its name. Never shown again. */
            credentials?: {
                [key: string]: string;
            };
            /** @description One of those that `/destination_kinds` lists. */
            kind: string;
            /** @description What flows call it by; unique in the workspace. */
            name: string;
            /** @description Where something is called otherwise than by default; a field with an empty name is not sent. */
            settings?: {
                [key: string]: string;
            };
        };
        /** @description A key just made. */
        CreatedKey: components["schemas"]["Key"] & {
            /** @description The key itself. Shown once. */
            text: string;
        };
        /** @description A person just let in. */
        CreatedPerson: {
            /** @description Where a person who is new on this server sets their password; it was sent to them too. Shown once. */
            invitation_link?: string | null;
            person: components["schemas"]["Member"];
        };
        CreateKey: {
            kind: components["schemas"]["KeyKind"];
            name: string;
            /** @description For an `api` key: `customers:read`, …, `*`. */
            scopes?: string[];
            /**
             * Format: int64
             * @description The source of its events; if not said, the one with the key's name.
             */
            source?: number | null;
        };
        CreatePerson: {
            /** @description The agent they are, if they sell. */
            agent?: string | null;
            email: string;
            name: string;
            role: components["schemas"]["Role"];
        };
        CreateProductFeed: {
            /**
             * Format: int64
             * @description 60, 360 or 1440; a day where it is not said.
             */
            every_minutes?: number | null;
            /** @description `csv`, `xml` or `json`; recognised from the content where it is not said. */
            format?: string;
            /** @description It names everything that is sold: what it names no more is taken away. */
            is_complete?: boolean;
            /** @description Whose products these are; the source is made if there is none of this name. */
            source: string;
            /** @description Where the file is. */
            url: string;
        };
        CreateSource: {
            /** @description `browser`, `server` or another short word. */
            kind: string;
            /** @description Unique in the workspace. */
            name: string;
        };
        /** @description One touch's share of an order. */
        CreditItem: {
            customer: components["schemas"]["Owner"];
            flow: string;
            /** @description An agent had a part in the order, so that it is theirs and no touch has a share. */
            is_agent_closed: boolean;
            /** @description `message`, `click`, `contact` or `visit`. */
            kind: string;
            last_interaction?: components["schemas"]["Amount"] | null;
            linear?: components["schemas"]["Amount"] | null;
            message?: string | null;
            /**
             * Format: int64
             * @description The number of the touch within the order, oldest first, from 0.
             */
            n: number;
            /** @description The shop's own id. */
            order: string;
            /** Format: date-time */
            ordered_at: string;
            step: string;
            total?: components["schemas"]["Amount"] | null;
            /** Format: date-time */
            touched_at: string;
        };
        CustomerAgentBody: {
            /** @description `null`: none of their own, so the workspace's default agent. */
            agent?: string | null;
        };
        /** @description A customer in a list. */
        CustomerItem: {
            /** @description The owning agent. */
            agent?: string | null;
            /** Format: date-time */
            created_at: string;
            email?: string | null;
            id: string;
            name: string;
            /** Format: int64 */
            orders: number;
            phone?: string | null;
            revenue?: components["schemas"]["Amount"] | null;
            tags: string[];
            /** @description The shop's own id. */
            user_id?: string | null;
        };
        /** @description A customer. */
        CustomerPage: {
            agent?: components["schemas"]["AgentOf"] | null;
            /** @description Those still remembered, the newest last; all are in the list of carts. */
            carts: components["schemas"]["CartView"][];
            consent: components["schemas"]["ConsentView"][];
            /** Format: date-time */
            created_at: string;
            deals: components["schemas"]["DealView"][];
            /** Format: int64 */
            events: number;
            /** @description Another one than was asked for where that was joined to this. */
            id: string;
            identities: components["schemas"]["Identity"][];
            /** @description Nothing is sent to the address: somebody unsubscribed it, or it does not exist. */
            is_suppressed: boolean;
            /** @description Customers joined to this one. */
            joined: string[];
            /** @description Those under way. */
            journeys: components["schemas"]["JourneyView"][];
            /** Format: date-time */
            last_seen_at?: string | null;
            /** @description The newest ones; all are in the list of messages. */
            messages: components["schemas"]["MessageOf"][];
            /** @description The newest ones; all are below `/orders`. */
            orders: components["schemas"]["OrderView"][];
            /** Format: int32 */
            pages_viewed: number;
            /** Format: int32 */
            products_viewed: number;
            profile: components["schemas"]["ProfileView"];
            /** @description By name. */
            tags: components["schemas"]["TagView"][];
            /** @description What was bought, by currency. */
            totals: components["schemas"]["TotalsView"][];
            /** @description Properties that Ritorno keeps without understanding them. */
            traits: Record<string, never>;
        };
        /** @description What somebody should look at before anybody misses it. */
        DataAlarms: {
            alarms: components["schemas"]["Alarm"][];
        };
        /** @description How well each source speaks. */
        DataHealth: {
            /** @description How many sources are silent for longer than they ever were. */
            alarms: number;
            /** @description Changes in the shape of events between a week ago and now, in samples of the log. */
            drift: components["schemas"]["Drift"][];
            /** @description Sources, those with an alarm first. */
            sources: components["schemas"]["SourceHealth"][];
        };
        /** @description A deal in a list. */
        DealItem: components["schemas"]["DealView"] & {
            customer: components["schemas"]["Owner"];
        };
        /** @description A stage of a pipeline, with the deals in it. */
        DealStage: {
            /** @description What they are worth together, by currency. */
            amounts: components["schemas"]["Amount"][];
            /** Format: int64 */
            deals: number;
            /** @description Whether the pipeline knows it; else an event said it, and it stands at the end. */
            is_known: boolean;
            kind: components["schemas"]["StageKind"];
            name: string;
            /** @description The pipeline's id. */
            pipeline: string;
            /** @description The stage's id. */
            stage: string;
        };
        /** @description A deal: a cart to win back. */
        DealView: {
            amount?: components["schemas"]["Amount"] | null;
            cart?: string | null;
            /** Format: date-time */
            created_at: string;
            id: string;
            /** @description The pipeline's id. */
            pipeline: string;
            /** @description The stage's id. */
            stage: string;
            /** Format: date-time */
            won_at?: string | null;
        };
        /** @description One decision. */
        Decision: {
            /** Format: date-time */
            at: string;
            cart?: string | null;
            /** @description `journey_started`, `message_skipped`, … */
            code: string;
            /** @description What it was decided by. */
            data: Record<string, never>;
            /** @description Empty where no flow had a part in it. */
            flow: string;
            journey?: string | null;
            /**
             * Format: int64
             * @description The event that it followed from, by its place in the log.
             */
            position: number;
            why: components["schemas"]["Why"];
        };
        /** @description What a decision reads from the journey, the cart, the customer and the shop. */
        DecisionInput: {
            /** @description `number`, `string`, `boolean`, `date`, or `Any` where the model does not say. */
            kind: string;
            /** @description A name, or a path such as `cart.total`. */
            name: string;
        };
        DecisionOf: {
            id: string;
            /** @description With those of the decisions that it requires. */
            inputs: components["schemas"]["DecisionInput"][];
            name: string;
        };
        /** @description A kind of destination. */
        DestinationKind: {
            /** @description Where it is, where everybody's is at one address. */
            base_url?: string | null;
            /** @description What it lets us in by. */
            credentials: string[];
            /** @description `hubspot`, `salesforce` or `segment`. */
            kind: string;
            /** @description Settings with what holds where nothing is said: options first, then what each field is called there. */
            settings: components["schemas"]["DestinationSetting"][];
        };
        DestinationSetting: {
            default: string;
            name: string;
        };
        /** @description A destination as it is shown. Credentials only by their names. */
        DestinationView: {
            base_url: string;
            /** Format: date-time */
            created_at: string;
            /** @description The names of those that are set. */
            credentials: string[];
            /**
             * Format: int64
             * @description How often something was handed over.
             */
            handed_over: number;
            id: string;
            /** @description Whether a check has found it ready since it was last changed. */
            is_checked: boolean;
            /** @description `hubspot`, `salesforce` or `segment`. */
            kind: string;
            last_error?: string | null;
            /** Format: date-time */
            last_error_at?: string | null;
            /** Format: date-time */
            last_ok_at?: string | null;
            /** @description What flows call it by. */
            name: string;
            /** @description Where something is called otherwise than by default. */
            settings: {
                [key: string]: string;
            };
        };
        /** @description Something that the shop has otherwise than we had. */
        Difference: {
            id: string;
            /** @description Whether it is as in the shop now. */
            is_repaired: boolean;
            /** @description `orders`, `customers` or `carts`. */
            kind: string;
            /** @description `missing`, `total`, `cancelled` or `refunded`. */
            what: string;
        };
        /** @description Done; the customer as it is now is below `/customers/{id}`. */
        Done: {
            customer: string;
        };
        /** @description A change in the shape of a source's events. */
        Drift: {
            /** @description Its kinds a week before: `text`, `number`, `boolean`, `list`, `object`. */
            before: string[];
            change: components["schemas"]["Change"];
            /** @description The event's name; `identify` for traits. */
            event: string;
            now: string[];
            property: string;
            /** Format: int64 */
            source: number;
        };
        EnableBody: {
            /** @description Values to be set; those not named stay as they are. Other values make another version. */
            parameters?: {
                [key: string]: unknown;
            };
        };
        /** @description What switching a flow on would begin with, by the lists: how many carts stand idle for long enough now. */
        EnablingPreview: {
            /**
             * Format: int64
             * @description Carts whose journey would start at once, unless the flow has had its say on them before.
             */
            carts: number;
            /**
             * Format: int64
             * @description Carts that have stood idle for longer than the flow wants to know of.
             */
            carts_too_old: number;
            /** Format: double */
            idle_hours: number;
            /** @description The wait is longer than the age at which a cart counts as too old: one of the two is probably mistyped. */
            is_wait_beyond_max_age: boolean;
            /** Format: double */
            max_age_hours: number;
            /** @description What they are worth together, as far as their prices are known. */
            totals: components["schemas"]["Amount"][];
        };
        /** @description What became of a feed. */
        FeedAnswer: {
            /**
             * Format: int64
             * @description Rows that went in.
             */
            accepted: number;
            /** @description Why it could not be read to its end; what came before went in. */
            error?: string | null;
            id: string;
            /** Format: int64 */
            refused: number;
            /** @description The refused rows, the first thousand of them. */
            rows: components["schemas"]["RefusedRow"][];
        };
        /** @description A feed that was taken in. */
        FeedImport: {
            /** Format: int64 */
            accepted: number;
            /** Format: date-time */
            at: string;
            /** @description Who brought it: `person:ID`, `key:ID`. */
            by: string;
            /**
             * Format: int64
             * @description Products and variants that a complete feed named no more.
             */
            deleted: number;
            error?: string | null;
            file: string;
            format: string;
            id: string;
            /** Format: int64 */
            refused: number;
            /** @description The first hundred refused rows. */
            rows: components["schemas"]["RefusedRow"][];
            source: string;
        };
        /**
         * @description How the last fetch of a feed ended.
         * @enum {string}
         */
        FeedOutcome: "taken_in" | "unchanged" | "failed" | "held_back";
        /** @enum {string} */
        FieldKind: "text" | "paragraph" | "number" | "boolean" | "date" | "choice";
        /** @description Journeys by state, and what they led to. Behind the log by at most a few seconds. */
        Figures: {
            /** Format: int64 */
            ended: number;
            /**
             * Format: int64
             * @description Waiting for a person.
             */
            incidents: number;
            /**
             * Format: int64
             * @description Those of them that reached it.
             */
            reached: number;
            /**
             * Format: double
             * @description Of a hundred with a goal; `null`: there are none. Those of the last days may still reach it.
             */
            reached_percent?: number | null;
            /** @description What the events that reached it are worth together, by currency. */
            reached_worth: components["schemas"]["Amount"][];
            /**
             * Format: int64
             * @description Journeys that ever began.
             */
            started: number;
            /** Format: int64 */
            waiting: number;
            /**
             * Format: int64
             * @description Those of them that began with a goal.
             */
            with_goal: number;
        };
        FinishBody: {
            /** @description What came of it: the journey keeps it under these names. */
            variables?: {
                [key: string]: unknown;
            };
        };
        FirstRun: {
            email: string;
            name: string;
            password: string;
            /** @description The shop's name. */
            workspace_name: string;
        };
        /** @description Whether the first person is still to be made. */
        FirstRunState: {
            is_open: boolean;
        };
        /** @description What the journeys of a flow are to lead to, counted once for each, also after it has ended. */
        FlowGoal: {
            /** @description The name of the event. */
            event: string;
            /**
             * Format: double
             * @description From the journey's start.
             */
            within_hours: number;
        };
        FlowIncidents: {
            /** @description Those with the most journeys first. */
            groups: components["schemas"]["IncidentGroup"][];
        };
        /** @description A flow in the list. */
        FlowItem: {
            /**
             * Format: int32
             * @description The version that starts journeys.
             */
            enabled_version?: number | null;
            figures: components["schemas"]["Figures"];
            goal?: components["schemas"]["FlowGoal"] | null;
            /** @description The process id of its BPMN file. */
            id: string;
            /**
             * Format: double
             * @description Hours a cart must stand idle for a journey to start; `null`: it starts by nothing of the kind.
             */
            idle_hours?: number | null;
            is_enabled: boolean;
            name: string;
            /** Format: int32 */
            newest_version: number;
            parameters: components["schemas"]["Parameter"][];
            /** @description How it begins, and how often for one customer. */
            starts: components["schemas"]["FlowStart"][];
        };
        /** @description A flow with its file and its versions. */
        FlowPage: components["schemas"]["FlowItem"] & {
            /** @description The newest version's decision models: each name with its DMN file. */
            decisions: {
                [key: string]: string;
            };
            /** @description The newest version's templates: each name with its source. */
            templates: {
                [key: string]: string;
            };
            /** @description Oldest first. */
            versions: components["schemas"]["VersionItem"][];
            /** @description The newest version's BPMN file. */
            xml: string;
        };
        /** @description What keeps a flow from running well. */
        FlowProblem: {
            /** @description The id of the BPMN element, or the name of the template. */
            element?: string | null;
            /** @description It cannot be imported or switched on like this. */
            is_fatal: boolean;
            /** Format: int32 */
            line?: number | null;
            message: string;
            /** @description What the diagram shows for it; for a template its language and part. */
            name?: string | null;
        };
        /** @description How a flow begins, and how often for one customer. */
        FlowStart: {
            /** @description The id of the start event. */
            at: string;
            date?: components["schemas"]["StartDate"] | null;
            /** @description The name of the event or signal. */
            event?: string | null;
            /** @description What must be true, as an expression. */
            filter?: string | null;
            /**
             * Format: double
             * @description For quiet: for how long.
             */
            idle_hours?: number | null;
            kind: components["schemas"]["TriggerKind"];
            /** @description Its title in the diagram. */
            name: string;
            reentry: components["schemas"]["StartReentry"];
            /** @description For the clock: its date, cycle or cron. */
            schedule?: string | null;
            /** @description The trigger in the table of triggers; `null`: an event that is not there. */
            trigger?: string | null;
            words?: components["schemas"]["Why"] | null;
        };
        GiveBody: {
            /** @description An address, such as a person's or an agent's; `null`: nobody. */
            assignee?: string | null;
        };
        /** @description Whether sending is paused. */
        Hold: {
            /**
             * Format: int64
             * @description Messages that wait in the outbox meanwhile.
             */
            held: number;
            /**
             * Format: date-time
             * @description Since when nothing is sent; `null`: sending goes on.
             */
            since?: string | null;
        };
        /** @description A name under which the customer is known. */
        Identity: {
            /** @description `user_id`, `anonymous_id`, `email`, `cart`, `checkout`, `order`, or another word. */
            kind: string;
            value: string;
        };
        /** @description A BPMN file with the templates that it names. */
        ImportBody: {
            /** @description The decision models (DMN) of its business rule tasks: each name with its file. */
            decisions?: {
                [key: string]: string;
            };
            /** @description Values over those in the file. */
            parameters?: {
                [key: string]: unknown;
            };
            /**
             * @description Each name with its source, in which every part stands behind a line such as `=== it txt`. A template that is named in the
             *     file and not given here is taken from the built-in ones.
             */
            templates?: {
                [key: string]: string;
            };
            xml: string;
        };
        /** @description Journeys of a flow that stopped at one element for one reason. */
        IncidentGroup: {
            /** @description The element's id. */
            at: string;
            /** @description Names the reason for trying all of them again; `other` stands for every one that is not known. */
            code: string;
            /** Format: int64 */
            journeys: number;
            /** @description Its title, in the newest version. */
            name: string;
            /** @description One of the journeys' reasons: the names and numbers in it may differ between them. */
            stopped: components["schemas"]["Stopped"];
        };
        /** @description A backfill or a reconciliation. */
        Job: {
            /** @description `person:ID`, `key:ID`, `command line`, `schedule` or `night`. */
            asked_by: string;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: int64
             * @description What we had otherwise than the shop.
             */
            differing: number;
            /** @description What went wrong last; none while all is well. */
            error?: string | null;
            /**
             * Format: int64
             * @description Events that were not known before.
             */
            events: number;
            /** Format: date-time */
            finished_at?: string | null;
            /** @description The first of them, by name. */
            found: components["schemas"]["Difference"][];
            id: string;
            /** @description What it reads now. */
            kind: string;
            /** @description What it reads, in this order. */
            kinds: string[];
            /**
             * Format: int64
             * @description What the shop has and we had not.
             */
            missing: number;
            /**
             * Format: date-time
             * @description When it goes on.
             */
            next_at?: string | null;
            /** @description What could not be asked for, and why. */
            note?: string | null;
            /**
             * Format: int64
             * @description Customers, orders, … that were read.
             */
            objects: number;
            /** Format: int64 */
            pages: number;
            purpose: components["schemas"]["Purpose"];
            /**
             * Format: int64
             * @description Objects that were not understood; they are kept aside.
             */
            refused: number;
            /**
             * Format: int64
             * @description How many of those two are as in the shop now.
             */
            repaired: number;
            /**
             * Format: date-time
             * @description Only what changed since then.
             */
            since?: string | null;
            /** Format: int64 */
            source: number;
            state: components["schemas"]["JobState"];
            /**
             * Format: int64
             * @description How many there are of the kind that is read now, where the shop says it.
             */
            total?: number | null;
            /** Format: date-time */
            updated_at: string;
        };
        /**
         * @description How a job stands.
         * @enum {string}
         */
        JobState: "waiting" | "running" | "paused" | "stopped" | "done" | "cancelled";
        /** @description A journey in a list. */
        JourneyItem: {
            /** @description Ids of the elements where it stands. */
            at: string[];
            cart?: string | null;
            customer: components["schemas"]["Owner"];
            /**
             * Format: date-time
             * @description When it next goes on by itself.
             */
            due_at?: string | null;
            /** Format: date-time */
            ended_at?: string | null;
            flow: string;
            flow_name: string;
            id: string;
            /** Format: date-time */
            started_at: string;
            /** @description `waiting`, `incident` (a person is needed) or `ended`. */
            state: string;
            stopped?: components["schemas"]["Stopped"] | null;
            /** Format: int32 */
            version: number;
            why?: components["schemas"]["Why"] | null;
        };
        /** @description A journey with the way it came. */
        JourneyPage: components["schemas"]["JourneyItem"] & {
            /** @description The journey whose call activity began this one. */
            caller?: string | null;
            /** @description What was decided on the way, oldest first; of a very long journey the newest thousand. */
            path: components["schemas"]["Decision"][];
            /** @description Where it stands now; empty once it has ended. */
            places: components["schemas"]["JourneyPlace"][];
            /** @description What it keeps, by name; empty once it has ended. */
            variables: Record<string, never>;
        };
        /** @description Where a journey stands and what it waits for. */
        JourneyPlace: {
            /** @description The element's id. */
            at: string;
            /** @description The journey that it called and waits for. */
            called?: string | null;
            /** @description The event waited for, the destination handed over to, or why it stopped. */
            detail?: string | null;
            /** Format: date-time */
            due_at?: string | null;
            /** @description Its title. */
            name: string;
            said?: components["schemas"]["Said_Incident"] | null;
            /** @description The task of a person that it waits for. */
            task?: string | null;
            /**
             * Format: int32
             * @description Names this visit to the element, to try it again after an incident.
             */
            token: number;
            waits_for: components["schemas"]["WaitsFor"];
            /** @description Where it stopped and a person may choose how to go on: the ways out of the element. */
            ways: components["schemas"]["Way"][];
        };
        /** @description A journey under way, as it stands now. */
        JourneyView: {
            cart?: string | null;
            flow: string;
            flow_name: string;
            id: string;
            places: components["schemas"]["JourneyPlace"][];
            /** Format: date-time */
            started_at: string;
            /** Format: int32 */
            version: number;
        };
        /** @description A key as it is listed: never its text. */
        Key: {
            /** Format: date-time */
            created_at: string;
            id: string;
            kind: components["schemas"]["KeyKind"];
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_used_at?: string | null;
            name: string;
            /** @description How its text begins. */
            prefix: string;
            /** Format: date-time */
            revoked_at?: string | null;
            /** @description For an `api` key: `customers:read`, …, `*`. */
            scopes: string[];
            /**
             * Format: int64
             * @description The source its events come from; 0: it sends none.
             */
            source: number;
        };
        /**
         * @description What a key is for.
         * @enum {string}
         */
        KeyKind: "write" | "secret" | "api";
        /**
         * @description The type of a property.
         * @enum {string}
         */
        Kind: "text" | "number" | "flag" | "time" | "products" | "open";
        /** @description Which event said what a field holds now. */
        Lineage: {
            event?: components["schemas"]["Origin"] | null;
            field: string;
            /** @description Whether that was all of them. */
            is_complete: boolean;
            /** @description How many events were looked through, the newest first. */
            looked_at: number;
        };
        /** @description A product in a cart or an order. */
        LineView: {
            image_url?: string | null;
            name?: string | null;
            price?: components["schemas"]["Amount"] | null;
            product_id: string;
            /** Format: int64 */
            quantity: number;
            sku?: string | null;
            url?: string | null;
        };
        /** @description How the workspace's loop stands. */
        LiveStatus: {
            /**
             * Format: int64
             * @description The newest event that is in the log.
             */
            appended: number;
            /**
             * Format: date-time
             * @description Since when sending is paused.
             */
            hold_since?: string | null;
            /**
             * Format: date-time
             * @description When the next timer fires.
             */
            next_due_at?: string | null;
            /**
             * Format: date-time
             * @description The server's clock.
             */
            now: string;
            /**
             * Format: int64
             * @description The newest event that is applied.
             */
            position: number;
            /**
             * Format: date-time
             * @description When the newest applied event was received.
             */
            received_at: string;
        };
        /** @description An event of the log. */
        LogEvent: {
            customer?: components["schemas"]["Owner"] | null;
            /** @description `track`, `identify`, `page`, …; `command` and `timer` are Ritorno's own. */
            kind: string;
            name: string;
            /** Format: date-time */
            occurred_at: string;
            /** @description As it was received, as on the timeline; `null` without `customers:read`. */
            payload?: Record<string, never> | null;
            /**
             * Format: int64
             * @description Its place in the log.
             */
            position: number;
            /** Format: date-time */
            received_at: string;
            /**
             * Format: int64
             * @description The source it came through; 0 is Ritorno itself.
             */
            source: number;
        };
        /** @description A stretch of the log. */
        LogPage: {
            /** @description Newest first; behind `after` oldest first. */
            items: components["schemas"]["LogEvent"][];
            /**
             * @description Pass it as `cursor` for what is older; `null`: this is the log's beginning. The items may be few, or none, where only so
             *     much of the log was looked through.
             */
            next?: string | null;
            /**
             * Format: int64
             * @description Pass it as `after` to hear what came since.
             */
            seen_to: number;
        };
        /** @description The rules of a decision table that matched. */
        MatchedRules: {
            /** @description By their places, from 1. */
            rules: number[];
            /** @description The id of the table's element. */
            table: string;
        };
        /** @description A person in a workspace. */
        Member: {
            /** @description The agent they are, if they sell. */
            agent?: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            disabled_at?: string | null;
            email: string;
            /** @description Whether they have set a password yet. */
            has_password: boolean;
            id: string;
            name: string;
            role: components["schemas"]["Role"];
        };
        /** @description A message in a list. */
        MessageItem: {
            /** Format: int64 */
            attempt: number;
            cart?: string | null;
            channel: string;
            /** @description Whom it is to, or, if it is to an agent, about. */
            customer: components["schemas"]["Owner"];
            flow: string;
            from?: string | null;
            id: string;
            journey?: string | null;
            language?: string | null;
            /** Format: date-time */
            queued_at: string;
            /** @description Why it is in this state: a code of ours, or what the mail server said. */
            reason?: string | null;
            /** @description `customer` or `agent`. */
            recipient: string;
            reply_to?: string | null;
            said?: components["schemas"]["Said_MailReason"] | null;
            /** Format: date-time */
            sent_at?: string | null;
            /** @description `queued`, `held`, `sending`, `sent`, `skipped`, `failed` or `in_doubt`. */
            state: string;
            step: string;
            template: string;
            /** @description Known once it was granted, as are the next three. */
            to?: string | null;
            /** Format: int32 */
            version: number;
            why?: components["schemas"]["Why"] | null;
        };
        /** @description A message to this customer, or to an agent about them. */
        MessageOf: {
            /** Format: int32 */
            attempt: number;
            cart?: string | null;
            flow: string;
            id: string;
            journey: string;
            /** @description `marketing` or `service`. */
            purpose: string;
            /** Format: date-time */
            queued_at: string;
            /** @description `customer` or `agent`. */
            recipient: string;
            /** Format: date-time */
            sent_at?: string | null;
            /** @description `queued`, `held`, `sending`, `sent`, `skipped`, `failed` or `in_doubt`. */
            state: string;
            step: string;
            template: string;
            why?: components["schemas"]["Why"] | null;
        };
        /** @description A message with its words. */
        MessagePage: components["schemas"]["MessageItem"] & {
            body: components["schemas"]["Preview"];
        };
        /** @description What is wrong with a decision model. */
        ModelProblem: {
            /**
             * Format: int32
             * @description The column's place from 1, first the inputs, then the outputs.
             */
            column?: number | null;
            /** @description The id of the element of the file. */
            element?: string | null;
            /** Format: int32 */
            line: number;
            message: string;
            /**
             * Format: int32
             * @description Of a cell of a decision table: the rule's place from 1, 0 is the head.
             */
            rule?: number | null;
        };
        NewPassword: {
            password: string;
        };
        NoteBody: {
            /** @description At most 4,000 characters. */
            text: string;
        };
        /** @description Something an agent should know. */
        NoticeItem: {
            /** @description Whom it is to; `null`: the customer has no agent, and the workspace no default one. */
            agent?: string | null;
            /** Format: date-time */
            at: string;
            cart?: string | null;
            customer: components["schemas"]["Owner"];
            flow: string;
            id: string;
            /** Format: date-time */
            read_at?: string | null;
            /** @description The reason that the flow gives. */
            reason: string;
            why?: components["schemas"]["Why"] | null;
        };
        /**
         * @description Why a source is not at work, or not wholly.
         * @enum {string}
         */
        Off: "paused" | "stopped" | "uninstalled";
        /** @description An order in a list. */
        OrderItem: components["schemas"]["OrderView"] & {
            customer: components["schemas"]["Owner"];
        };
        /** @description An order. */
        OrderView: {
            /** Format: date-time */
            at: string;
            /** Format: date-time */
            cancelled_at?: string | null;
            /** @description The cart it closed. */
            cart?: string | null;
            /** @description The shop's own id. */
            id: string;
            refunded?: components["schemas"]["Amount"] | null;
            total?: components["schemas"]["Amount"] | null;
        };
        /** @description The event that a fact comes from. */
        Origin: {
            /** @description Who did it, where a person or program did it here: `person:ID`, `key:ID`. */
            by?: string | null;
            kind: string;
            /** @description The sender's own id of it; empty where it has none. */
            message_id: string;
            name: string;
            /** Format: date-time */
            occurred_at: string;
            /**
             * Format: int64
             * @description Its place in the log.
             */
            position: number;
            /** Format: date-time */
            received_at: string;
            /**
             * Format: int64
             * @description The source it came through; 0 is Ritorno itself.
             */
            source: number;
            source_name?: string | null;
        };
        /** @description The customer that a row belongs to. */
        Owner: {
            /** @description The owning agent. */
            agent?: string | null;
            email?: string | null;
            id: string;
            name: string;
        };
        /** @description One page of a list. */
        Page_Agent: {
            items: {
                email: string;
                id: string;
                is_active: boolean;
                name: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_AuditEntry: {
            items: {
                /** @description What was done, in the past tense: `key.revoked`. */
                action: string;
                /** @description `person:ID`, `key:ID`, or `command line`. */
                actor: string;
                /** Format: date-time */
                at: string;
                detail: Record<string, never>;
                id: string;
                /** @description The id of what it was done to. */
                object: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_BoughtProduct: {
            items: {
                /** Format: date-time */
                first_bought_at: string;
                /** Format: date-time */
                last_bought_at: string;
                name?: string | null;
                /**
                 * Format: int64
                 * @description In how many orders.
                 */
                orders: number;
                /** Format: int64 */
                pieces: number;
                product_id: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_CartItem: {
            items: {
                /** Format: date-time */
                abandoned_at?: string | null;
                /** Format: date-time */
                closed_at?: string | null;
                customer: components["schemas"]["Owner"];
                id: string;
                /** Format: date-time */
                last_activity_at: string;
                /** Format: date-time */
                opened_at: string;
                /** @description The order that closed it. */
                order?: string | null;
                /** Format: int64 */
                pieces: number;
                /** @description The shop's own id. */
                shop_id?: string | null;
                /** @description `active`, `abandoned`, `recovered`, `converted` or `expired`. */
                state: string;
                total?: components["schemas"]["Amount"] | null;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_CategoryInUse: {
            items: {
                name: string;
                /**
                 * Format: int64
                 * @description How many products are in it.
                 */
                products: number;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_CollectionItem: {
            items: {
                collection_id: string;
                handle?: string | null;
                id: string;
                image_url?: string | null;
                name: string;
                /** @description The shop's id of the collection that this one is in. */
                parent_id?: string | null;
                shop: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_ConnectionView: {
            items: {
                /** @description The version of the shop's API that is asked for. */
                api_version: string;
                /**
                 * Format: date-time
                 * @description Until when the shop serves this version, where it says so.
                 */
                api_version_ends_at?: string | null;
                /** @description Where the shop's API is; empty: it is not asked. */
                base_url: string;
                /** @description Where the storefront shows a cart that is brought back, with its places; empty: Ritorno lists the cart itself. */
                cart_link: string;
                /** Format: date-time */
                created_at: string;
                /** @description The names of the credentials that are set. */
                credentials: string[];
                /** @description The names of those that the shop's API needs. */
                credentials_needed: string[];
                currency?: string | null;
                /** @description What the shop's API lists. */
                kinds: string[];
                last_error?: string | null;
                /** Format: date-time */
                last_error_at?: string | null;
                /**
                 * Format: date-time
                 * @description When the shop last told something, to the ten seconds.
                 */
                last_event_at?: string | null;
                mapping?: string | null;
                name: string;
                /** @description Put before the ids of customers, carts and orders. */
                namespace?: string | null;
                /**
                 * Format: date-time
                 * @description Until when the secret before the last change is believed.
                 */
                old_secret_until?: string | null;
                /**
                 * Format: int64
                 * @description Minutes between two reconciliations; 0: only by hand.
                 */
                reconcile_minutes: number;
                /**
                 * Format: date-time
                 * @description Everything before it was compared with the shop.
                 */
                reconciled_at: string;
                /** @description `shopify`, `woocommerce`, …, `generic`. */
                shop: string;
                /** Format: int64 */
                source: number;
                state: components["schemas"]["ConnectionState"];
                /** @description What is typed in at the shop as the address of its webhooks. */
                webhook_url: string;
                /** @description Tags that people and flows give are written to the shop. */
                writes_tags: boolean;
                /**
                 * Format: int64
                 * @description Webhooks whose signature was wrong; of many within ten seconds one counts.
                 */
                wrong_signatures: number;
                zone: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_CreditItem: {
            items: {
                customer: components["schemas"]["Owner"];
                flow: string;
                /** @description An agent had a part in the order, so that it is theirs and no touch has a share. */
                is_agent_closed: boolean;
                /** @description `message`, `click`, `contact` or `visit`. */
                kind: string;
                last_interaction?: components["schemas"]["Amount"] | null;
                linear?: components["schemas"]["Amount"] | null;
                message?: string | null;
                /**
                 * Format: int64
                 * @description The number of the touch within the order, oldest first, from 0.
                 */
                n: number;
                /** @description The shop's own id. */
                order: string;
                /** Format: date-time */
                ordered_at: string;
                step: string;
                total?: components["schemas"]["Amount"] | null;
                /** Format: date-time */
                touched_at: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_CustomerItem: {
            items: {
                /** @description The owning agent. */
                agent?: string | null;
                /** Format: date-time */
                created_at: string;
                email?: string | null;
                id: string;
                name: string;
                /** Format: int64 */
                orders: number;
                phone?: string | null;
                revenue?: components["schemas"]["Amount"] | null;
                tags: string[];
                /** @description The shop's own id. */
                user_id?: string | null;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_DealItem: {
            items: (components["schemas"]["DealView"] & {
                customer: components["schemas"]["Owner"];
            })[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_DealStage: {
            items: {
                /** @description What they are worth together, by currency. */
                amounts: components["schemas"]["Amount"][];
                /** Format: int64 */
                deals: number;
                /** @description Whether the pipeline knows it; else an event said it, and it stands at the end. */
                is_known: boolean;
                kind: components["schemas"]["StageKind"];
                name: string;
                /** @description The pipeline's id. */
                pipeline: string;
                /** @description The stage's id. */
                stage: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_Decision: {
            items: {
                /** Format: date-time */
                at: string;
                cart?: string | null;
                /** @description `journey_started`, `message_skipped`, … */
                code: string;
                /** @description What it was decided by. */
                data: Record<string, never>;
                /** @description Empty where no flow had a part in it. */
                flow: string;
                journey?: string | null;
                /**
                 * Format: int64
                 * @description The event that it followed from, by its place in the log.
                 */
                position: number;
                why: components["schemas"]["Why"];
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_DestinationView: {
            items: {
                base_url: string;
                /** Format: date-time */
                created_at: string;
                /** @description The names of those that are set. */
                credentials: string[];
                /**
                 * Format: int64
                 * @description How often something was handed over.
                 */
                handed_over: number;
                id: string;
                /** @description Whether a check has found it ready since it was last changed. */
                is_checked: boolean;
                /** @description `hubspot`, `salesforce` or `segment`. */
                kind: string;
                last_error?: string | null;
                /** Format: date-time */
                last_error_at?: string | null;
                /** Format: date-time */
                last_ok_at?: string | null;
                /** @description What flows call it by. */
                name: string;
                /** @description Where something is called otherwise than by default. */
                settings: {
                    [key: string]: string;
                };
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_FeedImport: {
            items: {
                /** Format: int64 */
                accepted: number;
                /** Format: date-time */
                at: string;
                /** @description Who brought it: `person:ID`, `key:ID`. */
                by: string;
                /**
                 * Format: int64
                 * @description Products and variants that a complete feed named no more.
                 */
                deleted: number;
                error?: string | null;
                file: string;
                format: string;
                id: string;
                /** Format: int64 */
                refused: number;
                /** @description The first hundred refused rows. */
                rows: components["schemas"]["RefusedRow"][];
                source: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_FlowItem: {
            items: {
                /**
                 * Format: int32
                 * @description The version that starts journeys.
                 */
                enabled_version?: number | null;
                figures: components["schemas"]["Figures"];
                goal?: components["schemas"]["FlowGoal"] | null;
                /** @description The process id of its BPMN file. */
                id: string;
                /**
                 * Format: double
                 * @description Hours a cart must stand idle for a journey to start; `null`: it starts by nothing of the kind.
                 */
                idle_hours?: number | null;
                is_enabled: boolean;
                name: string;
                /** Format: int32 */
                newest_version: number;
                parameters: components["schemas"]["Parameter"][];
                /** @description How it begins, and how often for one customer. */
                starts: components["schemas"]["FlowStart"][];
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_Job: {
            items: {
                /** @description `person:ID`, `key:ID`, `command line`, `schedule` or `night`. */
                asked_by: string;
                /** Format: date-time */
                created_at: string;
                /**
                 * Format: int64
                 * @description What we had otherwise than the shop.
                 */
                differing: number;
                /** @description What went wrong last; none while all is well. */
                error?: string | null;
                /**
                 * Format: int64
                 * @description Events that were not known before.
                 */
                events: number;
                /** Format: date-time */
                finished_at?: string | null;
                /** @description The first of them, by name. */
                found: components["schemas"]["Difference"][];
                id: string;
                /** @description What it reads now. */
                kind: string;
                /** @description What it reads, in this order. */
                kinds: string[];
                /**
                 * Format: int64
                 * @description What the shop has and we had not.
                 */
                missing: number;
                /**
                 * Format: date-time
                 * @description When it goes on.
                 */
                next_at?: string | null;
                /** @description What could not be asked for, and why. */
                note?: string | null;
                /**
                 * Format: int64
                 * @description Customers, orders, … that were read.
                 */
                objects: number;
                /** Format: int64 */
                pages: number;
                purpose: components["schemas"]["Purpose"];
                /**
                 * Format: int64
                 * @description Objects that were not understood; they are kept aside.
                 */
                refused: number;
                /**
                 * Format: int64
                 * @description How many of those two are as in the shop now.
                 */
                repaired: number;
                /**
                 * Format: date-time
                 * @description Only what changed since then.
                 */
                since?: string | null;
                /** Format: int64 */
                source: number;
                state: components["schemas"]["JobState"];
                /**
                 * Format: int64
                 * @description How many there are of the kind that is read now, where the shop says it.
                 */
                total?: number | null;
                /** Format: date-time */
                updated_at: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_JourneyItem: {
            items: {
                /** @description Ids of the elements where it stands. */
                at: string[];
                cart?: string | null;
                customer: components["schemas"]["Owner"];
                /**
                 * Format: date-time
                 * @description When it next goes on by itself.
                 */
                due_at?: string | null;
                /** Format: date-time */
                ended_at?: string | null;
                flow: string;
                flow_name: string;
                id: string;
                /** Format: date-time */
                started_at: string;
                /** @description `waiting`, `incident` (a person is needed) or `ended`. */
                state: string;
                stopped?: components["schemas"]["Stopped"] | null;
                /** Format: int32 */
                version: number;
                why?: components["schemas"]["Why"] | null;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_Key: {
            items: {
                /** Format: date-time */
                created_at: string;
                id: string;
                kind: components["schemas"]["KeyKind"];
                /**
                 * Format: date-time
                 * @description To the minute.
                 */
                last_used_at?: string | null;
                name: string;
                /** @description How its text begins. */
                prefix: string;
                /** Format: date-time */
                revoked_at?: string | null;
                /** @description For an `api` key: `customers:read`, …, `*`. */
                scopes: string[];
                /**
                 * Format: int64
                 * @description The source its events come from; 0: it sends none.
                 */
                source: number;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_Member: {
            items: {
                /** @description The agent they are, if they sell. */
                agent?: string | null;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                disabled_at?: string | null;
                email: string;
                /** @description Whether they have set a password yet. */
                has_password: boolean;
                id: string;
                name: string;
                role: components["schemas"]["Role"];
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_MessageItem: {
            items: {
                /** Format: int64 */
                attempt: number;
                cart?: string | null;
                channel: string;
                /** @description Whom it is to, or, if it is to an agent, about. */
                customer: components["schemas"]["Owner"];
                flow: string;
                from?: string | null;
                id: string;
                journey?: string | null;
                language?: string | null;
                /** Format: date-time */
                queued_at: string;
                /** @description Why it is in this state: a code of ours, or what the mail server said. */
                reason?: string | null;
                /** @description `customer` or `agent`. */
                recipient: string;
                reply_to?: string | null;
                said?: components["schemas"]["Said_MailReason"] | null;
                /** Format: date-time */
                sent_at?: string | null;
                /** @description `queued`, `held`, `sending`, `sent`, `skipped`, `failed` or `in_doubt`. */
                state: string;
                step: string;
                template: string;
                /** @description Known once it was granted, as are the next three. */
                to?: string | null;
                /** Format: int32 */
                version: number;
                why?: components["schemas"]["Why"] | null;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_NoticeItem: {
            items: {
                /** @description Whom it is to; `null`: the customer has no agent, and the workspace no default one. */
                agent?: string | null;
                /** Format: date-time */
                at: string;
                cart?: string | null;
                customer: components["schemas"]["Owner"];
                flow: string;
                id: string;
                /** Format: date-time */
                read_at?: string | null;
                /** @description The reason that the flow gives. */
                reason: string;
                why?: components["schemas"]["Why"] | null;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_OrderItem: {
            items: (components["schemas"]["OrderView"] & {
                customer: components["schemas"]["Owner"];
            })[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_OrderView: {
            items: {
                /** Format: date-time */
                at: string;
                /** Format: date-time */
                cancelled_at?: string | null;
                /** @description The cart it closed. */
                cart?: string | null;
                /** @description The shop's own id. */
                id: string;
                refunded?: components["schemas"]["Amount"] | null;
                total?: components["schemas"]["Amount"] | null;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_Pipeline: {
            items: {
                /** @description What deals hold and events say; the name it was made with. */
                id: string;
                name: string;
                /**
                 * Format: int32
                 * @description Grows with each change: whoever changes it says which one they saw.
                 */
                revision: number;
                stages: components["schemas"]["Stage"][];
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_ProductFeed: {
            items: {
                /** @description Who asked for the next fetch: `person:ID`, `key:ID` or `schedule`. */
                asked_by: string;
                /**
                 * Format: date-time
                 * @description When there was last another file than the time before.
                 */
                changed_at?: string | null;
                /** Format: date-time */
                created_at: string;
                error?: string | null;
                /**
                 * Format: int64
                 * @description Minutes between two fetches.
                 */
                every_minutes: number;
                /**
                 * Format: date-time
                 * @description When it was asked for last.
                 */
                fetched_at?: string | null;
                /** @description `csv`, `xml` or `json`; empty: recognised from the content. */
                format: string;
                id: string;
                /** @description It names everything that is sold: what it names no more is taken away. */
                is_complete: boolean;
                is_paused: boolean;
                /** @description It is being fetched now. */
                is_running: boolean;
                /**
                 * Format: int64
                 * @description Products that a held back feed names no more.
                 */
                missing: number;
                /** Format: date-time */
                next_at: string;
                outcome?: components["schemas"]["FeedOutcome"] | null;
                /** @description Whose products these are. */
                source: string;
                url: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_ProductItem: {
            items: {
                brand?: string | null;
                /**
                 * Format: date-time
                 * @description The newest word of the shop.
                 */
                changed_at: string;
                id: string;
                image_url?: string | null;
                /** @description Whether the shop offers it. */
                is_active: boolean;
                /** @description The shop took it away. */
                is_deleted: boolean;
                /** @description `physical`, `digital`, `course`, `service` or `gift_card`, where the shop says so. */
                kind?: string | null;
                /** @description Empty while only variants or stock were heard of. */
                name: string;
                price?: components["schemas"]["PriceRange"] | null;
                /** @description The shop's own id. */
                product_id: string;
                /** @description The source that tells of it, by the name it gives itself. */
                shop: string;
                state: components["schemas"]["StockState"];
                /**
                 * Format: int64
                 * @description Pieces of all variants at all places; below zero where more were sold than there were. `null`: nobody counts them.
                 */
                stock?: number | null;
                url?: string | null;
                /** Format: int64 */
                variants: number;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_Quarantined: {
            items: {
                /** @description The event as it came; in a list at most its first 4,000 characters. */
                body: string;
                id: string;
                /** @description `track`, `identify`, …; `call` where not even that could be read, `snowplow` for what a tracker of that kind sent. */
                kind: string;
                name: string;
                /** @description Why it was not understood. */
                reason: string;
                /** Format: date-time */
                received_at: string;
                said?: components["schemas"]["Said_QuarantineReason"] | null;
                /** Format: int64 */
                source: number;
                state: components["schemas"]["QuarantineState"];
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_ReadyMadeFlow: {
            items: {
                /** @description What it does, in a few sentences. */
                about: string;
                /** @description Its decision models: each name with its DMN file. */
                decisions: {
                    [key: string]: string;
                };
                /** @description The process id: the flow's id once it is taken in. */
                id: string;
                is_taken_in: boolean;
                name: string;
                /** @description The BPMN file. */
                xml: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_RejectedBody: {
            items: {
                /** @description The field, topic or message that it is about, where there is one. */
                about?: string | null;
                /** @description In a list at most its first 4,000 characters. */
                body: string;
                /**
                 * @description What that is, in a word: `paused`, `blank`, `shop_error`, `unknown_topic`, `unknown_object`, `ids_only`, `unreadable`,
                 *     `wrong_value`, `missing`, `too_large` or `other`.
                 */
                code: string;
                id: string;
                /** @description It came with a backfill. */
                is_history: boolean;
                /** @description Whether the whole body was kept: only then can it be read again. */
                is_whole: boolean;
                /** @description Why it was not understood. */
                reason: string;
                /**
                 * Format: date-time
                 * @description When it last came.
                 */
                received_at: string;
                /** @description `open`, `replayed` or `dropped`. */
                state: string;
                /**
                 * Format: int64
                 * @description How often the very same body came.
                 */
                times: number;
                topic?: string | null;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_Source: {
            items: {
                /** Format: date-time */
                created_at: string;
                /** Format: int64 */
                id: number;
                /** @description `browser`, `server` or another short word. */
                kind: string;
                name: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_StoreItem: {
            items: {
                city?: string | null;
                country?: string | null;
                id: string;
                is_active: boolean;
                /**
                 * Format: double
                 * @description Degrees; `null`: the shop does not say where it is.
                 */
                latitude?: number | null;
                /** @description The shop's own id. */
                location_id: string;
                /** Format: double */
                longitude?: number | null;
                name: string;
                phone?: string | null;
                postal_code?: string | null;
                shop: string;
                street?: string | null;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_TagInUse: {
            items: {
                /**
                 * Format: int64
                 * @description How many have it.
                 */
                customers: number;
                /** @description As it is written; where customers have it in several ways, one of them. */
                name: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_TaskItem: {
            items: {
                /** @description Who has it, as the flow or a person said; `null`: nobody. */
                assignee?: string | null;
                /** @description The name of the person or agent with that address. */
                assignee_name?: string | null;
                cart?: string | null;
                /** Format: date-time */
                created_at: string;
                customer: components["schemas"]["Owner"];
                /** @description Who did it. */
                done_by?: string | null;
                /** Format: date-time */
                due_at?: string | null;
                flow: string;
                flow_name: string;
                /** @description For whom it is meant, where the flow says so. */
                groups: string[];
                id: string;
                is_mine: boolean;
                is_overdue: boolean;
                journey: string;
                /**
                 * Format: date-time
                 * @description When it was done or withdrawn.
                 */
                over_at?: string | null;
                /** @description `open`, `done`, or `withdrawn`: the journey went on without it. */
                state: string;
                /** @description The flow's element. */
                step: string;
                /** @description What the diagram calls it. */
                title: string;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_TimelineEvent: {
            items: {
                /** @description `track`, `identify`, `page`, …; `command` and `timer` are Ritorno's own. */
                kind: string;
                name: string;
                /** Format: date-time */
                occurred_at: string;
                /** @description As it was received. */
                payload: Record<string, never>;
                /**
                 * Format: int64
                 * @description Its place in the log.
                 */
                position: number;
                /** Format: date-time */
                received_at: string;
                /**
                 * Format: int64
                 * @description The source it came through; 0 is Ritorno itself.
                 */
                source: number;
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_Trigger: {
            items: {
                /** @description The `ritorno:` attributes of the start event that say more. */
                attributes: string[];
                /** @description The name of the message that the start event waits for; `null`: it is another kind of start event. */
                event?: string | null;
                id: string;
                /** @description Whether the shop may send other properties too. */
                is_open: boolean;
                kind: components["schemas"]["TriggerKind"];
                /** @description What `event.properties` holds. */
                properties: components["schemas"]["TriggerProperty"][];
                /** @description What happens, in words. */
                words: components["schemas"]["Why"];
            }[];
            /** @description Pass it as `cursor` for the page after this one; `null`: this is the last. */
            next?: string | null;
        };
        /** @description A named value that a person may set. */
        Parameter: {
            /** @description The one in the file. */
            default: unknown;
            name: string;
            value: unknown;
        };
        PersonRole: {
            role: components["schemas"]["Role"];
        };
        /** @description A pipeline with its stages in order. */
        Pipeline: {
            /** @description What deals hold and events say; the name it was made with. */
            id: string;
            name: string;
            /**
             * Format: int32
             * @description Grows with each change: whoever changes it says which one they saw.
             */
            revision: number;
            stages: components["schemas"]["Stage"][];
        };
        PipelineBody: {
            /** @description 1 to 60 characters; no two pipelines have the same. */
            name: string;
            /**
             * Format: int32
             * @description The `revision` of the pipeline as it was read; for a new one nothing.
             */
            revision?: number;
            /** @description In their order; exactly one is won, at least one is open. At most 30. */
            stages: components["schemas"]["StageSaid"][];
        };
        Place: {
            /** Format: int64 */
            id: number;
            name: string;
            role: components["schemas"]["Role"];
        };
        /** @description What is at one place. */
        PlaceView: {
            /** @description Where the shop says no more than whether there are any. */
            is_in_stock?: boolean | null;
            /** @description The shop's id of the place; empty: all places together. */
            location_id: string;
            /** @description The store's name, where the shop tells of it. */
            name?: string | null;
            /** Format: int64 */
            quantity?: number | null;
            /** Format: date-time */
            said_at: string;
        };
        /** @description The rendered parts of a message. */
        Preview: {
            /** @description Show it in a frame that runs no scripts. */
            html?: string | null;
            /** @description With what was known when it was sent; `false`: with what is known now, because it was not granted yet. */
            is_as_sent: boolean;
            language?: string | null;
            /** @description Why there are no words. */
            problem?: string | null;
            subject?: string | null;
            text?: string | null;
        };
        /** @description The period before, for comparison. */
        PreviousRecovery: {
            /** Format: date */
            from: string;
            recovery: components["schemas"]["Recovery"];
            /** Format: date */
            to: string;
        };
        PricePoint: {
            price: components["schemas"]["Amount"];
            /** Format: date-time */
            since: string;
        };
        /** @description From the lowest to the highest price of what is sold. */
        PriceRange: {
            high: components["schemas"]["Amount"];
            low: components["schemas"]["Amount"];
        };
        PriceView: {
            compare_at?: components["schemas"]["Amount"] | null;
            /** @description Each price and since when, oldest first; the last one holds. */
            history: components["schemas"]["PricePoint"][];
            lowest_before?: components["schemas"]["Amount"] | null;
            price: components["schemas"]["Amount"];
        };
        /** @description The JSON of a [`Problem`]. */
        ProblemBody: {
            code: string;
            detail: string;
            /** Format: int32 */
            status: number;
            title: string;
            /** @description `about:blank`: the status says what kind of problem it is, the code which one. */
            type: string;
        };
        /** @description Something that others may wait for. */
        ProductEvent: {
            /** Format: date-time */
            at: string;
            name: string;
            /**
             * Format: int64
             * @description The place in the log of the event that brought it about.
             */
            position: number;
            properties: Record<string, never>;
        };
        /** @description A feed of products at an address. */
        ProductFeed: {
            /** @description Who asked for the next fetch: `person:ID`, `key:ID` or `schedule`. */
            asked_by: string;
            /**
             * Format: date-time
             * @description When there was last another file than the time before.
             */
            changed_at?: string | null;
            /** Format: date-time */
            created_at: string;
            error?: string | null;
            /**
             * Format: int64
             * @description Minutes between two fetches.
             */
            every_minutes: number;
            /**
             * Format: date-time
             * @description When it was asked for last.
             */
            fetched_at?: string | null;
            /** @description `csv`, `xml` or `json`; empty: recognised from the content. */
            format: string;
            id: string;
            /** @description It names everything that is sold: what it names no more is taken away. */
            is_complete: boolean;
            is_paused: boolean;
            /** @description It is being fetched now. */
            is_running: boolean;
            /**
             * Format: int64
             * @description Products that a held back feed names no more.
             */
            missing: number;
            /** Format: date-time */
            next_at: string;
            outcome?: components["schemas"]["FeedOutcome"] | null;
            /** @description Whose products these are. */
            source: string;
            url: string;
        };
        /** @description A product in a list. */
        ProductItem: {
            brand?: string | null;
            /**
             * Format: date-time
             * @description The newest word of the shop.
             */
            changed_at: string;
            id: string;
            image_url?: string | null;
            /** @description Whether the shop offers it. */
            is_active: boolean;
            /** @description The shop took it away. */
            is_deleted: boolean;
            /** @description `physical`, `digital`, `course`, `service` or `gift_card`, where the shop says so. */
            kind?: string | null;
            /** @description Empty while only variants or stock were heard of. */
            name: string;
            price?: components["schemas"]["PriceRange"] | null;
            /** @description The shop's own id. */
            product_id: string;
            /** @description The source that tells of it, by the name it gives itself. */
            shop: string;
            state: components["schemas"]["StockState"];
            /**
             * Format: int64
             * @description Pieces of all variants at all places; below zero where more were sold than there were. `null`: nobody counts them.
             */
            stock?: number | null;
            url?: string | null;
            /** Format: int64 */
            variants: number;
        };
        /**
         * @description How a product reaches who buys it.
         * @enum {string}
         */
        ProductKind: "physical" | "digital" | "course" | "service" | "gift_card";
        /** @description A product with everything that is known of it. */
        ProductPage: {
            brand?: string | null;
            categories: string[];
            /** Format: date-time */
            changed_at: string;
            /**
             * Format: date-time
             * @description When it was first heard of.
             */
            created_at: string;
            /** @description What became of it, newest first: `Stock Low`, `Back In Stock`, `Price Dropped`, `Product Added To Catalogue`. */
            events: components["schemas"]["ProductEvent"][];
            id: string;
            images: string[];
            is_active?: boolean | null;
            is_deleted: boolean;
            kind?: components["schemas"]["ProductKind"] | null;
            name?: string | null;
            price?: components["schemas"]["PriceRange"] | null;
            product_id?: string | null;
            shop: string;
            state: components["schemas"]["StockState"];
            /** Format: int64 */
            stock?: number | null;
            tags: string[];
            url?: string | null;
            /** @description What is bought: its variants, or the product itself (then without `variant_id`). */
            variants: components["schemas"]["VariantView"][];
            /**
             * Format: int32
             * @description Words on further variants, which are not kept.
             */
            variants_beyond: number;
        };
        /** @description Who it is, as far as we know. */
        ProfileView: {
            address?: Record<string, never> | null;
            email?: string | null;
            first_name?: string | null;
            language?: string | null;
            last_name?: string | null;
            /** @description The whole name. */
            name: string;
            phone?: string | null;
            time_zone?: string | null;
            user_id?: string | null;
        };
        /**
         * @description What a job is for.
         * @enum {string}
         */
        Purpose: "backfill" | "reconcile";
        /** @description An event in quarantine. */
        Quarantined: {
            /** @description The event as it came; in a list at most its first 4,000 characters. */
            body: string;
            id: string;
            /** @description `track`, `identify`, …; `call` where not even that could be read, `snowplow` for what a tracker of that kind sent. */
            kind: string;
            name: string;
            /** @description Why it was not understood. */
            reason: string;
            /** Format: date-time */
            received_at: string;
            said?: components["schemas"]["Said_QuarantineReason"] | null;
            /** Format: int64 */
            source: number;
            state: components["schemas"]["QuarantineState"];
        };
        /**
         * @description What became of an event in quarantine.
         * @enum {string}
         */
        QuarantineState: "open" | "replayed" | "dropped";
        /** @description A notice that was read. */
        ReadDone: {
            notice: string;
        };
        /** @description A ready-made flow, in the workspace's language. `POST /flows` with its `xml` and `decisions` takes it in. */
        ReadyMadeFlow: {
            /** @description What it does, in a few sentences. */
            about: string;
            /** @description Its decision models: each name with its DMN file. */
            decisions: {
                [key: string]: string;
            };
            /** @description The process id: the flow's id once it is taken in. */
            id: string;
            is_taken_in: boolean;
            name: string;
            /** @description The BPMN file. */
            xml: string;
        };
        /** @description What the recovery of carts did in a period. */
        Recovery: {
            /**
             * Format: int64
             * @description Carts that fell idle in the period.
             */
            carts_abandoned: number;
            /**
             * Format: int64
             * @description Carts ordered in the period that never were abandoned.
             */
            carts_converted: number;
            /**
             * Format: int64
             * @description Of all carts, those that got their first message in the period.
             */
            carts_messaged: number;
            /**
             * Format: int64
             * @description Carts ordered in the period after they had been abandoned.
             */
            carts_recovered: number;
            /**
             * Format: double
             * @description Recovered over abandoned, 0 to 1 and four digits; `null` where nothing was abandoned. Above 1 where more carts came back
             *     than were left in the period.
             */
            conversion_rate?: number | null;
            /** Format: int64 */
            links_clicked: number;
            /**
             * Format: double
             * @description What the market quotes for the same figure.
             */
            market_rate: number;
            /** Format: int64 */
            messages_sent: number;
            /**
             * Format: int64
             * @description Stopped by a gate: no consent, ordered meanwhile, …
             */
            messages_skipped: number;
            /** @description By currency. */
            revenue: components["schemas"]["Revenue"][];
            /** @description By flow and step. */
            steps: components["schemas"]["StepFigures"][];
        };
        /** @description The recovery of carts in a period, beside the period of the same length right before it. */
        RecoveryReport: {
            /**
             * Format: date
             * @description The first day.
             */
            from: string;
            previous: components["schemas"]["PreviousRecovery"];
            recovery: components["schemas"]["Recovery"];
            /** @description The zone of the days. */
            time_zone: string;
            /**
             * Format: date
             * @description The last day, counted in full.
             */
            to: string;
        };
        /** @enum {string} */
        ReentryRule: "once_per_cart" | "once_per_order" | "once" | "while_idle" | "every" | "always";
        /** @description A row that did not go in. */
        RefusedRow: {
            /**
             * Format: int64
             * @description Where it begins in the file, from 1.
             */
            line: number;
            reason: string;
        };
        /** @description As the API shows it. */
        RejectedBody: {
            /** @description The field, topic or message that it is about, where there is one. */
            about?: string | null;
            /** @description In a list at most its first 4,000 characters. */
            body: string;
            /**
             * @description What that is, in a word: `paused`, `blank`, `shop_error`, `unknown_topic`, `unknown_object`, `ids_only`, `unreadable`,
             *     `wrong_value`, `missing`, `too_large` or `other`.
             */
            code: string;
            id: string;
            /** @description It came with a backfill. */
            is_history: boolean;
            /** @description Whether the whole body was kept: only then can it be read again. */
            is_whole: boolean;
            /** @description Why it was not understood. */
            reason: string;
            /**
             * Format: date-time
             * @description When it last came.
             */
            received_at: string;
            /** @description `open`, `replayed` or `dropped`. */
            state: string;
            /**
             * Format: int64
             * @description How often the very same body came.
             */
            times: number;
            topic?: string | null;
        };
        /** @description What was released. */
        Released: {
            /**
             * Format: int64
             * @description Messages that now go to the gates.
             */
            released: number;
        };
        Replay: {
            /** @description The event put right; if not said, as it came (the server may understand it by now). */
            event?: Record<string, never> | null;
        };
        /** @description What a replay did. */
        Replayed: {
            /** @description The event was known already, so nothing changed. */
            is_duplicate: boolean;
            state: components["schemas"]["QuarantineState"];
        };
        /** @description What reading it again gave. */
        ReplayedBody: {
            /** @description How many of those were new. */
            accepted: number;
            /** @description Events that it became. */
            events: number;
            /** @description Why parts of it say nothing that is kept. */
            ignored: string[];
        };
        ResolveBody: {
            /** @description `true`: send it again; `false`: leave it. */
            again: boolean;
        };
        /** @description What became of a message in doubt. */
        Resolved: {
            id: string;
            /** @description `queued` or `failed`. */
            state: string;
        };
        ResolveIncidentBody: {
            /** @description At a gateway: the id of the sequence flow to go on by. */
            flow?: string | null;
            /**
             * Format: int32
             * @description The place that stopped.
             */
            token: number;
            /** @description What the journey is to keep from now on. */
            variables?: {
                [key: string]: unknown;
            };
        };
        /** @description Where a journey stands after another try. */
        Retried: {
            /** @description Where it stands now; empty if it has ended. */
            places: components["schemas"]["JourneyPlace"][];
            /** @description Places tried again. */
            retried: number;
        };
        /** @description How far trying again has come. */
        RetriedIncidents: {
            /** @description Ask again with it as `cursor` for the next slice; `null`: these were the last. */
            next?: string | null;
            /** @description Journeys of this slice that were tried again. */
            retried: number;
            /** @description Of those, the ones that stopped again. */
            stopped_again: number;
        };
        RetryBody: {
            /**
             * Format: int32
             * @description The place that stopped; every one where nothing is said.
             */
            token?: number | null;
        };
        RetryIncidentsBody: {
            /** @description Only those that stopped at this element; all of them where nothing is said. */
            at?: string | null;
            /** @description Only those that stopped for this reason. */
            code?: string | null;
            /** @description Where to go on: the `next` of the answer before. */
            cursor?: string | null;
        };
        /** @description Revenue of recovered carts in one currency. Orders in which an agent had a part stand apart from both attributions. */
        Revenue: {
            agent_closed: components["schemas"]["Amount"];
            /** Format: int64 */
            carts_abandoned: number;
            /** Format: int64 */
            carts_recovered: number;
            currency: string;
            /** @description Everything to the last touch; adds up to the same. */
            last_interaction: components["schemas"]["Amount"];
            /** @description Equal shares for each touch; adds up to the orders credited, to the cent. */
            linear: components["schemas"]["Amount"];
            /** Format: int64 */
            orders_agent_closed: number;
            /**
             * Format: int64
             * @description Orders shared among messages and clicks.
             */
            orders_credited: number;
        };
        /**
         * @description What a person is in a workspace.
         * @enum {string}
         */
        Role: "owner" | "admin" | "marketer" | "agent" | "viewer";
        /** @description A secret just changed. */
        RotatedSecret: {
            /** @description The new one, where it was made up here. Shown once. */
            secret?: string | null;
        };
        RotateSecret: {
            /**
             * Format: int64
             * @description Hours in which the one before is believed too, 24 if not said.
             */
            keep_hours?: number | null;
            /** @description What the shop signs with from now on; none: one is made up and shown this once. */
            secret?: string | null;
        };
        RunProductFeed: {
            /** @description Take away what a complete feed names no more, however much that is. */
            accepts_loss?: boolean;
        };
        /** @description Which sentence it is. */
        Said_Incident: {
            /**
             * @description A reason for which a journey waits for a person.
             * @enum {string}
             */
            code: "no_way_out" | "no_weights" | "no_correlation" | "no_time" | "wrong_time" | "waits_for_nothing" | "too_many_steps" | "stuck_join" | "unknown_task" | "unknown_agent" | "unknown_pipeline" | "no_deal" | "no_tag" | "too_many_tags" | "not_settable" | "no_destination" | "nothing_to_hand_over" | "no_cart_to_hand_over" | "no_order_to_hand_over" | "too_many_handovers" | "handover_refused" | "handover_given_up" | "no_discount" | "two_discounts" | "no_number" | "wrong_range" | "wrong_prefix" | "too_many_coupons" | "coupon_refused" | "coupon_given_up" | "empty_note" | "unknown_decision" | "decision_failed" | "decision_too_long" | "too_many_at_once" | "decision_unnamed" | "unknown_flow" | "flow_off" | "flow_without_start" | "flow_unfit" | "no_such_version" | "flow_unnamed" | "too_deep" | "too_many_journeys" | "too_many_calls" | "uncaught_error" | "not_feel" | "no_list" | "too_many_items";
            /** @description The names and numbers in it, by their names. */
            values: {
                [key: string]: string;
            };
        };
        /** @description Which sentence it is. */
        Said_MailReason: {
            /**
             * @description What the courier, or a person, says of a message.
             * @enum {string}
             */
            code: "mailbox_unknown" | "mailbox_full" | "too_large" | "not_wanted" | "refused_for_now" | "refused_for_good" | "sender_stopped" | "grant_ran_out" | "send_again" | "leave_it" | "no_template" | "doubt_after_end" | "connection_closed" | "connection_lost" | "no_answer" | "not_smtp" | "server_said";
            /** @description The names and numbers in it, by their names. */
            values: {
                [key: string]: string;
            };
        };
        /** @description Which sentence it is. */
        Said_QuarantineReason: {
            /**
             * @description A reason for which an event could not be understood.
             * @enum {string}
             */
            code: "not_a_call" | "unknown_type" | "unknown_kind" | "no_type" | "no_name" | "no_previous" | "nobody" | "no_agent_email" | "wrong_consent" | "no_stage" | "no_order" | "no_product" | "wrong_products" | "too_many_products" | "unknown_currency" | "negative_quantity" | "quantity_too_large" | "broken_quantity" | "not_a_text" | "not_a_number" | "not_an_object" | "unreadable_number" | "has_nul" | "too_large" | "wrong_properties" | "panicked" | "too_many_cells" | "unreadable";
            /** @description The names and numbers in it, by their names. */
            values: {
                [key: string]: string;
            };
        };
        /** @description Who is signed in, and where. */
        Session: {
            /** @description To be sent in the header X-CSRF-Token with every write. */
            csrf_token: string;
            /**
             * Format: date-time
             * @description The server's clock.
             */
            now: string;
            person: components["schemas"]["SignedIn"];
            shop: components["schemas"]["Shop"];
            workspace: components["schemas"]["Place"];
            /** @description Where else they may work. */
            workspaces: components["schemas"]["Place"][];
        };
        /** @description A workspace's settings, in the cell of the workspace itself. */
        Settings: {
            /**
             * Format: int32
             * @description At most one marketing message per cart in so many hours, over all flows.
             * @default 20
             */
            cart_pause_hours?: number;
            /**
             * @description Where a cart is rebuilt at the shop; `{cart_id}` and `{lines}` (`id:quantity,…`) are filled in. Empty: the cart's own
             *     checkout address if it has one, else a page of ours that lists the lines.
             * @default
             */
            cart_url?: string;
            /**
             * @default EUR
             * @example EUR
             */
            currency?: string;
            /**
             * @description The agent of customers who have none of their own.
             * @default null
             */
            default_agent?: string | null;
            /**
             * Format: int32
             * @description Days without activity after which a cart is not waited for any more; 0: it stays abandoned.
             * @default 0
             */
            expire_days?: number;
            /**
             * Format: int32
             * @description Hours without activity after which a cart is abandoned, while no flow says fewer.
             * @default 24
             */
            idle_hours?: number;
            /**
             * @description The language of those who did not say theirs.
             * @default it
             */
            language?: string;
            /**
             * Format: int32
             * @description A variant with so many pieces or fewer is running out; 0: none ever is.
             * @default 5
             */
            low_stock?: number;
            /**
             * @description The shop's name, as customers know it.
             * @default
             */
            name?: string;
            /**
             * @description A cart reminder may go to a customer who bought before and never said no.
             * @default true
             */
            remind_buyers?: boolean;
            /**
             * @description Every message goes to this address instead of the customer's; empty: off.
             * @default
             */
            send_all_to?: string;
            /**
             * @description The address messages come from when no agent signs them; empty: no e-mail is sent by the shop.
             * @default
             */
            sender_address?: string;
            /** @default  */
            sender_name?: string;
            /**
             * @description Where the shop is.
             * @default
             */
            shop_url?: string;
            /**
             * @description IANA time zone.
             * @default Europe/Rome
             */
            time_zone?: string;
        };
        /** @description How the shop speaks and counts: what every screen needs, whatever else the person may see. */
        Shop: {
            /** @example EUR */
            currency: string;
            /** @description `it`, `en`, … */
            language: string;
            name: string;
            /** @description An IANA name. */
            time_zone: string;
        };
        /** @description A kind of shop that can be connected. */
        ShopKind: {
            api_version: string;
            /** @description What its API needs; none: it has no API that is asked. */
            credentials: string[];
            /** @description Whether the secret is the shop's own and must be said, or is made up here. */
            has_own_secret: boolean;
            /** @description What its API lists. */
            kinds: string[];
            name: string;
            /** @description Whether it needs a mapping. */
            needs_mapping: boolean;
            /** @description The one credential that stands for all of them. */
            stand_in?: string | null;
            /** @description Whether tags can be written to it. */
            takes_tags: boolean;
        };
        SignedIn: {
            agent?: string | null;
            email: string;
            id: string;
            name: string;
            role: components["schemas"]["Role"];
        };
        SignIn: {
            email: string;
            password: string;
            /**
             * Format: int64
             * @description Where to work, for those who may in several; else the first.
             */
            workspace?: number | null;
        };
        /** @description A silence, in whole hours. */
        Silence: {
            /**
             * Format: int64
             * @description Whole hours since the last event.
             */
            hours: number;
            /** @description It is silent for longer than half as much again as it ever was: somebody should look. */
            is_alarm: boolean;
            /**
             * Format: int64
             * @description The longest silence of the last 14 days before this one; `null`: the source has spoken too little to have a rhythm.
             */
            usual_hours?: number | null;
        };
        /** @description Where events come from, such as the shop's pages or its server. */
        Source: {
            /** Format: date-time */
            created_at: string;
            /** Format: int64 */
            id: number;
            /** @description `browser`, `server` or another short word. */
            kind: string;
            name: string;
        };
        SourceHealth: {
            comparison?: components["schemas"]["Job"] | null;
            /** @description Events by hour, the oldest first, the hour that has begun last: 48 of them. */
            curve: number[];
            /**
             * Format: int64
             * @description Events of the last 24 hours that were known already: they were dropped.
             */
            duplicates: number;
            /**
             * Format: double
             * @description Not understood of all that came, from 0 to 1.
             */
            error_rate: number;
            /**
             * Format: int64
             * @description Events of the last 24 hours that went in.
             */
            events: number;
            /** Format: int64 */
            events_same_weekday: number;
            /**
             * Format: int64
             * @description Events today up to this hour (UTC), and on the same weekday a week ago up to the same hour.
             */
            events_today: number;
            /** Format: int64 */
            id: number;
            /** @description `browser`, `server`, `feed` or another short word. */
            kind: string;
            /**
             * Format: int64
             * @description Seconds from when events happened until they came, on average of the last 24 hours; what was brought in as history does
             *     not count.
             */
            lag_s?: number | null;
            /**
             * Format: date-time
             * @description To the second where it is among the newest events of the log, else the end of its hour; `null`: nothing in 14 days.
             */
            last_event_at?: string | null;
            name: string;
            off?: components["schemas"]["Off"] | null;
            /**
             * Format: int64
             * @description Those of them that wait in the quarantine still.
             */
            quarantine_open: number;
            /**
             * Format: int64
             * @description Events of the last 24 hours that were not understood.
             */
            refused: number;
            silence?: components["schemas"]["Silence"] | null;
        };
        /** @description A stage of a pipeline. */
        Stage: {
            /** @description What deals hold and events say; the name it was made with. That of the won stage is always `Confirmed`. */
            id: string;
            kind: components["schemas"]["StageKind"];
            name: string;
        };
        StageBody: {
            /** @description A pipeline's id or name; the one where the deal is where nothing is said. */
            pipeline?: string | null;
            /** @description A stage's id or name; the won one wins the deal. One that the pipeline does not know is shown behind its own. */
            stage: string;
        };
        /**
         * @description What being in a stage means.
         * @enum {string}
         */
        StageKind: "open" | "won" | "lost";
        /** @description A stage as somebody wants it. */
        StageSaid: {
            /** @description The stage that it is; `null`: a new one. */
            id?: string | null;
            kind?: components["schemas"]["StageKind"];
            /** @description 1 to 60 characters. */
            name: string;
        };
        StartBackfill: {
            /** @description Of what the shop's API lists; none: all of it. */
            kinds?: string[];
            /**
             * Format: date-time
             * @description Only what changed since then; none: all there is.
             */
            since?: string | null;
        };
        StartBody: {
            /** @description The cart it is about; one of the customer's. */
            cart?: string | null;
            customer: string;
            /** @description Also where re-entry forbids it. */
            is_anyway?: boolean;
            /** @description The order it is about, by the shop's id. */
            order?: string | null;
            /** @description What the journey keeps from its start. */
            variables?: {
                [key: string]: unknown;
            };
        };
        /** @description A date that a flow begins by. */
        StartDate: {
            /** @description The hour of the shop's clock, such as `09:00`. */
            at: string;
            /**
             * Format: int32
             * @description Days from the date; below zero before it.
             */
            days: number;
            is_yearly: boolean;
            /** @description The customer's property. */
            property: string;
        };
        /** @description A journey that has begun. */
        StartedJourney: {
            id: string;
        };
        StartReconciliation: {
            /**
             * Format: int64
             * @description How far back to look, 48 if not said, at most 90 days.
             */
            hours?: number | null;
        };
        /** @description How often one customer may go through. */
        StartReentry: {
            /**
             * Format: double
             * @description For `every`: at most once in so many days.
             */
            days?: number | null;
            rule: components["schemas"]["ReentryRule"];
        };
        /** @description Where a journey stands after what was done. */
        Steered: {
            /** @description Empty if it has ended. */
            places: components["schemas"]["JourneyPlace"][];
        };
        /** @description What one step of a flow did. A step without a name is what no message of a flow earned, such as visits. */
        StepFigures: {
            flow: string;
            last_interaction: components["schemas"]["Amount"][];
            linear: components["schemas"]["Amount"][];
            /** Format: int64 */
            links_clicked: number;
            /** Format: int64 */
            messages_sent: number;
            /** Format: int64 */
            messages_skipped: number;
            step: string;
        };
        /**
         * @description How a product stands, as the list filters it.
         * @enum {string}
         */
        StockState: "in_stock" | "low" | "out" | "unknown";
        /** @description Why a journey stopped: the first of its places that did. */
        Stopped: {
            reason: string;
            said?: components["schemas"]["Said_Incident"] | null;
        };
        /** @description A place that holds stock or that people walk into. */
        StoreItem: {
            city?: string | null;
            country?: string | null;
            id: string;
            is_active: boolean;
            /**
             * Format: double
             * @description Degrees; `null`: the shop does not say where it is.
             */
            latitude?: number | null;
            /** @description The shop's own id. */
            location_id: string;
            /** Format: double */
            longitude?: number | null;
            name: string;
            phone?: string | null;
            postal_code?: string | null;
            shop: string;
            street?: string | null;
        };
        /** @description A tag in use. */
        TagInUse: {
            /**
             * Format: int64
             * @description How many have it.
             */
            customers: number;
            /** @description As it is written; where customers have it in several ways, one of them. */
            name: string;
        };
        TagsBody: {
            /** @description Tags to give: 1 to 60 characters each. One that the customer has, in whatever case, stays as it is. */
            add?: string[];
            /** @description Tags to take away, whatever their case. Not given again by the shop's `tags` trait. */
            remove?: string[];
        };
        /** @description A mark on the customer. */
        TagView: {
            /** Format: date-time */
            at: string;
            /** @description Who gave it: `trait` (the shop), `person:ID`, `key:ID`. */
            by: string;
            name: string;
        };
        /** @description One value that a person gives. */
        TaskField: {
            /** @description Of a choice. */
            choices: string[];
            is_required: boolean;
            kind: components["schemas"]["FieldKind"];
            /** @description What is shown for it; `null`: its name. */
            label?: string | null;
            /** @description The variable. */
            name: string;
        };
        /** @description Something that a person is to do for a journey. */
        TaskItem: {
            /** @description Who has it, as the flow or a person said; `null`: nobody. */
            assignee?: string | null;
            /** @description The name of the person or agent with that address. */
            assignee_name?: string | null;
            cart?: string | null;
            /** Format: date-time */
            created_at: string;
            customer: components["schemas"]["Owner"];
            /** @description Who did it. */
            done_by?: string | null;
            /** Format: date-time */
            due_at?: string | null;
            flow: string;
            flow_name: string;
            /** @description For whom it is meant, where the flow says so. */
            groups: string[];
            id: string;
            is_mine: boolean;
            is_overdue: boolean;
            journey: string;
            /**
             * Format: date-time
             * @description When it was done or withdrawn.
             */
            over_at?: string | null;
            /** @description `open`, `done`, or `withdrawn`: the journey went on without it. */
            state: string;
            /** @description The flow's element. */
            step: string;
            /** @description What the diagram calls it. */
            title: string;
        };
        /** @description A task with what it asks for. */
        TaskPage: components["schemas"]["TaskItem"] & {
            /** @description What the flow says about it in words. */
            about: string;
            /** @description What its person gives. */
            fields: components["schemas"]["TaskField"][];
            /** @description What its person is told, by name: the task's inputs. */
            told: Record<string, never>;
        };
        /** @description A template to be tried on oneself. */
        TestBody: {
            /** @description The flow whose newest version holds the template; a built-in one where nothing is said. */
            flow?: string | null;
            /** @description The workspace's where nothing is said. */
            language?: string | null;
            /** @description A draft of the template, to be tried instead of what is stored. */
            source?: string | null;
            template: string;
            /** @description One's own address where nothing is said; else that of an agent. */
            to?: string | null;
        };
        /** @description What was sent. */
        TestSent: {
            language: string;
            subject: string;
            to: string;
        };
        /** @description An event on a customer's timeline. */
        TimelineEvent: {
            /** @description `track`, `identify`, `page`, …; `command` and `timer` are Ritorno's own. */
            kind: string;
            name: string;
            /** Format: date-time */
            occurred_at: string;
            /** @description As it was received. */
            payload: Record<string, never>;
            /**
             * Format: int64
             * @description Its place in the log.
             */
            position: number;
            /** Format: date-time */
            received_at: string;
            /**
             * Format: int64
             * @description The source it came through; 0 is Ritorno itself.
             */
            source: number;
        };
        TotalsView: {
            /** Format: int32 */
            orders: number;
            refunded: components["schemas"]["Amount"];
            revenue: components["schemas"]["Amount"];
        };
        TraitsBody: {
            email?: string | null;
            first_name?: string | null;
            language?: string | null;
            last_name?: string | null;
            phone?: string | null;
        };
        /** @description What a body would become. */
        TriedMapping: {
            /** @description The first 50 events that it would become. */
            events: Record<string, never>[];
            /** @description Why parts of it say nothing that is kept. */
            ignored: string[];
            /** @description What is wrong with the mapping, with the place; then nothing was read. */
            mapping_problem?: string | null;
            /** @description Why nothing of the body is understood. */
            refusal?: string | null;
            /** @description Why parts of it, or events that it became, would be kept aside. */
            refused: string[];
        };
        /** @description What a decision gave. */
        TriedModel: {
            /** @description Of each table that was asked, in the order in which they were. */
            matched: components["schemas"]["MatchedRules"][];
            /** @description Why there is nothing, or parts of it are missing. */
            reasons: string[];
            value: unknown;
        };
        /** @description What may begin a flow. */
        Trigger: {
            /** @description The `ritorno:` attributes of the start event that say more. */
            attributes: string[];
            /** @description The name of the message that the start event waits for; `null`: it is another kind of start event. */
            event?: string | null;
            id: string;
            /** @description Whether the shop may send other properties too. */
            is_open: boolean;
            kind: components["schemas"]["TriggerKind"];
            /** @description What `event.properties` holds. */
            properties: components["schemas"]["TriggerProperty"][];
            /** @description What happens, in words. */
            words: components["schemas"]["Why"];
        };
        /**
         * @description How a flow is begun.
         * @enum {string}
         */
        TriggerKind: "event" | "own" | "idle" | "date" | "schedule" | "condition" | "signal" | "asked";
        TriggerProperty: {
            name: string;
            type: components["schemas"]["Kind"];
            words: components["schemas"]["Why"];
        };
        /**
         * @description What is wrong with a source.
         * @enum {string}
         */
        Trouble: "silent" | "stopped" | "uninstalled";
        TryMapping: {
            /** @description A body as the shop sends it. */
            body: string;
            /** @description The currency of amounts that name none. */
            currency?: string | null;
            /** @description The mapping document, as its author wrote it. */
            mapping: string;
            /** @description What the shop says in the header `x-topic`. */
            topic?: string | null;
            /** @description The IANA zone of times that name none; UTC if not said. */
            zone?: string | null;
        };
        TryModelBody: {
            /** @description What it reads, by name: `{"cart": {"total": 120}}`. A text that is a date is given as it stands. */
            context?: {
                [key: string]: unknown;
            };
            /** @description The id or the name of the decision. */
            decision: string;
            /** @description The DMN file. */
            xml: string;
        };
        VariablesBody: {
            /**
             * Format: int32
             * @description A place of the journey, whose own variables are meant; else those of the whole journey.
             */
            token?: number | null;
            variables: {
                [key: string]: unknown;
            };
        };
        VariantView: {
            barcode?: string | null;
            image_url?: string | null;
            is_deleted: boolean;
            /** @description Which one it is, in words. */
            name?: string | null;
            places: components["schemas"]["PlaceView"][];
            prices: components["schemas"]["PriceView"][];
            /** @description It is sold when there are none, too. */
            sells_beyond: boolean;
            sku?: string | null;
            state: components["schemas"]["StockState"];
            /** Format: int64 */
            stock?: number | null;
            variant_id?: string | null;
        };
        VersionItem: {
            /** @description Names of the decision models that it holds. */
            decisions: string[];
            is_enabled: boolean;
            /** Format: date-time */
            made_at: string;
            /** Format: int32 */
            number: number;
            /** @description The values set over those in the file. */
            parameters: {
                [key: string]: string;
            };
            /** @description Names of the templates that it holds. */
            templates: string[];
        };
        /** @description A version's own files. */
        VersionPage: {
            /** @description Its decision models: each name with its DMN file. */
            decisions: {
                [key: string]: string;
            };
            /** Format: date-time */
            made_at: string;
            /** Format: int32 */
            number: number;
            /** @description Its BPMN file. */
            xml: string;
        };
        /**
         * @description What a journey waits for at a place.
         * @enum {string}
         */
        WaitsFor: "timer" | "event" | "condition" | "send" | "hand_over" | "coupon" | "person" | "others" | "called" | "undoing" | "incident";
        /** @description A sequence flow out of an element. */
        Way: {
            /** @description The sequence flow's id. */
            flow: string;
            /** @description What the diagram shows on it. */
            name?: string | null;
            /** @description The title of the element that it leads to. */
            to: string;
        };
        /** @description A sentence for a person. */
        Why: {
            en: string;
            it: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_agents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Agent"];
                };
            };
        };
    };
    create_agent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
        };
    };
    set_agent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
        };
    };
    audit: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditEntry"];
                };
            };
        };
    };
    list_carts: {
        parameters: {
            query?: {
                /** @description Carts of this agent's customers. */
                agent?: string;
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /**
                 * @description One or more of `active`, `abandoned`, `recovered`, `converted` and `expired`, with commas between; all where nothing is
                 *     said.
                 */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CartItem"];
                };
            };
        };
    };
    find_cart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartPage"];
                };
            };
        };
    };
    list_product_feeds: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ProductFeed"];
                };
            };
        };
    };
    create_product_feed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateProductFeed"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductFeed"];
                };
            };
        };
    };
    delete_product_feed: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    change_product_feed: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeProductFeed"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductFeed"];
                };
            };
        };
    };
    run_product_feed: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunProductFeed"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductFeed"];
                };
            };
        };
    };
    list_imports: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_FeedImport"];
                };
            };
        };
    };
    import_feed: {
        parameters: {
            query?: {
                /** @description The file's name, for the list of imports. */
                file?: string;
                /** @description `csv`, `xml` (Google Merchant) or `json`; recognised from the content where it is not said. */
                format?: string;
                /**
                 * @description The source: whose products these are. Product ids of one source are its own; the source is made if there is none of this
                 *     name.
                 */
                source?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedAnswer"];
                };
            };
        };
    };
    list_categories: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CategoryInUse"];
                };
            };
        };
    };
    list_collections: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CollectionItem"];
                };
            };
        };
    };
    list_connections: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ConnectionView"];
                };
            };
        };
    };
    create_connection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateConnection"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedConnection"];
                };
            };
        };
    };
    find_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionView"];
                };
            };
        };
    };
    delete_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    change_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeConnection"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionView"];
                };
            };
        };
    };
    start_backfill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartBackfill"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"][];
                };
            };
        };
    };
    check_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckedConnection"];
                };
            };
        };
    };
    list_connection_jobs: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /** @description Only backfills, or only reconciliations. */
                purpose?: components["schemas"]["Purpose"];
            };
            header?: never;
            path: {
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Job"];
                };
            };
        };
    };
    find_connection_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    cancel_connection_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    pause_connection_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    resume_connection_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    pause_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionView"];
                };
            };
        };
    };
    start_reconciliation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartReconciliation"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"][];
                };
            };
        };
    };
    list_rejected_bodies: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /** @description `open`, `replayed` or `dropped`; all of them if not said. */
                state?: string;
            };
            header?: never;
            path: {
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RejectedBody"];
                };
            };
        };
    };
    find_rejected_body: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectedBody"];
                };
            };
        };
    };
    drop_rejected_body: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    replay_rejected_body: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayedBody"];
                };
            };
        };
    };
    resume_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionView"];
                };
            };
        };
    };
    rotate_connection_secret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateSecret"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedSecret"];
                };
            };
        };
    };
    list_customers: {
        parameters: {
            query?: {
                /** @description Those of this agent. */
                agent?: string;
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /**
                 * @description The beginning of an e-mail address, user id, order or cart id; or how words of the name or of the address begin, or the
                 *     phone number. A page of a search may be short, or empty, while `next` says that there is more to look through.
                 */
                q?: string;
                /** @description Those with this tag, whatever its case. */
                tag?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CustomerItem"];
                };
            };
        };
    };
    find_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerPage"];
                };
            };
        };
    };
    set_customer_agent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerAgentBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
        };
    };
    set_customer_consent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsentBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
        };
    };
    add_customer_contact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContactBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
        };
    };
    list_customer_decisions: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Decision"];
                };
            };
        };
    };
    find_lineage: {
        parameters: {
            query?: {
                /** @description The cart whose field it is, by its id or the shop's. */
                cart?: string;
                /**
                 * @description Of the customer: `email`, `phone`, `first_name`, `last_name`, `name`, `language`, `time_zone`, `address`, `agent`,
                 *     `traits.NAME`, `tags.NAME`, `consent.PURPOSE.CHANNEL`. Of a cart: `lines`, `total`, `currency`, `coupon`, `step`,
                 *     `checkout_url`, `order`.
                 */
                field?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lineage"];
                };
            };
        };
    };
    add_customer_note: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
        };
    };
    list_customer_orders: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_OrderView"];
                };
            };
        };
    };
    list_customer_products: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_BoughtProduct"];
                };
            };
        };
    };
    change_customer_tags: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagsBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
        };
    };
    list_customer_events: {
        parameters: {
            query?: {
                /** @description Also what the machinery says to itself: timers, and what senders ask and report. */
                all?: boolean;
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TimelineEvent"];
                };
            };
        };
    };
    set_customer_traits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TraitsBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
        };
    };
    data_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataHealth"];
                };
            };
        };
    };
    data_alarms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataAlarms"];
                };
            };
        };
    };
    list_deal_stages: {
        parameters: {
            query?: {
                /** @description A pipeline's id; `Sales management` where nothing is said. */
                pipeline?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DealStage"];
                };
            };
        };
    };
    list_deals: {
        parameters: {
            query?: {
                /** @description Deals of this agent's customers. */
                agent?: string;
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /** @description A pipeline's id; `Sales management` where nothing is said. */
                pipeline?: string;
                /** @description A stage's id. */
                stage?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DealItem"];
                };
            };
        };
    };
    move_deal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StageBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
        };
    };
    check_model: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckModelBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckedModel"];
                };
            };
        };
    };
    try_model: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TryModelBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriedModel"];
                };
            };
        };
    };
    list_destination_kinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DestinationKind"][];
                };
            };
        };
    };
    list_destinations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DestinationView"];
                };
            };
        };
    };
    create_destination: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateDestination"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DestinationView"];
                };
            };
        };
    };
    find_destination: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DestinationView"];
                };
            };
        };
    };
    delete_destination: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    change_destination: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeDestination"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DestinationView"];
                };
            };
        };
    };
    check_destination: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckedDestination"];
                };
            };
        };
    };
    list_events: {
        parameters: {
            query?: {
                /** @description What came behind this position, oldest first. */
                after?: number;
                /** @description Also what the machinery says to itself: timers, and what senders ask and report. */
                all?: boolean;
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Events of this customer and of those joined to them. */
                customer?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /** @description Events of this name. */
                name?: string;
                /** @description Events through this source; 0 is Ritorno itself. */
                source?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogPage"];
                };
            };
        };
    };
    first_run_state: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FirstRunState"];
                };
            };
        };
    };
    first_run: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FirstRun"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    list_flows: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_FlowItem"];
                };
            };
        };
    };
    import_flow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowPage"];
                };
            };
        };
    };
    find_flow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowPage"];
                };
            };
        };
    };
    check_flow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckedFlow"];
                };
            };
        };
    };
    disable_flow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowPage"];
                };
            };
        };
    };
    enable_flow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnableBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowPage"];
                };
            };
        };
    };
    list_incidents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowIncidents"];
                };
            };
        };
    };
    retry_incidents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryIncidentsBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetriedIncidents"];
                };
            };
        };
    };
    preview_enabling: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnablingPreview"];
                };
            };
        };
    };
    start_journey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedJourney"];
                };
            };
        };
    };
    find_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionPage"];
                };
            };
        };
    };
    find_hold: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hold"];
                };
            };
        };
    };
    release_hold: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Released"];
                };
            };
        };
    };
    list_journeys: {
        parameters: {
            query?: {
                /** @description Those for these carts: up to 200 ids with commas between. All of them on one page, of each cart at most the newest 20. */
                cart?: string;
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                flow?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /** @description One or more of `waiting`, `incident` and `ended`, with commas between; all where nothing is said. */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_JourneyItem"];
                };
            };
        };
    };
    find_journey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JourneyPage"];
                };
            };
        };
    };
    assign_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssignBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Steered"];
                };
            };
        };
    };
    cancel_journey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Steered"];
                };
            };
        };
    };
    complete_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompleteBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Steered"];
                };
            };
        };
    };
    resolve_incident: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResolveIncidentBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Steered"];
                };
            };
        };
    };
    retry_journey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retried"];
                };
            };
        };
    };
    set_variables: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VariablesBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Steered"];
                };
            };
        };
    };
    list_keys: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Key"];
                };
            };
        };
    };
    create_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKey"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
        };
    };
    revoke_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["LiveStatus"];
                };
            };
        };
    };
    try_mapping: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TryMapping"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriedMapping"];
                };
            };
        };
    };
    list_messages: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /**
                 * @description One or more of `queued`, `held`, `sending`, `sent`, `skipped`, `failed` and `in_doubt`, with commas between; all where
                 *     nothing is said.
                 */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MessageItem"];
                };
            };
        };
    };
    find_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagePage"];
                };
            };
        };
    };
    resolve_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResolveBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Resolved"];
                };
            };
        };
    };
    send_test_message: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestSent"];
                };
            };
        };
    };
    list_notices: {
        parameters: {
            query?: {
                /** @description Those to this agent. */
                agent?: string;
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /** @description Those that nobody has read. */
                unread?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_NoticeItem"];
                };
            };
        };
    };
    read_notice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadDone"];
                };
            };
        };
    };
    list_orders: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_OrderItem"];
                };
            };
        };
    };
    ask_password_link: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AskLink"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    reset_password: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The last part of the link */
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPassword"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_people: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Member"];
                };
            };
        };
    };
    create_person: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePerson"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedPerson"];
                };
            };
        };
    };
    disable_person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    enable_person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    set_person_role: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonRole"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
        };
    };
    list_pipelines: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Pipeline"];
                };
            };
        };
    };
    create_pipeline: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PipelineBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pipeline"];
                };
            };
        };
    };
    set_pipeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PipelineBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pipeline"];
                };
            };
        };
    };
    remove_pipeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_products: {
        parameters: {
            query?: {
                /** @description A category, exactly as the shop writes it. */
                category?: string;
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Those that the shop took away, instead of those it has. */
                deleted?: boolean;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /**
                 * @description How words of the name or of the brand begin, or an id, a sku or a barcode. A page of a search may be short, or empty, while
                 *     `next` says that there is more to look through.
                 */
                q?: string;
                /** @description Those of one source, by the name it gives itself. */
                shop?: string;
                /** @description How the stock stands. */
                state?: components["schemas"]["StockState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ProductItem"];
                };
            };
        };
    };
    find_product: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductPage"];
                };
            };
        };
    };
    list_quarantine: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /** @description Only events in this state. */
                state?: components["schemas"]["QuarantineState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Quarantined"];
                };
            };
        };
    };
    find_quarantined: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quarantined"];
                };
            };
        };
    };
    drop_quarantined: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    replay_quarantined: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Replay"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replayed"];
                };
            };
        };
    };
    list_ready_made: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ReadyMadeFlow"];
                };
            };
        };
    };
    list_credits: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description `csv` for a table (so does an Accept header of `text/csv`), else JSON. */
                format?: string;
                /**
                 * @description The first day, in the workspace's zone; 30 days up to `to` where nothing is said.
                 * @example 2026-11-01
                 */
                from?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /**
                 * @description The last day, counted in full; today where nothing is said.
                 * @example 2026-11-30
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CreditItem"];
                    "text/csv": string;
                };
            };
        };
    };
    recovery_report: {
        parameters: {
            query?: {
                /** @description `csv` for a table (so does an Accept header of `text/csv`), else JSON. */
                format?: string;
                /**
                 * @description The first day, in the workspace's zone; 30 days up to `to` where nothing is said.
                 * @example 2026-11-01
                 */
                from?: string;
                /**
                 * @description The last day, counted in full; today where nothing is said.
                 * @example 2026-11-30
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryReport"];
                    "text/csv": string;
                };
            };
        };
    };
    session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    sign_out_everywhere: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    change_workspace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeWorkspace"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    find_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    /** @description For If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
        };
    };
    set_settings: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the settings that the person had before them */
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Settings"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    /** @description For If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
        };
    };
    list_shop_kinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShopKind"][];
                };
            };
        };
    };
    list_sources: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Source"];
                };
            };
        };
    };
    create_source: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSource"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
        };
    };
    list_stores: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_StoreItem"];
                };
            };
        };
    };
    list_tags: {
        parameters: {
            query?: {
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /** @description How the tag begins, whatever its case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TagInUse"];
                };
            };
        };
    };
    list_tasks: {
        parameters: {
            query?: {
                /** @description `me`, `nobody`, or whoever has them. */
                assignee?: string;
                /** @description Where the page starts: the `next` of the page before. */
                cursor?: string;
                /** @description Of the open ones those that are due by then. */
                due_before?: string;
                flow?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
                /** @description Of the open ones those that should have been done by now. */
                overdue?: boolean;
                /** @description One or more of `open`, `done` and `withdrawn`, with commas between; `open` where nothing is said. */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TaskItem"];
                };
            };
        };
    };
    find_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskPage"];
                };
            };
        };
    };
    give_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GiveBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskPage"];
                };
            };
        };
    };
    claim_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskPage"];
                };
            };
        };
    };
    finish_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FinishBody"];
            };
        };
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskPage"];
                };
            };
        };
    };
    release_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskPage"];
                };
            };
        };
    };
    list_triggers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refused; the code says why */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Trigger"];
                };
            };
        };
    };
}
