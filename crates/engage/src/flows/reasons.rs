//! Why a journey stops and waits for a person, told apart by what the engine says.

http_kit::phrases! {
    /// A reason for which a journey waits for a person.
    pub enum Incident {
        NoWayOut = "no condition is true and there is no default flow ({values})",
        NoWeights = "the weights of this split add up to nothing",
        NoCorrelation = "the correlation key {key} of the message {message} has no value",
        NoTime = "the timer {timer} has no time",
        WrongTime = "the timer {timer} gives {value}, which is no time to wait for",
        WaitsForNothing = "a flow leads to something that waits for nothing",
        TooManySteps = "the journey passed {count} nodes without waiting: is there a loop without a timer?",
        StuckJoin = "the {kind} gateway waits for a flow that nothing can come by any more: end the branches at one gateway",
        UnknownTask = "there is no task {task} here",
        UnknownDecision = "there is no decision {decision} here",
        DecisionFailed = "the decision {decision} gives nothing: {reason}",
        DecisionTooLong = "the decision {decision} takes too long",
        TooManyDecisions = "the journey made {count} decisions without waiting",
        DecisionUnnamed = "the decision id is {value}, which names nothing",
        UnknownFlow = "there is no flow {flow} to call",
        FlowOff = "the called flow {flow} is switched off",
        FlowWithoutStart = "the called flow {flow} has no start without an event",
        FlowUnfit = "the called flow {flow} cannot run: {problems}",
        NoSuchVersion = "the flow {flow} has no version such as the call wants",
        FlowUnnamed = "the called flow is {value}, which names nothing",
        TooDeep = "flows call each other more than {max} deep",
        TooManyJourneys = "the customer has {max} journeys under way already",
        TooManyCalls = "the flow calls others {count} times without waiting",
        UncaughtError = "nothing catches the error {error}",
        NotFeel = "the condition of the flow {flow} is not FEEL",
        NoList = "{items} is no list of items: {value}",
        TooManyItems = "{items} has {count} items; at most {max} are done",
    }
}
