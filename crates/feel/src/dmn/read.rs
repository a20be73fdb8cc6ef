//! A DMN file to a model.

use super::{
    Place, Problem,
    boxed::{Boxed, Definition, Entry, Kind},
    model::{Decision, Input, Knowledge, Model},
    table::{self, HitPolicy, Table},
    types::Items,
};
use crate::{Expression, ParseError, Type, UnaryTests, Vocabulary};
use roxmltree::{Document, Node, ParsingOptions};
use std::{collections::BTreeMap, sync::Arc};

/// Larger files are refused.
const BYTES_MAX: usize = 4 << 20;
const NODES_MAX: u32 = 200_000;
/// How deep elements may be nested: reading and evaluating follow it.
const DEPTH_MAX: usize = 64;

impl Model {
    /// Reads a model. The error says why the text is no DMN file at all: broken XML, a document type, too large, too deep.
    pub fn read(xml: &str) -> Result<Model, Problem> {
        let document = open(xml)?;
        let root = document.root_element();
        let ours = root.tag_name().namespace().is_some_and(|uri| uri.contains("/spec/DMN/"));
        if root.tag_name().name() != "definitions" || !ours {
            return Err(file_problem("the root element is not definitions of DMN".into()));
        }
        let items = Items::read(root);
        let mut vocabulary = Vocabulary::default();
        items.define_in(&mut vocabulary);
        for node in root.descendants().filter(|node| NAMED.contains(&node.tag_name().name())) {
            vocabulary.name(&name_of(node));
            vocabulary.name(node.attribute("iteratorVariable").unwrap_or_default());
        }
        Ok(Reader { items, vocabulary, problems: Vec::new() }.model(root))
    }
}

/// Elements whose names expressions may use.
const NAMED: [&str; 15] = [
    "inputData",
    "decision",
    "businessKnowledgeModel",
    "decisionService",
    "variable",
    "formalParameter",
    "parameter",
    "parameters",
    "itemComponent",
    "output",
    "column",
    "informationItem",
    "for",
    "some",
    "every",
];

/// Parses XML with limits; a document type, the way to hostile entities, is refused.
pub(super) fn open(xml: &str) -> Result<Document<'_>, Problem> {
    if xml.len() > BYTES_MAX {
        return Err(file_problem(format!("the file is larger than {} MiB", BYTES_MAX >> 20)));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    let document = Document::parse_with_options(xml.trim_start_matches('\u{feff}'), options).map_err(|error| {
        let mut problem = file_problem(error.to_string());
        problem.line = error.pos().row;
        problem
    })?;
    for node in document.descendants().filter(Node::is_element) {
        if node.ancestors().nth(DEPTH_MAX + 1).is_some() {
            let mut problem = file_problem(format!("elements are nested deeper than {DEPTH_MAX}"));
            problem.line = line_of(node);
            return Err(problem);
        }
    }
    Ok(document)
}

fn file_problem(message: String) -> Problem {
    Problem { element: None, line: 1, cell: None, message, unsupported: false }
}

fn line_of(node: Node) -> u32 {
    node.document().text_pos_at(node.range().start).row
}

/// The elements of one name directly inside.
pub(super) fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> Option<Node<'a, 'i>> {
    children(node, name).next()
}

/// The attribute `name`, with single blanks.
pub(super) fn name_of(node: Node) -> String {
    node.attribute("name").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands in the element `text` inside.
pub(super) fn text_of(node: Node) -> String {
    let text =
        child(node, "text").map(|text| text.descendants().filter_map(|part| part.text().filter(|_| part.is_text())));
    text.into_iter().flatten().collect::<String>().trim().to_string()
}

struct Reader {
    items: Items,
    vocabulary: Vocabulary,
    problems: Vec<Problem>,
}

impl Reader {
    fn model(mut self, root: Node) -> Model {
        let (mut inputs, mut decisions, mut knowledge) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut order = Vec::new();
        for node in root.children().filter(Node::is_element) {
            let id = node.attribute("id").unwrap_or_default().to_string();
            match node.tag_name().name() {
                "inputData" => {
                    let of = self.variable_type(node);
                    inputs.insert(id, Input { name: name_of(node), of });
                }
                "decision" => {
                    let decision = self.decision(node);
                    if decisions.insert(id.clone(), decision).is_some() {
                        self.problem(node, "there are two decisions with this id".into(), false);
                    } else {
                        order.push(id);
                    }
                }
                "businessKnowledgeModel" => {
                    let definition = child(node, "encapsulatedLogic").map(|logic| self.definition(logic));
                    let requires = requirements(node);
                    knowledge.insert(id, Knowledge { name: name_of(node), requires, definition, line: line_of(node) });
                }
                "import" => self.problem(node, "other models are not imported".into(), true),
                "decisionService" => self.problem(node, "decision services cannot be called".into(), true),
                _ => {}
            }
        }
        let mut model = Model { name: name_of(root), inputs, decisions, knowledge, order, problems: self.problems };
        model.check_requirements();
        model
    }

    fn problem(&mut self, node: Node, message: String, unsupported: bool) {
        let named = node.ancestors().find_map(|node| node.attribute("id").or(node.attribute("name")));
        let element = named.map(Into::into);
        self.problems.push(Problem { element, line: line_of(node), cell: None, message, unsupported });
    }

    /// What a cell holds; a problem of its own where it is not understood, so that all of a table's are told at once.
    fn checked<T>(&mut self, node: Node, place: Place, read: Result<T, String>) -> Option<T> {
        read.map_err(|message| {
            self.problem(node, message, false);
            if let Some(problem) = self.problems.last_mut() {
                problem.cell = Some(place);
            }
        })
        .ok()
    }

    /// The type of the variable inside.
    fn variable_type(&mut self, node: Node) -> Type {
        child(node, "variable").map_or(Type::Any, |variable| self.type_of(variable))
    }

    /// The type that an attribute names.
    fn type_of(&mut self, node: Node) -> Type {
        let reference = node.attribute("typeRef");
        if let Some(unknown) = reference.filter(|reference| !self.items.knows(reference)) {
            self.problem(node, format!("there is no type {unknown}"), false);
        }
        self.items.named(reference)
    }

    fn decision(&mut self, node: Node) -> Decision {
        let variable = child(node, "variable").map(name_of).filter(|name| !name.is_empty());
        Decision {
            name: name_of(node),
            variable: variable.unwrap_or_else(|| name_of(node)),
            of: self.variable_type(node),
            requires: requirements(node),
            logic: self.expression_in(node),
            line: line_of(node),
        }
    }

    /// The first expression directly inside.
    fn expression_in(&mut self, node: Node) -> Option<Boxed> {
        node.children().filter(Node::is_element).find_map(|child| self.expression(child))
    }

    fn expression_or_null(&mut self, node: Option<Node>, what: &str, of: Node) -> Boxed {
        match node.and_then(|node| self.expression_in(node)) {
            Some(found) => found,
            None => self.missing(of, format!("{what} is missing"), false),
        }
    }

    fn missing(&mut self, node: Node, why: String, unsupported: bool) -> Boxed {
        self.problem(node, why.clone(), unsupported);
        Boxed::Missing(why)
    }

    fn literal(&mut self, node: Node) -> Boxed {
        let language = node.attribute("expressionLanguage").unwrap_or("feel");
        if !language.to_lowercase().contains("feel") {
            return self.missing(node, format!("expressions in {language} are not evaluated"), true);
        }
        if child(node, "importedValues").is_some() {
            return self.missing(node, "values are not imported".into(), true);
        }
        let text = text_of(node);
        match Expression::parse_with(if text.is_empty() { "null" } else { &text }, &self.vocabulary) {
            Ok(expression) => Boxed::Literal(expression),
            Err(error) => self.missing(node, error.to_string(), false),
        }
    }

    /// What an element means, if it is an expression.
    fn expression(&mut self, node: Node) -> Option<Boxed> {
        Some(match node.tag_name().name() {
            "literalExpression" => self.literal(node),
            "decisionTable" => match self.table(node) {
                Ok(table) => Boxed::Table(Box::new(table)),
                Err(Some(message)) => self.missing(node, message, false),
                Err(None) => Boxed::Missing("a cell of the table is not understood".into()),
            },
            "context" => Boxed::Context(children(node, "contextEntry").map(|entry| self.entry(entry)).collect()),
            "list" => {
                Boxed::List(node.children().filter(Node::is_element).filter_map(|item| self.expression(item)).collect())
            }
            "relation" => {
                let columns = children(node, "column").map(name_of).collect();
                let cells = |reader: &mut Reader, row: Node| {
                    row.children().filter(Node::is_element).filter_map(|cell| reader.expression(cell)).collect()
                };
                Boxed::Relation(columns, children(node, "row").map(|row| cells(self, row)).collect())
            }
            "invocation" => self.invocation(node),
            "functionDefinition" => Boxed::Function(self.definition(node)),
            "conditional" => {
                let mut part = |name| self.expression_or_null(child(node, name), name, node);
                Boxed::If(Box::new([part("if"), part("then"), part("else")]))
            }
            "filter" => {
                let mut part = |name| self.expression_or_null(child(node, name), name, node);
                Boxed::Filter(Box::new([part("in"), part("match")]))
            }
            kind @ ("for" | "some" | "every") => {
                let (kind, body) = match kind {
                    "for" => (Kind::For, "return"),
                    "some" => (Kind::Some, "satisfies"),
                    _ => (Kind::Every, "satisfies"),
                };
                let mut part = |name| self.expression_or_null(child(node, name), name, node);
                let parts = [part("in"), part(body)];
                Boxed::Loop(kind, node.attribute("iteratorVariable").unwrap_or_default().into(), Box::new(parts))
            }
            _ => return None,
        })
    }

    fn entry(&mut self, node: Node) -> Entry {
        let variable = child(node, "variable");
        Entry {
            name: variable.map(name_of).filter(|name| !name.is_empty()),
            of: variable.map_or(Type::Any, |variable| self.type_of(variable)),
            value: self.expression_or_null(Some(node), "the entry's expression", node),
        }
    }

    fn invocation(&mut self, node: Node) -> Boxed {
        let callee = self.expression_or_null(Some(node), "the called function", node);
        let mut arguments = Vec::new();
        for binding in children(node, "binding") {
            let name = child(binding, "parameter").map(name_of).unwrap_or_default();
            let value = self.expression_or_null(Some(binding), "the argument", binding);
            arguments.push((name, value));
        }
        Boxed::Invocation(Box::new(callee), arguments)
    }

    fn definition(&mut self, node: Node) -> Arc<Definition> {
        let parameters =
            children(node, "formalParameter").map(|node| (name_of(node), self.type_of(node))).collect::<Vec<_>>();
        let kind = node.attribute("kind").unwrap_or("FEEL");
        let body = if kind == "FEEL" {
            self.expression_or_null(Some(node), "the function's body", node)
        } else {
            self.missing(node, format!("functions in {kind} are not called"), true)
        };
        let result = self.type_of(node);
        Arc::new(Definition { parameters, body, result })
    }

    /// The error says what is wrong with the table as a whole; nothing where it was said of cells.
    fn table(&mut self, node: Node) -> Result<Table, Option<String>> {
        let policy = policy_of(node)?;
        let said = self.problems.len();
        let inputs: Vec<Option<table::Input>> =
            (1..).zip(children(node, "input")).map(|(column, input)| self.input(input, column)).collect();
        let single = children(node, "output").count() == 1;
        let of_table = node.attribute("typeRef").filter(|_| single);
        let outputs: Vec<table::Output> = (inputs.len() as u32 + 1..)
            .zip(children(node, "output"))
            .map(|(column, output)| self.output(output, column, of_table))
            .collect();
        if outputs.is_empty() {
            return Err(Some("the decision table has no output".into()));
        }
        let mut rules = Vec::new();
        for (number, rule) in (1..).zip(children(node, "rule")) {
            rules.extend(self.rule(rule, number, inputs.len(), outputs.len()));
        }
        let is_broken = self.problems[said..].iter().any(|problem| problem.cell.is_some());
        let inputs: Option<Vec<table::Input>> = inputs.into_iter().collect();
        let inputs = inputs.filter(|_| !is_broken).ok_or(None)?;
        let named = node.ancestors().find_map(|node| node.attribute("id")).unwrap_or("the decision table");
        Ok(Table { id: named.into(), policy, inputs, outputs, rules })
    }

    fn input(&mut self, input: Node, column: u32) -> Option<table::Input> {
        let place = Place { rule: 0, column };
        let wanted = child(input, "inputExpression");
        let text = wanted.map(text_of).unwrap_or_default();
        let read = if text.is_empty() { Err("the input has no expression".into()) } else { self.parsed(&text) };
        let expression = self.checked(wanted.unwrap_or(input), place, read);
        let of = wanted.map_or(Type::Any, |wanted| self.type_of(wanted));
        let allowed = self.tests_in(child(input, "inputValues"), place);
        Some(table::Input { expression: expression?, of, allowed })
    }

    fn output(&mut self, output: Node, column: u32, of_table: Option<&str>) -> table::Output {
        let place = Place { rule: 0, column };
        let of = match output.attribute("typeRef") {
            Some(_) => self.type_of(output),
            // The type of the table is that of the result, which a hit policy of many makes a list.
            None => Type::Any,
        };
        let mut allowed = self.tests_in(child(output, "outputValues"), place);
        let reference = output.attribute("typeRef").or(of_table);
        if let (None, Some(text)) = (&allowed, self.items.allowed(reference)) {
            allowed = UnaryTests::parse(text, &self.vocabulary).ok();
        }
        let default = child(output, "defaultOutputEntry").and_then(|entry| self.entry_of(entry, place));
        table::Output { name: name_of(output), of, allowed, default }
    }

    fn rule(&mut self, rule: Node, number: u32, inputs: usize, outputs: usize) -> Option<table::Rule> {
        let (tests, results) = (children(rule, "inputEntry").count(), children(rule, "outputEntry").count());
        if (tests, results) != (inputs, outputs) {
            let wrong = format!("a rule needs {inputs} input and {outputs} output entries, not {tests} and {results}");
            return self.checked::<table::Rule>(rule, Place { rule: number, column: 1 }, Err(wrong));
        }
        let place = |column| Place { rule: number, column };
        let tests = (1..).zip(children(rule, "inputEntry")).map(|(column, entry)| {
            let read = UnaryTests::parse(&text_of(entry), &self.vocabulary).map_err(|error| error.to_string());
            self.checked(entry, place(column), read)
        });
        let tests: Vec<Option<UnaryTests>> = tests.collect();
        let results = (inputs as u32 + 1..).zip(children(rule, "outputEntry"));
        let results = results.map(|(column, entry)| self.entry_of(entry, place(column))).collect();
        Some(table::Rule { tests: tests.into_iter().collect::<Option<_>>()?, results })
    }

    fn parsed(&self, text: &str) -> Result<Expression, String> {
        Expression::parse_with(text, &self.vocabulary).map_err(|error: ParseError| error.to_string())
    }

    fn tests_in(&mut self, node: Option<Node>, place: Place) -> Option<UnaryTests> {
        let node = node.filter(|node| !text_of(*node).is_empty())?;
        let read = UnaryTests::parse(&text_of(node), &self.vocabulary).map_err(|error| error.to_string());
        self.checked(node, place, read)
    }

    /// The expression of an output cell; none where it is empty.
    fn entry_of(&mut self, node: Node, place: Place) -> Option<Expression> {
        let text = text_of(node);
        let is_empty = text.is_empty() || text == "-";
        let read = (!is_empty).then(|| self.parsed(&text))?;
        self.checked(node, place, read)
    }
}

/// Ids of what is required; one in another file keeps its address.
fn requirements(node: Node) -> Vec<String> {
    let inside = node
        .children()
        .filter(|child| matches!(child.tag_name().name(), "informationRequirement" | "knowledgeRequirement"));
    let hrefs = inside.flat_map(|requirement| requirement.children()).filter_map(|link| link.attribute("href"));
    hrefs.map(|href| href.strip_prefix('#').unwrap_or(href).to_string()).collect()
}

fn policy_of(node: Node) -> Result<HitPolicy, String> {
    let policy = node.attribute("hitPolicy").unwrap_or("UNIQUE");
    Ok(match (policy, node.attribute("aggregation")) {
        ("UNIQUE", _) => HitPolicy::Unique,
        ("ANY", _) => HitPolicy::Any,
        ("PRIORITY", _) => HitPolicy::Priority,
        ("FIRST", _) => HitPolicy::First,
        ("RULE ORDER", _) => HitPolicy::RuleOrder,
        ("OUTPUT ORDER", _) => HitPolicy::OutputOrder,
        ("COLLECT", None) => HitPolicy::Collect,
        ("COLLECT", Some("SUM")) => HitPolicy::Sum,
        ("COLLECT", Some("COUNT")) => HitPolicy::Count,
        ("COLLECT", Some("MIN")) => HitPolicy::Min,
        ("COLLECT", Some("MAX")) => HitPolicy::Max,
        ("COLLECT", Some(other)) => return Err(format!("there is no aggregation {other}: SUM, COUNT, MIN or MAX")),
        (other, _) => return Err(format!("there is no hit policy {other}")),
    })
}
