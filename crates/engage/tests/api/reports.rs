//! Reports, from the events to the sums.

use crate::rig::Rig;
use engage::messages::Result_;
use serde_json::json;

/// Lucia is written to and orders; an agent speaks with Mario and he orders.
async fn a_day_of_sales(rig: &Rig) {
    rig.open_shop().await;
    rig.two_customers().await;
    rig.pass(25);
    let messages = rig.items("/messages?state=queued", 2).await;
    let mail = messages.iter().find(|message| message["recipient"] == "customer").unwrap();
    rig.courier(mail, Result_::Sent).await;
    let contact = rig.send("POST", &format!("/customers/{}/contacts", rig.id("mario")), json!({})).await;
    assert_eq!(contact.status, 201, "{}", contact.text);
    rig.pass(1);
    rig.track("u2", "Order Completed", json!({ "order_id": "=o2", "cart_id": "c2", "total": 7.5, "currency": "EUR" }))
        .await;
    rig.track("u1", "Order Completed", json!({ "order_id": "o1", "cart_id": "c1", "total": 178, "currency": "EUR" }))
        .await;
}

testkit::on_both! {
    async fn the_recovery_report_adds_up_and_keeps_the_agents_orders_apart(db: Db) {
        let rig = Rig::new(db).await;
        a_day_of_sales(&rig).await;
        let report = rig.until("/reports/recovery?from=2026-11-21&to=2026-11-22", |report| report["recovery"]["carts_recovered"] == 2).await;
        let nothing = json!({
            "carts_abandoned": 0, "carts_messaged": 0, "carts_recovered": 0, "carts_converted": 0, "conversion_rate": null,
            "market_rate": 0.08, "messages_sent": 0, "messages_skipped": 0, "links_clicked": 0, "revenue": [], "steps": [],
        });
        rig.check(&report, json!({
            "from": "2026-11-21", "to": "2026-11-22", "time_zone": "Europe/Rome",
            "previous": { "from": "2026-11-19", "to": "2026-11-20", "recovery": nothing },
            "recovery": {
                "carts_abandoned": 2, "carts_messaged": 1, "carts_recovered": 2, "carts_converted": 0, "conversion_rate": 1.0,
                "market_rate": 0.08, "messages_sent": 1, "messages_skipped": 0, "links_clicked": 0,
                "revenue": [{
                    "currency": "EUR", "carts_abandoned": 2, "carts_recovered": 2, "orders_credited": 1,
                    "linear": { "minor": 750, "currency": "EUR" }, "last_interaction": { "minor": 750, "currency": "EUR" },
                    "orders_agent_closed": 1, "agent_closed": { "minor": 17800, "currency": "EUR" },
                }],
                "steps": [{
                    "flow": "two_branch_follow_up", "step": "send_email", "messages_sent": 1, "messages_skipped": 0, "links_clicked": 0,
                    "linear": [{ "minor": 750, "currency": "EUR" }], "last_interaction": [{ "minor": 750, "currency": "EUR" }],
                }],
            },
        }));
        let before = rig.get("/reports/recovery?from=2026-11-23&to=2026-11-24").await.json;
        rig.check(&before["recovery"], nothing);
        assert_eq!(before["previous"]["recovery"]["carts_recovered"], 2);
        for wrong in ["from=2026-11-22&to=2026-11-21", "from=soon"] {
            assert_eq!(rig.get(&format!("/reports/recovery?{wrong}")).await.json["code"], "reports.wrong_period");
        }
        rig.end().await;
    }

    async fn the_rows_behind_it_are_listed_and_given_as_a_table(db: Db) {
        let rig = Rig::new(db).await;
        a_day_of_sales(&rig).await;
        let credits = rig.items("/reports/credits?from=2026-11-22&to=2026-11-22", 2).await;
        let owner = |id: &str, name: &str| json!({ "id": id, "name": name, "email": format!("{id}@customer.example"), "agent": null });
        let of_mail = credits.iter().find(|credit| credit["order"] == "=o2").unwrap();
        rig.name(&of_mail["message"], "mail");
        rig.check(of_mail, json!({
            "order": "=o2", "n": 0, "ordered_at": "2026-11-22T10:01:00Z", "customer": owner("lucia", "Lucia Verdi"),
            "total": { "minor": 750, "currency": "EUR" }, "kind": "message", "touched_at": "2026-11-22T09:01:00Z", "message": "mail",
            "flow": "two_branch_follow_up", "step": "send_email", "linear": { "minor": 750, "currency": "EUR" },
            "last_interaction": { "minor": 750, "currency": "EUR" }, "is_agent_closed": false,
        }));
        let first = rig.get("/reports/credits?limit=1").await.json;
        let next = first["next"].as_str().unwrap();
        let second = rig.get(&format!("/reports/credits?limit=1&cursor={next}")).await.json;
        assert_ne!(first["items"][0]["order"], second["items"][0]["order"]);
        assert_eq!(second["next"], serde_json::Value::Null);
        rig.items("/reports/credits?from=2026-11-21&to=2026-11-21", 0).await;

        let table = rig.get("/reports/credits?format=csv").await;
        assert_eq!(table.headers["content-type"], "text/csv; charset=utf-8");
        let lines: Vec<&str> = table.text.lines().collect();
        assert_eq!(lines.len(), 3, "{}", table.text);
        let of_mail = lines.iter().find(|line| line.contains("o2")).unwrap();
        assert!(of_mail.starts_with("'=o2,2026-11-22T10:01:00Z,"), "{of_mail}");
        assert!(of_mail.ends_with(",EUR,7.50,message,2026-11-22T09:01:00Z,two_branch_follow_up,send_email,7.50,7.50,0"), "{of_mail}");
        let bearer = format!("Bearer {}", rig.api_key);
        let headers = [("authorization", bearer.as_str()), ("accept", "text/csv")];
        let sums = rig.ask("GET", "/reports/recovery?from=2026-11-22&to=2026-11-22", &headers, None).await;
        assert!(sums.text.contains("2026-11-22,2026-11-22,agent_closed,,,EUR,1,178.00\r\n"), "{}", sums.text);
        rig.end().await;
    }
}
