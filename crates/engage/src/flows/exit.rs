//! The way out of a flow: an event or a condition that ends a journey wherever it stands.

use super::{Compiled, journey::Stage, scope::StepScope, starts::Touched};
use crate::{cell::Journey, domain::Ritorno};
use base::Id;
use bpmn::State;
use feel::{Env, Expression};
use runtime::World;

/// What `ritorno:exit` of a process says.
#[derive(Debug, Clone)]
pub enum Exit {
    /// This event ends a journey that does not wait for it itself: about the journey's cart, or, where it has none, about the
    /// customer.
    Event(Box<str>),
    /// Looked at before every step, when what it reads changes, and before a message leaves.
    Rule(Expression),
}

impl Exit {
    /// After `=` a condition, else the name of an event.
    pub fn read(text: &str) -> Result<Exit, String> {
        match text.trim().strip_prefix('=') {
            Some(rule) => Expression::parse(rule)
                .map(Exit::Rule)
                .map_err(|error| format!("ritorno:exit is not understood: {error}")),
            None => Ok(Exit::Event(text.trim().into())),
        }
    }

    pub fn rule(&self) -> Option<&Expression> {
        match self {
            Exit::Rule(rule) => Some(rule),
            Exit::Event(_) => None,
        }
    }

    pub fn event(&self) -> Option<&str> {
        match self {
            Exit::Event(name) => Some(name),
            Exit::Rule(_) => None,
        }
    }
}

/// The word for a journey that ended by its rule.
pub const EXIT_RULE: &str = "exit_rule";

/// Whether the flow's rule is true for a journey with this state.
pub fn is_open(
    stage: &Stage<'_>,
    world: &World<'_, Ritorno>,
    compiled: &Compiled,
    state: &State,
    cart: Option<Id>,
) -> bool {
    let Some(rule) = compiled.exit.as_ref().and_then(Exit::rule) else { return false };
    let scope = StepScope { cell: stage.cell, customer: stage.customer, cart, shared: stage.shared };
    let zone = stage.shared.settings.zone();
    compiled.definition.evaluate(rule, state, &Env { scope: &scope, now: world.now(), zone: &zone }).is_true()
}

/// As [`is_open`], of a journey of the cell.
pub fn is_open_for(stage: &Stage<'_>, world: &World<'_, Ritorno>, run: &Journey) -> bool {
    stage.compiled(run).is_some_and(|compiled| is_open(stage, world, &compiled, &run.state, run.cart))
}

/// The journeys whose rule reads something that changed.
pub fn may_leave(stage: &Stage<'_>, touched: Touched) -> Vec<Id> {
    let reads = |run: &&Journey| {
        let compiled = stage.compiled(run);
        let rule = compiled.as_ref().and_then(|compiled| compiled.exit.as_ref()?.rule());
        rule.is_some_and(|rule| Touched::read_by(rule).meets(touched))
    };
    stage.cell.action.journeys.iter().filter(reads).map(|run| run.id).collect()
}
