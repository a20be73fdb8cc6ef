//! A flow drawn in another tool, with what is ours added by hand in its file, runs.

use crate::rig::Rig;
use serde_json::json;
use testkit::shared_data;

/// What somebody types into the file: the message that begins it, two conditions, and what two of its tasks do.
fn by_hand(file: &str) -> String {
    let task = |id: &str, tag: &str| {
        (
            id.to_owned(),
            format!(
                "{id} <semantic:extensionElements><zeebe:taskDefinition type=\"ritorno:tag-customer\"/><zeebe:ioMapping>\
                 <zeebe:input source=\"{tag}\" target=\"add\"/></zeebe:ioMapping></semantic:extensionElements>"
            ),
        )
    };
    let (split, to_two, to_three, to_four) = (
        "_e5a26c8e-7c24-4006-a8cd-d92fa9ba839f",
        "_2e57229c-2823-4d7e-afc3-e11065fb2b60",
        "_4b0b3ae5-4002-4521-b8c2-877f54d3c4d6",
        "_afaeb5aa-370b-40eb-8a89-baf76ac8e7ba",
    );
    let condition = |flow: &str, target: &str, feel: &str| {
        let open = format!("id=\"{flow}\" triso:readOnly=\"false\" sourceRef=\"{split}\" targetRef=\"{target}\"");
        let made = format!(
            "{open}><semantic:conditionExpression>{feel}</semantic:conditionExpression></semantic:sequenceFlow>"
        );
        (format!("{open}/>"), made)
    };
    let edits = [
        (
            "xmlns:rss=".to_owned(),
            "xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\" xmlns:ritorno=\"urn:ritorno:bpmn:1\" xmlns:rss="
                .to_owned(),
        ),
        (
            "<semantic:process id=".to_owned(),
            "<semantic:message id=\"m_idle\" name=\"Cart Idle\"/><semantic:process isExecutable=\"true\" id="
                .to_owned(),
        ),
        ("name=\"Start Event\"".to_owned(), "name=\"Start Event\" ritorno:idleHours=\"24\"".to_owned()),
        (
            "</semantic:startEvent>".to_owned(),
            "<semantic:messageEventDefinition id=\"by_idle\" messageRef=\"m_idle\"/></semantic:startEvent>".to_owned(),
        ),
        (format!("id=\"{split}\""), format!("id=\"{split}\" default=\"{to_four}\"")),
        condition(to_two, "_a92db732-f6aa-4669-8dce-96f008df3b7e", "=cart.total &gt; 100"),
        condition(to_three, "_0fe0f7b8-9d93-4663-9312-70cbf1061b04", "=cart.total &gt; 5"),
        task("name=\"Task 2\" triso:readOnly=\"false\">", "large"),
        task("name=\"Task 3\" triso:readOnly=\"false\">", "small"),
    ];
    let mut text = file.to_owned();
    for (from, to) in edits {
        assert_eq!(text.matches(&from).count(), 1, "{from}");
        text = text.replacen(&from, &to, 1);
    }
    // The two are service tasks from now on; their ends too.
    for name in ["Task 2", "Task 3"] {
        let at = text.find(&format!("name=\"{name}\"")).expect("the task");
        let begin = text[..at].rfind("<semantic:task").expect("its element");
        let end = at + text[at..].find("</semantic:task>").expect("its end");
        text.replace_range(end..end + "</semantic:task>".len(), "</semantic:serviceTask>");
        text.replace_range(begin..begin + "<semantic:task".len(), "<semantic:serviceTask");
    }
    text
}

testkit::on_both! {
    async fn a_flow_of_another_tool_runs_with_our_attributes_added_by_hand(db: Db) {
        let Some(path) = shared_data("bpmn-miwg/exports/trisotech/A.2.0-export.bpmn") else { return };
        let file = std::fs::read_to_string(path).unwrap();
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await;
        let said = rig.send("POST", "/flows", json!({ "xml": by_hand(&file) })).await;
        assert_eq!(said.status, 201, "{}", said.text);
        let flow = said.json["id"].as_str().unwrap().to_owned();
        let said = rig.send("POST", &format!("/flows/{flow}/enable"), json!({})).await;
        assert_eq!(said.status, 200, "{}", said.text);
        rig.two_customers().await;
        rig.pass(25);
        let is_over = |page: &serde_json::Value| page["items"].as_array().unwrap().iter().filter(|run| run["state"] == "ended").count() == 2;
        rig.until(&format!("/journeys?flow={flow}"), is_over).await;
        for (name, tag) in [("mario", "large"), ("lucia", "small")] {
            let found = rig.get(&format!("/customers?q={name}")).await;
            let id = found.json["items"][0]["id"].as_str().unwrap();
            let tags = rig.get(&format!("/customers/{id}")).await.json["tags"].clone();
            assert_eq!(tags[0]["name"], tag, "{name}");
        }
        // The tool's own things are still in the file.
        let kept = rig.get(&format!("/flows/{flow}")).await;
        assert!(kept.json["xml"].as_str().unwrap().contains("trisobpmn:logoChoice=\"Default\""));
        rig.end().await;
    }
}
