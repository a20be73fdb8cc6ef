//! Why an event stands in quarantine, told apart by what the reading of it said.

http_kit::phrases! {
    /// A reason for which an event could not be understood.
    pub enum QuarantineReason {
        NotACall = "the event is not a JSON object of a call: {detail}",
        UnknownType = "type {kind} is not one of track, identify, page, screen, group, alias",
        UnknownKind = "{kind} is not a kind of call",
        NoType = "the event has no type",
        NoName = "the track call has no event name",
        NoPrevious = "the alias call has no previousId",
        Nobody = "the event has neither userId nor anonymousId",
        NoAgentEmail = "the agent trait has no email",
        WrongConsent = "consent is not an object of purposes with channels, such as {example}",
        NoStage = "Deal Stage Changed has no stage",
        NoOrder = "{event} has no order_id",
        NoProduct = "the product has neither product_id nor sku",
        WrongProducts = "products is not a list of products: {detail}",
        TooManyProducts = "{count} products in one event, at most {max} are a cart",
        UnknownCurrency = "{currency} is not an ISO 4217 currency",
        NegativeQuantity = "quantity {quantity} of product {product} is negative",
        QuantityTooLarge = "quantity {quantity} of product {product} is beyond {max}",
        BrokenQuantity = "quantity {quantity} of product {product} is not a whole number",
        NotAText = "{name} is {kind}, a text was expected",
        NotANumber = "{name} is {kind}, a number was expected",
        NotAnObject = "{name} is {kind}, an object was expected",
        UnreadableNumber = "{name} is not a number",
        HasNul = "{name} holds the character NUL",
        TooLarge = "the event is {size} KB large, at most {max} KB go in",
        WrongProperties = "properties is {kind}: {detail}",
        Panicked = "the fold panicked: {detail}",
        TooManyCells = "the fold asked for too many cells",
        Unreadable = "{name}: {detail}",
    }
}
